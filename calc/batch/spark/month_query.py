"""One month's query on Spark: the households that fail a check, the totals, and the rows of the results."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from sqlglot import exp

from calc.batch.duckdb.household_outcomes import MEMBERS
from calc.batch.duckdb.result_query import ResultQuery, keys_of
from calc.batch.duckdb.sql_templates import named, phrase, select
from calc.batch.duckdb.totals import TotalsCounter
from calc.batch.job import ResultSpec
from calc.batch.spark.spark_sql import in_spark
from calc.batch.spark.work_tables import WorkTables
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.query import Query
from calc.engine.sql.spark_engine import SparkEngine
from calc.rules.plan import Plan


class SparkMonthQuery:
    """A plan's query, decided once. `turn` is its place among the months; the view `about` has what else is known."""

    def __init__(
        self, plan: Plan, plans: list[Plan], turn: int, inputs: Inputs, spec: ResultSpec, work: WorkTables
    ) -> None:
        self.plan = plan
        self.turn = turn
        self.work = work
        engines: list[SparkEngine] = []

        def query(with_ids: bool) -> Query:
            engines.append(SparkEngine(plan, work.session, inputs, with_ids))
            return engines[0].query

        self.result = ResultQuery(plan, plans, spec, query)
        self.kept: dict[str, DataFrame] = {}
        with engines[0] as engine:
            for name, select in ((MEMBERS, self.result.decided.members()), ("decided", self.result.decided.select())):
                if select is not None:
                    rows = engine.frame(in_spark(select))  # type: ignore[arg-type]
                    self.kept[name] = work.keep(f"{name}-{turn}", rows)
                    work.view(name, self.kept[name])

    def failing(self, words: int) -> DataFrame | None:
        """The households that fail a check: number, turn, and words of failed checks; None where nobody can."""
        if not self.result.decided.may_fail:
            return None
        self.leave_out(False)
        own = self.result.failed_words()
        padded = [*own, *[build.whole(0)] * (words - len(own))]
        columns = [named(phrase("CAST(:w AS BIGINT)", w=one), f"x{at}") for at, one in enumerate(padded)]
        query = select("decided", [build.column("household"), named(build.whole(self.turn), "turn"), *columns])
        fails = build.either(*(phrase(":w <> 0", w=one) for one in own))
        return self.work.frame(query.where(fails, copy=False))

    def leave_out(self, anybody: bool) -> None:
        """Make the views of the month's outcomes; of the households in the view `failing` they have nothing."""
        for name, frame in self.kept.items():
            self.work.view(name, frame)
            if anybody:
                on = phrase(":n.household = failing.household", n=build.relation(name))
                query = select(name, [exp.Star()])
                self.work.view(name, query.join(build.relation("failing"), on=on, join_type="left anti", copy=False))

    def count(self, counts: TotalsCounter) -> int:
        """Add up the views; returns the number of their households."""
        count = counts.take(self.result.decided, self.plan.month, self.work.rows(self.result.totals()))
        lacking = self.result.lacking()
        if lacking is not None:
            counts.lack(self.result.query.program.words, self.plan.month, self.work.rows(lacking))
        return count

    def results(self, money: str, amounts: Sequence[int]) -> DataFrame:
        """The rows of the results of the views, texts and amounts, behind the columns that order them."""
        order = [name for name, _ in keys_of(self.result.spec)]
        rows = self.work.frame(self.result.results(self.turn))
        names = [f"c{at}" for at in range(len(rows.columns) - len(order))]
        self.work.view("month_results", rows.toDF(*order, *names))
        cells: list[Tree] = []
        for at, name in enumerate(names):
            kind = exp.DataType.build(money if at in amounts else "VARCHAR", dialect="duckdb")
            cells.append(named(exp.Cast(this=build.column(name), to=kind), name))
        return self.work.frame(select("month_results", [*map(build.column, order), *cells]))


def failing_of(work: WorkTables, months: list[SparkMonthQuery]) -> int:
    """Make the view `failing`: each household that fails a check, with the first such month. Returns their number."""
    words = words_of(months)
    found = [frame for month in months if (frame := month.failing(words)) is not None]
    if not found:
        return 0
    every = found[0]
    for one in found[1:]:
        every = every.unionAll(one)
    work.view("every_failing", every)
    columns = [build.column("household"), phrase("min(turn) AS turn")]
    columns += [named(phrase("arg_min(:w, turn)", w=build.column(f"x{at}")), f"x{at}") for at in range(words)]
    query = select("every_failing", columns).group_by(build.column("household"), copy=False)
    failing = work.keep("failing", work.frame(query))
    work.view("failing", failing)
    return int(failing.count())


def words_of(months: list[SparkMonthQuery]) -> int:
    """The number of words that the checks of any month fill."""
    return max(month.result.checks for month in months)
