"""Facts in tables assessed by Spark: tables in, tables out, and nothing of a household through the driver.

    households, members ─▶ the month's query ─▶ decided ─┬─────────▶ results
                                                         ├─ totals ▶ driver ─▶ totals
    rejects, warnings ───────────────────── failed checks ┴────────▶ rejects

The trees are those of `calc.batch.duckdb`; `spark_sql` is the one place that says what Spark expresses in another way.
"""
