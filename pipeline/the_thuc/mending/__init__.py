"""Mend in a .docx what the decree leaves one answer for, and no word of its own."""
