"""What a kind of paper says beyond the common facts: texts, lines, outlines and rows, as its template asks for them."""
