"""A ledger through DuckDB, from its files to results, rejects and totals: range by range of households."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise

import duckdb

from calc.batch.assess_block import BlockAssessor, BlockResult
from calc.batch.blank_cells import counted_facts
from calc.batch.duckdb.blank_counts import BlankCounter
from calc.batch.duckdb.estimate_fallback import require_worth
from calc.batch.duckdb.fallback_households import FallbackHouseholds, assessed
from calc.batch.duckdb.fallback_reasons import count_reasons
from calc.batch.duckdb.group_households import GroupedHouseholds, grouped
from calc.batch.duckdb.household_facts import HouseholdFactsTable
from calc.batch.duckdb.load_rows import Loader, at_a_time
from calc.batch.duckdb.loose_rows import attach_loose_rows
from calc.batch.duckdb.month_query import MonthQuery
from calc.batch.duckdb.result_query import is_object
from calc.batch.duckdb.row_shape import RowShape, levels_of
from calc.batch.duckdb.run_state import BEHIND, LedgerRun
from calc.batch.duckdb.signal_errors import raised_again
from calc.batch.duckdb.sql_templates import phrase, select, sql
from calc.batch.duckdb.write_results import ResultWriter
from calc.batch.job import AUTO, BatchJob, EngineFailed, ResultSink, ResultSpec, Summary
from calc.diagnostics.diagnostic import Reject
from calc.engine.fact_keys import fact_keys
from calc.engine.sql import build
from calc.engine.sql.duckdb_session import Connection, connect, stated
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.interrupts import interruptible
from calc.ledger.ledger import Ledger
from calc.record import replace
from calc.rules.plan import Plan
from calc.temporary_folder import TemporaryFolder

BYTES = {"household": 3000, "benefit": 16_000, "object": 40_000}
"""Bytes that a household takes while it is decided, with its members and its results, by what a row of results is."""

FAILING_ROWS = "failing_rows"


def assess_by_duckdb(job: BatchJob, ledger: Ledger, sink: ResultSink) -> Summary:
    """Assess a ledger. Raises EngineFailed for what DuckDB cannot do, UnsupportedPlan for rules without a query."""
    try:
        with (
            raised_again(),
            TemporaryFolder() as folder,
            closing(connect(job.memory or "1GB", folder, job.jobs if job.jobs > 1 else None)) as connection,
            interruptible(connection),
        ):
            return _DuckdbRun(ledger, list(job.plans), job.spec(), connection, folder, sink).run(job.engine == AUTO)
    except duckdb.OutOfMemoryException:
        raise EngineFailed("duckdb-memory") from None
    except duckdb.Error as error:
        raise EngineFailed("duckdb-failed", reason=str(error).splitlines()[0]) from error


class _DuckdbRun(LedgerRun):
    def __init__(
        self,
        ledger: Ledger,
        plans: list[Plan],
        spec: ResultSpec,
        connection: Connection,
        folder: str,
        sink: ResultSink,
    ) -> None:
        super().__init__(ledger, plans, spec, sink)
        self.connection = connection
        self.folder = folder

    def do(self, tree: build.Tree) -> None:
        self.connection.execute(sql(tree))

    def run(self, may_stop: bool) -> Summary:
        """Assess the ledger; raises NotWorthIt if that is allowed and most of the work would be the row engine's."""
        shape = self.open(self.connection, self.folder)
        if may_stop:
            require_worth(self.connection, self.sources, shape)
        loaded = Loader(shape, self.sources, self.connection).run()
        loose = attach_loose_rows(self.connection, self.ledger, loaded)
        owns = HouseholdFactsTable(self.connection, self.ledger, shape) if self.ledger.owns is not None else None
        found = grouped(self.connection, shape, loaded, owns)
        self.ledger.set_scan(found.scan, owns.memberless() if owns is not None else [])
        others = FallbackHouseholds(self.connection, self.ledger, loaded)
        assessor = BlockAssessor(self.ledger, self.plans, self.wanted)
        taken = _LookAhead(assessed(others, assessor))
        ranges = self._ranges(found)
        months = self._months(shape) if found.plain else []
        writer = ResultWriter(self.connection, self.wanted, self.plans, self.sink, self.folder)
        blank = BlankCounter(self.connection, counted_facts(self.ledger, self.plans), loaded.bases, shape.facts)
        for at, (low, high) in enumerate(ranges, 1):
            failing = FallbackHouseholds(self.connection, self.ledger, loaded, FAILING_ROWS)
            mine = [*taken.before(high)]
            self._range(low, high, months, assessed(failing, assessor), blank, mine, found.is_adjacent, writer)
            self.sink.progress("assess", at, len(ranges), self.assessed + self.rejected)
        writer.end()
        rows = found.rows - loaded.shared - others.blank + loose.set_aside
        left = count_reasons(self.connection, self.ledger.plan)
        return replace(self.summary(rows), set_aside=loose.set_aside, filled=loose.filled, left=left)

    # the month's queries

    def _months(self, shape: RowShape) -> list[MonthQuery]:
        own, of_members = levels_of(shape)
        views = {
            "range_households": ["household", "first", *own],
            "range_members": ["household", "place", "id", *of_members],
        }
        for name, columns in views.items():
            source = name.removeprefix("range_")
            if source == "members" and not self.ledger.plan.has_members:
                continue
            self.do(build.view_of(name, select(source, [build.column(one) for one in columns])))
        about = ["household", "first", "id", "size", *shape.kept_columns()]
        self.do(build.view_of("about", select("households", [build.column(one) for one in about])))
        members = "range_members" if self.ledger.plan.has_members else None
        made = []
        for plan in self.plans:
            stated_in = {key: shape.facts[key] for key in fact_keys(plan) if key in shape.facts}
            inputs = Inputs("range_households", members, stated_in)
            inputs = replace(inputs, pattern=stated(self.connection, plan, inputs))
            made.append(MonthQuery(plan, self.plans, inputs, self.wanted, self.connection))
        return made

    def _range(
        self,
        low: int,
        high: int,
        months: list[MonthQuery],
        failing: Iterator[tuple[int, BlockResult]],
        blank: BlankCounter,
        mine: list[tuple[int, BlockResult]],
        is_adjacent: bool,
        writer: ResultWriter,
    ) -> None:
        """Decide the households of a range, and write their results with those of the row path.

        More than six parameters: all that a range consists of.
        """
        rejects: list[tuple[int, Reject]] = []
        if months:
            self._narrow(low, high, is_adjacent)
            for month in months if len(months) > 1 else ():
                month.find_failing(month is months[0])
            for at, month in enumerate(months):
                month.decide(len(months) > 1)
                if len(months) == 1:
                    month.keep_failing()
                assessed = month.count(self.counts)
                self.assessed += assessed if at == 0 else 0
                writer.add(month.results(at))
            self.blanks.update(blank.count(is_adjacent))
            if self._find_failing_rows():
                mine = sorted([*mine, *failing], key=lambda one: one[0])
        for position, done in mine:
            self.take_in(position, done)
            rejects += [(position, one) for one in done.rejected]
        for _, one in sorted(rejects, key=lambda one: one[0]):
            self.refuse(one)
        writer.end_range([(position, done.out) for position, done in mine])

    def _ranges(self, found: GroupedHouseholds) -> list[tuple[int, int]]:
        """Ranges of positions with as many plain households as memory allows, none cut in two; the last is open."""
        each = BYTES["object" if is_object(self.wanted) else self.wanted.by]
        count = max(1, -(-found.plain // at_a_time(self.connection, each)))
        low, last = found.span
        width = (last + 1 - low) // count + 1
        bounds = [0]
        for at in range(1, count):
            query = phrase("SELECT min(first) FROM households WHERE first >= :place", place=low + at * width)
            begin = self.connection.execute(sql(query)).fetchone()
            if begin is not None and begin[0] is not None and begin[0] > bounds[-1]:
                bounds.append(int(begin[0]))
        return [*pairwise([*bounds, BEHIND])]

    def _narrow(self, low: int, high: int, is_adjacent: bool) -> None:
        """Have the month's queries see the households of a range only."""
        for name in ("households", "members") if self.ledger.plan.has_members else ("households",):
            place = "first" if name == "households" else "position" if is_adjacent else "household"
            condition = phrase(":at >= :low AND :at < :high", at=build.column(place), low=low, high=high)
            columns = self.connection.execute(sql(build.shape_of(f"range_{name}"))).description
            chosen = select(name, [build.column(one[0]) for one in columns]).where(condition, copy=False)
            self.do(build.view_of(f"range_{name}", chosen))

    def _find_failing_rows(self) -> bool:
        """Say whether data of plain households fail a check in some month; the row path, which knows cells, rejects
        these by their rows."""
        found = self.connection.execute(sql(phrase("SELECT count(*) FROM failing"))).fetchone()
        if found is None or not found[0]:
            return False
        rows = phrase("SELECT about.first AS household, rows.position, rows.id FROM failing JOIN about "
                      "ON failing.household = about.household JOIN rows ON rows.id = about.id")  # fmt: skip
        self.do(build.table_from(FAILING_ROWS, rows))
        return True


class _LookAhead:
    """Iterator over the results of the row path with one-item look-ahead, taken range by range."""

    def __init__(self, source: Iterator[tuple[int, BlockResult]]) -> None:
        self.source = source
        self.held: list[tuple[int, BlockResult]] = []

    def before(self, high: int) -> Iterator[tuple[int, BlockResult]]:
        """The elements below a position."""
        while self.held or self._advance():
            if self.held[0][0] >= high:
                return
            yield self.held.pop()

    def _advance(self) -> bool:
        for one in self.source:
            self.held.append(one)
            return True
        return False
