"""Write Parquet files with typed columns: from rows of CSV text, or from a query of DuckDB."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence

from sqlglot import exp

from calc.engine.sql import build
from calc.engine.sql.duckdb_session import Connection, connect

MEMORY = "500MB"
"""Memory for writing: rows are streamed, and only those of a row group are held."""
LINE = 1 << 26
"""The longest line in bytes; DuckDB's own buffer for it would be larger than the memory."""


def write_parquet(source: str, path: str, kinds: dict[str, str]) -> None:
    """Write a Parquet file from CSV without headings; an empty cell is NULL in every column."""
    names = [f"c{at}" for at in range(len(kinds))]
    texts = exp.Struct(expressions=[
        exp.PropertyEQ(this=exp.to_identifier(name), expression=build.word("VARCHAR")) for name in names
    ])  # fmt: skip
    settings: dict[str, build.Tree] = {
        "auto_detect": build.truth(False), "header": build.truth(False), "delim": build.word(","),
        "quote": build.word('"'), "escape": build.word('"'), "new_line": build.word("\\n"),
        "max_line_size": build.whole(LINE), "buffer_size": build.whole(LINE),
        "parallel": build.truth(False), "columns": texts,
    }  # fmt: skip
    arguments = [exp.EQ(this=exp.to_identifier(name), expression=value) for name, value in settings.items()]
    table = exp.Anonymous(this="READ_CSV", expressions=[build.one_file(source), *arguments])
    columns = [
        exp.alias_(
            exp.Cast(this=build.call("NULLIF", build.column(own), build.word("")),
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


def copy_parquet(
    connection: Connection, query: build.Tree, names: Sequence[str], path: str, kinds: dict[str, str]
) -> None:
    """Write a Parquet file of these columns of a query, in its order, with the headings and types of `kinds`.

    The file is the same to the byte as that made from CSV. DuckDB knows of a column of a table whether it has a NULL,
    and then writes less; so each column is made one of which it does not.
    """
    columns = []
    for name, (heading, kind) in zip(names, kinds.items(), strict=True):
        cell = exp.Cast(this=build.column(name), to=exp.DataType.build(kind, dialect="duckdb"))
        columns.append(exp.alias_(build.call("NULLIF", cell, _nothing(kind)), heading, quoted=True))
    source = exp.Subquery(this=build.own(query), alias=exp.TableAlias(this=exp.to_identifier("all_rows")))
    _copy(connection, exp.select(*columns, copy=False).from_(source, copy=False), path)


def column_types(headings: Sequence[str], amounts: Collection[int], decimals: int) -> dict[str, str]:
    """The type of each column by its heading, in DuckDB's words; `amounts` are the places of amounts."""
    amount = f"DECIMAL(18, {decimals})"
    return {name: amount if at in amounts else "VARCHAR" for at, name in enumerate(headings)}


def _nothing(kind: str) -> build.Tree:
    """A value that no cell has: an empty text, or an amount that no benefit comes to."""
    if kind == "VARCHAR":
        return build.word("")
    return exp.Cast(this=build.word("-" + "9" * 15), to=exp.DataType.build(kind, dialect="duckdb"))


def _copy(connection: Connection, query: build.Tree, path: str) -> None:
    connection.execute("SET preserve_insertion_order = true")
    statement = build.copy_to(path, query)
    statement.set("params", [exp.CopyParameter(this=exp.var("FORMAT"), expression=exp.var("PARQUET"))])
    connection.execute(statement.sql(dialect="duckdb"))
