"""Check a document against the layout rules, one module for each part of a document."""
