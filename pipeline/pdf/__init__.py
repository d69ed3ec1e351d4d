"""Everything about PDF: fonts, LibreOffice, reading text, signature fields, pictures."""
