"""Ledgers by way of tables of facts through Spark: the rows of results, rejects and totals are the row engine's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

pytest.importorskip("pyspark", reason="pyspark is not installed: `pip install -e '.[spark]'` (450 MB, with Java 17)")
from pyspark.sql import SparkSession

from bench.ledger import rows
from calc.cli import run
from tests.parity.test_batch_plain import CELLS, HEAD, IDS, OWN, RULES, ledger, number, row
from tests.parity.test_not_known import WORDS, spoilt
from tests.support.both_engines import ROOT, written
from tests.support.seeds import FULL
from tests.support.spark_cluster import Cluster
from tests.support.spark_tables import by_rows, compare, facts_of, must_be_alike, of_folder

pytestmark = pytest.mark.slow
PLAIN = ["--rules", RULES, "--month", "2024-01"]


def ids(rows: list[tuple[Any, ...]]) -> set[str]:
    return {one[0] for one in rows}


def test_cells_and_ids_of_every_kind(spark: SparkSession, tmp_path: Path) -> None:
    """By benefit, with a column kept, which may be empty or need quoting elsewhere; ids with damaged bytes."""
    made = ledger()
    for column, (plain, others) in CELLS.items():
        for at, cell in enumerate([*plain, *others]):
            made.append(row(**{"household": f"{column}{at}", "name": "Bea", **OWN, "days": "1", column: cell}))
    made += [row(id, "Bea", **OWN, days="1") for id in (*IDS[0], *IDS[1], "b\udcff")]
    made.append(row("fails", "Fay", **{**OWN, "rent": "4998"}, days="1"))
    file = written(tmp_path / "ledger.csv", [HEAD, *made])
    (found,) = compare(tmp_path, [file], [*PLAIN, "--keep", "note"], [], ["--by", "benefit"])
    assert "fails" in ids(found["rejects"][1]) and len(ids(found["results"][1])) > 60


def test_months_groups_and_what_is_apart_or_twice(spark: SparkSession, tmp_path: Path) -> None:
    """Two files and one of households; checks that fail in a month; rows apart; a person and an id in both files."""
    first = ledger()
    first[2][HEAD.index("rent")] = "4998"
    first += [row("n", "Nan", days="1"), row("n", "Nan", days="2"), row("t", "Tim", number=number(50), rent="4998")]
    first += [row("d", "Dee", **OWN, days="2"), row("e", "Eve", **OWN, days="1"), row("d", "Don", wage="3")]
    second = [row("u", "Uma", number=number(50)), row("c", "Sam", days="1"), row("f", "Flo", days="1", note="West")]
    files = [written(tmp_path / f"{encoding}.csv", [HEAD, *one], encoding)
             for encoding, one in (("utf-8", first), ("gb18030", second))]  # fmt: skip
    own = written(tmp_path / "own.csv", [["household", "verified"], *([one, "yes"] for one in "abcdefntuz")])
    common = ["--rules", RULES, "--months", "2024-01..2024-02", "--group-by", "note"]
    (found,) = compare(tmp_path, files, common, ["--households", own, "--duplicates", "warn"], [])
    rejects = found["rejects"][1]
    assert ids(rejects) == {"b", "c", "t", "z"}
    assert sorted(one[4] for one in rejects if one[0] == "t") == ["check-failed", "identity-number-twice"]
    assert len(found["results"][1]) == 2 * len("adefnu")


def test_other_formats_of_ledgers(spark: SparkSession, tmp_path: Path) -> None:
    lines = [
        {"household": "h", "note": "North", "members": [{"name": "Ann", "days": 1}, {"name": "Abe", "days": "2"}]},
        {"household": "i", "members": [{"name": "Bo", "days": 1, "number": number(50)}, {"name": "Bo"}]},
        {"members": [{"name": "Ed", "days": 1}, {"name": "Eve", "days": 1}]},
        {"household": "j", "members": []},
        {"household": "k", "members": [{"name": "Gus", "days": 1}, {"name": "Gil", "days": 2, "wage": 3.5}], **OWN},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join([*map(json.dumps, lines), "{"]), encoding="utf-8")
    source = written(tmp_path / "source.csv", [HEAD, *ledger()])
    database = duckdb.connect()
    database.execute(f"COPY (SELECT * REPLACE (try_cast(rent AS DECIMAL(9, 2)) AS rent) FROM read_csv('{source}', "
                     f"all_varchar = true)) TO '{tmp_path}/b.parquet'")  # fmt: skip
    files = [str(tmp_path / "a.jsonl"), str(tmp_path / "b.parquet")]
    (found,) = compare(tmp_path, files, [*PLAIN, "--group-by", "note"], [], [])
    assert {"a", "b", "c", "h", "k"} <= ids(found["results"][1])


def test_a_district_with_dirt_and_a_month_in_which_benefits_change(spark: SparkSession, tmp_path: Path) -> None:
    file = written(tmp_path / "ledger.csv", [*rows(300, 1, 0.1)])
    common = ["--rules", str(ROOT / "rules.toml"), "--months", "2022-05..2022-06", "--group-by", "乡镇"]
    (found,) = compare(tmp_path, [file], common, [], [])
    assert 200 < len(ids(found["results"][1])) < 290


@pytest.mark.skipif(not FULL, reason="Spark plans the shipped rules for a quarter of a minute; DOUDI_TESTS=full")
def test_a_quarter_of_all_cells_is_not_known(spark: SparkSession, tmp_path: Path) -> None:
    file = written(tmp_path / "ledger.csv", spoilt(4, 0.25, [*WORDS, "—"], 200))
    (found,) = compare(tmp_path, [file], ["--rules", str(ROOT / "rules.toml"), "--month", "2022-06"], [], [])
    assert len(ids(found["results"][1])) > 150


def test_a_ledger_of_which_nobody_is_assessed(spark: SparkSession, tmp_path: Path) -> None:
    file = written(tmp_path / "ledger.csv", [HEAD, row("a", "Ann", rent="x")])
    (found,) = compare(tmp_path, [file], PLAIN, [], [])
    assert not found["results"][1] and ids(found["rejects"][1]) == {"a"}


def test_tables_that_were_changed_and_other_facts_are_refused(spark: SparkSession, tmp_path: Path, capsys: Any) -> None:
    file = written(tmp_path / "ledger.csv", [HEAD, *ledger()])
    facts = facts_of(tmp_path, [file], *PLAIN)
    given = ["batch", facts, *PLAIN, "--engine", "spark", "--lang", "en", "-q", "-o", str(tmp_path / "out")]
    assert run([*given, "--keep", "note"]) != 0
    assert "do not hold the column `note`" in capsys.readouterr().err
    part = f"{facts}/households/part-00000.parquet"
    duckdb.connect().execute(f"COPY (SELECT * FROM read_parquet('{part}') LIMIT 2) TO '{part}.less' (FORMAT parquet)")
    os.replace(f"{part}.less", part)
    assert run(given) != 0
    assert "hold 2 households, and not 3" in capsys.readouterr().err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["facts", "ledger.csv"]


# what cannot be done, in a line

TOLD = {
    "spark://127.0.0.1:1": ("nobody answers at `spark://127.0.0.1:1`", "`spark://127.0.0.1:1` 没有响应"),
    "nonsense": ("Spark knows no master `nonsense`; it may be", "Spark 不认识 `nonsense`；可写"),
    "no Java": ("Spark needs a Java runtime, 17 or newer", "Spark 需要 Java 17 或更新的运行环境"),
}


@pytest.mark.parametrize("master", TOLD)
def test_what_is_wrong_with_a_master_or_java_is_told_in_a_line(master: str, tmp_path: Path) -> None:
    """In a process of its own: where a session runs, no other begins."""
    facts = facts_of(tmp_path, [written(tmp_path / "ledger.csv", [HEAD, *ledger()])], *PLAIN)
    environment = {**os.environ, **({"JAVA_HOME": str(tmp_path)} if master == "no Java" else {})}
    for at, language in enumerate(("en", "zh")):
        command = [sys.executable, "-m", "calc", "batch", facts, *PLAIN, "-q", "-o", str(tmp_path / "out"),
                   "--engine", "spark", "--lang", language, "--master",
                   "local[2]" if master == "no Java" else master]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
        assert done.returncode != 0 and TOLD[master][at] in done.stderr and done.stderr.count("\n") == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["facts", "ledger.csv"]


REFUSED = {
    "-o out.csv": "writes Parquet tables into a folder",
    "-o out --format csv": "writes Parquet tables into a folder",
    "": "writes Parquet tables into a folder",
    "-o out --explain": "without --explain",
    "-o out --labels": "without --labels",
    "-o out --rejects r.csv": "without --rejects",
    "-o out --map a=rent": "without --map",
    "-o out": "reads facts in tables, which",
}


@pytest.mark.parametrize("options", REFUSED)
def test_what_spark_does_not_do_is_told(options: str, tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    given = ["batch", str(ROOT / "examples/ledger.csv"), *PLAIN, "-q", "--lang", "en", "--engine", "spark"]
    assert run([*given, *options.split()]) != 0
    assert REFUSED[options] in capsys.readouterr().err.splitlines()[-1]
    assert not [*tmp_path.iterdir()]


def test_a_master_is_for_spark_only(tmp_path: Path, capsys: Any) -> None:
    given = ["batch", str(ROOT / "examples/ledger.csv"), *PLAIN, "-q", "-o", str(tmp_path / "out.csv"), "--lang", "en"]
    assert run([*given, "--master", "local[2]"]) == 2
    assert "--master is only for --engine spark" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


# a cluster


def test_a_cluster_that_loses_a_worker_gives_the_rows_of_the_row_engine(cluster: Cluster, tmp_path: Path) -> None:
    """The same command as elsewhere, given to spark-submit; a worker is killed half-way."""
    made = [HEAD]
    for at in range(2000):
        made += [[f"{one[0]}{at}", *one[1:3], str(at * 7 % 5100), *one[4:]] for one in ledger(with_numbers=False)]
    file = written(tmp_path / "ledger.csv", made)
    facts = facts_of(tmp_path, [file], *PLAIN)
    wanted = by_rows(tmp_path, [file], *PLAIN, "--by", "benefit")
    out = tmp_path / "out"
    given = ["batch", facts, *PLAIN, "--by", "benefit", "--engine", "spark", "--lang", "en", "--allow-rejects",
             "--debug", "-o", str(out)]  # fmt: skip
    tasks, told = cluster.run("examples/batch_on_spark.py", *given, kill_at=HALF_WAY)
    assert tasks > HALF_WAY * 3 // 2 and min(cluster.finished_tasks()) > 0, "both workers had their share"
    assert "Lost executor" in told and "engine: spark" in told
    must_be_alike(wanted, of_folder(out))
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_dir()) == ["facts", "out"]


HALF_WAY = 20
"""Tasks of the job after which a worker is killed: about half of them."""
