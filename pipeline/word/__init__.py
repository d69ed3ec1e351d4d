"""Turn a Word template and its fields into the bytes of a .docx."""
