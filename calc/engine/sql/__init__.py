"""The second engine: a plan of a month as one SQL query over columns. Only here are sqlglot and duckdb imported."""
