"""Kinds of paper from data: a YAML file of the year and a Word template; here the providers of facts come together."""
