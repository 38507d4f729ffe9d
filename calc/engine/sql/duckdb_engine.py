"""Runs a plan over households in DuckDB: one query, whose rows are stored, written, or read as raw outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from calc.engine.python.row_engine import RawOutcome
from calc.engine.sql import build
from calc.engine.sql.duckdb_session import AT_ONCE, Connection
from calc.engine.sql.identifiers import HOUSEHOLD, PLACE
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.read_rows import query_of, raws_of
from calc.rules.plan import Plan


class ColumnEngine:
    """Runs one plan over households in a database."""

    def __init__(self, plan: Plan, connection: Connection, inputs: Inputs) -> None:
        self.plan = plan
        self.connection = connection
        self.inputs = inputs
        self.query = query_of(plan, inputs)

    def raws(self) -> Iterator[tuple[int, RawOutcome]]:
        """Yields each household's ordinal and raw outcome, as of `RowEngine.raw`, in rising order."""
        return raws_of(self.query, self._ordered())

    def _ordered(self) -> Iterator[tuple[Any, ...]]:
        """Fetches the rows of all households, each before those of its members."""
        order = [build.ordered(build.column(HOUSEHOLD)), build.ordered(build.column(PLACE))]
        cursor = self.connection.cursor()
        cursor.execute(self.query.sql(self.query.all_rows().order_by(*order, copy=False)))
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows

    def store(self, relation: str) -> None:
        """Makes a table of the rows of `Query.all_rows`."""
        table = build.table_from(relation, self.query.all_rows())
        self.connection.execute(self.query.sql(table))

    def copy_long(self, path: str) -> None:
        """Writes the rows of `Query.long_rows` to a file, Parquet or CSV by its ending."""
        statement = build.copy_to(path, self.query.long_rows())
        self.connection.execute(self.query.sql(statement))
