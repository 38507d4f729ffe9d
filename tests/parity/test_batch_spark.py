"""Whole ledgers through Spark: results, rejects and totals are the bytes of the row engine, on a cluster too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

pytest.importorskip("pyspark", reason="pyspark is not installed: `pip install -e '.[spark]'` (450 MB, with Java 17)")
from pyspark.sql import SparkSession

from bench.ledger import rows
from calc.batch.duckdb.sql_templates import joined_text, phrase, select, sql, within
from calc.batch.spark.spark_sql import in_spark
from calc.cli import run
from calc.engine.sql.build import Tree
from calc.engine.sql.spark_session import connect
from tests.parity.test_batch_plain import CELLS, HEAD, IDS, NUMBERS, OWN, RULES, ledger, number, row
from tests.support.both_engines import ROOT, must_be_alike, outputs, taken_by_sql, written
from tests.support.spark_cluster import Cluster

pytestmark = pytest.mark.slow
PLAIN = ["--rules", RULES, "--month", "2024-01"]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    """A session that the runs of tests find, for it takes seconds to begin."""
    session = connect("local[2]", {"spark.driver.memory": "2g"})
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def compare(folder: Path, files: list[str], *options: str, ending: str = ".csv") -> tuple[dict[str, bytes], set[str]]:
    """Rows and Spark give the same bytes; Spark's SQL takes the households that DuckDB's takes. Returns both."""
    with taken_by_sql("spark") as found:
        answer = must_be_alike(folder, files, *options, ending=ending, second="spark")
    with taken_by_sql("duckdb") as others:
        outputs(folder, "duckdb", files, ending, [*options])
    assert found == others, "households that SQL took"
    return answer, found[0]


TOLD_OTHERWISE = (
    "regexp_full_match(concat('1', chr(10)), '[0-9]')",
    "regexp_full_match(concat('1', chr(10)), '[0-9].')",
    "regexp_full_match('1\u2028', '[0-9].')",
    "regexp_full_match('12', '1|12')",
    "regexp_full_match('甲\\', '[\\x{4E00}-\\x{9FFF}]\\\\')",
    "TRY_CAST('' AS DECIMAL(14, 2))",
    "CAST(170141183460469231731687303715884105 AS HUGEINT) + 1",
)


TREES = [*map(phrase, TOLD_OTHERWISE), joined_text([phrase("'a'"), phrase("CAST(NULL AS VARCHAR)"), phrase("'b'")])]


@pytest.mark.parametrize("told", TREES, ids=str)
def test_spark_is_told_what_gives_the_same(told: Tree, spark: SparkSession) -> None:
    tree = select(within(phrase("SELECT 1 AS one"), "given"), [told])
    ((by_duckdb,),) = duckdb.execute(sql(tree)).fetchall()
    ((by_spark,),) = spark.sql(in_spark(tree).sql(dialect="spark")).collect()
    assert by_spark == by_duckdb


def one_each(cells: tuple[list[str], list[str]], column: str) -> list[list[str]]:
    """A household for each cell of a column: plain ones and others."""
    own = {"name": "Bea", **OWN, "days": "1"}
    return [
        row(**{"household": f"{column}{at}", **own, column: cell}) for at, cell in enumerate([*cells[0], *cells[1]])
    ]


def test_cells_and_numbers(spark: SparkSession, tmp_path: Path) -> None:
    made = ledger()
    for column, cells in {**CELLS, "number": NUMBERS}.items():
        made += one_each(cells, column)
    for at, end in enumerate(("43", "83", "44")):
        made.append(row(f"x{at}", "Cy", **OWN, number=number(200 + at), certificate=number(200 + at) + end))
    file = written(tmp_path / "ledger.csv", [HEAD, *made])
    _, taken = compare(tmp_path, [file], *PLAIN, "--by", "benefit", "--keep", "note")
    assert {"a", "x0", "rent0", "number0"} <= taken and len(taken) > 60


def test_ids_blanks_and_damaged_bytes(spark: SparkSession, tmp_path: Path) -> None:
    made = [row(id, "Bea", **OWN, days="1") for id in (*IDS[0], *IDS[1], "b\udcff")]
    made.insert(3, row("fails", "Fay", **{**OWN, "rent": "4998"}, days="1"))
    file = written(tmp_path / "ledger.csv", [HEAD, *ledger(), *made])
    found, taken = compare(tmp_path, [file], *PLAIN, ending=".jsonl")
    assert taken == {"a", "b", "c", "fails", *(one.strip() for one in IDS[0])}
    assert b"\nfails," in found["rejects.csv"] and b"check-failed" in found["rejects.csv"]


def test_months_and_what_stands_apart_or_twice(spark: SparkSession, tmp_path: Path) -> None:
    """Two files; a failed check; rows apart; two of one name; somebody, and an id, in both files."""
    first = ledger()
    first[2][HEAD.index("rent")] = "4998"
    first += [row("n", "Nan", days="1"), row("n", "Nan", days="2"), row("t", "Tim", number=number(50))]
    first += [row("d", "Dee", **OWN, days="2"), row("e", "Eve", **OWN, days="1"), row("d", "Don", wage="3")]
    second = [row("u", "Uma", number=number(50)), row("c", "Sam", days="1"), row("f", "Flo", days="1", note="West")]
    files = [written(tmp_path / f"{encoding}.csv", [HEAD, *one], encoding)
             for encoding, one in (("utf-8", first), ("gb18030", second))]  # fmt: skip
    options = ["--rules", RULES, "--months", "2024-01..2024-02", "--group-by", "note"]
    found, taken = compare(tmp_path, files, *options)
    assert taken == set("abdef")
    rejected = {line.split(b",")[0] for line in found["rejects.csv"].splitlines()[1:]}
    assert rejected == {b"b", b"c", b"t", b"u"}
    assert found["results.csv"].count(b"\n") == 1 + 2 * len("adefn")


def test_broken_lines_and_line_ends_in_cells(spark: SparkSession, tmp_path: Path) -> None:
    made = ledger()
    made[0][HEAD.index("remark")] = "two\nlines"
    file = written(tmp_path / "ledger.csv", [HEAD, *made, row("d", "Di", days="1"), row("", ""), row("e", "Ed")])
    lines = Path(file).read_bytes().replace(b"\nd,", b"\r\nd,").split(b"\n")
    Path(file).write_bytes(b"\n".join([*lines[:-2], b"g,Gus", b"," * (len(HEAD) - 1), b'h,"x', *lines[-2:]]))
    found, taken = compare(tmp_path, [file], *PLAIN, "--by", "benefit", ending=".jsonl")
    assert {"b", "c"} <= taken and b"wrong-cell-count" in found["rejects.csv"]


TEXTS = "SELECT * FROM t"
TYPED = """SELECT * REPLACE (
    CAST(household AS VARCHAR) AS household, try_cast(rent AS DECIMAL(12, 2)) AS rent,
    try_cast(debts AS INTEGER) AS debts, try_cast(area AS DECIMAL(6, 3)) AS area, try_cast(days AS UTINYINT) AS days,
    try_cast(wage AS BIGINT) AS wage, try_cast(registered AS DATE) AS registered, verified = 'yes' AS verified,
    try_cast(care AS DECIMAL(9, 2)) AS care, try_cast(rent AS INTEGER) AS note) FROM t"""
COPIED = "SELECT * REPLACE (try_cast(rent AS DOUBLE) AS note, try_cast(days AS INTEGER) AS days) FROM t"
NESTED = """SELECT household, any_value(rent) AS rent, any_value(district) AS district, any_value(note) AS note,
    list(struct_pack(name, number, wage := try_cast(wage AS DECIMAL(12, 2)), days) ORDER BY name) AS members
    FROM t GROUP BY household ORDER BY household"""


@pytest.mark.parametrize("select", [TYPED, COPIED, NESTED], ids=["typed", "copied", "nested"])
def test_parquet(select: str, spark: SparkSession, tmp_path: Path) -> None:
    """Read by Spark, or copied where it would give a text that DuckDB does not, or the rows are nested."""
    made = [*ledger(), row("d", "Di", days="40"), row("e", "Ed", rent="12.5", days="1"), row("=f", "Fo", days="3")]
    source = written(tmp_path / "source.csv", [HEAD, *made])
    database = duckdb.connect()
    database.execute(f"CREATE TABLE t AS SELECT * FROM read_csv('{source}', all_varchar = true, header = true)")
    database.execute(f"COPY ({select}) TO '{tmp_path}/ledger.parquet'")
    options = [*PLAIN, "--keep", "note", "--by", "benefit"]
    found, taken = compare(tmp_path, [f"{tmp_path}/ledger.parquet"], *options, ending=".parquet")
    assert set("abc") <= taken and b"out-of-range" in found["rejects.csv"]


def test_households_from_a_file_of_their_own(spark: SparkSession, tmp_path: Path) -> None:
    own = [["household", "rent", "verified"], ["c", "300", "yes"], ["a", "300", "no"], ["z", "1", ""], ["b", "x", ""]]
    file, other = written(tmp_path / "ledger.csv", [HEAD, *ledger()]), written(tmp_path / "own.csv", own)
    found, taken = compare(tmp_path, [file], *PLAIN, "--households", other)
    assert taken == {"c"}
    assert [line.split(b",")[0] for line in found["rejects.csv"].splitlines()[1:]] == [b"a", b"b", b"z"]


def test_a_district_with_dirt(spark: SparkSession, tmp_path: Path) -> None:
    file = written(tmp_path / "ledger.csv", [*rows(300, 1, 0.1)])
    options = ["--rules", str(ROOT / "rules.toml"), "--month", "2022-06", "--group-by", "乡镇"]
    with taken_by_sql("spark") as found:
        must_be_alike(tmp_path, [file], *options, second="spark")
    assert 200 < len(found[0]) < 290, "SQL took all but the spoilt ones"


# what cannot be done, in a line


TOLD = {
    "spark://127.0.0.1:1": ("nobody answers at `spark://127.0.0.1:1`", "`spark://127.0.0.1:1` 没有响应"),
    "nonsense": ("Spark knows no master `nonsense`; it may be", "Spark 不认识 `nonsense`；可写"),
    "no Java": ("Spark needs a Java runtime, 17 or newer", "Spark 需要 Java 17 或更新的运行环境"),
}


@pytest.mark.parametrize("master", TOLD)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_wrong_with_a_master_or_java_is_told_in_a_line(master: str, language: str, tmp_path: Path) -> None:
    """In a process of its own: where a session runs, no other begins."""
    environment = {**os.environ, **({"JAVA_HOME": str(tmp_path)} if master == "no Java" else {})}
    command = [sys.executable, "-m", "calc", "batch", "examples/ledger.csv", "--month", "2022-06", "-q", "-o",
               str(tmp_path / "out.csv"), "--engine", "spark", "--lang", language,
               "--master", "local[2]" if master == "no Java" else master]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode != 0 and TOLD[master][language == "zh"] in done.stderr and done.stderr.count("\n") == 1
    assert [*tmp_path.iterdir()] == []


def test_a_master_is_for_spark_only(tmp_path: Path, capsys: Any) -> None:
    given = ["batch", str(ROOT / "examples/ledger.csv"), *PLAIN, "-q", "-o", str(tmp_path / "out.csv"), "--lang", "en"]
    assert run([*given, "--master", "local[2]"]) == 2
    assert "--master is for --engine spark" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


JSON_LINES = {
    "members": [
        {"household": "a", "name": "Ann", "days": 1, "note": "North"},
        {"household": "a", "name": "Abe", "days": "2", "wage": 3.5},
        {"household": "b", "name": "Bo", "days": 1, "remark": "two\nlines"},
        {"household": "c", "name": "Cy", "days": 202206.5, "note": {"deep": [1, [2]]}},
        {"household": "d", "members": [{"name": "Di", "number": number(50)}, {"name": "Don", "number": number(51)}]},
        {"name": "Ed"},
        {"household": "f", "name": "Flo", "number": number(51)},
        {"household": "g", "name": "Gus", "days": 1, **OWN},
    ],
    "households": [
        {"household": "a", "note": "North", "members": [{"name": "Ann", "days": 1}, {"name": "Abe", "days": 2}]},
        {"id": "b", "members": [{"name": "Bo", "days": 1, "number": number(50)}, {"name": "Bo", "number": number(51)}]},
        {"members": [{"name": "Ed", "days": 1}, {"name": "Eve", "days": 1}]},
        {"household": "c", "members": []},
        {"household": "d", "members": [{"name": "Di", "remark": "\\", "number": number(51)}, 7]},
        {"household": "g", "members": [{"name": "Gus", "days": 1}, {"name": "Gil", "days": 2}], **OWN},
        {"household": "e", "members": [{"name": "Em", "days": 1, "wage": 12}]},
        {"household": "e", "members": [{"name": "Ev", "days": 1, "wage": 12}]},
    ],
}


@pytest.mark.parametrize("layout", JSON_LINES)
def test_json_lines(layout: str, spark: SparkSession, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    lines = [json.dumps(one) for one in JSON_LINES[layout]]
    file.write_text("\n\n".join([*lines, "{", *lines[:1]]), encoding="utf-8")
    other = written(tmp_path / "other.csv", [HEAD, *ledger()])
    options = ["--by", "benefit", "--group-by", "note"]
    _, taken = compare(tmp_path, [str(file)], *PLAIN, *options)
    assert taken == {"g"}
    compare(tmp_path, [other, str(file)], *PLAIN, *options)


# a cluster


def test_a_cluster_that_loses_a_worker_gives_the_bytes_of_the_row_engine(cluster: Cluster, tmp_path: Path) -> None:
    """The same command as elsewhere, told to spark-submit; once undisturbed, once with a worker killed half-way."""
    made = [HEAD]
    for at in range(2000):
        made += [[f"{one[0]}{at}", *one[1:3], str(at * 7 % 5100), *one[4:]] for one in ledger(with_numbers=False)]
    file = written(tmp_path / "ledger.csv", made)
    wanted = outputs(tmp_path, "rows", [file], ".csv", [*PLAIN, "--by", "benefit"])

    def spark(name: str, kill_at: int | None) -> tuple[int, str]:
        paths = {one: tmp_path / f"{name}-{one}" for one in wanted}
        results, rejects, totals = map(str, paths.values())
        files = ["-o", results, "--rejects", rejects, "--totals", totals, "--allow-rejects", "--debug"]
        given = ["batch", file, *PLAIN, "--by", "benefit", "--engine", "spark", "--lang", "en", *files]
        found = cluster.run("examples/batch_on_spark.py", *given, kill_at=kill_at)
        assert {one: path.read_bytes() for one, path in paths.items()} == wanted
        return found

    tasks, told = spark("whole", None)
    assert tasks > 20 and min(cluster.finished_tasks()) > 0, "both workers had their share"
    assert "Lost executor" not in told and "engine: spark" in told
    _, told = spark("disturbed", tasks // 2)
    assert "Lost executor" in told
