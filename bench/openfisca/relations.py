"""The two relations a query reads: views on a folder's Parquet or CSV files, of all households or of a range."""

from __future__ import annotations

import os

import duckdb

HOUSEHOLDS = {"household": "BIGINT", "property": "DECIMAL(14, 2)"}
MEMBERS = {
    "household": "BIGINT",
    "place": "INTEGER",
    "age": "INTEGER",
    "wage": "DECIMAL(14, 2)",
    "pension": "DECIMAL(14, 2)",
    "works_in_city": "BOOLEAN",
    "severely_disabled": "BOOLEAN",
}


def make_views(
    connection: duckdb.DuckDBPyConnection,
    folder: str,
    format: str,
    between: tuple[int, int] | None = None,
    stored: bool = False,
) -> None:
    """Views `households` and `members`, with amounts in fen; tables of them where `stored`."""
    kind_of_relation = "TABLE" if stored else "VIEW"
    for name, types in (("households", HOUSEHOLDS), ("members", MEMBERS)):
        path = os.path.join(folder, f"{name}.{format}")
        columns = "*"
        if format == "csv":
            shape = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
            source = f"read_csv('{path}', header = true, auto_detect = false, delim = ',', columns = {{{shape}}})"
            fen = [f"(100 * {column})::BIGINT AS {column}" for column, kind in types.items() if kind[0:3] == "DEC"]
            columns = f"* REPLACE ({', '.join(fen)})"
        else:
            source = f"read_parquet('{path}')"
        where = f" WHERE household >= {between[0]} AND household < {between[1]}" if between is not None else ""
        connection.execute(f"CREATE OR REPLACE TEMP {kind_of_relation} {name} AS SELECT {columns} FROM {source}{where}")


def count_of(connection: duckdb.DuckDBPyConnection, folder: str) -> int:
    """How many households there are; their numbers run from 0."""
    row = connection.execute(f"SELECT count(*) FROM '{folder}/households.parquet'").fetchone()
    assert row is not None
    return int(row[0])
