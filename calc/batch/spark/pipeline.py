"""Assess a folder of facts with Spark: results, rejects and totals as tables in a folder, written by the workers.

The driver holds the totals, and nothing of a single household.
"""

from __future__ import annotations

import os
import shutil

from pyspark.sql import DataFrame, SparkSession

from calc.batch.atomic_files import outputs, whole_folder
from calc.batch.duckdb.result_query import keys_of
from calc.batch.duckdb.sql_templates import named, phrase, select
from calc.batch.duckdb.totals import TotalsCounter
from calc.batch.facts_folder import HOUSEHOLDS, MEMBERS, REJECTS, FactsFolder, read_facts_folder
from calc.batch.job import SPARK, BatchError, BatchJob, ResultSink, Summary
from calc.batch.spark.month_query import SparkMonthQuery, failing_of, words_of
from calc.batch.spark.reject_rows import RejectRelation
from calc.batch.spark.run_session import session_on, spark_failures
from calc.batch.spark.work_tables import WorkTables, address
from calc.batch.writers.file_form import FileForm
from calc.batch.writers.formats import PARQUET
from calc.batch.writers.open_writers import write_totals
from calc.engine.fact_keys import fact_keys
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.spark_engine import stated
from calc.engine.sql.spark_output import written_whole
from calc.engine.used_facts import facts_used
from calc.language.types import HOUSEHOLD, MEMBER
from calc.record import replace
from calc.report.result_rows import table
from calc.report.ui_text import say

ROWS_IN_PART = 50_000
"""Households that one part of the work is meant for: their number alone says how many files there are."""
FEWEST_PARTS = 4
SETTINGS = {
    "spark.sql.adaptive.coalescePartitions.enabled": "false",  # so that a file holds the same rows in every run
    "spark.sql.adaptive.skewJoin.enabled": "false",
}


def assess_by_spark(job: BatchJob, sink: ResultSink) -> Summary:
    """Assess a folder of facts; the folder of results appears whole or not at all.

    Raises EngineFailed for what Spark cannot do, UnsupportedPlan for rules without a query and BatchError for tables
    that do not hold what the job asks for.
    """
    assert job.output is not None
    facts = read_facts_folder(job.ledgers[0])
    facts.require_facts(job.plans, {name for plan in job.plans for name in facts_used(plan)})
    with spark_failures(), whole_folder(job.output) as folder, session_on(job.master, job.debug) as session:
        return _SparkRun(job, facts, session, folder, sink).run()


