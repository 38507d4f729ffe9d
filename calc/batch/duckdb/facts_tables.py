"""Read a ledger into a folder of facts in tables: typed, checked, ready for a cluster (see `facts_folder`).

DuckDB reads the ledger as it does for its own engine. Households that only Python can read are put into tables of
their own first, and each file is made of both: its households are those that begin in a range of the ledger.

Over 300 lines: one folder of tables that belong together, written range by range from one relation each.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain, pairwise
from typing import Any

import duckdb
from sqlglot import exp

from calc.batch.atomic_files import whole_folder
from calc.batch.duckdb.fallback_households import FallbackHouseholds
from calc.batch.duckdb.find_references import place_in_household
from calc.batch.duckdb.group_households import GroupedHouseholds, grouped
from calc.batch.duckdb.household_facts import HouseholdFactsTable
from calc.batch.duckdb.load_rows import Loaded, Loader
from calc.batch.duckdb.loose_rows import attach_loose_rows
from calc.batch.duckdb.row_shape import RowShape
from calc.batch.duckdb.run_state import BEHIND, LedgerRun
from calc.batch.duckdb.signal_errors import raised_again
from calc.batch.duckdb.sql_templates import named, phrase, select, sql, within
from calc.batch.facts_folder import (
    HOUSEHOLD_COLUMNS,
    HOUSEHOLDS,
    MEMBER_COLUMNS,
    MEMBERS,
    MISTAKE_COLUMNS,
    REJECTS,
    WARNINGS,
    FactsFolder,
    describe_fact,
    fact_columns,
    kept_columns,
)
from calc.batch.job import BatchJob, EngineFailed, ResultSink, Summary
from calc.diagnostics.diagnostic import Reject
from calc.engine.fact_keys import fact_of
from calc.engine.facts import not_known
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.dialects import WIDE, WRITTEN, dialect_named
from calc.engine.sql.duckdb_session import AT_ONCE, Connection, connect
from calc.engine.sql.input_tables import column_type
from calc.engine.totals import Totals
from calc.engine.used_facts import facts_used
from calc.households.household_reader import shown_id
from calc.language.types import MEMBER
from calc.ledger.ledger import Ledger, LedgerHousehold
from calc.report import rejects as mistakes
from calc.rules.plan import Plan
from calc.temporary_folder import TemporaryFolder

HOUSEHOLDS_IN_FILE = 200_000
"""Few enough that a cluster has files for all of its cores, and many enough to be read in one go."""
_DUCKDB = dialect_named("duckdb")
_NUMBERS = {"household": "BIGINT", "place": "INTEGER", "size": "BIGINT", "line": "BIGINT"}


def write_facts(job: BatchJob, ledger: Ledger, sink: ResultSink) -> Summary:
    """Write a ledger's facts to the folder `job.facts_to`, which appears whole or not at all.

    Raises EngineFailed for what DuckDB cannot do and InputErrors for a folder that cannot be written.
    """
    assert job.facts_to is not None
    try:
        with (
            raised_again(),
            whole_folder(job.facts_to) as folder,
            TemporaryFolder() as temporary,
            closing(connect(job.memory or "1GB", temporary, job.jobs if job.jobs > 1 else None)) as connection,
        ):
            return _FactsRun(job, ledger, connection, folder, sink).run(temporary)
    except duckdb.OutOfMemoryException:
        raise EngineFailed("duckdb-memory") from None
    except duckdb.Error as error:
        raise EngineFailed("duckdb-failed", reason=str(error).splitlines()[0]) from error


class _FactsRun(LedgerRun):
    def __init__(self, job: BatchJob, ledger: Ledger, connection: Connection, folder: str, sink: ResultSink) -> None:
        super().__init__(ledger, list(job.plans), job.spec(), sink)
        self.job = job
        self.connection = connection
        self.folder = folder
        self.kept = kept_columns(job.kept)
        used = {name for plan in job.plans for name in facts_used(plan)}
        plan = ledger.plan
        facts = [one for one in plan.facts.values() if one.type.level != MEMBER or one.name in used]
        open_keys = [not_known(one.name) for one in facts if any(is_open(of, one.name) for of in job.plans)]
        self.facts = {key: fact_of(plan, key) for key in (*(one.name for one in facts), *open_keys)}
        """The facts, by the keys for which tables may have a column."""
        self.columns = fact_columns(plan, self.facts, job.kept)
        self.stated: set[str] = set()
        """The keys of facts that have a column."""

    def do(self, tree: Tree) -> None:
        self.connection.execute(sql(tree))

    def numbers(self, tree: Tree) -> list[int]:
        return [int(row[0]) for row in self.connection.execute(sql(tree)).fetchall()]

    def run(self, temporary: str) -> Summary:
        shape = self.open(self.connection, temporary)
        loaded = Loader(shape, self.sources, self.connection).run()
        loose = attach_loose_rows(self.connection, self.ledger, loaded)
        owns = HouseholdFactsTable(self.connection, self.ledger, shape) if self.ledger.owns is not None else None
        found = grouped(self.connection, shape, loaded, owns)
        self.ledger.set_scan(found.scan, owns.memberless() if owns is not None else [])
        others = FallbackHouseholds(self.connection, self.ledger, loaded)
        self.stated |= shape.facts.keys() & self.facts.keys()
        _FallbackTables(self).fill(others)
        rows = found.rows - loaded.shared - others.blank + loose.set_aside
        households = found.plain + self.assessed
        self._write(shape, loaded, found)
        description = FactsFolder(
            {key: describe_fact(fact) for key, fact in self.facts.items() if key == fact.name},
            {name: column for name, column in self.columns.items() if name in self.stated},
            self.job.kept, tuple(plan.month for plan in self.plans), rows, households, self.rejected,
        )  # fmt: skip
        description.write(self.folder)
        apart, filled = loose.set_aside, loose.filled
        return Summary(households, self.rejected, 0, rows, Totals(), set_aside=apart, filled=filled)

    # the files

    def _write(self, shape: RowShape, loaded: Loaded, found: GroupedHouseholds) -> None:
        has_members = self.ledger.plan.has_members
        for table in (HOUSEHOLDS, REJECTS, WARNINGS, *([MEMBERS] if has_members else [])):
            os.mkdir(os.path.join(self.folder, table))
        begins = self.numbers(phrase(
            "SELECT household FROM (SELECT household, row_number() OVER (ORDER BY household) - 1 AS at FROM "
            "(SELECT first AS household FROM households UNION ALL SELECT household FROM other_households)) "
            "WHERE at % :most = 0 ORDER BY household", most=HOUSEHOLDS_IN_FILE))  # fmt: skip
        ranges = [*pairwise([*(begins or [0]), BEHIND])]
        for at, (low, high) in enumerate(ranges):
            self._copy(HOUSEHOLDS, at, self._households(shape, loaded, found.is_adjacent, low, high), ["household"])
            if has_members:
                self._copy(MEMBERS, at, self._members(shape, found.is_adjacent, low, high), ["household", "place"])
            self.sink.progress("assess", at + 1, len(ranges), self.assessed + self.rejected)
        for table in (REJECTS, WARNINGS):
            self._copy(table, 0, select(table, [exp.Star()]), ["household", "place"])

    def _copy(self, table: str, at: int, query: Tree, order: Sequence[str]) -> None:
        """Write one file of a table, its rows in order."""
        path = os.path.join(self.folder, table, f"part-{at:05}.parquet")
        rows = select(within(query, "part"), [exp.Star()]).order_by(*map(build.column, order), copy=False)
        self.connection.execute("SET preserve_insertion_order = true")
        self.do(build.copy_to(path, rows))
        self.connection.execute("SET preserve_insertion_order = false")

    def _households(self, shape: RowShape, loaded: Loaded, is_adjacent: bool, low: int, high: int) -> Tree:
        """The households that begin in a range."""
        file: list[build.Branch] = []
        line: list[build.Branch] = []
        first = build.column("first")
        for source, base in reversed([*zip(self.sources, loaded.bases, strict=True)]):
            begins = phrase(":first >= :base", first=first, base=base)
            file.append((begins, build.word(clean(source.part.file.shown))))
            line.append((begins, phrase("(:first - :base) // :each", first=first, base=base, each=source.stride)))
        own = [
            named(first, "household"), build.column("id"), named(build.case(file), "file"),
            named(exp.Cast(this=build.case(line), to=exp.DataType.build("BIGINT")), "line"), build.column("size"),
            *(named(build.column(f"k{at}"), column) for at, column in enumerate(self.kept)),
            *self._facts(shape, False, first if is_adjacent else None),
        ]  # fmt: skip
        query = select("households", own).where(_within("first", low, high), copy=False)
        return self._both(query, "other_households", low, high)

    def _members(self, shape: RowShape, is_adjacent: bool, low: int, high: int) -> Tree:
        """The members of the households that begin in a range."""
        facts = self._facts(shape, True, phrase("known.first") if is_adjacent else None)
        if not is_adjacent:
            place = phrase("row_number() OVER (PARTITION BY household ORDER BY place) - 1")
            place = named(exp.Cast(this=place, to=exp.DataType.build("INTEGER")), "place")
            keys = [build.column("household"), place, build.column("id")]
            query = select("members", [*keys, *facts]).where(_within("household", low, high), copy=False)
            return self._both(query, "other_members", low, high)
        # their number is a hash of their id, and their rows lie together
        known = select("households", [build.column("household"), build.column("first")])
        known = known.where(_within("first", low, high), copy=False)
        place = phrase("CAST(members.position - known.first AS INTEGER)")
        keys = [named(phrase("known.first"), "household"), named(place, "place"), build.column("id", "members")]
        query = select("members", [*keys, *facts])
        on = phrase("members.household = known.household")
        query = query.join(within(known, "known"), on=on, copy=False)
        query = query.where(_within("position", low, high), copy=False)
        return self._both(query, "other_members", low, high)

    def _both(self, query: Tree, others: str, low: int, high: int) -> Tree:
        """Households or members that SQL has read, and those of the same range that Python has read."""
        of_member = others == "other_members"
        keys = MEMBER_COLUMNS if of_member else (*HOUSEHOLD_COLUMNS, *self.kept)
        facts = [self._written(build.column(self.columns[key]), key) for key in self._columns(of_member)]
        more = select(others, [*map(build.column, keys), *facts])
        more = more.where(_within("household", low, high), copy=False)
        return exp.Union(this=build.own(query), expression=more, distinct=False)

    def _columns(self, of_member: bool) -> list[str]:
        """The keys of facts of a level that have a column."""
        return [key for key, fact in self.facts.items()
                if key in self.stated and (fact.type.level == MEMBER) == of_member]  # fmt: skip

    def _facts(self, shape: RowShape, of_member: bool, first: Tree | None) -> list[Tree]:
        """The facts of a level as SQL has read them; `first`: references are positions, the first of the household."""
        references, found = shape.references(), []
        for key in self._columns(of_member):
            given: Tree = build.column(shape.facts[key]) if key in shape.facts else build.null()
            if first is not None and key in references:
                given = place_in_household(given, first)
            found.append(self._written(given, key))
        return found

    def _written(self, tree: Tree, key: str) -> Tree:
        kind = column_type(self.facts[key], key)
        return named(_DUCKDB.cast(tree, WRITTEN if kind == WIDE else kind), self.columns[key])

    def kinds(self, of_member: bool) -> list[tuple[str, str]]:
        """The columns of the facts of a level, with DuckDB's types."""
        return [(self.columns[key], _DUCKDB.types[column_type(fact, key)]) for key, fact in self.facts.items()
                if (fact.type.level == MEMBER) == of_member]  # fmt: skip


