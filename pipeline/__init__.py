"""Turn data files, a criteria set and a Word template into official documents, .docx and PDF."""

VERSION = "2026.11.1"
