"""Workbooks of several sheets: one ledger, a choice to be made, and what is left out and said."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.run import RULES, Ran, doudi
from tests.support.both_engines import WITHOUT, must_be_alike

xlsxwriter = pytest.importorskip("xlsxwriter")
pytest.importorskip("python_calamine")
pytest.importorskip("duckdb")

HEADINGS = ("户编号", "姓名", "与户主关系", "出生日期", "家庭经济状况已核对", "养老金", "法定义务人情况")
OTHER_ORDER = ("村", *reversed(HEADINGS))
LIST = [("列名", "说明"), ("户编号", "文本"), ("姓名", "文本"), ("养老金", "金额"), ("法定义务人情况", "选项")]
SUMMARY = [("乡镇", "户数", "金额"), ("东乡", 1, 344)]


def row(id: str, pension: object = 300) -> tuple[object, ...]:
    """A household of one."""
    return id, "甲", "户主", "1980-01-01", "是", pension, "有人有能力"


def table(*ids: str, headings: Sequence[str] = HEADINGS) -> list[Sequence[object]]:
    """A sheet of households of one."""
    rows = [dict(zip(HEADINGS, row(id), strict=True)) for id in ids]
    return [headings, *([one.get(heading, "") for heading in headings] for one in rows)]


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[object]]], hidden: Sequence[str] = ()) -> str:
    """Writes a workbook; returns its path."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, cells in enumerate(rows):
            sheet.write_row(at, 0, cells)
        if name in hidden:
            sheet.hide()
        else:
            sheet.activate()
    book.close()
    path.write_bytes(out.getvalue())
    return str(path)


def run(
    tmp_path: Path, sheets: dict[str, Sequence[Sequence[object]]], *options: str, hidden: Sequence[str] = ()
) -> Ran:
    """The command in the folder of a workbook."""
    workbook(tmp_path / "l.xlsx", sheets, hidden)
    language = () if "--lang" in options else ("--lang", "en")
    given = ("batch", "l.xlsx", "--rules", RULES, "--month", "2022-05", *WITHOUT, *language)
    return doudi(*given, *options, cwd=tmp_path)


def households(ran: Ran) -> list[str]:
    return [line.partition(",")[0] for line in ran.out.splitlines()[1:]]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["rows", "duckdb"])
def test_sheets_with_the_same_columns_are_one_ledger(tmp_path: Path, engine: str) -> None:
    sheets = {"东乡": table("A1", "A2"), "西乡": table("B1", headings=OTHER_ORDER), "空": [], "南乡": table()}
    ran = run(tmp_path, sheets, "--engine", engine)
    assert ran.status == 0 and households(ran) == ["A1", "A2", "B1"]
    assert "\nl.xlsx: sheets read: 东乡, 西乡, 南乡\nrows: 3; households: 3 read = 3 assessed" in ran.err


@pytest.mark.slow
def test_the_place_of_a_mistake_names_its_sheet(tmp_path: Path) -> None:
    west = [*table("B1"), row("B2", "约九百")]
    path = workbook(tmp_path / "l.xlsx", {"东乡": table("A1"), "西乡": west})
    found = must_be_alike(tmp_path, [path], "--month", "2022-05")
    (reject,) = found["rejects.csv"].decode().splitlines()[1:]
    assert reject.startswith(f"B2,{path}[西乡],3,养老金,not-an-amount")


@pytest.mark.slow
def test_a_household_on_two_sheets_is_rejected_on_both(tmp_path: Path) -> None:
    path = workbook(tmp_path / "l.xlsx", {"东乡": table("A1", "A2"), "西乡": table("A1")})
    found = must_be_alike(tmp_path, [path], "--month", "2022-05")
    rejects = [line.split(",")[:5] for line in found["rejects.csv"].decode().splitlines()[1:]]
    assert rejects == [["A1", f"{path}[{name}]", "2", "", "household-twice"] for name in ("东乡", "西乡")]


@pytest.mark.slow
def test_sheets_without_households_get_a_word(tmp_path: Path) -> None:
    ran = run(tmp_path, {"汇总": SUMMARY, "东乡": table("A1"), "填写说明": LIST})
    assert ran.status == 0 and households(ran) == ["A1"]
    left_out = "not read: 汇总 (no household column), 填写说明 (no household column)"
    assert f"\nl.xlsx: sheets read: 东乡; {left_out}\n" in ran.err
    chinese = run(tmp_path, {"东乡": table("A1"), "汇总": SUMMARY}, "--lang", "zh")
    assert "\nl.xlsx：读入工作表 东乡；未读 汇总（没有户编号列）\n" in chinese.err
    assert not run(tmp_path, {"东乡": table("A1"), "汇总": SUMMARY}, "-q").err


