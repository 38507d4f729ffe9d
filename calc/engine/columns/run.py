"""A plan run over households in DuckDB: one query, whose rows are kept, written, or read as the row engine's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Union

from calc.engine.columns import pieces
from calc.engine.columns.dialects import dialect_named
from calc.engine.columns.duck import AT_ONCE, Connection
from calc.engine.columns.inputs import Inputs
from calc.engine.columns.names import HOUSEHOLD, PLACE
from calc.engine.columns.needs import WORD_BITS
from calc.engine.columns.outcomes import Field, OutcomeColumns
from calc.engine.columns.program import program
from calc.engine.columns.query import Query
from calc.engine.rows import Raw
from calc.engine.simplify import NEVER, simplified
from calc.engine.unknown import Unknown
from calc.language.kinds import MEMBER
from calc.rules.plan import Plan


def query_of(plan: Plan, inputs: Inputs, with_ids: bool = False) -> Query:
    """The query for households given so; raises Refused where there is no exact one."""
    pattern = {name: often for name, often in inputs.pattern.items() if often != NEVER and name in inputs.columns}
    lowered = program(simplified(plan, pattern), dialect_named("duckdb"), inputs.columns)
    return Query(lowered, inputs.households, inputs.members, with_ids=with_ids)


class ColumnEngine:
    """Runs one plan over households in a database."""

    def __init__(self, plan: Plan, connection: Connection, inputs: Inputs) -> None:
        self.plan = plan
        self.connection = connection
        self.inputs = inputs
        self.query = query_of(plan, inputs)

    def raws(self) -> Iterator[tuple[int, Raw]]:
        """Each household's ordinal and bare outcome, as `RowEngine.raw` gives it, in rising order."""
        query = self.query
        columns = [*query.household_columns(), *query.member_columns()]
        for ordinal, group in groupby(self._ordered(), lambda row: row[0]):
            own, *members = (dict(zip(columns, row[2:], strict=True)) for row in group)
            yield ordinal, self._raw(own, members)

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

    def _raw(self, household: dict[str, Any], members: list[dict[str, Any]]) -> Raw:
        words = [_value(field, household) for field in self.query.program.failed_checks]
        failed = sum(bits << (WORD_BITS * word) for word, bits in enumerate(words))
        outcomes: list[Any] = []
        persons = tuple(self._persons(one, household) for one in self.query.program.outcomes)
        for one in self.query.program.outcomes:
            if self.query.program.level_of(one) == MEMBER:
                outcomes.append([self._outcome(one, member) for member in members])
            else:
                outcomes.append(self._outcome(one, household))
        return failed, tuple(outcomes), persons

    def _persons(self, columns: OutcomeColumns, row: dict[str, Any]) -> Union[int, Unknown, None]:
        if columns.persons is None:
            return None
        counted = _value(columns.persons, row)
        if counted is not None:
            return int(counted)
        words = {word: _value(field, row) for word, field in columns.persons_needs.items()}
        return Unknown(self.query.program.words.plan_bits(words))

    def _outcome(self, columns: OutcomeColumns, row: dict[str, Any]) -> tuple[int, Any, int, int]:
        words = {word: _value(field, row) for word, field in columns.needs.items()}
        needs = self.query.program.words.plan_bits(words)
        status = _value(columns.status, row)
        amount = _value(columns.amount, row)
        return status, amount, _value(columns.failed, row), needs


def _value(field: Field, row: Mapping[str, Any]) -> Any:
    return row[field] if isinstance(field, str) else field
