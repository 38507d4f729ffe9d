"""DuckDB in the process: opening it, giving it households, and what it answers, as rows or as the row engine would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

import duckdb

from calc.engine.columns import pieces
from calc.engine.columns.dialects import LONG, NARROW, WORD, dialect_named
from calc.engine.columns.inputs import Inputs, column_type
from calc.engine.columns.names import HOUSEHOLD, ID, PLACE
from calc.engine.columns.outcomes import Field, OutcomeColumns
from calc.engine.columns.program import program
from calc.engine.columns.query import Query
from calc.engine.household import Household
from calc.engine.rows import Raw
from calc.engine.simplify import ALWAYS, MAYBE, NEVER, Pattern, simplified
from calc.language.kinds import MEMBER
from calc.record import replace
from calc.rules.plan import FactPlan, Plan

AT_ONCE = 20_000
"""Households that are handed over, and rows that are fetched, at a time."""
Connection = duckdb.DuckDBPyConnection


def connect(memory: str | None = None, directory: str | None = None, threads: int | None = None) -> Connection:
    """A database in this process that uses at most so much memory (`2GB`) and spills to a directory."""
    config: dict[str, Any] = {}
    if memory is not None:
        config["memory_limit"] = memory
    if directory is not None:
        config["temp_directory"] = directory
    if threads is not None:
        config["threads"] = threads
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("SET preserve_insertion_order = false")  # rows carry their ordinal; order costs memory
    return connection


# giving it households


def load(connection: Connection, plan: Plan, households: Iterable[Household]) -> Inputs:
    """Make tables of households; facts that nobody states get no column."""
    inputs = Inputs.of(plan)
    makers: list[tuple[str, list[str], list[int | str], int]] = [(inputs.households, [HOUSEHOLD], [LONG], 0)]
    if inputs.members is not None:
        makers.append((inputs.members, [HOUSEHOLD, PLACE, ID], [LONG, NARROW, WORD], MEMBER))
    facts: dict[str, list[FactPlan]] = {}
    for table, keys, types, level in makers:
        facts[table] = [fact for fact in plan.facts.values() if (fact.type.level == MEMBER) == (level == MEMBER)]
        named = [*keys, *(inputs.columns[fact.name] for fact in facts[table])]
        kinds = [*types, *(column_type(fact) for fact in facts[table])]
        _make_table(connection, table, named, kinds)
    source, ordinal = iter(households), 0
    while chunk := list(islice(source, AT_ONCE)):
        of_households: list[list[Any]] = [[] for _ in range(1 + len(facts[inputs.households]))]
        of_members: list[list[Any]] = [[] for _ in range(3 + len(facts.get(inputs.members or "", ())))]
        for household in chunk:
            _append(of_households, (ordinal,), facts[inputs.households], household.facts)
            for place, member in enumerate(household.members if inputs.members is not None else ()):
                _append(of_members, (ordinal, place, member.id), facts[inputs.members or ""], member.facts)
            ordinal += 1
        _insert(connection, inputs.households, of_households)
        if inputs.members is not None:
            _insert(connection, inputs.members, of_members)
    return replace(inputs, pattern=stated(connection, plan, inputs))  # type: ignore[no-any-return]


def _append(
    columns: list[list[Any]], keys: tuple[Any, ...], facts: Sequence[FactPlan], given: Mapping[str, Any]
) -> None:
    for column, value in zip(columns, (*keys, *(given.get(fact.name) for fact in facts)), strict=True):
        column.append(value)


def _make_table(connection: Connection, name: str, columns: list[str], kinds: list[int | str]) -> None:
    types = dialect_named("duckdb").types
    shape = pieces.table_of(name, list(zip(columns, (types[kind] for kind in kinds), strict=True)))
    connection.execute(shape.sql(dialect="duckdb"))


def _insert(connection: Connection, table: str, columns: list[list[Any]]) -> None:
    """Column by column: a list a column is what DuckDB takes fastest without numpy."""
    if columns[0]:
        kinds = [kind for _, kind in _shape(connection, table)]
        select = ", ".join(f"unnest(CAST(? AS {kind}[]))" for kind in kinds)  # type names of DuckDB's own
        target = pieces.relation(table).sql(dialect="duckdb")
        connection.execute(f"INSERT INTO {target} SELECT {select}", columns)


def _shape(connection: Connection, relation: str) -> list[tuple[str, str]]:
    """The columns of a relation and their types."""
    described = connection.execute(pieces.shape_of(relation).sql(dialect="duckdb")).description
    return [(str(one[0]), str(one[1])) for one in described]


def read_parquet(
    connection: Connection,
    plan: Plan,
    households: str,
    members: str | None,
    columns: Mapping[str, str] | None = None,
) -> Inputs:
    """Views on Parquet files; `columns` names the column of each fact, else a fact's column has its name."""
    inputs = Inputs.of(plan, columns)
    found: set[str] = set()
    for name, path in ((inputs.households, households), (inputs.members, members)):
        if name is not None and path is not None:
            view = pieces.view_of(name, pieces.select_all(pieces.call("READ_PARQUET", pieces.word(path))))
            connection.execute(view.sql(dialect="duckdb"))
            found |= {name for name, _ in _shape(connection, name)}
    kept = {fact: column for fact, column in inputs.columns.items() if column in found}
    return replace(inputs, columns=kept)  # type: ignore[no-any-return]


