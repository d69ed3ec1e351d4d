"""From the bytes of a data file to a tree of texts and a checked model; knows no kind of paper."""
