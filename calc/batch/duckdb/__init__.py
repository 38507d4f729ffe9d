"""Whole ledgers by the second engine: read, grouped, assessed and written out in DuckDB.

    files ─▶ records ─▶ plain households ─ the month's query ─▶ texts ┐
                  └───▶ all others ─ the row path ─▶ texts, rejects   ┴▶ in the order of the ledger

What SQL takes as plain is exactly what the row path would read to the same value; everything else goes there, so the
meaning of cells and every message are written once.
"""
