"""A ledger through Spark, from its files to results, rejects and totals.

The driver holds what stands out (who stands twice and where, ids in several files, ids with blanks to settle), the
sets of needs there are, and a partition of results at a time; it assesses the households that are not plain.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from calc.batch.assess_block import BlockResult, failed_checks
from calc.batch.duckdb.fallback_households import FallbackHouseholds, assessed
from calc.batch.duckdb.household_facts import HouseholdFactsTable
from calc.batch.duckdb.load_rows import Loaded
from calc.batch.duckdb.run_state import LedgerRun
from calc.batch.duckdb.sql_templates import phrase, select
from calc.batch.duckdb.typed_rows import RowShape, levels_of
from calc.batch.duckdb.write_results import text_of
from calc.batch.job import BatchJob, EngineFailed, ResultSink, ResultSpec, Summary
from calc.batch.spark.exchange import DriverExchange
from calc.batch.spark.group_households import SparkGrouping
from calc.batch.spark.month_query import SparkMonthQuery, failing_of
from calc.batch.spark.run_session import session_on
from calc.batch.spark.typed_rows import SparkLoader
from calc.engine.sql import build
from calc.engine.sql.duckdb_session import connect
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.needs_bits import WORD_BITS
from calc.engine.sql.spark_engine import ROWS_IN_PART
from calc.ledger.ledger import Ledger
from calc.ledger.ledger_error import Rejected
from calc.rules.plan import Plan

OFTEN = 10_000
"""Households after which it is told how far the run has come."""
Came = tuple[int, int, Any]
"""The position of a household, its turn among months, and what came of it."""


def assess_by_spark(job: BatchJob, ledger: Ledger, sink: ResultSink) -> Summary:
    """Assess a ledger. Raises EngineFailed for what Spark cannot do, UnsupportedPlan for rules without a query."""
    try:
        with (
            session_on(job.master, job.debug) as session,
            tempfile.TemporaryDirectory(prefix="doudi-") as folder,
            closing(connect(job.memory or "1GB", folder)) as connection,
            closing(DriverExchange(session, connection, folder)) as desk,
        ):
            return _SparkRun(ledger, list(job.plans), job.spec(), desk, sink).run()
    except (PySparkException, Py4JError) as error:
        raise EngineFailed("spark-failed", reason=str(error).strip().splitlines()[0]) from error


class _SparkRun(LedgerRun):
    def __init__(
        self, ledger: Ledger, plans: list[Plan], spec: ResultSpec, desk: DriverExchange, sink: ResultSink
    ) -> None:
        super().__init__(ledger, plans, spec, sink)
        self.desk = desk

    def run(self) -> Summary:
        desk, ledger = self.desk, self.ledger
        shape = self.open(desk.connection, desk.folder)
        loader = SparkLoader(shape, self.sources, desk)
        loaded = loader.run()
        spread(desk.session, loader.rows)
        owns = HouseholdFactsTable(desk.connection, ledger, shape) if ledger.owns is not None else None
        grouping = SparkGrouping(desk, shape, loaded, owns)
        found = grouping.run()
        missing = grouping.memberless() if owns is not None else set()
        ledger.set_scan(found.scan, owns.in_order(missing) if owns is not None else [])
        others = FallbackHouseholds(desk.connection, ledger, loaded)
        sources: list[Iterator[Came]] = [
            ((position, 0, done) for position, done in assessed(others, ledger, self.plans, self.wanted))
        ]
        if found.plain:
            sources += self._plain(shape, loaded)
        self._hand_on(heapq.merge(*sources, key=lambda came: came[:2]), found.plain)
        return self.summary(found.rows - loaded.shared - others.blank)

    def _hand_on(self, came: Iterator[Came], plain: int) -> None:
        """Write what came of every household, in the order of the ledger."""
        for at, (position, turn, what) in enumerate(came, 1):
            if isinstance(what, str):
                self.sink.write(what)
            elif isinstance(what, Rejected):
                self.refuse(what)
                self.counts.reject(what, position)
            else:
                self._row_path(position, what)
            if at % OFTEN == 0 and turn == 0:
                self.sink.progress("assess", at, plain, at)

    def _row_path(self, position: int, done: BlockResult) -> None:
        """What came of a household that is not plain."""
        self.take_in(position, done)
        for one in done.rejected:
            self.refuse(one)
        text = text_of(self.wanted, *done.out)
        if text:
            self.sink.write(text)

    # households that are plain

    def _plain(self, shape: RowShape, loaded: Loaded) -> list[Iterator[Came]]:
        """The texts of plain households, and those of them whose data fail a check, each in order."""
        months = self._months(shape)
        fails = failing_of(self.desk, months)
        texts: DataFrame | None = None
        for month in months:
            month.leave_out(fails, len(months) == 1)
            count = month.count(self.counts)
            self.assessed += count if month.turn == 0 else 0
            made = month.texts()
            texts = made if texts is None else texts.unionAll(made)
        assert texts is not None, "there is a month"
        found: list[Iterator[Came]] = [self.desk.each(texts.orderBy("first", "turn"))]  # type: ignore[list-item]
        return [*found, self._failing(loaded, max(month.shown.checks for month in months))] if fails else found

    def _months(self, shape: RowShape) -> list[SparkMonthQuery]:
        own, of_members = levels_of(shape)
        plan = self.ledger.plan
        self.desk.view("plain_households", self.desk.all_of("households", ["household", *own]))
        if plan.has_members:
            members = self.desk.all_of("members", ["household", "place", "id", *of_members])
            self.desk.view("plain_members", self.desk.keep(self.desk.frame(members)))
        made = []
        for turn, one in enumerate(self.plans):
            columns = {name: shape.facts[name] for name in one.facts if name in shape.facts}
            inputs = Inputs("plain_households", "plain_members" if plan.has_members else None, columns)
            made.append(SparkMonthQuery(one, self.plans, turn, inputs, self.wanted, self.desk))
        return made

    def _failing(self, loaded: Loaded, words: int) -> Iterator[Came]:
        """The plain households whose data fail a check in some month."""
        columns = [phrase("about.first"), phrase("failing.turn"), phrase("about.id")]
        columns += [build.column(f"x{at}", "failing") for at in range(words)]
        columns += [build.column(f"k{at}", "about") for at in range(len(self.wanted.kept))]
        on = phrase("failing.household = about.household")
        query = select("failing", columns).join(build.relation("about"), on=on, copy=False)
        for position, turn, id, *cells in self.desk.each(self.desk.frame(query).orderBy("first")):
            bits = sum(int(word) << (WORD_BITS * at) for at, word in enumerate(cells[:words]))
            file, line = loaded.place_of(position)
            shown = self.ledger.parts[file].file.shown
            findings = failed_checks(self.plans[turn], bits, shown, line)
            yield position, 0, Rejected(id, shown, line, findings, tuple(cells[words:]))


def spread(session: SparkSession, rows: int) -> None:
    """In how many parts rows are shuffled: no more than the cluster can do twice over, unless they are very many."""
    parts = max(2, 2 * session.sparkContext.defaultParallelism, -(-rows // ROWS_IN_PART))
    session.conf.set("spark.sql.shuffle.partitions", str(parts))