@pytest.mark.slow
def test_a_sheet_behind_others_is_named_in_places(tmp_path: Path) -> None:
    bad = [HEADINGS, row("A1", "x")]
    assert "l.xlsx[东乡]:2: error[not-an-amount]" in run(tmp_path, {"汇总": SUMMARY, "东乡": bad}).err
    assert "l.xlsx:2: error[not-an-amount]" in run(tmp_path, {"东乡": bad, "汇总": SUMMARY}).err


DIFFERING = {"五月": table("A1"), "汇总": SUMMARY, "六月": table("B1", headings=HEADINGS[:5])}


def test_households_with_other_columns_are_not_left_out(tmp_path: Path) -> None:
    ran = run(tmp_path, DIFFERING)
    assert ran.status == 2 and not ran.out
    assert "error[not-xlsx]: sheets of households have different columns" in ran.err
    assert ran.err.splitlines()[0].endswith("there are: 五月, 六月")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["rows", "duckdb"])
def test_the_user_chooses_one_or_all(tmp_path: Path, engine: str) -> None:
    june = run(tmp_path, DIFFERING, "--sheet", "六月", "--engine", engine)
    assert households(june) == ["B1"]
    both = run(tmp_path, DIFFERING, "--sheet", "all", "--engine", engine)
    assert both.status == 0 and households(both) == ["A1", "B1"]
    assert "sheets read: 五月, 六月; not read: 汇总 (no household column)" in both.err


@pytest.mark.slow
def test_a_sheet_named_all_is_that_sheet(tmp_path: Path) -> None:
    ran = run(tmp_path, {"东乡": table("A1"), "all": table("B1")}, "--sheet", "all")
    assert households(ran) == ["B1"]


@pytest.mark.slow
def test_hidden_sheets_are_read_by_name_only(tmp_path: Path) -> None:
    sheets = {"东乡": table("A1"), "旧": table("Z1", headings=HEADINGS[:5])}
    ran = run(tmp_path, sheets, hidden=["旧"])
    assert ran.status == 0 and households(ran) == ["A1"]
    assert "sheets read: 东乡; not read: 旧 (hidden: name it with --sheet to read it)" in ran.err
    assert households(run(tmp_path, sheets, "--sheet", "旧", hidden=["旧"])) == ["Z1"]
    assert households(run(tmp_path, sheets, "--sheet", "all", hidden=["旧"])) == ["A1"]
    only = run(tmp_path, {"空": [], "旧": table("Z1")}, hidden=["旧"])
    assert only.status == 2 and "hidden: name one with --sheet; there are: 旧" in only.err


@pytest.mark.slow
def test_without_any_household_column_the_first_sheet_is_the_one_in_messages(tmp_path: Path) -> None:
    ran = run(tmp_path, {"汇总": SUMMARY, "备注": [("x",)]})
    assert ran.status == 2 and "no column holds the household id" in ran.err and "乡镇, 户数, 金额" in ran.err


@pytest.mark.slow
def test_sheets_of_a_file_of_households(tmp_path: Path) -> None:
    own = {one: [("户编号", "家庭经济状况已核对"), (id, "是")] for one, id in (("东", "A1"), ("西", "B1"))}
    workbook(tmp_path / "own.xlsx", own)
    headings = [one for one in HEADINGS if one != "家庭经济状况已核对"]
    ran = run(tmp_path, {"台账": table("A1", "B1", headings=headings)}, "--households", "own.xlsx")
    assert ran.status == 0 and households(ran) == ["A1", "B1"]
    assert "\nown.xlsx: sheets read: 东, 西\n" in ran.err


BANK = [("户主", "开户行", "账号"), ("甲", "某行", "6222020000000000000")]
NO_HEADINGS = [row("B1")]
OTHER_WORD = [("户编码", *HEADINGS[1:]), row("B1")]
NUMBERS = [("B1", "甲", "990000198001010012", "500")]


@pytest.mark.slow
@pytest.mark.parametrize(
    "lost", [NO_HEADINGS, OTHER_WORD, NUMBERS, [["续表"], [], *NO_HEADINGS]], ids=lambda one: str(one[0][0])
)
def test_a_sheet_of_people_without_their_household_stops_the_run(tmp_path: Path, lost: list[Sequence[object]]) -> None:
    ran = run(tmp_path, {"东乡": table("A1"), "西乡": lost})
    assert ran.status == 2 and "have people, but no column with the household id" in ran.err and "西乡" in ran.err
    assert run(tmp_path, {"东乡": table("A1"), "西乡": lost}, "--sheet", "东乡").status == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "other", [BANK, SUMMARY, LIST, [("是", "户主", "男"), ("否", "配偶", "女")]], ids=lambda one: str(one[0][0])
)
def test_other_sheets_are_told(tmp_path: Path, other: list[Sequence[object]]) -> None:
    ran = run(tmp_path, {"东乡": table("A1"), "其他": other})
    assert ran.status == 0 and "not read: 其他 (no household column)" in ran.err
