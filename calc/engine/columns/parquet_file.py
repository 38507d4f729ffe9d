"""Rows of CSV text → a Parquet file with typed columns."""

from __future__ import annotations

import os

from sqlglot import exp

from calc.engine.columns import pieces
from calc.engine.columns.duck import connect


def write_parquet(source: str, path: str, kinds: dict[str, str]) -> None:
    """Write a Parquet file from CSV without headings; an empty cell is NULL in every column."""
    names = [f"c{at}" for at in range(len(kinds))]
    texts = exp.Struct(expressions=[
        exp.PropertyEQ(this=exp.to_identifier(name), expression=pieces.word("VARCHAR")) for name in names
    ])  # fmt: skip
    settings: dict[str, pieces.Tree] = {
        "auto_detect": pieces.truth(False), "header": pieces.truth(False), "delim": pieces.word(","),
        "quote": pieces.word('"'), "escape": pieces.word('"'), "new_line": pieces.word("\\n"),
        "max_line_size": pieces.whole(1 << 26), "parallel": pieces.truth(False), "columns": texts,
    }  # fmt: skip
    arguments = [exp.EQ(this=exp.to_identifier(name), expression=value) for name, value in settings.items()]
    table = exp.Anonymous(this="READ_CSV", expressions=[pieces.word(source), *arguments])
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
    connection = connect()
    try:
        connection.execute("SET preserve_insertion_order = true")
        statement = pieces.copy_to(path, query)
        statement.set("params", [exp.CopyParameter(this=exp.var("FORMAT"), expression=exp.var("PARQUET"))])
        connection.execute(statement.sql(dialect="duckdb"))
    finally:
        connection.close()
