"""Compare results of two runs in DuckDB: only households that may differ come to Python.

A household is certainly the same if nothing is undetermined on either side and it gets the same of every benefit.
Files that DuckDB could read in another way than Python are left to the row engine (NotWorthIt).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import duckdb
from sqlglot import exp

from calc.batch.duckdb.job_database import job_database
from calc.batch.duckdb.run_state import BEHIND
from calc.batch.duckdb.signal_errors import SignalsFirst
from calc.batch.duckdb.sql_templates import named, phrase, select, sql, within
from calc.batch.job import NotWorthIt
from calc.batch.open_results import REJECTS, result_kind
from calc.batch.read_results import result_rows
from calc.compare.changed_households import SameHouseholds
from calc.compare.compare import ChangeTaker, take_changes
from calc.compare.find_changes import ResultChangeFinder
from calc.compare.known_results import KnownResults, ResultHouseholds
from calc.compare.result_lines import ResultLines, lines_under
from calc.compare.spool import Spool
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import AT_ONCE, Connection
from calc.ledger.open_files import PARQUET_START, flows
from calc.rules.toml_document import month_text
from calc.vary.answers import Answer
from calc.vary.comparison import ComparisonSummary
from calc.vary.kinds import Side

_HEAD = 1 << 16
_FAR = 1 << 40
"""The distance of the positions of rows in one file to those in the next one."""


def compare_by_duckdb(
    before: KnownResults, after: KnownResults, summary: ComparisonSummary, sink: ChangeTaker
) -> None:  # fmt: skip
    """Compares two pictures. Raises EngineFailed, or NotWorthIt where the row engine has to read the files."""
    with job_database(after.job) as (connection, _), SignalsFirst(), Spool(None) as earlier, Spool(None) as later:
        connection.execute("SET preserve_insertion_order = true")  # rows are numbered as they are read
        old, new = _Side(connection, "old", before), _Side(connection, "new", after)
        pair = _Pair(connection, old, new)
        same = [*pair.same()]
        for side, spool in ((old, earlier), (new, later)):
            pair.changed_to(side, spool)
            side.rejects_to(spool)
        finder = ResultChangeFinder(earlier, later, before.plan, after.plan)
        take_changes(finder, same, (old.positions, new.positions), summary, sink)


class _Side:
    """The results of one side as a table `old_lines` or `new_lines`; `positions` has those of changed households."""

    def __init__(self, connection: Connection, name: str, known: KnownResults) -> None:
        self.connection, self.name, self.known = connection, name, known
        self.rejects: list[str] = []
        self.positions: dict[str, int] = {}
        self.reader = ResultHouseholds(known)
        files = [found for at, path in enumerate(known.paths) if (found := self._file(path, at * _FAR)) is not None]
        if len({(lines.is_by_benefit, *lines.amounts) for _, lines in files}) != 1:
            raise NotWorthIt("unfit-results")
        self.lines = files[0][1]
        rows = files[0][0]
        for query, _ in files[1:]:
            rows = exp.Union(this=rows, expression=query, distinct=False)
        try:
            self._do(build.view_of(f"{name}_rows", rows))
            self._require_fine()
            self._do(build.table_from(f"{name}_lines", self.lines.query(f"{name}_month")))
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            raise NotWorthIt("unfit-results") from None
        known.without_people = self.lines.is_by_benefit and bool(self._number("count(*) FILTER (size = 0)", "lines"))
        if not self._number("count(*)", "lines") and not self.rejects:
            raise known.no_results()
        if self._number("count(*) - count(DISTINCT id)", "lines"):
            raise NotWorthIt("unfit-results")

    def _do(self, tree: Tree) -> None:
        self.connection.execute(sql(tree))

    def _number(self, what: str, relation: str) -> int:
        found = self.connection.execute(sql(select(f"{self.name}_{relation}", [phrase(what)]))).fetchone()
        assert found is not None
        return int(found[0])

    def _file(self, path: str, first: int) -> tuple[exp.Query, ResultLines] | None:
        """The rows of a file of results as a query, with its shape; None for one of rejects."""
        if path == "-" or flows(path):
            raise NotWorthIt("unfit-results")
        try:
            with open(path, "rb") as file:
                head = file.read(_HEAD)
        except OSError:
            raise NotWorthIt("unfit-results") from None  # the row engine says what is the matter
        if head.startswith(PARQUET_START):
            relation: Tree = phrase("READ_PARQUET(:path, file_row_number = TRUE)", path=build.one_file(path))
            shown = self.connection.execute(sql(select(relation, [exp.Star()]).limit(0)))
            headings = [one[0] for one in shown.description or []][:-1]
            return self._rows(headings, relation, phrase("file_row_number + :first", first=first), headings)
        try:
            text = head.decode("utf-8-sig", "ignore")
            headings = next(csv.reader(io.StringIO(text, newline="")), [])
        except csv.Error:
            headings = []
        kind = result_kind(text, None)
        if kind == REJECTS:
            self.rejects.append(path)
            return None
        if text.startswith("{"):
            raise NotWorthIt("unfit-results")
        names = [f"c{at}" for at in range(len(headings))]
        cells = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        query = (
            "SELECT * FROM read_csv(:path, auto_detect = FALSE, header = TRUE, delim = ',', quote = :quote, "
            f"escape = :quote, hive_partitioning = FALSE, compression = 'none', columns = {{{cells}}})"
        )
        relation = within(phrase(query, path=build.one_file(path), quote='"'), "cells")
        return self._rows(headings, relation, phrase("row_number() OVER () + :first", first=first), names)

    def _rows(
        self, headings: list[str], relation: Tree, position: Tree, names: list[str]
    ) -> tuple[exp.Query, ResultLines]:
        """The rows under their headings; `names` are those of the columns of the relation."""
        column = dict(zip(headings, names, strict=True))
        group = self.known.job.group_by
        lines = lines_under(column, self.known.plan, group)
        if lines is None:
            raise NotWorthIt("unfit-results")
        return select(relation, lines.selected(position, column, group)), lines

    def _require_fine(self) -> None:
        """Makes the rows of the month a table; raises NotWorthIt for a row that Python has to read."""
        month = phrase("month = :month", month=month_text(self.known.plan.month))
        rows = f"{self.name}_rows"
        every: Tree = phrase("regexp_matches(month, '^(19|[2-9][0-9])[0-9]{2}-(0[1-9]|1[0-2])$')")
        if not self.known.is_chosen:
            every = build.own(month)
        is_fine = build.both(build.coalesce(every, build.truth(False)), self.lines.is_fine())
        columns = [exp.Star(), named(is_fine, "is_fine"), named(month, "is_month")]
        self._do(build.table_from(f"{self.name}_read", select(rows, columns)))
        if self._number("count(*) FILTER (NOT is_fine)", "read"):
            raise NotWorthIt("unfit-results")
        query = build.select_all(build.relation(f"{self.name}_read")).where(phrase("is_month"), copy=False)
        self._do(build.view_of(f"{self.name}_month", query))
        if self.lines.is_by_benefit:
            self._require_adjacent()

    def _require_adjacent(self) -> None:
        """Raises NotWorthIt if rows by benefit of a household are apart: the row engine says where."""
        starts = (
            "household IS DISTINCT FROM lag(household) OVER (ORDER BY position) "
            "OR position - lag(position) OVER (ORDER BY position) >= :far"
        )
        query = select(f"{self.name}_month", [named(phrase(starts, far=_FAR >> 1), "is_first")])
        self._do(build.view_of(f"{self.name}_starts", query))
        if self._number("count(*) FILTER (is_first)", "starts") != self._number("count(DISTINCT household)", "month"):
            raise NotWorthIt("unfit-results")

    def rejects_to(self, spool: Spool) -> None:
        """Adds the households of files of rejects to a spool."""
        for path in self.rejects:
            with open(path, encoding="utf-8-sig", newline="") as file:
                for line, row in result_rows(path, file.read(), self.known.labels):
                    list(self.reader.take(path, line, row))
        if self.reader.rejected:
            ids = self.connection.execute(
                f"SELECT id FROM {self.name}_lines WHERE id IN (SELECT unnest(?))", [[*self.reader.rejected]]
            )
            self.reader.seen = {id for (id,) in ids.fetchall()}
        for at, (id, side) in enumerate(self.reader.rejects()):
            self.positions[id] = BEHIND + at
            spool.add(id, side)

    def household(self, values: tuple[Any, ...]) -> tuple[str, Side]:
        """Makes a household of a row of lines."""
        first, id, size, group, *cells = values
        names = self.lines.names
        grants = {(name, ""): (1, int(one)) for name, one in zip(names, cells, strict=False) if one is not None}
        opened = {(name, ""): sum(self.reader.bits[need] for need in {*one.split(";")} - {""})
                  for name, one in zip(names, cells[len(names) :], strict=True) if one is not None}  # fmt: skip
        self.positions[id] = first
        return id, Side(None, Answer(grants, opened), int(size), group)


class _Pair:
    """Both sides; the table `changed` has the ids of the households that may differ."""

    def __init__(self, connection: Connection, old: _Side, new: _Side) -> None:
        self.connection = connection
        self.old, self.new = old, new
        self._same = build.both(phrase("old_lines.id = new_lines.id"), *self._alike())
        ids = [named(build.column("id", f"{name}_lines"), f"{name}_id") for name in ("old", "new")]
        query = self._both("full", ids).where(
            build.negation(build.coalesce(self._same, build.truth(False))), copy=False
        )
        connection.execute(sql(build.table_from("changed", query)))

    def _both(self, kind: str, columns: list[Tree]) -> exp.Select:
        query = select("old_lines", columns)
        on = phrase("old_lines.id = new_lines.id")
        return query.join(build.relation("new_lines"), on=on, join_type=kind, copy=False)

    def _alike(self) -> Iterator[Tree]:
        """Says of each benefit that it is settled and the same; where it is paid in other ways, that nobody gets it."""
        old, new = ({name: at for at, name in enumerate(side.lines.names)} for side in (self.old, self.new))
        for name in {**old, **new}:
            places = [(f"{side}_lines", found[name]) for side, found in (("old", old), ("new", new)) if name in found]
            yield from (build.is_null(build.column(f"o_{at}", side)) for side, at in places)
            paid = [build.column(f"b_{at}", side) for side, at in places]
            plans = self.old.known.plan, self.new.known.plan
            if len(paid) == 2 and len({plan.benefits[name].per for plan in plans}) == 1:
                yield phrase(":old IS NOT DISTINCT FROM :new", old=paid[0], new=paid[1])
            else:
                yield from map(build.is_null, paid)

    def same(self) -> Iterator[SameHouseholds]:
        """Yields the sums of the households that are the same, for each group and size."""
        group, size = build.column("k0", "old_lines"), build.column("size", "old_lines")
        columns = [group, size, phrase("min(new_lines.first)"), phrase("count(*)"),
                   phrase("sum(greatest(old_lines.size, new_lines.size))")]  # fmt: skip
        names = self.old.lines.names
        for at in range(len(names)):
            columns += [phrase(f"{what}(:b)", b=build.column(f"b_{at}", "old_lines")) for what in ("count", "sum")]
        query = self._both("inner", columns).where(self._same, copy=False)
        query = query.group_by(build.own(group), build.own(size), copy=False)
        for key, size_of, first, count, people, *numbers in self.connection.execute(sql(query)).fetchall():
            paid = {name: int(amount) for name, had, amount in
                    zip(names, numbers[::2], numbers[1::2], strict=True) if had}  # fmt: skip
            yield SameHouseholds(key, int(size_of), first, count, int(people), paid)

    def changed_to(self, side: _Side, spool: Spool) -> None:
        """Adds the households of a side that may differ to its spool, in the order of its files."""
        name = f"{side.name}_lines"
        columns: list[Tree] = [build.column(one, name) for one in side.lines.columns]
        on = build.binary(exp.EQ, build.column("id", name), build.column(f"{side.name}_id", "changed"))
        query = select(name, columns).join(build.relation("changed"), on=on, copy=False)
        cursor = self.connection.cursor()
        cursor.execute(sql(query.order_by(build.column("first", name), copy=False)))
        while rows := cursor.fetchmany(AT_ONCE):
            for row in rows:
                spool.add(*side.household(row))
