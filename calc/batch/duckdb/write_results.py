"""Write the results of a run in the order of the ledger: rows of all months and of the row path in one table."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from calc.batch.duckdb.json_objects import json_row
from calc.batch.duckdb.load_rows import fill_table
from calc.batch.duckdb.result_query import is_object, keys_of, shape_of
from calc.batch.duckdb.sql_templates import named, phrase, select, sql
from calc.batch.job import ResultSink, ResultSpec
from calc.batch.writers.parquet_file import column_types, copy_parquet
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import AT_ONCE, Connection
from calc.report.encode_rows import csv_cell, json_cell, json_text, valid_text
from calc.report.result_rows import table
from calc.rules.plan import Plan

CHUNK = 1 << 20
"""Characters of text that are given to the sink together."""
Made = tuple[list[list[str]], list[dict[str, Any]]]
"""Rows and objects of a household of the row path."""
_TABLE = "results"


class ResultWriter:
    """Gathers the rows of results, and gives them to the sink range by range; or writes its file at the end."""

    def __init__(
        self, connection: Connection, spec: ResultSpec, plans: list[Plan], sink: ResultSink, folder: str
    ) -> None:
        self.connection = connection
        self.spec = spec
        self.table = table(spec.by, plans[0], spec.kept, False, plans)
        self.keys = keys_of(spec)
        self.shape = shape_of(spec, self.table)
        self.names = [name for name, _ in self.shape]
        self.sink = sink
        self.path = os.path.join(folder, "results.txt")
        self.file = sink.results_file()
        self._clear()

    def _do(self, tree: Tree) -> None:
        self.connection.execute(sql(tree))

    def _clear(self) -> None:
        self._do(build.table_of(_TABLE, [*self.keys, *self.shape]))

    def add(self, rows: Tree) -> None:
        """Add the rows of a query."""
        self._do(exp.Insert(this=build.relation(_TABLE), expression=build.own(rows)))

    def end_range(self, others: list[tuple[int, Made]]) -> None:
        """Add the rows of the row path, and give all rows so far to the sink."""
        rows = [
            (position, turn, *[0] * (len(self.keys) - 2), *cells)
            for position, made in others
            for turn, cells in enumerate(self._cells(made))
        ]
        if rows:
            fill_table(self.connection, "other_rows", [*self.keys, *((name, "VARCHAR") for name in self.names)], rows)
            typed: list[Tree] = [
                exp.Cast(this=phrase("NULLIF(:cell, '')", cell=build.column(name)),
                         to=exp.DataType.build(kind, dialect="duckdb"))
                for name, kind in self.shape
            ]  # fmt: skip
            self.add(select("other_rows", [*(build.column(name) for name, _ in self.keys), *typed]))
        if self.file is None:
            self._give()
            self._clear()

    def end(self) -> None:
        """Write the file of the sink, if it left that to the engine."""
        if self.file is not None:
            kinds = column_types(self.table.headings, self.table.amount_places, self.table.plan.decimals)
            copy_parquet(self.connection, self._ordered(self._columns()), self.names, self.file, kinds)

    def _cells(self, made: Made) -> Iterator[list[str]]:
        """The rows of a household of the row path, as the form of results has texts."""
        rows, objects = made
        if is_object(self.spec):
            rows = [[json_text([one])[:-1]] for one in objects]
        elif self.spec.format == "jsonl":
            rows = [[json_cell(cell or "") for cell in one.values()] for one in objects]
        elif self.spec.format == "csv":
            rows = [[*map(csv_cell, row)] for row in rows]
        return ([*map(valid_text, row)] for row in rows)

    # giving them to the sink

    def _columns(self) -> list[Tree]:
        return [build.column(name) for name in self.names]

    def _ordered(self, columns: list[Tree]) -> exp.Select:
        order = [build.ordered(build.column(name)) for name, _ in self.keys]
        return select(_TABLE, columns).order_by(*order, copy=False)

    def _give(self) -> None:
        if self.spec.format == "rows":
            texts: list[Tree] = [phrase("coalesce(CAST(:cell AS VARCHAR), '')", cell=one) for one in self._columns()]
            cursor = self.connection.execute(sql(self._ordered(texts)))
            while found := cursor.fetchmany(AT_ONCE):
                self.sink.write([list(row) for row in found])
            return
        if self.spec.format == "csv":
            self._copy(self._columns(), '"', ",")
        elif is_object(self.spec):
            self._copy(self._columns(), "", "\x01")
        else:
            self._copy([named(json_row(self.table.headings, self.names), "object")], "", "\x01")
        with open(self.path, encoding="utf-8", newline="\n") as file:
            while text := file.read(CHUNK):
                self.sink.write(text + file.readline())

    def _copy(self, columns: list[Tree], quote: str, delimiter: str) -> None:
        """Write the rows to a file: as CSV, or one text a line without any quotation marks."""
        statement = build.copy_to(self.path, self._ordered(columns))
        options: dict[str, Tree] = {
            "FORMAT": exp.var("CSV"), "HEADER": build.truth(False), "DELIMITER": build.word(delimiter),
            "QUOTE": build.word(quote), "ESCAPE": build.word(quote),
        }  # fmt: skip
        parameters = [exp.CopyParameter(this=exp.var(name), expression=value) for name, value in options.items()]
        statement.set("params", parameters)
        self._do(statement)
