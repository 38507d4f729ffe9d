"""Compiles a plan to one SQL query, and runs it in DuckDB or Spark. Imports sqlglot, duckdb and pyspark."""
