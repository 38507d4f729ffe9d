"""The plan's query on Spark equals the row engine; and on a cluster that loses a worker, to the byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from calc.diagnostics.diagnostic import InputErrors
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.parity.test_households import FILES, ROOT, STATED
from tests.support.cases import cases_by_plan
from tests.support.columns import by_rows, some_households
from tests.support.large_tables import large_tables
from tests.support.long_rows import must_be_equal, raws_of_long
from tests.support.rulefiles import rules_file
from tests.support.seeds import FULL, TIMES, few_or_all, seeds
from tests.support.small import HEAD, household, plan_of

pytest.importorskip("pyspark", reason="pyspark is not installed: `pip install -e '.[spark]'` (450 MB, with Java 17)")
from pyspark.sql import SparkSession

from calc.engine.sql.spark_engine import SparkEngine, read_files
from tests.support.spark import files, must_agree, read
from tests.support.spark_cluster import Cluster

GENERATED = 3
EACH = few_or_all(100, 300)


# Spark plans the shipped rules for minutes here; ledgers under them are in test_batch_spark.py
@pytest.mark.parametrize("path", [one for one in FILES if FULL or one != "rules.toml"])
def test_cases_and_generated_households_come_out_alike(path: str, spark: SparkSession, tmp_path: Path) -> None:
    """In the month with the most cases: a query takes Spark seconds to plan."""
    plan, cases = max(cases_by_plan(read_rules(str(ROOT / path))), key=lambda one: len(one[1]))
    for at, seed in enumerate(seeds([plan.month], 1)):
        made = some_households(plan, seed, EACH, STATED[at % len(STATED)])
        must_agree(spark, plan, [*cases, *made], tmp_path, f"{path}, seed {seed}")


def test_generated_rules_come_out_alike(spark: SparkSession, tmp_path: Path) -> None:
    compared = 0
    for seed in seeds(range(90_001, 90_001 + 2 * GENERATED), 2 * GENERATED):
        try:
            plan = plan_of(rules_file(seed), 202406, head="")
            must_agree(spark, plan, some_households(plan, seed, 100), tmp_path, f"rules_file({seed})")
        except (InputErrors, UnsupportedPlan):
            continue
        compared += 1
        if compared == GENERATED * TIMES:
            return
    raise AssertionError(f"only {compared} files were compared")


def test_large_tables_come_out_alike(spark: SparkSession, tmp_path: Path) -> None:
    (seed,) = seeds([64_000], 1)[:1]
    plan = plan_of(large_tables(seed, 60), head="")
    must_agree(spark, plan, some_households(plan, seed, 150, 0.9), tmp_path, f"large_tables({seed}, 60)")


WIDE = """
[facts.household]
x = { kind = "money/month", min = -999999999999, max = 999999999999 }
n = { kind = "count", max = 999999 }
t = { kind = "text" }
[facts.member]
w = { kind = "money/month", min = 0 }
[benefits.b]
to = "household"
per = "month"
amount = "FORMULA"
cite = "d"
"""


def wide(formula: str) -> Plan:
    return plan_of(WIDE.replace("FORMULA", formula))


def test_wide_numbers_come_out_alike(spark: SparkSession, tmp_path: Path) -> None:
    plan = wide("max(0, x * n) + sum(w * n) + (round_half_even(x * n / 999999999999999, to=1) if x > 0 else 0)")
    ends = [household({"x": x, "n": n}, {"w": 10**14 - 1}, {"w": 1})
            for x in (10**14 - 1, -(10**14) + 1, 1, 0) for n in (0, 1, 999999)]  # fmt: skip
    must_agree(spark, plan, ends, tmp_path, "wide")


@pytest.mark.parametrize("formula", ["max(0, x * 5000)", "sum(w)"])
def test_what_data_beyond_its_bounds_overflows_is_an_error(formula: str, spark: SparkSession, tmp_path: Path) -> None:
    plan = wide(formula)
    most = 9 * 10**18
    inputs = read(spark, plan, [household({"x": most, "n": 1}, {"w": most}, {"w": most})], tmp_path)
    with SparkEngine(plan, spark, inputs) as engine, pytest.raises(Exception, match="OVERFLOW"):
        list(engine.raws())


def test_a_column_that_a_cast_would_round_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    plan = wide("max(0, x)")
    spark.sql("SELECT 1L AS household, 0.5D AS x").write.parquet(str(tmp_path / "h"))
    members = files(plan, [household({}, {"w": 1})], tmp_path)[1]
    with pytest.raises(UnsupportedPlan, match=r"`x`: its column `x` holds double"):
        read_files(spark, plan, str(tmp_path / "h"), members)


def test_csv_gives_the_same_and_tells_an_empty_word_from_none(spark: SparkSession, tmp_path: Path) -> None:
    plan = wide("(x if t == '' else 0) if x >= 0 else 0")
    (tmp_path / "h.csv").write_text('t,x,household\n"",5,0\n,7,1\na,9,2\n')
    (tmp_path / "m.csv").write_text('household,place,id,w\n0,0,"",\n')
    inputs = read_files(spark, plan, str(tmp_path / "h.csv"), str(tmp_path / "m.csv"))
    with SparkEngine(plan, spark, inputs) as engine:
        found = [raw for _, raw in engine.raws()]
    same = [household({"t": "", "x": 5}, {}), household({"x": 7}), household({"t": "a", "x": 9})]
    assert found == by_rows(plan, same)
    assert [one[1][0][1] for one in found] == [5, None, 0]


def test_a_cell_of_csv_that_is_no_number_is_an_error(spark: SparkSession, tmp_path: Path) -> None:
    plan = wide("max(0, x)")
    (tmp_path / "h.csv").write_text("household,x\n0,1.5\n")
    (tmp_path / "m.csv").write_text("household,place,id\n")
    with pytest.raises(Exception, match="MALFORMED"):
        read_files(spark, plan, str(tmp_path / "h.csv"), str(tmp_path / "m.csv"))


@pytest.mark.parametrize(("ending", "parts"), [("parquet", 1), ("csv", 3), ("jsonl", 1)])
def test_written_rows_are_those_of_the_row_engine(ending: str, parts: int, spark: SparkSession, tmp_path: Path) -> None:
    plan = wide("max(0, x) + sum(w)")
    households = some_households(plan, 1, 50)
    out = tmp_path / f"out.{ending}"
    with SparkEngine(plan, spark, read(spark, plan, households, tmp_path)) as engine:
        engine.copy_long(str(out), parts)
        lowered = engine.query.program
    assert out.is_file() if parts == 1 else sorted(one.name for one in out.iterdir())[0] == "part-00000.csv"
    assert {one.name for one in tmp_path.iterdir()} == {"households.parquet", "members.parquet", out.name}
    found = spark.read.json(str(out)) if ending == "jsonl" else spark.read.parquet(str(out)) if ending == "parquet" \
        else spark.read.csv(str(out), header=True, inferSchema=True)  # fmt: skip
    rows = [row.asDict() for row in found.collect()]
    must_be_equal(by_rows(plan, households), raws_of_long(lowered, households, rows), ending)


@pytest.mark.slow
def test_without_java_it_says_so_in_one_line(tmp_path: Path) -> None:
    begin = "from calc.engine.sql.spark_session import *"
    code = f"{begin}\ntry: connect('local[1]')\nexcept UnsupportedPlan as told: print(told)"
    environment = {**os.environ, "JAVA_HOME": str(tmp_path / "none")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.stdout == "Spark needs a Java runtime, 17 or newer\n", done.stderr


# a cluster

LAYERED = """
[facts.household]
x = { kind = "money/month", min = 0 }
[facts.member]
born = { kind = "date" }
wage = { kind = "money/month", min = 0, default = "0", note = "n" }
[definitions]
need = { formula = "sum(wage) + x" }
share = { formula = "min(wage, need) if rank(born) <= 2 else 0" }
[benefits.carer]
to = "member"
per = "month"
requires = ["rank(wage, where=share < x) == 1"]
amount = "round_half_even(need / 3, to=0.01)"
cite = "d"
[benefits.group]
to = "household"
per = "month"
requires = ["count(where=receives(carer)) < 5"]
amount = "max(0, need - sum(carer))"
cite = "d"
"""


HALF_WAY = 20
"""Tasks of the job after which a worker is killed: about half of them."""


def read_bytes(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def test_a_cluster_that_loses_a_worker_writes_the_bytes_of_this_machine(
    spark: SparkSession, cluster: Cluster, tmp_path: Path
) -> None:
    """The same: files of the same names with the same bytes, so that their checksums can be compared.

    In CSV, because Parquet's writer lists the encodings of a column in its footer in an order that is each Java
    process's own; all else of a Parquet file is the same too.
    """
    path = tmp_path / "rules.toml"
    path.write_text(HEAD + LAYERED, encoding="utf-8")
    plan = plan_for(read_rules(str(path)), 202406)
    some = some_households(plan, 1, 1000)
    households = [some[at % len(some)] for at in range(40_000)]
    given = files(plan, households, tmp_path)
    with SparkEngine(plan, spark, read_files(spark, plan, *given, parts=8)) as engine:
        engine.copy_long(str(tmp_path / "here.csv"), 8)
    arguments = [str(path), "2024-06", *map(str, given), str(tmp_path / "there.csv")]
    tasks, told = cluster.run("examples/on_spark.py", *arguments, kill_at=HALF_WAY)
    assert tasks > HALF_WAY * 3 // 2 and min(cluster.finished_tasks()) > 0, "both workers had their share"
    assert "Lost executor" in told
    first, second = read_bytes(tmp_path / "here.csv"), read_bytes(tmp_path / "there.csv")
    assert sorted(first) == sorted(second) and len(first) >= 8
    assert first == second
    counted = duckdb.execute(f"SELECT count(DISTINCT household) FROM read_csv('{tmp_path}/there.csv/*')").fetchone()
    assert counted == (len(households),)
