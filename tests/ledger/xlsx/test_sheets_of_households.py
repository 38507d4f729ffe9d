"""A workbook with a sheet of households and one of their members: the former gives the facts of households."""

from __future__ import annotations

from pathlib import Path

import pytest

from calc.cli import run
from tests.support.both_engines import RULES, WITHOUT, must_be_alike, written

pytestmark = pytest.mark.slow

OPTIONS = ("--month", "2022-06")
HOUSEHOLDS = [["户编号", "户主姓名", "原低保金额", "住址"], ["A", "甲", "300", "x"], ["小计", "", "300", ""],
              ["B", "丙", "200", "y"], ["D", "无", "1", "z"]]  # fmt: skip
MEMBERS = [["户编号", "姓名", "与户主关系", "出生日期", "工资"], ["A", "甲", "户主", "1960-01-01", "100"],
           ["A", "乙", "配偶", "1961-01-01", ""], ["B", "丙", "户主", "1950-01-01", "0"],
           ["C", "丁", "户主", "1950-01-02", "0"]]  # fmt: skip


def workbook(path: Path, sheets: dict[str, list[list[str]]]) -> str:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    book.close()
    return str(path)


@pytest.mark.parametrize("is_first", [True, False])
def test_the_results_are_those_of_two_files(tmp_path: Path, is_first: bool, capsys: pytest.CaptureFixture[str]) -> None:
    sheets = {"户信息": HOUSEHOLDS, "成员信息": MEMBERS} if is_first else {"成员信息": MEMBERS, "户信息": HOUSEHOLDS}
    path = workbook(tmp_path / "a.xlsx", sheets)
    own, members = written(tmp_path / "own.csv", HOUSEHOLDS), written(tmp_path / "members.csv", MEMBERS)
    two = must_be_alike(tmp_path, [members], "--households", own, *OPTIONS)
    found = must_be_alike(tmp_path, [path], *OPTIONS)
    assert found["results.csv"] == two["results.csv"] and found["totals.csv"] == two["totals.csv"]
    rejects = [one.split(",") for one in found["rejects.csv"].decode().splitlines()[1:]]
    assert [(one[0], one[2], one[4]) for one in rejects] == [("C", "5", "household-missing"), ("D", "5", "no-members")]
    run(["batch", path, *OPTIONS, *WITHOUT, "--rules", RULES, "--lang", "en", "-o", str(tmp_path / "out.csv")])
    shown = capsys.readouterr().err
    assert "for facts of households: 户信息" in shown and "not read: 1" in shown


def test_sheets_of_townships_beside_one_of_households(tmp_path: Path) -> None:
    sheets = {"户": HOUSEHOLDS[:4], "东": MEMBERS[:3], "西": [MEMBERS[0], MEMBERS[3]]}
    found = must_be_alike(tmp_path, [workbook(tmp_path / "a.xlsx", sheets)], *OPTIONS)
    own, members = written(tmp_path / "own.csv", HOUSEHOLDS[:4]), written(tmp_path / "members.csv", MEMBERS[:4])
    assert found["results.csv"] == must_be_alike(tmp_path, [members], "--households", own, *OPTIONS)["results.csv"]


def test_sheets_of_households_alone_are_a_ledger_as_before(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", {"a": [["户编号", "姓名"], ["A", "甲"]], "b": [["户编号", "姓名"], ["B", "乙"]]}
    )
    assert must_be_alike(tmp_path, [path], *OPTIONS)["results.csv"].count(b"\n") == 3
