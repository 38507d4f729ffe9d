"""A plan run over households in DuckDB: one query, whose rows are kept, written, or read as the row engine's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from calc.engine.columns import pieces
from calc.engine.columns.answers import query_of, raws_of
from calc.engine.columns.duck import AT_ONCE, Connection
from calc.engine.columns.inputs import Inputs
from calc.engine.columns.names import HOUSEHOLD, PLACE
from calc.engine.rows import Raw
from calc.rules.plan import Plan


class ColumnEngine:
    """Runs one plan over households in a database."""

    def __init__(self, plan: Plan, connection: Connection, inputs: Inputs) -> None:
        self.plan = plan
        self.connection = connection
        self.inputs = inputs
        self.query = query_of(plan, inputs)

    def raws(self) -> Iterator[tuple[int, Raw]]:
        """Each household's ordinal and bare outcome, as `RowEngine.raw` gives it, in rising order."""
        return raws_of(self.query, self._ordered())

    def _ordered(self) -> Iterator[tuple[Any, ...]]:
        """The rows of all households, each before its members."""
        order = [pieces.ordered(pieces.column(HOUSEHOLD)), pieces.ordered(pieces.column(PLACE))]
        cursor = self.connection.cursor()
        cursor.execute(self.query.sql(self.query.all_rows().order_by(*order, copy=False)))
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows

    def store(self, relation: str) -> None:
        """Make a table of all rows: see `Query.all_rows`."""
        table = pieces.table_from(relation, self.query.all_rows())
        self.connection.execute(self.query.sql(table))

    def copy_long(self, path: str) -> None:
        """Write a row an outcome to a file, Parquet or CSV by its ending: see `Query.long_rows`."""
        statement = pieces.copy_to(path, self.query.long_rows())
        self.connection.execute(self.query.sql(statement))
