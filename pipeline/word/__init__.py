"""From a Word template and its fields to the bytes of a .docx."""
