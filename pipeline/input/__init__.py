"""Turn the bytes of a data file into a tree of texts and a checked model; knows no kind of paper."""
