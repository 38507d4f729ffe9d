"""`doudi compare --results` on Spark: the table of changes and the sums are those of the row engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

pytest.importorskip("pyspark", reason="pyspark is not installed: `pip install -e '.[spark]'` (450 MB, with Java 17)")
from pyspark.sql import SparkSession

from calc.cli import run
from tests.compare.test_compare_results import AFTER, BEFORE, pair, sides
from tests.support.both_engines import RULES, WITHOUT
from tests.support.seeds import few_or_all

pytestmark = pytest.mark.slow
TABLES = ("results", "rejects", "totals")


def tables(folder: Path, ledger: str, month: str, by: str) -> str:
    """The results of a ledger in the tables that Spark would write."""
    paths = [folder / name / "part-00000.parquet" for name in TABLES]
    for path in paths:
        path.parent.mkdir(parents=True)
    results, rejects, totals = map(str, paths)
    assert run(["batch", ledger, "-m", month, "--rules", RULES, *WITHOUT, "--by", by, "--keep", "乡镇",
                "--allow-rejects", "-o", results, "--rejects", rejects, "--totals", totals, "-q",
                "--lang", "en"]) == 0  # fmt: skip
    return str(folder)


def read(path: str) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
    """The columns with their types, and the rows, household by household."""
    found = duckdb.connect().execute(f"SELECT * FROM read_parquet('{path}')")
    columns = [(str(one[0]), str(one[1])) for one in found.description]
    return columns, sorted(found.fetchall(), key=lambda row: str(row[0]))


def sums(printed: str) -> list[str]:
    """The lines of sums, in an order of their own, without households and remarks."""
    lines = [line.split() for line in printed.splitlines()]
    return sorted(
        " ".join(one) for one in lines if len(one) > 3 and one[0][:1] != "H" and one[0][:2] not in ("XH", "NH")
    )


@pytest.mark.parametrize(
    ("old_by", "new_by", "language"),
    [("household", "benefit", "en"), ("benefit", "household", "zh")][: few_or_all(1, 2)],
)
def test_changes_are_those_of_the_row_engine(
    spark: SparkSession, tmp_path: Path, old_by: str, new_by: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = pair(tmp_path, 5)
    earlier, later = tables(tmp_path / "old", old, BEFORE, old_by), tables(tmp_path / "new", new, AFTER, new_by)
    common = ["--rules", RULES, "--group-by", "乡镇", "--by-size", "--lang", language, "-q", "--ids", "--debug"]
    given = [[f"{one}/{name}/part-00000.parquet" for name in TABLES[:2]] for one in (earlier, later)]
    capsys.readouterr()
    changes = str(tmp_path / "changes.parquet")
    assert run(["compare", *sides(*given), *common, "--examples", "0", "-o", changes]) == 0
    expected = sums(capsys.readouterr().out)
    out = tmp_path / "out"
    assert run(["compare", *sides([earlier], [later]), *common, "--engine", "spark", "-o", str(out)]) == 0
    assert sums(capsys.readouterr().out) == expected
    assert [one.name for one in out.iterdir()] == ["changes"]
    wanted, found = read(changes), read(f"{out}/changes/*.parquet")
    assert wanted[0] == found[0]
    assert len(wanted[1]) > 20 and wanted[1] == found[1]
    assert {"raised", "lowered", "new", "gone", "rejected", "unsettled"} <= {row[1] for row in found[1]}


def test_what_is_no_folder_of_results_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, _ = pair(tmp_path, 5)
    folder = tables(tmp_path / "old", old, BEFORE, "household")
    out = str(tmp_path / "out")
    for given in ([*sides([old], [folder]), "-o", out], sides([folder], [folder]),
                  [*sides([folder], [folder]), "-o", out, "--html", str(tmp_path / "a.html")]):  # fmt: skip
        assert run(["compare", *given, "--rules", RULES, "--engine", "spark", "--lang", "en"]) == 2
        assert "compares folders of results that it wrote" in capsys.readouterr().err
    assert run(["compare", old, "--against", old, "--master", "local[2]", "--rules", RULES, "--lang", "en"]) == 2
    assert "--master is only for --engine spark" in capsys.readouterr().err
