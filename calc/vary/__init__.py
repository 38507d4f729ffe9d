"""Vary one argument of an answer — the rules, the month, the household — and say where the difference comes from."""
