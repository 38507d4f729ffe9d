"""Rules with large tables of several axes, made up: Doudi's rows and DuckDB beside OpenFisca on the same households."""
