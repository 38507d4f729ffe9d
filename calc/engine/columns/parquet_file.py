"""Rows of CSV text → a Parquet file with typed columns."""

from __future__ import annotations

import os
from collections.abc import Collection

from sqlglot import exp

from calc.engine.columns import pieces
from calc.engine.columns.duck import Connection, connect

MEMORY = "500MB"
"""What writing may take: rows go through it, and only those of a row group are held."""


def write_parquet(source: str, path: str, kinds: dict[str, str]) -> None:
    """Write a Parquet file from CSV without headings; an empty cell is NULL in every column."""
    names = _names(kinds)
    texts = exp.Struct(expressions=[
        exp.PropertyEQ(this=exp.to_identifier(name), expression=pieces.word("VARCHAR")) for name in names
    ])  # fmt: skip
    settings: dict[str, pieces.Tree] = {
        "auto_detect": pieces.truth(False), "header": pieces.truth(False), "delim": pieces.word(","),
        "quote": pieces.word('"'), "escape": pieces.word('"'), "new_line": pieces.word("\\n"),
        "max_line_size": pieces.whole(1 << 26), "parallel": pieces.truth(False), "columns": texts,
    }  # fmt: skip
    arguments = [exp.EQ(this=exp.to_identifier(name), expression=value) for name, value in settings.items()]
    table = exp.Anonymous(this="READ_CSV", expressions=[pieces.one_file(source), *arguments])
    columns = [
        exp.alias_(
            exp.Cast(this=pieces.call("NULLIF", pieces.column(own), pieces.word("")),
                     to=exp.DataType.build(kind, dialect="duckdb")),
            heading, quoted=True,
        )
        for own, (heading, kind) in zip(names, kinds.items(), strict=True)
    ]  # fmt: skip
    query = exp.select(*columns, copy=False).from_(table, copy=False)
    if not os.path.getsize(source):
        query = query.limit(0, copy=False)
    connection = connect(MEMORY, os.path.dirname(source))
    try:
        _copy(connection, query, path)
    finally:
        connection.close()


def copy_parquet(connection: Connection, query: pieces.Tree, path: str, kinds: dict[str, str]) -> None:
    """Write a Parquet file of the columns c0, c1, … of a query, which are of these types, in its order.

    The file is the same to the byte as that made from CSV. So nothing is said of a column that its cells do not say:
    DuckDB knows of a column of a table whether it has a NULL, and then writes less.
    """
    columns = [
        exp.alias_(pieces.call("NULLIF", pieces.column(own), _nothing(kind)), heading, quoted=True)
        for own, (heading, kind) in zip(_names(kinds), kinds.items(), strict=True)
    ]
    source = exp.Subquery(this=pieces.own(query), alias=exp.TableAlias(this=exp.to_identifier("all_rows")))
    _copy(connection, exp.select(*columns, copy=False).from_(source, copy=False), path)


def _nothing(kind: str) -> pieces.Tree:
    """What no cell is: an empty text, or an amount that no benefit comes to."""
    if kind == "VARCHAR":
        return pieces.word("")
    return exp.Cast(this=pieces.word("-" + "9" * 15), to=exp.DataType.build(kind, dialect="duckdb"))


def _names(headings: Collection[str]) -> list[str]:
    return [f"c{at}" for at in range(len(headings))]


def _copy(connection: Connection, query: pieces.Tree, path: str) -> None:
    connection.execute("SET preserve_insertion_order = true")
    statement = pieces.copy_to(path, query)
    statement.set("params", [exp.CopyParameter(this=exp.var("FORMAT"), expression=exp.var("PARQUET"))])
    connection.execute(statement.sql(dialect="duckdb"))
