"""Hold the state of a run through a database, and sum it up at the end."""

from __future__ import annotations

from collections import Counter

from calc.batch.assess_block import BlockResult
from calc.batch.duckdb.column_texts import texts_of_columns
from calc.batch.duckdb.household_facts import names_owned
from calc.batch.duckdb.row_shape import RowShape
from calc.batch.duckdb.sources import TableSource, sources_of
from calc.batch.duckdb.totals import TotalsCounter
from calc.batch.job import ResultSink, ResultSpec, Summary
from calc.diagnostics.diagnostic import Reject
from calc.engine.sql.duckdb_session import Connection
from calc.ledger.ledger import Ledger
from calc.rules.plan import Plan

BEHIND = 1 << 62
"""A position behind all rows."""


class LedgerRun:
    """A ledger, what is wanted of it, whom results are handed to, and the counts so far."""

    def __init__(
        self,
        ledger: Ledger,
        plans: list[Plan],
        wanted: ResultSpec,
        sink: ResultSink,
    ) -> None:
        self.ledger = ledger
        self.plans = plans
        self.wanted = wanted
        self.sink = sink
        self.counts = TotalsCounter(plans, wanted)
        self.sources: list[TableSource] = []
        self.assessed = self.rejected = 0
        self.blanks: Counter[str] = Counter()

    def open(self, connection: Connection, folder: str) -> RowShape:
        """Have DuckDB open the files; returns the columns of typed rows."""
        ledger = self.ledger
        self.sources = sources_of(ledger, connection, folder)
        for source in self.sources:
            source.texts = texts_of_columns(ledger.plan, source, connection)
        return RowShape.of(ledger.plan, self.plans, self.sources, len(self.wanted.kept), names_owned(ledger))

    def take_in(self, position: int, done: BlockResult) -> None:
        """Count what came of a household of the row path, and hand on what it is warned of."""
        self.counts.add(done.tally, position)
        self.assessed += done.assessed
        self.blanks.update(done.blanks)
        for household, findings in done.warnings:
            self.sink.warn(household, findings)

    def refuse(self, one: Reject) -> None:
        """Hand on a household that is rejected."""
        self.rejected += 1
        self.sink.reject(one)

    def summary(self, rows: int) -> Summary:
        """Sums up a run over a number of rows, after rejecting the households without a row."""
        for one in self.ledger.without_members():
            self.refuse(one)
            self.counts.reject(one, BEHIND)
        tally = self.counts.tally()
        undetermined = sum(group.undetermined for group in tally.groups.values())
        return Summary(self.assessed, self.rejected, undetermined, rows, tally, blanks=self.blanks)
