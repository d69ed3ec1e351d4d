"""Make and read PDF: fonts, LibreOffice, text, signature fields, pictures of pages."""
