"""The scored table: rows, points, totals, and the rules about these."""
