"""Compare on Spark the tables of results of two runs: the workers read them and write a table of changes.

The driver holds the sums, and nothing of a single household.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from calc.batch.atomic_files import whole_folder
from calc.batch.duckdb.sql_templates import phrase, select
from calc.batch.job import EngineFailed
from calc.batch.spark.run_session import session_on, spark_failures
from calc.batch.spark.work_tables import WorkTables, address
from calc.compare.known_results import KnownResults
from calc.compare.result_lines import lines_under
from calc.engine.sql import build
from calc.engine.sql.spark_output import written_whole
from calc.report.cause_text import CauseWords
from calc.report.comparison import AMOUNTS, HEADINGS
from calc.report.ui_text import say
from calc.rules.toml_document import month_text
from calc.vary.causes import NEEDS, REFUSED, Change
from calc.vary.comparison import ChangeSums, ComparisonSummary, spread_of
from calc.vary.kinds import (
    APART,
    ENTERED,
    GONE,
    LEFT,
    LOWERED,
    MONTHLY,
    MOVED,
    NEW,
    RAISED,
    REJECTED,
    SAME,
    UNSETTLED,
)

CHANGES = "changes"
_OLD, _NEW = "old_", "new_"


def compare_by_spark(before: KnownResults, after: KnownResults, summary: ComparisonSummary, words: CauseWords) -> None:
    """Compares two folders of tables; the folder of the job's output gets a table of changes, whole or not at all.

    Raises EngineFailed for what Spark cannot do, and for a row that `doudi batch` does not write.
    """
    job = after.job
    assert job.output is not None
    with spark_failures(), whole_folder(job.output) as folder, session_on(job.master, job.debug) as session:
        work = WorkTables(session, os.path.join(folder, "work"))
        sides = [_SparkSide(work, name, known) for name, known in ((_OLD, before), (_NEW, after))]
        pair = _SparkPair(sides[0], sides[1], words)
        pair.add_to(summary)
        rows = pair.rows().orderBy("household", "place").drop("place")
        written_whole(session, rows, address(os.path.join(folder, CHANGES)), is_folder=True)


class _SparkSide:
    """The households of one side: the columns of ResultLines behind a prefix, and whether each is rejected."""

    def __init__(self, work: WorkTables, prefix: str, known: KnownResults) -> None:
        self.work, self.prefix, self.known = work, prefix, known
        (self.folder,) = known.paths
        self.names = list(known.plan.benefits)
        lines = self._lines()
        every = lines.withColumn("is_rejected", F.lit(False)).unionByName(self._rejects(), allowMissingColumns=True)
        if every.groupBy("id").count().where("count > 1").limit(1).collect():
            raise EngineFailed("spark-results", path=self.folder)
        rows = every.select(*(F.col(one).alias(prefix + one) for one in every.columns))
        # below the join each is computed once; above it Spark would copy them into every decision
        self.rows = rows.select(
            "*", self._any_of("b").alias(prefix + "has"), self._any_of("o").alias(prefix + "is_open"),
            self._money(MONTHLY).alias(prefix + "monthly"), self._money(APART).alias(prefix + "apart"),
        )  # fmt: skip

    def _lines(self) -> DataFrame:
        plan, group = self.known.plan, self.known.job.group_by
        table = self.work.read(os.path.join(self.folder, "results"))
        lines = lines_under(table.columns, plan, group)
        if lines is None:
            raise EngineFailed("spark-results", path=self.folder)
        columns = lines.selected(build.whole(0), {one: one for one in table.columns}, group)
        self.work.view(f"{self.prefix}table", table)
        self.work.view(f"{self.prefix}every", select(f"{self.prefix}table", columns))
        month = phrase("month = :month", month=month_text(plan.month))
        is_fine = lines.is_fine() if self.known.is_chosen else build.both(month, lines.is_fine())
        counted = self.work.rows(select(f"{self.prefix}every", [build.call("COUNT_IF", build.negation(is_fine))]))
        if counted[0][0]:
            raise EngineFailed("spark-results", path=self.folder)
        of_month = build.select_all(build.relation(f"{self.prefix}every")).where(build.own(month), copy=False)
        self.work.view(f"{self.prefix}month", of_month)
        return self.work.frame(lines.query(f"{self.prefix}month")).drop("first")

    def _rejects(self) -> DataFrame:
        table = self.work.read(os.path.join(self.folder, "rejects"))
        group = self.known.job.group_by
        key = F.col(f"`{group}`") if group is not None and group in table.columns else F.lit("")
        chosen = table.select(F.col("household").alias("id"), F.coalesce(key, F.lit("")).alias("k0"))
        return chosen.groupBy("id").agg(F.min("k0").alias("k0")).select(
            "id", "k0", F.lit(0).cast("bigint").alias("size"), F.lit(True).alias("is_rejected"))  # fmt: skip

    def amount(self, name: str) -> Column:
        """Finds the amount of a benefit; NULL where it is not granted."""
        return F.col(f"{self.prefix}b_{self.names.index(name)}") if name in self.names else F.lit(None).cast("bigint")

    def lacks(self, name: str) -> Column:
        """Finds the needs of an undetermined benefit; else NULL."""
        return F.col(f"{self.prefix}o_{self.names.index(name)}") if name in self.names else F.lit(None).cast("string")

    def col(self, name: str) -> Column:
        """Finds a column of the side."""
        return F.col(self.prefix + name)

    def _money(self, per: tuple[str, ...]) -> Column:
        """Adds up what is granted of benefits paid by a month, once or by a year."""
        benefits = self.known.plan.benefits
        paid = [F.coalesce(self.amount(name), F.lit(0)) for name in self.names if benefits[name].per in per]
        return reduce(lambda one, other: one + other, paid, F.lit(0).cast("bigint"))

    def _any_of(self, what: str) -> Column:
        """Says whether any column of a kind has something."""
        found = [self.col(f"{what}_{at}").isNotNull() for at in range(len(self.names))]
        return reduce(lambda one, other: one | other, found, F.lit(False))


class _SparkPair:
    """All households of both sides, each with its kind of change."""

    def __init__(self, old: _SparkSide, new: _SparkSide, words: CauseWords) -> None:
        self.old, self.new, self.words = old, new, words
        self.names = list(dict.fromkeys((*old.names, *new.names)))
        joined = old.rows.join(new.rows, old.col("id") == new.col("id"), "full")
        is_old, is_new = (one.col("id").isNotNull() for one in (old, new))
        people = F.greatest(F.coalesce(old.col("size"), F.lit(0)), F.coalesce(new.col("size"), F.lit(0)))
        self.households = joined.select(
            *joined.columns, F.coalesce(new.col("id"), old.col("id")).alias("household"),
            self._kind(is_old, is_new).alias("change"), people.alias("people"), is_old.alias("is_old"),
            is_new.alias("is_new"), F.when(is_old, old.col("k0")).otherwise(new.col("k0")).alias("group"),
            F.when(is_old, old.col("size")).otherwise(new.col("size")).alias("size"),
            F.coalesce(old.col("monthly"), F.lit(0)).alias("before"),
            F.coalesce(new.col("monthly"), F.lit(0)).alias("after"),
        )  # fmt: skip

    def _kind(self, is_old: Column, is_new: Column) -> Column:
        """The kind of a change, as `calc.vary.kinds.kind_of` has it."""
        old, new = self.old, self.new
        rejected = [F.coalesce(one.col("is_rejected"), F.lit(False)) for one in (old, new)]
        had, has = old.col("has"), new.col("has")
        kind = F.when(rejected[0] | rejected[1], REJECTED).when(old.col("is_open") | new.col("is_open"), UNSETTLED)
        kind = kind.when(~is_old, NEW).when(~is_new, GONE).when(had & ~has, LEFT).when(has & ~had, ENTERED)
        for per in ("monthly", "apart"):
            before, after = old.col(per), new.col(per)
            kind = kind.when(after > before, RAISED).when(after < before, LOWERED)
        alike = [old.amount(name).eqNullSafe(new.amount(name)) for name in self.names]
        return kind.when(reduce(lambda one, other: one & other, alike), SAME).otherwise(MOVED)

    def add_to(self, summary: ComparisonSummary) -> None:
        """Adds up all households: the driver gets a row for each kind, group, size and gain."""
        self.households = self.households.cache()
        is_settled = ~F.col("change").isin(UNSETTLED, REJECTED)
        keys = self.households.groupBy("change", "group", "size").agg(
            F.count("*"), F.sum("people"), F.sum("before"), F.sum("after"), F.sum(F.col("is_old").cast("int")),
            F.sum(F.col("is_new").cast("int")), F.sum((F.col("is_old") & F.col("is_new")).cast("int")),
        ).orderBy("group", "change", "size")  # fmt: skip
        for kind, group, size, *numbers, had, has, both in keys.collect():
            every = summary.groups.setdefault(group, {})
            sizes = summary.sizes.setdefault(int(size), ChangeSums())
            for sums in (summary.kinds[kind], every.setdefault(kind, ChangeSums()), sizes):
                for name, number in zip(("households", "people", "before", "after"), numbers, strict=True):
                    setattr(sums, name, getattr(sums, name) + int(number))
            summary.before_count, summary.after_count = summary.before_count + had, summary.after_count + has
            summary.in_both += both
        gains = self.households.where(is_settled).groupBy((F.col("after") - F.col("before")).alias("gain")).count()
        for gain, count in gains.where("gain <> 0").collect():
            summary.spread[spread_of(gain, summary.new)] += count
        parts = [F.sum(side.amount(name)) for name in self.names for side in (self.old, self.new)]
        found = [int(one or 0) for one in self.households.agg(*parts).collect()[0]]
        for name, before, after in zip(self.names, found[::2], found[1::2], strict=True):
            of_benefit = summary.benefits[name] = ChangeSums()
            of_benefit.before, of_benefit.after = before, after

    def rows(self) -> DataFrame:
        """The rows of all changes, as `calc.report.comparison.ChangeRows` writes them."""
        lines = F.array(*(self._line(at, name) for at, name in enumerate(self.names)))
        differs = F.filter(lines, lambda one: one["is_changed"])
        changed = self.households.where(F.col("change") != SAME)
        exploded = changed.select("household", "change", "group", F.explode_outer(differs).alias("line"))
        line = {name: F.col(f"line.{name}") for name in ("before", "after", "old_lacks", "new_lacks", "place")}
        is_open = line["old_lacks"].isNotNull() | line["new_lacks"].isNotNull()
        later = line["new_lacks"].isNotNull()
        facts = F.when(later, self._lacking(line["new_lacks"], self.new, "facts")).otherwise(
            self._lacking(line["old_lacks"], self.old, "facts"))  # fmt: skip
        unset = F.when(later, self._lacking(line["new_lacks"], self.new, "parameters")).otherwise(
            self._lacking(line["old_lacks"], self.old, "parameters"))  # fmt: skip
        is_rejected = F.col("change") == REJECTED
        money = f"decimal(18,{self.new.known.plan.decimals})"
        unit = F.lit(10**self.new.known.plan.decimals).cast("decimal(18,0)")

        def amount(steps: Column) -> Column:
            return (steps.cast("decimal(18,0)") / unit).cast(money)

        zero = F.lit(0).cast("bigint")
        difference = F.coalesce(line["after"], zero) - F.coalesce(line["before"], zero)
        texts = [F.when(is_rejected, self.words.change(Change(REFUSED))),
                 self._words(facts, "needs", "facts"), self._words(unset, "unset", "parameters")]  # fmt: skip
        cells: dict[str, Column] = {
            "household": F.col("household"), "change": F.col("change"), "benefit": F.col("line.benefit"),
            "member": F.lit(None).cast("string"), "before": amount(F.when(line["old_lacks"].isNull(), line["before"])),
            "after": amount(F.when(line["new_lacks"].isNull(), line["after"])),
            "difference": amount(F.when(F.col("line").isNotNull() & ~is_open, difference)),
            "cause_kinds": F.when(is_rejected, REFUSED).when(is_open, NEEDS),
            "causes": _filled(F.concat_ws(self.words.semicolon, *texts)), "needs": _filled(F.array_join(facts, ";")),
            "unset": _filled(F.array_join(unset, ";")), "group": _filled(F.col("group")),
        }  # fmt: skip
        assert [*cells] == [*HEADINGS] and AMOUNTS == (4, 5, 6)
        return exploded.select(*(cell.alias(name) for name, cell in cells.items()), line["place"].alias("place"))

    def _line(self, at: int, name: str) -> Column:
        """A benefit of a household on both sides; lines are in the order in which Python meets them."""
        old, new, count = self.old, self.new, len(self.names)
        before, after, old_lacks, new_lacks = old.amount(name), new.amount(name), old.lacks(name), new.lacks(name)
        places = [one.names.index(name) if name in one.names else at for one in (old, new)]
        place = F.when(before.isNotNull(), places[0]).when(old_lacks.isNotNull(), count + places[0])
        place = place.when(after.isNotNull(), 2 * count + places[1]).otherwise(3 * count + places[1])
        is_changed = old_lacks.isNotNull() | new_lacks.isNotNull() | ~before.eqNullSafe(after)
        return F.struct(F.lit(name).alias("benefit"), before.alias("before"), after.alias("after"),
                        old_lacks.alias("old_lacks"), new_lacks.alias("new_lacks"), is_changed.alias("is_changed"),
                        place.alias("place"))  # fmt: skip

    def _lacking(self, text: Column, side: _SparkSide, section: str) -> Column:
        """The facts or parameters in a text of needs, in the order of the rules."""
        names = list(getattr(side.known.plan, section))
        every = F.array(*map(F.lit, names)) if names else F.array().cast("array<string>")
        return F.array_intersect(every, F.coalesce(F.split(text, ";"), F.array().cast("array<string>")))

    def _words(self, names: Column, key: str, value: str) -> Column:
        """Says what is missing in words; NULL where nothing is."""
        labels: Mapping[str, str] = {
            name: one.about.label_in(self.words.language)
            for side in (self.old, self.new) for name, one in getattr(side.known.plan, value).items()
        }  # fmt: skip
        pairs: Sequence[Column] = [F.lit(one) for pair in labels.items() for one in pair]
        if not pairs:
            return F.lit(None).cast("string")
        known = F.create_map(*pairs)
        before, after = say(key, self.words.language, **{value: "\0"}).split("\0")
        joined = F.array_join(F.transform(names, lambda one: known[one]), self.words.comma)
        return F.when(F.size(names) > 0, F.concat(F.lit(before), joined, F.lit(after)))


def _filled(text: Column) -> Column:
    """A text; NULL where it is empty, as in every file of tables."""
    return F.when(text != "", text)
