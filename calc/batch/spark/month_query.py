"""One month's query over the plain households on Spark: who fails a check, totals, and the text of each household."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql.functions import lit
from sqlglot import exp

from calc.batch.duckdb.result_query import ResultQuery
from calc.batch.duckdb.sql_templates import named, phrase, select
from calc.batch.duckdb.totals import TotalsCounter
from calc.batch.job import ResultSpec
from calc.batch.spark.exchange import DriverExchange
from calc.batch.spark.spark_sql import in_spark
from calc.engine.sql import build
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.query import Query
from calc.engine.sql.spark_engine import SparkEngine, stated
from calc.record import replace
from calc.rules.plan import Plan


class SparkMonthQuery:
    """A plan's query in a form of results, decided once. `turn` is its place among the months."""

    def __init__(
        self, plan: Plan, plans: list[Plan], turn: int, inputs: Inputs, wanted: ResultSpec, desk: DriverExchange
    ) -> None:
        self.plan = plan
        self.turn = turn
        self.desk = desk
        inputs = replace(inputs, pattern=stated(desk.session, plan, inputs))
        engines: list[SparkEngine] = []

        def query(with_ids: bool) -> Query:
            engines.append(SparkEngine(plan, desk.session, inputs, with_ids))
            return engines[0].query

        self.shown = ResultQuery(plan, plans, wanted, query)
        self.engine = engines[0]
        desk.ends.append(self.engine.close)
        select = in_spark(self.shown.decided.select())
        self.decided = desk.keep(self.engine.frame(select))  # type: ignore[arg-type]

    def failing(self, words: int) -> DataFrame | None:
        """Who fails a check: the household, the turn, and so many words of failed checks; None where nobody can."""
        if not self.shown.decided.may_fail:
            return None
        self.desk.view("decided", self.decided)
        own = self.shown.failed_words()
        padded = [*own, *[build.whole(0)] * (words - len(own))]
        columns = [named(phrase("CAST(:w AS BIGINT)", w=one), f"x{at}") for at, one in enumerate(padded)]
        query = select("decided", [build.column("household"), named(build.whole(self.turn), "turn"), *columns])
        return self.desk.frame(query.where(self._fails(), copy=False))

    def _fails(self) -> build.Tree:
        return build.either(*(phrase(":w <> 0", w=one) for one in self.shown.failed_words()))

    def leave_out(self, fails: bool, is_alone: bool) -> None:
        """Make the view `decided` of those who fail no check, in this month or any other: they are in `failing`."""
        self.desk.view("decided", self.decided)
        query = select("decided", [exp.Star()])
        if is_alone and fails:
            query = query.where(build.negation(self._fails()), copy=False)
        elif fails:
            on = phrase("decided.household = failing.household")
            query = query.join(build.relation("failing"), on=on, join_type="left anti", copy=False)
        self.desk.view("decided", query)

    def count(self, counts: TotalsCounter) -> int:
        """Add up what the view `decided` holds; returns how many households that are."""
        decided = self.shown.decided
        return counts.take(decided, self.plan.month, self.desk.rows(counts.sums(decided)))

    def texts(self) -> DataFrame:
        """The position, the turn and the text of each household of the view `decided`."""
        if not self.shown.form.wants_members:
            query = self.shown.lacking()
            found = [()] if query is None else self.desk.rows(query)
            self.desk.give("lacks", self.shown.lack_shape(), self.shown.lack_rows(found, True), True)
        return self.desk.frame(self.shown.texts()).withColumn("turn", lit(self.turn)).select("first", "turn", "text")


def failing_of(desk: DriverExchange, months: list[SparkMonthQuery]) -> bool:
    """Make the view `failing`: each household that fails a check, with the first such month; False for nobody."""
    words = max(month.shown.checks for month in months)
    found = [frame for month in months if (frame := month.failing(words)) is not None]
    if not found:
        return False
    every = found[0]
    for one in found[1:]:
        every = every.unionAll(one)
    desk.view("every_failing", every)
    columns = [build.column("household"), phrase("min(turn) AS turn")]
    columns += [named(phrase("arg_min(:w, turn)", w=build.column(f"x{at}")), f"x{at}") for at in range(words)]
    query = select("every_failing", columns).group_by(build.column("household"), copy=False)
    desk.view("failing", desk.keep(desk.frame(query)))
    return True
