"""Spark: a session on one machine or a cluster, households from files, and a plan's query run over them.

Spark writes a common table expression out wherever it is used, so a query of several layers would grow with each.
What is used more than once is therefore a view of its own that is kept once computed; if a worker goes down with it,
Spark computes it again from the files. Both inputs are spread over the cluster by household before anything else, so
that no join or group moves a row again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as kinds
from sqlglot import exp

from calc.engine.fact_keys import fact_keys, fact_of
from calc.engine.python.row_engine import RawOutcome
from calc.engine.simple_plan import ALWAYS, MAYBE, NEVER, Pattern
from calc.engine.sql import build
from calc.engine.sql.dialects import LONG, NARROW, TRUTH, WORD, Dialect, dialect_named
from calc.engine.sql.identifiers import HOUSEHOLD, ID, PLACE
from calc.engine.sql.input_tables import Inputs, column_type
from calc.engine.sql.query import Query
from calc.engine.sql.read_rows import query_of, raws_of
from calc.engine.sql.spark_output import written_whole
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.language.types import HOUSEHOLD as HOUSEHOLD_LEVEL
from calc.language.types import MEMBER
from calc.record import replace
from calc.rules.plan import Plan

_SPARK: Dialect = dialect_named("spark")
ROWS_IN_PART = 250_000
"""Households that one part of a result is meant to hold."""


# giving it households


def read_files(
    session: SparkSession,
    plan: Plan,
    households: str,
    members: str | None,
    columns: Mapping[str, str] | None = None,
    parts: int | None = None,
) -> Inputs:
    """Views on files, Parquet or (`.csv`) CSV with a heading; `columns` names the column of each fact.

    A CSV cell that is empty is not stated; `""` is the empty word. `parts` are the pieces the households are spread in.
    Raises UnsupportedPlan where a column holds what a cast would round or guess at, like a DOUBLE for an amount.
    """
    inputs = Inputs.of(plan, columns)
    spread = parts or max(2, 2 * session.sparkContext.defaultParallelism)
    session.conf.set("spark.sql.shuffle.partitions", str(spread))
    found: dict[str, str] = {}
    for name, path, of_member in ((inputs.households, households, False), (inputs.members, members, True)):
        if name is None or path is None:
            continue
        facts = {inputs.columns[key]: key for key in fact_keys(plan, MEMBER if of_member else HOUSEHOLD_LEVEL)
                 if key in inputs.columns}  # fmt: skip
        keys: dict[str, int | str] = {HOUSEHOLD: LONG, **({PLACE: NARROW, ID: WORD} if of_member else {})}
        wanted = {**{column: column_type(fact_of(plan, key), key) for column, key in facts.items()}, **keys}
        frame = _frame(session, path, wanted)
        there = {one.name: one.dataType for one in frame.schema.fields}
        for key in keys:
            if key not in there or not _fits(there[key], keys[key]):
                kind = there[key].simpleString() if key in there else "nothing"
                raise UnsupportedPlan("wrong-column", key, column=key, found=kind, wanted=_told(keys[key]))
        kept = [column for column in facts if _is_kept(frame, there, column, wanted[column], facts[column])]
        found.update({facts[column]: column for column in kept})
        selected: list[build.Tree] = []
        for one in (*keys, *kept):
            selected.append(exp.alias_(_SPARK.cast(build.column(one), wanted[one]), one, quoted=True))
        frame.createOrReplaceTempView(name)
        frame = session.sql(build.select_from(name, selected).sql(dialect="spark"))
        frame.repartition(spread, HOUSEHOLD).createOrReplaceTempView(name)
    inputs = replace(inputs, columns={name: column for name, column in inputs.columns.items() if name in found})
    return replace(inputs, pattern=stated(session, plan, inputs))


def _frame(session: SparkSession, path: str, wanted: Mapping[str, int | str]) -> DataFrame:
    """The rows of a file as they are; a CSV file has the types that are wanted."""
    if not path.lower().endswith(".csv"):
        return session.read.parquet(path)
    heading = session.read.csv(path, header=True).columns
    shape = kinds.StructType([kinds.StructField(name, _type(wanted.get(name, WORD))) for name in heading])
    return session.read.csv(path, schema=shape, header=True, mode="FAILFAST", emptyValue="", nullValue="\x00")


def _type(kind: int | str) -> kinds.DataType:
    return kinds._parse_datatype_string(_SPARK.types[kind])  # type: ignore[attr-defined, no-any-return]


def _is_kept(frame: DataFrame, there: Mapping[str, kinds.DataType], column: str, kind: int | str, fact: str) -> bool:
    """Says whether a column states a fact; one without values often has a type that a writer made up."""
    if column not in there:
        return False
    if _fits(there[column], kind):
        return True
    if frame.select(frame[f"`{column.replace('`', '``')}`"]).dropna().isEmpty():
        return False
    raise UnsupportedPlan("wrong-column", fact, column=column, found=there[column].simpleString(), wanted=_told(kind))


def _fits(found: kinds.DataType, wanted: int | str) -> bool:
    """Says whether a column's type holds such values as they are."""
    if isinstance(wanted, int):
        return isinstance(found, kinds.IntegralType) or (isinstance(found, kinds.DecimalType) and found.scale == 0)
    return isinstance(found, kinds.BooleanType if wanted == TRUTH else kinds.StringType)


def _told(wanted: int | str) -> str:
    return "whole numbers" if isinstance(wanted, int) else _SPARK.types[wanted]


