"""The kinds of paper: those that a year's data define (loai), the year's summary, and the providers of their facts."""