class _SparkRun:
    def __init__(self, job: BatchJob, facts: FactsFolder, session: SparkSession, folder: str, sink: ResultSink) -> None:
        self.job = job
        self.plans = list(job.plans)
        self.facts = facts
        self.session = session
        self.folder = folder
        self.sink = sink
        self.spec = replace(job.spec(), format="rows")
        self.kept = [facts.kept_column(heading) for heading in job.kept]
        self.work = WorkTables(session, os.path.join(folder, "work"))
        self.counts = TotalsCounter(self.plans, self.spec)

    def run(self) -> Summary:
        parts = max(FEWEST_PARTS, -(-self.facts.households // ROWS_IN_PART))
        for name, value in {**SETTINGS, "spark.sql.shuffle.partitions": str(parts)}.items():
            self.session.conf.set(name, value)
        self._read(parts)
        months = self._months()
        failing = failing_of(self.work, months)
        assessed = self._count(months, failing)
        if assessed + failing != self.facts.households:
            values = {"path": self.job.ledgers[0], "found": assessed + failing, "wanted": self.facts.households}
            raise BatchError("spark-other-count", **values)
        self._write_results(months, failing > 0)
        rejected = self.facts.rejected + failing
        self._write_rejects(months, failing > 0, rejected)
        self._write_totals()
        shutil.rmtree(self.work.folder, ignore_errors=True)
        tally = self.counts.tally()
        undetermined = sum(group.undetermined for group in tally.groups.values())
        rejects = os.path.join(str(self.job.output), REJECTS)
        why = say("why-asked", self.job.language)
        return Summary(assessed, rejected, undetermined, self.facts.rows, tally, engine=SPARK, why=why, rejects=rejects)

    # tables in

    def _read(self, parts: int) -> None:
        """Make the views of the tables; the inputs of queries are spread by household, so that no join moves a row."""
        of_level = {HOUSEHOLDS: ["household"], MEMBERS: ["household", "place", "id"]}
        for name, keys in of_level.items():
            if name == MEMBERS and not self._has_members():
                continue
            rows = self.work.read(os.path.join(self.job.ledgers[0], name))
            self.work.view(f"all_{name}", rows)
            chosen = [*map(build.column, keys), *map(build.column, self._columns(name == MEMBERS))]
            spread = self.work.frame(select(f"all_{name}", chosen)).repartition(parts, "household")
            self.work.view(name, spread)
        kept = [named(build.column(column), f"k{at}") for at, column in enumerate(self.kept)]
        columns = [*map(build.column, ("household", "id", "file", "line", "size")), *kept]
        self.work.view("about", select("all_households", [named(build.column("household"), "first"), *columns]))

    def _has_members(self) -> bool:
        return any(plan.has_members for plan in self.plans)

    def _columns(self, of_member: bool) -> list[str]:
        """The columns of the facts of a level that any month has."""
        level = MEMBER if of_member else HOUSEHOLD
        keys = {key for plan in self.plans for key in fact_keys(plan, level)}
        return [column for key, column in self.facts.columns.items() if key in keys]

    def _months(self) -> list[SparkMonthQuery]:
        known: dict[str, int] = {}
        found = []
        for turn, plan in enumerate(self.plans):
            columns = {key: self.facts.columns[key] for key in fact_keys(plan) if key in self.facts.columns}
            inputs = Inputs(HOUSEHOLDS, MEMBERS if plan.has_members else None, columns)
            if not columns.keys() <= known.keys():  # one look at every column is enough for all months
                whole = replace(inputs, households=f"all_{HOUSEHOLDS}", members=inputs.members and f"all_{MEMBERS}")
                known.update(stated(self.session, plan, whole))
            pattern = {name: known[name] for name in columns}
            month = SparkMonthQuery(plan, self.plans, turn, replace(inputs, pattern=pattern), self.spec, self.work)
            found.append(month)
            self.sink.progress("assess", turn + 1, len(self.plans) + 1, 0)
        return found

    # tables out

    def _write_results(self, months: list[SparkMonthQuery], anybody_fails: bool) -> None:
        """Write the results of all months, a file for each part of each month, in the order of the ledger."""
        columns = table(self.job.by, self.plans[0], self.job.kept, False, self.plans)
        every: DataFrame | None = None
        for month in months:
            month.leave_out(anybody_fails)
            rows = month.results(f"DECIMAL(18, {self.plans[0].decimals})", columns.amount_places)
            every = rows if every is None else every.unionAll(rows)
        assert every is not None, "there is a month"
        order = [name for name, _ in keys_of(self.spec)]
        ordered = every.sortWithinPartitions(*order).drop(*order).toDF(*columns.headings)
        self._write("results", ordered)

    def _write_rejects(self, months: list[SparkMonthQuery], anybody_fails: bool, count: int) -> None:
        """Write the mistakes of all rejected households, ordered as in a file of rejects."""
        relation = RejectRelation(self.job, self.kept)
        for name in relation.tables(anybody_fails):
            self.work.view(name, self.work.read(os.path.join(self.job.ledgers[0], name)))
        if anybody_fails:
            self.work.view("checks", relation.checks(words_of(months)))
        rows = self.work.frame(relation.rows(anybody_fails, words_of(months)))
        parts = max(1, -(-count // ROWS_IN_PART))
        spread = rows.repartition(parts, "first").sortWithinPartitions("first", "place")
        self._write(REJECTS, spread.drop("first", "place").toDF(*relation.headings))

    def _write(self, name: str, rows: DataFrame) -> None:
        written_whole(self.session, rows, address(os.path.join(self.folder, name)), is_folder=True)

    def _count(self, months: list[SparkMonthQuery], failing: int) -> int:
        """Add up the totals; returns the number of households that are assessed."""
        assessed = 0
        for month in months:
            month.leave_out(failing > 0)
            found = month.count(self.counts)
            assessed = found if month.turn == 0 else assessed
        rejected: list[tuple[Tree | str, Tree]] = []
        group = self.spec.group
        self.work.view("all_rejects", self.work.read(os.path.join(self.job.ledgers[0], REJECTS)))
        none = build.word("")
        rejected.append(("all_rejects", none if group is None else build.column(self.kept[group])))
        if failing:
            on = phrase("failing.household = about.household")
            own = [build.column("household", "about"), *(
                [] if group is None else [build.column(f"k{group}", "about")])]  # fmt: skip
            self.work.view("failing_about", select("failing", own).join(build.relation("about"), on=on, copy=False))
            rejected.append(("failing_about", none if group is None else build.column(f"k{group}")))
        for relation, key in rejected:
            columns = [named(key, "key"), phrase("count(DISTINCT household)"), phrase("min(household)")]
            query = select(relation, columns).group_by(build.own(key), copy=False)
            for name, count, first in self.work.rows(query):
                self.counts.reject_several(name or "", count, first)
        return assessed

    def _write_totals(self) -> None:
        os.mkdir(os.path.join(self.folder, "totals"))
        path = os.path.join(self.folder, "totals", "part-00000.parquet")
        with outputs() as files:
            write_totals(files, path, PARQUET, FileForm(self.job.language), self.counts.tally(), self.plans)
