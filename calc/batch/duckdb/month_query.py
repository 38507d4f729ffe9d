"""One month's query over a range of households in DuckDB: outcomes, failed checks, totals and results."""

from __future__ import annotations

from calc.batch.duckdb.household_outcomes import MEMBERS, OutcomeQuery
from calc.batch.duckdb.result_query import ResultQuery
from calc.batch.duckdb.sql_templates import named, phrase, select, sql, within
from calc.batch.duckdb.totals import TotalsCounter
from calc.batch.job import ResultSpec
from calc.engine.sql import build
from calc.engine.sql.duckdb_session import Connection
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.needs_bits import WORD_BITS
from calc.engine.sql.read_rows import query_of
from calc.rules.plan import Plan


class DecidedMonth:
    """The outcomes of a plan for the households of a range, in the table `decided`, and those that fail a check."""

    def __init__(self, plan: Plan, decided: OutcomeQuery, connection: Connection) -> None:
        self.plan = plan
        self.decided = decided
        self.connection = connection
        self.checks = len(decided.query.program.failed_checks)

    def do(self, tree: build.Tree) -> None:
        self.connection.execute(sql(tree))

    def find_failing(self, is_first: bool) -> None:
        """Add households that fail a check to the table `failing`, before any of several months is decided."""
        if is_first:
            self._no_failing()
        if self.decided.may_fail:
            self._decide_members()
            found = within(self._failing("month"), "found")
            known = "household IN (SELECT household FROM failing)"
            self.do(phrase(f"INSERT INTO failing SELECT * FROM :found WHERE NOT {known}", found=found))

    def keep_failing(self) -> None:
        """Move households that fail a check from `decided` to the table `failing`."""
        self._no_failing()
        if self.decided.may_fail:
            self.do(phrase("INSERT INTO failing SELECT * FROM :found", found=within(self._failing(None), "found")))
            found = self.connection.execute(sql(phrase("SELECT count(*) FROM failing"))).fetchone()
            if found is not None and found[0]:
                self._leave_out_failing()

    def _no_failing(self) -> None:
        columns = [("household", "BIGINT"), ("month", "INTEGER"), ("bits", "HUGEINT")]
        self.do(build.table_of("failing", columns))

    def _failing(self, source: str | None) -> build.Tree:
        bits: build.Tree = build.whole(0)
        for word in range(self.checks):
            bits = phrase("CAST(:bits AS HUGEINT) + CAST(:word AS HUGEINT) * CAST(:scale AS HUGEINT)", bits=bits,
                          word=self.decided.column(f"failed_{word}"), scale=1 << WORD_BITS * word)  # fmt: skip
        relation = "decided" if source is None else within(self.decided.select(), source)
        columns = [build.column("household"), named(build.whole(self.plan.month), "month"), named(bits, "bits")]
        failed = build.either(*(phrase(":w <> 0", w=word) for word in self._failed_words()))
        return select(relation, columns).where(failed, copy=False)

    def _failed_words(self) -> list[build.Tree]:
        return [self.decided.column(f"failed_{word}") for word in range(self.checks)]

    def decide(self, failing_is_known: bool) -> None:
        """Make the table `decided`, without households that fail a check if those are known."""
        self._decide_members()
        self.do(build.table_from("decided", self.decided.select()))
        if failing_is_known:
            self._leave_out_failing()

    def _decide_members(self) -> None:
        members = self.decided.members()
        if members is not None:
            self.do(build.table_from(MEMBERS, members))

    def _leave_out_failing(self) -> None:
        self.do(phrase("DELETE FROM decided WHERE household IN (SELECT household FROM failing)"))
        if self.decided.members() is not None:
            self.do(phrase("DELETE FROM decided_members WHERE household IN (SELECT household FROM failing)"))


class MonthQuery(DecidedMonth):
    """A plan's query in a form of results."""

    def __init__(
        self, plan: Plan, plans: list[Plan], inputs: Inputs, wanted: ResultSpec, connection: Connection
    ) -> None:
        self.shown = ResultQuery(plan, plans, wanted, lambda with_ids: query_of(plan, inputs, with_ids=with_ids))
        super().__init__(plan, self.shown.decided, connection)

    def count(self, counts: TotalsCounter) -> int:
        """Add the decided households to the totals; returns their number."""
        rows = self.connection.execute(sql(self.shown.totals())).fetchall()
        count = counts.take(self.decided, self.plan.month, rows)
        lacking = self.shown.lacking()
        if lacking is not None:
            rows = self.connection.execute(sql(lacking)).fetchall()
            counts.lack(self.shown.query.program.words, self.plan.month, rows)
        return count

    def results(self, turn: int) -> build.Tree:
        """The rows of results of the decided households; `turn` is the place of the month among all."""
        return self.shown.results(turn)
