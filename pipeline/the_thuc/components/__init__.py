"""Find the components of an official document: head, title, signing block, recipients."""