def stated(session: SparkSession, plan: Plan, inputs: Inputs) -> Pattern:
    """Counts how often each fact is stated, in one pass over every column, so that the query fits these households."""
    pattern: dict[str, int] = dict.fromkeys(plan.facts, NEVER)
    for name, level in ((inputs.households, HOUSEHOLD_LEVEL), (inputs.members, MEMBER)):
        keys = [key for key in fact_keys(plan, level) if key in inputs.columns]
        if name is None or not keys:
            continue
        counts = [build.call("COUNT", build.column(inputs.columns[key])) for key in keys]
        row = session.sql(build.select_from(name, [build.count_all(), *counts]).sql(dialect="spark")).collect()[0]
        for key, count in zip(keys, row[1:], strict=True):
            pattern[key] = NEVER if count == 0 else ALWAYS if count == row[0] else MAYBE
    return pattern


# running a plan


class SparkEngine:
    """Runs one plan over households in a session; used in a `with`, it lets go of what it kept there.

    `with_ids`: the members of the last layer have their ids.
    """

    def __init__(self, plan: Plan, session: SparkSession, inputs: Inputs, with_ids: bool = False) -> None:
        self.plan = plan
        self.session = session
        self.inputs = inputs
        self.query = query_of(plan, inputs, "spark", apart=True, with_ids=with_ids)
        self.views: dict[str, DataFrame] = {}

    def __enter__(self) -> SparkEngine:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of what is kept."""
        for name, frame in self.views.items():
            frame.unpersist()
            self.session.catalog.dropTempView(name)
        self.views.clear()

    def raws(self) -> Iterator[tuple[int, RawOutcome]]:
        """Each household's ordinal and bare outcome, as `RowEngine.raw` gives it, in rising order."""
        rows = self.frame(self.query.all_rows()).orderBy(HOUSEHOLD, PLACE)  # NULL, the household's own, comes first
        return raws_of(self.query, (_plain(row) for row in rows.toLocalIterator()))

    def copy_long(self, path: str, parts: int | None = None) -> None:
        """Write a row an outcome: see `Query.long_rows`; Parquet, CSV or JSON Lines by the ending of the path.

        With one part it is a file, else a folder of `part-00000.parquet`, …, each of a range of ordinals. Rows are
        sorted by household, place and benefit, so that what is written depends on the households and the plan alone:
        not on who computed what, how often, or in which order. It appears whole or not at all.
        """
        size, first = self._range()
        parts = parts or max(1, -(-size // ROWS_IN_PART))
        step = max(1, -(-size // parts))
        rows = self.frame(_long_rows(self.query))
        base = abs(first) // step * (-1 if first < 0 else 1)  # towards zero, as Spark's quotient
        rows = rows.repartitionById(parts + 1, _part(step, base)) if parts > 1 else rows.repartition(1)
        rows = rows.sortWithinPartitions(HOUSEHOLD, PLACE, "benefit")
        written_whole(self.session, rows, path, is_folder=parts > 1)

    def _range(self) -> tuple[int, int]:
        """Finds the number of possible ordinals, and the least."""
        ends = [build.call(one, build.column(HOUSEHOLD)) for one in ("MIN", "MAX")]
        query = build.select_from(self.inputs.households, ends).sql(dialect="spark")
        low, high = self.session.sql(query).collect()[0]
        return (0, 0) if low is None else (high - low + 1, low)

    def frame(self, end: exp.Query) -> DataFrame:
        """The rows of a select at the end of the query; relations used more than once are kept for the next.

        Each relation is a view of its own, because Spark takes much longer over a chain in one statement.
        """
        expressions = self.query.expressions
        used = Counter(name for one in [*(one.this for one in expressions), end] for name in build.relations_of(one))
        for one in expressions:
            if one.alias not in self.views:
                frame = self._sql(one.this)
                if used[one.alias] > 1:
                    frame = frame.persist(StorageLevel.MEMORY_AND_DISK)
                frame.createOrReplaceTempView(one.alias)
                self.views[one.alias] = frame
        return self._sql(end)

    def _sql(self, select: exp.Query) -> DataFrame:
        return self.session.sql(self.query.sql(select))


def _long_rows(query: Query) -> exp.Query:
    """`Query.long_rows` with one look at each level's rows, not one for each outcome."""
    found: list[exp.Query] = []
    for selects in query.long_parts():
        if not selects:
            continue
        keys = [one.copy() for one in selects[0].expressions[:2]]
        outcomes = [build.call("STRUCT", *(one.copy() for one in select.expressions[2:])) for select in selects]
        made = exp.select(*keys, build.call("INLINE", build.call("ARRAY", *outcomes)), copy=False)
        found.append(made.from_(selects[0].args["from_"].this.copy(), copy=False))
    if not found:
        raise UnsupportedPlan("no-outcomes")
    end = found[0]
    for one in found[1:]:
        end = exp.Union(this=end, expression=one, distinct=False)
    return query.with_relations(end)


def _part(step: int, base: int) -> Any:
    """The number of a household's part, as a column."""
    from pyspark.sql.functions import expr

    number = build.binary(exp.IntDiv, build.column(HOUSEHOLD), build.whole(step))
    tree = build.binary(exp.Sub, number, build.whole(base))
    return expr(_SPARK.cast(tree, NARROW).sql(dialect="spark"))


def _plain(row: Any) -> list[Any]:
    """The values of a row; wide numbers come as decimals."""
    return [int(value) if isinstance(value, Decimal) else value for value in row]
