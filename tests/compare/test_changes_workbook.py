"""A workbook of changes has all of them, their sums, and a sheet for each kind that occurs."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bench.ledger import HEADINGS, rows
from calc.cli import run
from calc.vary.kinds import KINDS, SAME
from tests.support.both_engines import RULES, WITHOUT
from tests.support.ledger_pairs import later, newcomers

pytestmark = pytest.mark.slow

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")


def given_pair(folder: Path, seed: int) -> list[str]:
    random = Random(seed)
    before = list(rows(40, seed, 0.05))[1:]
    paths = []
    for name, made in (("before", before), ("after", [*later(random, before), *newcomers(seed)])):
        paths.append(folder / f"{name}.csv")
        with paths[-1].open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADINGS, *made])
    return [str(paths[1]), "-m", "2022-06", "--against", str(paths[0]), "--against-month", "2022-05", "--rules", RULES,
            *WITHOUT, "-q", "--group-by", "乡镇"]  # fmt: skip


def cells(sheet: Any) -> list[list[str]]:
    found = []
    for row in sheet.iter_rows():
        found.append(["" if one.value is None else f"{one.value:.2f}" if one.number_format == "0.00" else str(one.value)
                      for one in row])  # fmt: skip
    return found


@pytest.mark.parametrize("seed", [3, 7])
def test_each_change_is_on_the_sheet_of_its_kind_and_the_sums_count_them(seed: int, tmp_path: Path) -> None:
    given = given_pair(tmp_path, seed)
    for ending in (".csv", ".xlsx"):
        assert run(["compare", *given, "--lang", "en", "-o", str(tmp_path / f"changes{ending}")]) == 0
    book = openpyxl.load_workbook(tmp_path / "changes.xlsx")
    with (tmp_path / "changes.csv").open(encoding="utf-8", newline="") as file:
        heading, *changes = csv.reader(file)
    assert cells(book["Changes"]) == [heading, *changes]
    kinds = [one for one in KINDS if one != SAME and any(row[1] == one for row in changes)]
    assert len(kinds) > 3 and book.sheetnames == ["Changes", "Sums", *kinds]
    for kind in kinds:
        assert cells(book[kind]) == [heading, *(row for row in changes if row[1] == kind)]
        assert book[kind].auto_filter.ref == book[kind].dimensions and book[kind].freeze_panes == "A2"
    _, *sums = cells(book["Sums"])
    counted = Counter({row[0]: row[1] for row in changes}.values())
    found = {row[1]: int(row[2]) for row in sums if row[0] == "kind"}
    assert {kind: count for kind, count in found.items() if kind != SAME} == counted
    (whole,) = (row for row in sums if row[0] == "all")
    groups = [row for row in sums if row[0] == "group"]
    for part in ([row for row in sums if row[0] == "kind"], groups):
        for column in (2, 3, 4, 5, 6):
            assert sum(float(row[column]) for row in part) == pytest.approx(float(whole[column]))


def test_people_read_words_and_both_engines_write_the_same(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    pytest.importorskip("sqlglot")
    given = given_pair(tmp_path, 3)
    for engine in ("rows", "duckdb"):
        out = str(tmp_path / f"{engine}.xlsx")
        assert run(["compare", *given, "--lang", "zh", "--engine", engine, "-o", out]) == 0
    assert (tmp_path / "rows.xlsx").read_bytes() == (tmp_path / "duckdb.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "rows.xlsx")
    assert book.sheetnames[:2] == ["变动", "汇总"] and "待定" in book.sheetnames
    by = {row[0] for row in cells(book["汇总"])[1:]}
    assert by == {"变动类别", "合计", "待遇", "变动原因", "分组"}
    assert {row[1] for row in cells(book["待定"])[1:]} == {"待定"}
