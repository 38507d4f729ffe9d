"""What was decided, range by range → the results in the order of the ledger: text that is handed on, or a relation."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from calc.batch.duckdb.load_rows import fill_table
from calc.batch.duckdb.month_query import MonthQuery
from calc.batch.duckdb.sql_templates import named, phrase, select, sql, within
from calc.batch.job import ResultSpec
from calc.batch.writers.parquet import ParquetOutput
from calc.engine.sql import build
from calc.engine.sql.duckdb_session import Connection
from calc.report import encode_rows

Made = tuple[list[list[str]], list[dict[str, Any]]]
"""Rows or objects of a household of the row path."""
TOGETHER = 256
"""Positions whose households' texts are put together in the database: a few long texts are fetched faster than many."""
FETCHED = 50


class TextResults:
    """Results as text: each month's is a table of a text a household, and a range is fetched in order."""

    def __init__(self, connection: Connection, wanted: ResultSpec, write: Callable[[Any], None]) -> None:
        self.connection = connection
        self.wanted = wanted
        self.write = write

    def keep(self, month: MonthQuery, turn: int) -> None:
        """Put by what a month decided for a range."""
        month.make_texts(f"texts_{turn}")

    def end_range(self, months: int, others: list[tuple[int, Made]]) -> None:
        """Hand on the texts of a range, with those of the row path."""
        texts = [(position, made) for position, one in others if (made := text_of(self.wanted, *one))]
        if not months:
            for _, text in texts:
                self.write(text)
            return
        first = select("texts_0", [build.column("first", "texts_0")])
        parts = [build.column("text", f"texts_{at}") for at in range(months)]
        found = first.select(named(parts[0] if months == 1 else build.call("CONCAT", *parts), "text"), copy=False)
        for at in range(1, months):
            on = build.binary(exp.EQ, build.column("first", "texts_0"), build.column("first", f"texts_{at}"))
            found = found.join(build.relation(f"texts_{at}"), on=on, copy=False)
        query: exp.Query = found
        if texts:
            rows = [(position, text.encode("utf-8", "replace").decode()) for position, text in texts]
            fill_table(self.connection, "other_texts", [("first", "BIGINT"), ("text", "VARCHAR")], rows)
            query = exp.Union(this=found, expression=select("other_texts", [exp.Star()]), distinct=False)
        if self.wanted.is_in_full:  # texts are long by themselves, and are not held twice
            rows_of_text = select(within(query, "all_texts"), [build.column("text")])
            ordered: exp.Query = rows_of_text.order_by(build.ordered(build.column("first")), copy=False)
        else:
            ordered = self._several(query)
        cursor = self.connection.execute(sql(ordered))
        while fetched := cursor.fetchmany(FETCHED):
            self.write("".join([row[0] for row in fetched]))

    def _several(self, query: build.Tree) -> exp.Query:
        """Short texts put together."""
        several = phrase("SELECT first // :n AS turn, string_agg(text, '' ORDER BY first) AS text FROM :all_texts "
                         "GROUP BY first // :n", n=TOGETHER, all_texts=within(query, "all_texts"))  # fmt: skip
        ordered = select(within(several, "several"), [build.column("text")])
        return ordered.order_by(build.ordered(build.column("turn")), copy=False)

    def end(self) -> None:
        """Nothing is left."""


class ParquetResults:
    """Results as a table of typed cells, of which the file is made at the end; no text is made of an amount."""

    def __init__(self, connection: Connection, output: ParquetOutput) -> None:
        self.connection = connection
        self.output = output
        self.kinds = list(output.kinds.values())
        self.names = [f"c{at}" for at in range(len(self.kinds))]
        shape = [("first", "BIGINT"), ("turn", "INTEGER"), *zip(self.names, self.kinds, strict=True)]
        connection.execute(sql(build.table_of("results", shape)))

    def keep(self, month: MonthQuery, turn: int) -> None:
        """Put by what a month decided for a range."""
        self._add(month.cells(turn, self.kinds))

    def end_range(self, months: int, others: list[tuple[int, Made]]) -> None:
        """Put by the rows of the row path."""
        rows = [
            (position, turn, *map(_clean, row)) for position, (found, _) in others for turn, row in enumerate(found)
        ]
        if not rows:
            return
        shape = [("first", "BIGINT"), ("turn", "INTEGER"), *((name, "VARCHAR") for name in self.names)]
        fill_table(self.connection, "other_rows", shape, rows)
        cells = [
            exp.Cast(this=build.call("NULLIF", build.column(name), build.word("")),
                     to=exp.DataType.build(kind, dialect="duckdb"))
            for name, kind in zip(self.names, self.kinds, strict=True)
        ]  # fmt: skip
        self._add(select("other_rows", [build.column("first"), build.column("turn"), *cells]))

    def end(self) -> None:
        """Make the file."""
        order = [build.ordered(build.column("first")), build.ordered(build.column("turn"))]
        query = select("results", [build.column(name) for name in self.names]).order_by(*order, copy=False)
        self.output.take(self.connection, query)

    def _add(self, query: build.Tree) -> None:
        self.connection.execute(sql(exp.Insert(this=build.relation("results"), expression=build.own(query))))


def text_of(wanted: ResultSpec, rows: list[list[str]], objects: list[dict[str, Any]]) -> str:
    """What the row path made of a household, as text."""
    if wanted.format == "csv":
        return encode_rows.csv_text(rows)
    if wanted.format == "jsonl":
        return encode_rows.json_text(objects)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _clean(cell: str) -> str:
    """A cell that UTF-8 can hold."""
    return cell if cell.isascii() else cell.encode("utf-8", "replace").decode()
