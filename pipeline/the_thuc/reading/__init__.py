"""Read any .docx into the document that the layout rules look at."""
