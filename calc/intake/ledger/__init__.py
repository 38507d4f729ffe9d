"""Ledgers: one row for each person, from the files in which offices keep them."""
