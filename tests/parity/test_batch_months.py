"""Several months in one run are the months put together: the same rows, every amount under its own heading."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from calc.cli import run
from tests.support.both_engines import ROOT, RULES

MONTHS = ("2022-05", "2022-06", "2022-07")
"""Grace and the one-off living subsidy are in force in some of these only."""
YEARLY = """
[rules]
title = "T"
currency = "CNY"
[documents]
d = { title = "D" }
[facts.household]
"收入" = { en = "Income", kind = "money/month", min = 0 }
[benefits.a]
label = "A"
to = "household"
per = "month"
from.2022-01 = { amount = "收入" }
cite = "d 1"
from.2022-07 = "ends"
[benefits.b]
label = "B"
to = "household"
per = "year"
amount = "yearly(收入)"
cite = "d 2"
"""


def results(path: Path, ledger: str, rules: str, *options: str) -> list[dict[str, Any]]:
    """The rows of a run, as objects whose cells are texts; an empty cell is None."""
    assert run(["batch", ledger, "--rules", rules, "-q", "--allow-rejects", "-o", str(path), *options]) == 0
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    if path.suffix == ".csv":
        headings, *rows = list(csv.reader(path.read_text("utf-8").splitlines()))
    elif path.suffix == ".xlsx":
        headings, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    else:
        read = duckdb.execute("SELECT * FROM read_parquet(?)", [str(path)])
        headings, rows = [one[0] for one in read.description], read.fetchall()
    assert all(len(row) == len(headings) for row in rows), "no row is longer or shorter than its headings"
    return [{key: cell for key, cell in zip(headings, row, strict=True) if cell not in ("", None)} for row in rows]


@pytest.mark.slow
@pytest.mark.parametrize("by", ["household", "benefit"])
@pytest.mark.parametrize("ending", ["csv", "jsonl", "xlsx", "parquet"])
@pytest.mark.parametrize("engine", ["rows", "duckdb"])
def test_months_together_are_the_months_put_together(tmp_path: Path, engine: str, ending: str, by: str) -> None:
    ledger, options = (
        str(ROOT / "examples/ledger.csv"),
        ["--engine", engine, "--by", by, "--map", "核对情况=means checked"],
    )
    alone = [
        one for month in MONTHS for one in results(tmp_path / f"{month}.{ending}", ledger, RULES, "-m", month, *options)
    ]
    both = results(tmp_path / f"all.{ending}", ledger, RULES, "--months", f"{MONTHS[0]}..{MONTHS[-1]}", *options)

    def order(one: dict[str, Any]) -> str:
        return json.dumps(one, ensure_ascii=False, sort_keys=True, default=str)

    assert sorted(both, key=order) == sorted(alone, key=order)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("engine", ["rows", "duckdb"])
def test_a_yearly_benefit_has_its_column_beside_one_that_ends(tmp_path: Path, engine: str, ending: str) -> None:
    (tmp_path / "rules.toml").write_text(YEARLY, "utf-8")
    (tmp_path / "ledger.csv").write_text("户编号,收入\nh1,100\n", "utf-8")
    found = results(tmp_path / f"out.{ending}", str(tmp_path / "ledger.csv"), str(tmp_path / "rules.toml"),
                    "--months", "2022-06..2022-07", "--engine", engine)  # fmt: skip
    amounts = [
        {key: f"{Decimal(one[key]):.2f}" for key in ("total", "yearly", "a", "b") if key in one} for one in found
    ]
    assert amounts == [
        {"total": "100.00", "yearly": "1200.00", "a": "100.00", "b": "1200.00"},
        {"total": "0.00", "yearly": "1200.00", "b": "1200.00"},
    ]


@pytest.mark.slow
def test_totals_of_months_with_other_benefits_are_read_again(tmp_path: Path) -> None:
    out, totals, again = tmp_path / "out.csv", tmp_path / "totals.csv", tmp_path / "again.csv"
    ledger = str(ROOT / "examples/ledger.csv")
    arguments = ["--rules", RULES, "-q", "--allow-rejects", "--rejects", str(tmp_path / "rejects.csv")]
    assert (
        run(["batch", ledger, "--months", "2022-05..2022-06", *arguments, "-o", str(out), "--totals", str(totals)]) == 0
    )
    assert run(["totals", str(out), str(tmp_path / "rejects.csv"), "--rules", RULES, "-o", str(again)]) == 0
    assert sorted(totals.read_text("utf-8").splitlines()) == sorted(again.read_text("utf-8").splitlines())
    assert "living_subsidy" in totals.read_text("utf-8")
