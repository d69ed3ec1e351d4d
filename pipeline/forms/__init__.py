"""Excel forms: one for each unit and kind of paper that it fills in, written out and read back."""
