"""Expressions: their tree, kinds, checker and the table of functions. Knows nothing of files or households."""
