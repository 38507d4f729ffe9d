"""`doudi compare --results` by rows and in DuckDB: changes, page and sums are the same bytes, and so are mistakes."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from calc.cli import run
from tests.compare.test_compare_results import AFTER, BEFORE, pair, results, sides, small
from tests.support.both_engines import RULES
from tests.support.seeds import seeds

pytestmark = pytest.mark.slow

pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")

READ = (("household", ".csv"), ("benefit", ".csv"), ("household", ".parquet"), ("benefit", ".parquet"))
"""Forms that DuckDB reads itself."""


def ended(folder: Path, engine: str, given: list[str], capsys: pytest.CaptureFixture[str]) -> list[object]:
    """What a comparison writes and prints, and whether the engine that was asked for did it."""
    changes, page = folder / f"{engine}.csv", folder / f"{engine}.html"
    capsys.readouterr()
    status = run(["compare", *given, "--rules", RULES, "--engine", engine, "-o", str(changes), "--html", str(page),
                  "--examples", "1000", "--debug", "--lang", "en"])  # fmt: skip
    printed = capsys.readouterr()
    remarks = [one for one in printed.err.splitlines() if not one.startswith("engine: ")]
    files = [path.read_bytes() if path.exists() else b"" for path in (changes, page)]
    return [f"engine: {engine} (" in printed.err, status, *files, printed.out, remarks]


def must_be_alike(folder: Path, given: list[str], capsys: pytest.CaptureFixture[str], is_read: bool = True) -> None:
    one, other = (ended(folder, engine, given, capsys) for engine in ("rows", "duckdb"))
    assert other[0] == is_read
    assert one[1:] == other[1:]


@pytest.mark.parametrize("seed", seeds(range(16), 3))
def test_generated_pairs(seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    random = Random(seed)
    old, new = pair(tmp_path, seed)
    before, after = (results(ledger, month, *random.choice(READ)) for ledger, month in ((old, BEFORE), (new, AFTER)))
    must_be_alike(tmp_path, [*sides(before, after), "--group-by", "乡镇", "--by-size", "--hole", "50"], capsys)


def test_files_of_two_months_and_two_files_of_a_month(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"A{at},2022-0{month},{at % 3 + 1},determined,1.00,1.00,{at * month}.00,dibao:1,,,"
             for at in range(40) for month in (5, 6)]  # fmt: skip
    year = small(tmp_path / "year.csv", *lines)
    months = ["-m", "2022-06", "--against-month", "2022-05"]
    must_be_alike(tmp_path, [*sides([year], [year]), *months], capsys)
    halves = [small(tmp_path / "one.csv", *lines[:40:2]), small(tmp_path / "two.csv", *lines[40::2])]
    must_be_alike(tmp_path, [*sides(halves, [year]), "-m", "2022-06"], capsys)


@pytest.mark.parametrize("line", [
    "A,2022-06,1,determined,1.00,1.00,1.000,dibao:1,,,", "A,2022-06,x,determined,1.00,1.00,1.00,dibao:1,,,",
    "A,2022-06,1,determined,1.00,1.00,1.00,moon:1,,,", "A,2022-06,1,determined,1.00,1.00,1.00,dibao,,,",
    "A,2022-05,1,determined,1.00,1.00,1.00,dibao:1,,,", "B,2022-06,1,determined,1.00,1.00,1.00,dibao:1,,,",
    "A,2022-06,1,determined,1.00,1.00,1.00,dibao:1,,", "A,2022-06,1,undetermined,,0.00,,,dibao:1,moon,",
    "'=A,2022-06,1,determined,1.00,1.00,1.00,dibao:1,,,", "A,2022-06,1,determined,1,1,1,dibao:1,,,",
    '"A\nB",2022-06,1,determined,1.00,1.00,1.00,dibao:1,,,', "A,2022-06,1,undetermined,,0.00,,,dibao:1,,",
])  # fmt: skip
def test_rows_that_are_uncommon_or_none(tmp_path: Path, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    old = small(tmp_path / "old.csv", "A,2022-05,1,determined,1.00,1.00,1.00,dibao:1,,,")
    new = small(tmp_path / "new.csv", "B,2022-06,1,determined,1.00,1.00,1.00,dibao:1,,,", line)
    one, other = (ended(tmp_path, engine, sides([old], [new]), capsys) for engine in ("rows", "duckdb"))
    assert one[1:] == other[1:]


@pytest.mark.parametrize("ending", [".jsonl", ".xlsx"])
def test_forms_that_only_python_reads(tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = pair(tmp_path, 11)
    given = sides(results(old, BEFORE, "household", ending), results(new, AFTER, "household", ending))
    must_be_alike(tmp_path, given, capsys, is_read=False)


def test_order_is_that_of_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """More rows than DuckDB reads at once."""
    count = 30_000
    order = [*range(count)]
    Random(1).shuffle(order)
    old = small(tmp_path / "old.csv", *(f"A{at},2022-05,1,determined,1.00,1.00,1.00,dibao:1,,," for at in order))
    new = small(tmp_path / "new.csv", *(f"A{at},2022-06,1,determined,2.00,2.00,{1 + (at % 97 == 0)}.00,dibao:1,,,"
                                        for at in order))  # fmt: skip
    changes = tmp_path / "changes.csv"
    assert run(["compare", *sides([old], [new]), "--rules", RULES, "--engine", "duckdb", "-o", str(changes), "-q",
                "--debug"]) == 0  # fmt: skip
    capsys.readouterr()
    found = [line.split(",")[0] for line in changes.read_text(encoding="utf-8-sig").splitlines()[1:]]
    assert found == [f"A{at}" for at in order if at % 97 == 0]