def stated(connection: Connection, plan: Plan, inputs: Inputs) -> Pattern:
    """How often each fact is stated: one look at every column, so that the query does what these households need."""
    pattern: dict[str, int] = dict.fromkeys(plan.facts, NEVER)
    for name, level in ((inputs.households, 0), (inputs.members, MEMBER)):
        facts = [fact for fact in plan.facts.values()
                 if fact.name in inputs.columns and (fact.type.level == MEMBER) == (level == MEMBER)]  # fmt: skip
        if name is None or not facts:
            continue
        counts = [pieces.call("COUNT", pieces.column(inputs.columns[fact.name])) for fact in facts]
        query = pieces.select_from(name, [pieces.count_all(), *counts])
        row = connection.execute(query.sql(dialect="duckdb")).fetchone()
        assert row is not None
        for fact, count in zip(facts, row[1:], strict=True):
            pattern[fact.name] = NEVER if count == 0 else ALWAYS if count == row[0] else MAYBE
    return pattern


# asking


def query_of(plan: Plan, inputs: Inputs) -> Query:
    """The query for households given so; raises Refused where there is no exact one."""
    pattern = {name: often for name, often in inputs.pattern.items() if often != NEVER and name in inputs.columns}
    lowered = program(simplified(plan, pattern), dialect_named("duckdb"), inputs.columns)
    return Query(lowered, inputs.households, inputs.members)


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
        of_members: Iterator[tuple[int, list[tuple[Any, ...]]]] = iter(())
        if query.has_members:
            rows = self._rows(self.connection.cursor(), query.member_rows(), [HOUSEHOLD, PLACE])
            of_members = ((key, list(group)) for key, group in groupby(rows, lambda row: row[0]))
        names, member_names = query.household_columns(), query.member_columns()
        members: tuple[int, list[tuple[Any, ...]]] | None = next(of_members, None)
        for row in self._rows(self.connection.cursor(), query.household_rows(), [HOUSEHOLD]):
            here: list[tuple[Any, ...]] = []
            if members is not None and members[0] == row[0]:
                here, members = members[1], next(of_members, None)
            yield row[0], self._raw(dict(zip(names, row[1:], strict=True)),
                                    [dict(zip(member_names, one[2:], strict=True)) for one in here])  # fmt: skip

    def _rows(self, cursor: Connection, query: Any, order: list[str]) -> Iterator[tuple[Any, ...]]:
        ordered = query.order_by(*(pieces.column(name) for name in order), copy=False)
        cursor.execute(self.query.sql(ordered))
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows

    def _raw(self, household: dict[str, Any], members: list[dict[str, Any]]) -> Raw:
        words = [_value(field, household) for field in self.query.program.failed_checks]
        failed = sum(bits << (63 * word) for word, bits in enumerate(words))
        outcomes: list[Any] = []
        for one in self.query.program.outcomes:
            if self.query.program.level_of(one) == MEMBER:
                outcomes.append([self._outcome(one, member) for member in members])
            else:
                outcomes.append(self._outcome(one, household))
        return failed, tuple(outcomes)

    def _outcome(self, columns: OutcomeColumns, row: dict[str, Any]) -> tuple[int, Any, int, int]:
        words = {word: _value(field, row) for word, field in columns.needs.items()}
        needs = self.query.program.words.plan_bits(words)
        status = _value(columns.status, row)
        amount = _value(columns.amount, row)
        return status, amount, _value(columns.failed, row), needs


def _value(field: Field, row: Mapping[str, Any]) -> Any:
    return row[field] if isinstance(field, str) else field
