"""The layout rules, by the part of the document that they look at."""
