"""Parses and checks expressions: their trees, kinds, and functions. Has no knowledge of files or households."""
