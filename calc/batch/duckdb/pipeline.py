"""A ledger through DuckDB, from its files to results, rejects and totals: range by range of households."""

from __future__ import annotations

from collections.abc import Iterator

from calc.batch.assess_block import BlockAssessor, BlockResult
from calc.batch.blank_cells import counted_facts
from calc.batch.duckdb.blank_counts import BlankCounter
from calc.batch.duckdb.fallback_households import FallbackHouseholds, assessed
from calc.batch.duckdb.fallback_reasons import count_reasons
from calc.batch.duckdb.job_database import job_database
from calc.batch.duckdb.ledger_ranges import FAILING_ROWS, LedgerRanges
from calc.batch.duckdb.month_query import MonthQuery
from calc.batch.duckdb.result_query import is_object
from calc.batch.duckdb.signal_errors import SignalsFirst
from calc.batch.duckdb.write_results import ResultWriter
from calc.batch.job import AUTO, BatchJob, ResultSink, Summary
from calc.diagnostics.diagnostic import Reject
from calc.ledger.ledger import Ledger
from calc.record import replace

BYTES = {"household": 3000, "benefit": 16_000, "object": 40_000}
"""Bytes that a household takes while it is decided, with its members and its results, by what a row of results is."""


def assess_by_duckdb(job: BatchJob, ledger: Ledger, sink: ResultSink) -> Summary:
    """Assess a ledger. Raises EngineFailed for what DuckDB cannot do, UnsupportedPlan for rules without a query."""
    with job_database(job) as (connection, folder), SignalsFirst():
        return _DuckdbRun(ledger, list(job.plans), job.spec(), connection, folder, sink).run(job.engine == AUTO)


class _DuckdbRun(LedgerRanges):
    def run(self, may_stop: bool) -> Summary:
        """Assess the ledger; raises NotWorthIt if that is allowed and most of the work would be the row engine's."""
        gathered = self.gather(may_stop)
        shape, loaded, loose, found = gathered.shape, gathered.loaded, gathered.loose, gathered.found
        others = FallbackHouseholds(self.connection, self.ledger, loaded)
        assessor = BlockAssessor(self.ledger, self.plans, self.wanted)
        taken = _LookAhead(assessed(others, assessor))
        ranges = self.ranges(found, BYTES["object" if is_object(self.wanted) else self.wanted.by])
        inputs = self.inputs(shape) if found.plain else []
        months = [MonthQuery(plan, self.plans, one, self.wanted, self.connection)
                  for plan, one in zip(self.plans, inputs, strict=False)]  # fmt: skip
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
            self.narrow(low, high, is_adjacent)
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
            if self.find_failing_rows():
                mine = sorted([*mine, *failing], key=lambda one: one[0])
        for position, done in mine:
            self.take_in(position, done)
            rejects += [(position, one) for one in done.rejected]
        for _, one in sorted(rejects, key=lambda one: one[0]):
            self.refuse(one)
        writer.end_range([(position, done.out) for position, done in mine])


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
