"""Opens DuckDB in this process, loads households into it, and counts how often each fact is stated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import duckdb

from calc.engine.fact_keys import fact_keys, fact_of
from calc.engine.facts import Household
from calc.engine.simple_plan import ALWAYS, MAYBE, NEVER, Pattern
from calc.engine.sql import build
from calc.engine.sql.dialects import LONG, NARROW, TRUTH, WORD, dialect_named
from calc.engine.sql.identifiers import HOUSEHOLD, ID, PLACE
from calc.engine.sql.input_tables import Inputs, column_type
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.language.types import HOUSEHOLD as HOUSEHOLD_LEVEL
from calc.language.types import MEMBER
from calc.record import replace
from calc.rules.plan import Plan

AT_ONCE = 20_000
"""Households loaded, and rows fetched, at a time."""
Connection = duckdb.DuckDBPyConnection


def connect(memory: str | None = None, directory: str | None = None, threads: int | None = None) -> Connection:
    """Opens a database in this process; it uses at most `memory` (`2GB`) and writes the rest to a directory."""
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


# loading households


def load(
    connection: Connection, plan: Plan, households: Iterable[Household], columns: Mapping[str, str] | None = None
) -> Inputs:
    """Makes tables of households; facts that no household states get no column. `columns` has the names of columns."""
    inputs = Inputs.of(plan, columns)
    tables = [_TableShape(connection, plan, inputs, inputs.households, HOUSEHOLD_KEYS, False)]
    if inputs.members is not None:
        tables.append(_TableShape(connection, plan, inputs, inputs.members, MEMBER_KEYS, True))
    source, first = iter(households), 0
    while chunk := list(islice(source, AT_ONCE)):
        tables[0].insert([((ordinal,), one.facts) for ordinal, one in enumerate(chunk, first)])
        if len(tables) > 1:
            tables[1].insert([
                ((ordinal, place, member.id), member.facts)
                for ordinal, one in enumerate(chunk, first)
                for place, member in enumerate(one.members)
            ])  # fmt: skip
        first += len(chunk)
    columns = {name: column for table in tables for name, column in table.columns.items()}
    inputs = replace(inputs, columns=columns)
    return replace(inputs, pattern=stated(connection, plan, inputs))


HOUSEHOLD_KEYS: dict[str, int | str] = {HOUSEHOLD: LONG}
MEMBER_KEYS: dict[str, int | str] = {HOUSEHOLD: LONG, PLACE: NARROW, ID: WORD}


class _TableShape:
    """A table that is filled; the column of a fact is added when the first row states it."""

    def __init__(
        self, connection: Connection, plan: Plan, inputs: Inputs, name: str, keys: dict[str, int | str], of_member: bool
    ) -> None:
        self.connection = connection
        self.name = name
        self.keys = keys
        self.facts = {key: fact_of(plan, key) for key in fact_keys(plan, MEMBER if of_member else HOUSEHOLD_LEVEL)}
        self.wanted = inputs.columns
        self.columns: dict[str, str] = {}
        self.types = dialect_named("duckdb").types
        shape = build.table_of(name, [(key, self.types[kind]) for key, kind in keys.items()])
        connection.execute(shape.sql(dialect="duckdb"))

    def insert(self, rows: list[tuple[tuple[Any, ...], Mapping[str, Any]]]) -> None:
        """Adds rows of keys and facts, as one list for each column: the fastest way without numpy."""
        if not rows:
            return
        stated = set().union(*(facts for _, facts in rows))
        kept = [name for name in self.facts if name in stated]
        for name in kept:
            if name not in self.columns:
                self.columns[name] = self.wanted[name]
                kind = self.types[column_type(self.facts[name], name)]
                added = build.column_added(self.name, self.wanted[name], kind)
                self.connection.execute(added.sql(dialect="duckdb"))
        kinds = [*self.keys.values(), *(column_type(self.facts[name], name) for name in kept)]
        keys = zip(*(keys for keys, _ in rows), strict=True)
        values = [*keys, *([facts.get(name) for _, facts in rows] for name in kept)]
        names = [*self.keys, *(self.columns[name] for name in kept)]
        statement = build.rows_added(self.name, names, [self.types[kind] for kind in kinds])
        self.connection.execute(statement.sql(dialect="duckdb"), [[*column] for column in values])


def _shape(connection: Connection, relation: str) -> list[tuple[str, str]]:
    """Lists the columns of a relation and their types."""
    described = connection.execute(build.shape_of(relation).sql(dialect="duckdb")).description
    return [(str(one[0]), str(one[1])) for one in described]


def read_parquet(
    connection: Connection,
    plan: Plan,
    households: str,
    members: str | None,
    columns: Mapping[str, str] | None = None,
) -> Inputs:
    """Makes views on Parquet files; `columns` has the column of each fact, by default the one of its name.

    Raises UnsupportedPlan where a cast of a column would not be exact, such as a DOUBLE for an amount.
    """
    inputs = Inputs.of(plan, columns)
    found: dict[bool, dict[str, str]] = {False: {}, True: {}}
    for name, path in ((inputs.households, households), (inputs.members, members)):
        if name is not None and path is not None:
            view = build.view_of(name, build.select_all(build.call("READ_PARQUET", build.word(path))))
            connection.execute(view.sql(dialect="duckdb"))
            found[name == inputs.members] = dict(_shape(connection, name))
    kept = {}
    for name, column in inputs.columns.items():
        fact = fact_of(plan, name)
        wanted = column_type(fact, name)
        of_member = fact.type.level == MEMBER
        kind = found[of_member].get(column)
        if kind is None or (not _fits(wanted, kind) and not _has_values(connection, inputs, column, of_member)):
            continue
        if not _fits(wanted, kind):
            raise UnsupportedPlan("wrong-column", name, column=column, found=kind, wanted=_told(wanted))
        kept[name] = column
    return replace(inputs, columns=kept)


WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


def _fits(wanted: int | str, kind: str) -> bool:
    """Says whether the type of a column holds such values exactly."""
    if isinstance(wanted, int):
        return kind in WHOLE
    return kind == _told(wanted) or (wanted == WORD and kind.startswith("ENUM"))


def _told(wanted: int | str) -> str:
    return "whole numbers" if isinstance(wanted, int) else "BOOLEAN" if wanted == TRUTH else "VARCHAR"


def _has_values(connection: Connection, inputs: Inputs, column: str, of_member: bool) -> bool:
    """Says whether any row states a fact: an empty column often has an arbitrary type."""
    source = inputs.members if of_member else inputs.households
    query = build.select_from(source or "", [build.call("COUNT", build.column(column))])
    row = connection.execute(query.sql(dialect="duckdb")).fetchone()
    return row is not None and row[0] > 0


def stated(connection: Connection, plan: Plan, inputs: Inputs) -> Pattern:
    """Counts how often each fact is stated, with one query over every column, so that the plan can be simplified."""
    pattern: dict[str, int] = dict.fromkeys(plan.facts, NEVER)
    for name, level in ((inputs.households, HOUSEHOLD_LEVEL), (inputs.members, MEMBER)):
        keys = [key for key in fact_keys(plan, level) if key in inputs.columns]
        if name is None or not keys:
            continue
        counts = [build.call("COUNT", build.column(inputs.columns[key])) for key in keys]
        query = build.select_from(name, [build.count_all(), *counts])
        row = connection.execute(query.sql(dialect="duckdb")).fetchone()
        assert row is not None
        for key, count in zip(keys, row[1:], strict=True):
            pattern[key] = NEVER if count == 0 else ALWAYS if count == row[0] else MAYBE
    return pattern
