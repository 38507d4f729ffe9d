"""Reads rules.toml, finds what is in force in a month, and builds the plan of that month."""