class _FallbackTables:
    """The tables `other_households`, `other_members`, `rejects` and `warnings` of the households that Python reads."""

    def __init__(self, run: _FactsRun) -> None:
        self.run = run
        self.shapes: dict[str, list[tuple[str, str]]] = {
            "other_households": [*_typed(HOUSEHOLD_COLUMNS), *_typed(run.kept), *run.kinds(False)],
            "other_members": [*_typed(MEMBER_COLUMNS), *run.kinds(True)],
            **dict.fromkeys((REJECTS, WARNINGS), mistake_shape(run.kept)),
        }
        self.waiting: dict[str, list[Sequence[object]]] = {name: [] for name in self.shapes}
        for name, shape in self.shapes.items():
            run.do(build.table_of(name, shape))

    def fill(self, others: FallbackHouseholds) -> None:
        """Put all households of the row path into the tables, and those without a row in the ledger."""
        run = self.run
        without = ((BEHIND + at, one) for at, one in enumerate(run.ledger.without_members()))
        found: Iterator[tuple[int, LedgerHousehold | Reject]] = chain(others.households(), without)
        for position, one in found:
            if isinstance(one, Reject):
                run.refuse(one)
                self._add(REJECTS, self._mistakes(position, one))
            else:
                self._household(position, one)
        for name in self.shapes:
            self._flush(name)

    def _household(self, position: int, one: LedgerHousehold) -> None:
        run = self.run
        run.assessed += 1
        file = one.part.file.shown
        if one.warnings:
            run.sink.warn(shown_id(one.id, run.wanted.show_ids), one.warnings)
            warned = Reject(one.id, one.warnings, file, one.line, one.cells)
            self._add(WARNINGS, self._mistakes(position, warned))
        own = [one.facts.get(name) for name, fact in run.facts.items() if fact.type.level != MEMBER]
        row = (position, one.id, file, one.line, len(one.members), *one.cells, *own)
        self._add("other_households", [row])
        names = [name for name, fact in run.facts.items() if fact.type.level == MEMBER]
        members = [(position, place, id, *map(facts.get, names))
                   for place, (id, facts) in enumerate(zip(one.ids, one.members, strict=True))]  # fmt: skip
        self._add("other_members", members)
        for facts in (one.facts, *one.members):
            run.stated |= facts.keys() & run.facts.keys()

    def _mistakes(self, position: int, one: Reject) -> list[Sequence[object]]:
        """The rows of a household in the file of rejects, with their messages in both languages."""
        return [
            (position, place, *row[:6], row[6], found.message("zh"), *row[7:])
            for place, (row, found) in enumerate(zip(mistakes.rows(one, "en"), one.mistakes, strict=True))
        ]

    def _add(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        waiting = self.waiting[table]
        waiting += rows
        if len(waiting) >= AT_ONCE:
            self._flush(table)

    def _flush(self, table: str) -> None:
        waiting, shape = self.waiting[table], self.shapes[table]
        if waiting:
            statement = sql(build.rows_added(table, [name for name, _ in shape], [kind for _, kind in shape]))
            columns = [[clean(one) for one in column] for column in zip(*waiting, strict=True)]
            self.run.connection.execute(statement, columns)
            self.waiting[table] = []


def is_open(plan: Plan, name: str) -> bool:
    """Says whether it matters in a month that a fact is stated as not known: whether it has a default."""
    return name in plan.facts and plan.facts[name].default is not None


def _within(column: str, low: int, high: int) -> Tree:
    return phrase(":c >= :low AND :c < :high", c=build.column(column), low=low, high=high)


def mistake_shape(kept: Sequence[str]) -> list[tuple[str, str]]:
    """The columns of mistakes with DuckDB's types: all but the two that order them are texts."""
    order = {name: _NUMBERS[name] for name in ("household", "place")}
    return [(name, order.get(name, "VARCHAR")) for name in (*MISTAKE_COLUMNS, *kept)]


def _typed(columns: Iterable[str]) -> list[tuple[str, str]]:
    return [(one, _NUMBERS.get(one, "VARCHAR")) for one in columns]


def clean(value: Any) -> Any:
    """A value that UTF-8 can hold."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
