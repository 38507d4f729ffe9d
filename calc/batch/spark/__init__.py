"""Whole ledgers on Spark: what `calc.batch.duckdb` does in DuckDB, spread over a cluster, to the same bytes.

    driver    numbers the rows of CSV ─▶ Parquet ┐                  ┌▶ rejects, totals, results in order ─▶ files
    Spark     typed rows ─▶ households ─▶ the month's query ─▶ texts ┤
    driver              └─▶ all others ─ the row path ───────────────┘

The trees are those of `calc.batch.duckdb`; only here is it told how Spark says and does them.
"""
