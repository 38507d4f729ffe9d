"""Doudi beside OpenFisca and a query written by hand: the same rules, the same households, one run."""
