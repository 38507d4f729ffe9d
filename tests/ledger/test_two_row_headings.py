"""Two rows of headings are one: the upper one merged or filled on its first cell only; no household is a heading."""

from __future__ import annotations

from pathlib import Path

import pytest

from calc.ledger.header import Naming
from calc.ledger.heading_row import heading_row
from tests.support.both_engines import must_be_alike, written
from tests.support.ledgers import DISTRICT, plan_in

RULES = ("--month", "2022-06")
PLAIN = [
    ["户编号", "姓名", "与户主关系", "出生日期", "工资", "养老金", "存款"],
    ["A", "甲", "户主", "1960-01-01", "100", "50", "0"],
    ["A", "乙", "配偶", "1961-01-01", "", "70", ""],
    ["B", "丙", "户主", "1950-01-01", "0", "0", "5"],
]


def headings(*rows: list[str]) -> tuple[int, list[str]]:
    place, header = heading_row(enumerate(rows), Naming(plan_in(DISTRICT), {}))
    return place, [one.heading for one in header.all]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (["户编号", "姓名", "与户主\n关系", "出生 日期", "家庭收入", "", "存款"],
         ["", "", "", "", "工资", "养老金", ""]),
        (["户编号", "姓名", "关系", "出生日期", "家庭收入", "家庭收入", "存款"],
         ["户编号", "姓名", "关系", "出生日期", "工资", "养老金", "存款"]),
        (["", "成员情况", "", "", "家庭收入", "", "家庭财产"],
         ["户编号", "姓名", "关系", "出生日期", "月工资", "养老金", "存款"]),
        (["户编号", "成员情况", "", "", "收入", "", "财产"],
         ["", "姓名", "关系", "出生日期", "工资（元）", "养老金", "存款"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("above", [[], [["某街道低保花名册"], ["单位：元", "", "", "", "", "", "2022年6月"]]])
def test_results_are_those_of_one_row(
    tmp_path: Path, upper: list[str], lower: list[str], above: list[list[str]]
) -> None:
    plain = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", PLAIN)], *RULES)
    made = [*([*one, *[""] * (7 - len(one))] for one in above), upper, lower, *PLAIN[1:]]
    found = must_be_alike(tmp_path, [written(tmp_path / "made.csv", made)], *RULES)
    assert found == plain
    assert found["results.csv"].count(b"\n") == 3


@pytest.mark.slow
@pytest.mark.parametrize("merged", [True, False])
def test_a_workbook_with_merged_headings(tmp_path: Path, merged: bool) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    plain = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", PLAIN)], *RULES)
    book = xlsxwriter.Workbook(str(tmp_path / "made.xlsx"))
    sheet = book.add_worksheet("花名册")
    sheet.merge_range(0, 0, 0, 6, "某街道低保花名册")
    for at, text in enumerate(PLAIN[0]):
        if at in (4, 5):
            sheet.write(2, at, text)
        elif merged:
            sheet.merge_range(1, at, 2, at, text)
        else:
            sheet.write(1, at, text)
    if merged:
        sheet.merge_range(1, 4, 1, 5, "家庭收入")
    else:
        sheet.write(1, 4, "家庭收入")
    for place, row in enumerate(PLAIN[1:], 3):
        sheet.write_row(place, 0, row)
    book.close()
    assert must_be_alike(tmp_path, [str(tmp_path / "made.xlsx")], *RULES) == plain


def test_a_known_heading_with_another_period_above_is_not_read() -> None:
    upper, lower = ["户编号", "姓名", "年收入", "", "收入（万元）", "备注"], ["", "", "工资", "养老金", "存款", ""]
    assert headings(upper, lower) == (
        1,
        ["户编号", "姓名", "年收入 工资", "年收入 养老金", "收入（万元） 存款", "备注"],
    )
    assert headings(["户编号", "年收入", "", "备注"], ["", "月工资", "其他", ""]) == (
        1,
        ["户编号", "月工资", "年收入 其他", "备注"],
    )


@pytest.mark.parametrize(
    "below",
    [
        ["A", "工资", "100", "200"],  # a household
        ["", "张三", "工资", "200"],  # a member
        ["A", "张三", "工资", "x"],
        ["", "", "甲", "乙"],  # nothing that is known
    ],
)
def test_a_row_of_a_household_is_no_heading(below: list[str]) -> None:
    assert headings(["户编号", "姓名", "工资", ""], below)[0] == 0


def test_a_title_is_no_heading() -> None:
    row = ["户编号", "姓名", "工资", "备注"]
    for title in (["城乡低保收入核对表", "", "", ""], ["单位：元", "", "收入", ""], ["收入核对表"] * 4, row):
        assert headings(title, row)[1] == row
