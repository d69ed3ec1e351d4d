"""The kinds of paper."""
