"""Findings about headings point at the heading: its line, its column, and the text under which the marks are."""

from __future__ import annotations

from pathlib import Path

import pytest

from calc.diagnostics.diagnostic import render
from calc.ledger.header import Naming
from calc.ledger.household_runs import file_reader
from calc.ledger.open_files import FileOptions, opened
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.both_engines import ROOT
from tests.support.ledgers import SMALLVILLE

PLAN = plan_for(read_rules(str(ROOT / SMALLVILLE)), 202401)


def said(path: Path) -> list[str]:
    """The findings about the headings of a file, as they are printed."""
    naming = Naming(PLAN, {})
    with opened((str(path),), FileOptions(), naming) as files:
        return [
            render(one).replace(str(path), "l")
            for file in files
            for one in file_reader(0, file, naming, False).mistakes()
        ]


@pytest.mark.parametrize(("text", "place", "marked"), [
    ("household,name,wages\n", "l:1:16", "wages"),
    ("household, name ,  wages  ,rent\n", "l:1:20", "wages"),
    ("household;name;wages;rent\n", "l:1:16", "wages"),
    ("household\tname\twages\n", "l:1:16", "wages"),
    ("List of May\n\nhousehold,name,wages\n", "l:3:16", "wages"),
    ('household,"name","wages"\n', "l:1:18", '"wages"'),
    ('household,"na""me, so",wages\n', "l:1:24", "wages"),
    ('household,"na\nme",wages\n', "l:2:5", "wages"),
    ("household,name,wages\r\n", "l:1:16", "wages"),
    ("\ufeffhousehold,name,wages\n", "l:1:16", "wages"),
    ("户编号,姓名,wages\n", "l:1:8", "wages"),
    ("name,wage\n", "l:1:1", "name,wage"),
    ("household,wage,,wage\n1,2,3,4\n", "l:1:17", "wage"),
    ("household,wage,\n1,2,3\n", "l:1:16", " "),
])  # fmt: skip
def test_a_text(tmp_path: Path, text: str, place: str, marked: str) -> None:
    path = tmp_path / "l.csv"
    path.write_bytes(text.encode())
    (found,) = said(path)
    lines = found.splitlines()
    assert lines[0].startswith(f"{place}: error[")
    shown, marks = lines[2].partition(" | ")[2], lines[3].partition("| ")[2]
    assert marks.strip() == "^" * len(marked)
    if marked.strip() and shown.isascii():
        assert shown[marks.index("^") :].startswith(marked)


def test_a_file_without_headings_shows_no_personal_number(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("1,Ann,110105194912310021\n", "utf-8")
    (found,) = said(path)
    assert found.startswith("l:1:1: error[missing-column]") and "110105194912310021" not in found


def test_a_workbook_has_the_numbers_of_row_and_column(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["List"], ["household", "name", "rent", "wages"], ["1", "Ann", 5, 6]):
        book.active.append(row)
    path = tmp_path / "l.xlsx"
    book.save(path)
    (found,) = said(path)
    assert found.startswith("l:2:4: error[unclear-column]: the column `wages`") and "|" not in found


def test_a_key_of_json_lines_is_where_it_first_is(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    path.write_text('{"household": 1, "name": "Ann"}\n{"household": 2, "name": "Bea", "wages": 5}\n', "utf-8")
    (found,) = said(path)
    assert found.startswith("l:2:33: error[unclear-column]: the key `wages`") and "Bea" not in found
