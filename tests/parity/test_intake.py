"""Ledgers in which money was once paid on data that nobody had read: each kind of fault, on both engines.

The ledgers are made up. `A1` is one person whose pension of 900 leaves no dibao: 644.00 would be money paid although
there is an income, 0.00 is right.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from calc.cli import run
from calc.households.identity_numbers import check_digit
from tests.support.both_engines import RULES, WITHOUT, must_be_alike, written

HEAD = ["户编号", "姓名", "与户主关系", "出生日期", "家庭经济状况已核对", "养老金", "法定义务人情况"]
ROW = ["A1", "甲", "户主", "1980-01-01", "是", "900", "有人有能力"]
GIVEN = ("--month", "2022-05", *WITHOUT)
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202d\u202e\u2060\u2066\u2069\ufe0f\ufeff"


def number(born: str, serial: int = 1) -> str:
    digits = f"990000{born}{serial:03}"
    return digits + check_digit(digits)


def totals_of(folder: Path, rows: list[list[str]], *options: str, **more: Any) -> dict[str, str]:
    """The total of each household assessed, the same from both engines."""
    made = must_be_alike(folder, [written(folder / "ledger.csv", rows, **more)], *GIVEN, *options)
    return {one["household"]: one["total"] for one in csv.DictReader(io.StringIO(made["results.csv"].decode()))}


def mistakes(folder: Path) -> str:
    """The rejects of the last run."""
    return (folder / "rows-rejects.csv").read_text("utf-8")


def stopped(folder: Path, capsys: Any, path: str, *options: str) -> str:
    """What a run says that stops, the same from both engines, without results."""
    said = set()
    for engine in ("rows", "duckdb"):
        out = folder / "out.csv"
        given = ["batch", path, "--rules", RULES, *GIVEN, "--engine", engine, "-o", str(out), "--lang", "en", *options]
        assert run(given) == 2 and not out.exists()
        said.add(capsys.readouterr().err)
    (one,) = said
    return one


def with_heading(heading: str, at: int = 5) -> list[list[str]]:
    return [[*HEAD[:at], heading, *HEAD[at + 1 :]], ROW]


# columns that hold data


@pytest.mark.slow
@pytest.mark.parametrize("heading", ["", "  ", "　", "\u200b", "Unnamed: 5", "列5", "Column6"])
def test_a_column_without_a_heading_is_not_left_out_quietly(tmp_path: Path, capsys: Any, heading: str) -> None:
    path = written(tmp_path / "ledger.csv", with_heading(heading))
    said = stopped(tmp_path, capsys, path)
    assert "column 6 has no heading, but has cells that are not empty" in said and "--map 'column 6=" in said
    assert totals_of(tmp_path, with_heading(heading), "--map", "column 6=养老金") == {"A1": "0.00"}
    assert totals_of(tmp_path, with_heading(heading), "--map", "第6列=-") == {"A1": "644.00"}


@pytest.mark.slow
def test_columns_without_headings_and_without_data_are_nothing(tmp_path: Path) -> None:
    rows = [[*HEAD, "", " "], [*ROW, "", " \u200b"]]
    assert totals_of(tmp_path, rows) == {"A1": "0.00"}


def test_the_second_of_two_columns_without_headings_is_found(tmp_path: Path, capsys: Any) -> None:
    rows = [[*HEAD, "", ""], [*ROW, "", ""], ["A2", *ROW[1:], "", "5"]]
    assert "column 9 has no heading" in stopped(tmp_path, capsys, written(tmp_path / "ledger.csv", rows))


OTHER_UNITS = [
    "养老金（元/年）",
    "养老金[元/年]",
    "养老金【元/年】",
    "养老金(万元)",
    "养老金（年）",
    "年养老金",
    "Pension (yuan/year)",
]
UNCLEAR = [*OTHER_UNITS, "养老金.1", "养老金2", "月工资收入", "银行存款", "核定收入", "人均收入", "其他补贴",
           "房屋租金", "土地流转费", "入股分红", "征地补偿款", "rent of a flat",
           "月收入（元/年）", "年收入（元/月）", "checked income"]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("heading", UNCLEAR)
def test_a_column_that_may_decide_money_is_not_left_out_quietly(tmp_path: Path, capsys: Any, heading: str) -> None:
    said = stopped(tmp_path, capsys, written(tmp_path / "ledger.csv", with_heading(heading)))
    assert f"the column `{heading}` is not read, but looks like one that decides money" in said
    if heading in OTHER_UNITS:  # no mapping makes yuan a month of it
        path = written(tmp_path / "ledger.csv", with_heading(heading))
        assert "convert the amounts" in stopped(tmp_path, capsys, path, "--map", f"{heading}=养老金")
    else:
        assert totals_of(tmp_path, with_heading(heading), "--map", f"{heading}=养老金") == {"A1": "0.00"}
    assert totals_of(tmp_path, with_heading(heading), "--map", f"{heading}=-") == {"A1": "644.00"}


@pytest.mark.parametrize("heading", UNCLEAR)
def test_nor_is_a_key_of_json_lines(tmp_path: Path, capsys: Any, heading: str) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text(json.dumps(dict(zip(with_heading(heading)[0], ROW, strict=True))) + "\n", "utf-8")
    assert f"the key `{heading}` is not read" in stopped(tmp_path, capsys, str(path))


def test_nor_is_a_column_of_a_file_of_households(tmp_path: Path, capsys: Any) -> None:
    path = written(tmp_path / "ledger.csv", [HEAD, ROW])
    own = written(tmp_path / "own.csv", [["户编号", "月收入"], ["A1", "3000"]])
    assert "`月收入` is not read" in stopped(tmp_path, capsys, path, "--households", own)


READ = ["养老金（元/月）", "养老金(元)", "养老金【元每月】", "*养老金", "养\u200b老金", "养 老 金"]


@pytest.mark.slow
@pytest.mark.parametrize("heading", READ)
def test_what_says_no_more_than_the_fact_is_read(tmp_path: Path, heading: str) -> None:
    assert totals_of(tmp_path, with_heading(heading)) == {"A1": "0.00"}


OTHERS = [
    "备注",
    "联系电话",
    "序号",
    "民族",
    "住址",
    "村",
    "village",
    "town",
    "phone",
    "文化程度",
    "务工时间（月）",
    "致贫原因",
    "月保障金额",
    "开户行",
    "parent",
]


@pytest.mark.slow
@pytest.mark.parametrize("heading", OTHERS)
def test_other_columns_are_left_out(tmp_path: Path, heading: str) -> None:
    assert totals_of(tmp_path, [[*HEAD, heading], [*ROW, "x"]]) == {"A1": "0.00"}


# rows and cells


@pytest.mark.slow
@pytest.mark.parametrize("mark", INVISIBLE)
def test_an_invisible_mark_makes_no_other_heading_or_cell(tmp_path: Path, mark: str) -> None:
    head = [f"{one[:1]}{mark}{one[1:]}" for one in HEAD]
    for place in (0, 1, -1):
        cells = [ROW[0], *(f"{one[:place]}{mark}{one[place:]}" for one in ROW[1:])]
        assert totals_of(tmp_path, [head, cells]) == {"A1": "0.00"}
    assert totals_of(tmp_path, [HEAD, [*ROW[:5], mark, ROW[6]]]) == {"A1": "644.00"}  # says nothing


@pytest.mark.slow
def test_cells_may_be_left_out_behind_the_last_column_that_is_read(tmp_path: Path) -> None:
    rows = [[*HEAD, "备注", "", ""], [*ROW, ""], ["A2", *ROW[1:]], ["A3", *ROW[1:6]]]
    assert totals_of(tmp_path, rows) == {"A1": "0.00", "A2": "0.00"}
    assert "A3" in mistakes(tmp_path) and "wrong-cell-count" in mistakes(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("remark", ["转账;已核", "转账\t已核;x", ";;;;;;;;;;"])
def test_the_delimiter_is_the_one_under_which_headings_are_known(tmp_path: Path, remark: str) -> None:
    rows = [["名册;二〇二二;五月"], [*HEAD, "备注"]]
    amounts = ("1,200", "900", "1,100", "800")
    rows += [[f"A{at}", *ROW[1:5], amount, ROW[6], remark] for at, amount in enumerate(amounts)]
    assert totals_of(tmp_path, rows) == {f"A{at}": "0.00" for at in range(4)}


@pytest.mark.slow
@pytest.mark.parametrize("wrapped", ['="{}"', ' ="{}" ', "\u202d{}\u202c", "'{}", '="\u200e{}"'])
def test_a_number_is_read_out_of_what_keeps_its_digits(tmp_path: Path, wrapped: str) -> None:
    head = [*HEAD[:3], "身份证号", *HEAD[4:]]
    rows = [[f"A{at}", *ROW[1:3], wrapped.format(one), "是", wrapped.format("900"), ROW[6]]
            for at, one in enumerate((number("19810215"), number("19810215", 2)))]  # fmt: skip
    assert totals_of(tmp_path, [head, *rows]) == {"A0": "0.00", "A1": "0.00"}


@pytest.mark.slow
def test_a_household_id_is_read_out_of_what_keeps_its_digits(tmp_path: Path) -> None:
    rows = [HEAD, ['="A1"', *NEEDS[1:]], ["A1", *SPOUSE[1:]], ['="A2"', *NEEDS[1:]]]
    assert totals_of(tmp_path, rows) == {"A1": "788.00", "A2": "644.00"}


CLEAR = ["¥ 900.00", "￥ 900.00 ", "900 元", "900元/月", "900 / 月", "900元每月", "0.09 万", "0.09 万元"]
UNCLEAR_AMOUNTS = ["10800元/年", "900/年", "9 00", "900 月", "900元/", "¥ 1e3", "900元/月/月"]


@pytest.mark.slow
def test_amounts_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    rows = [HEAD, *([f"A{at}", *ROW[1:5], one, ROW[6]] for at, one in enumerate([*CLEAR, "¥ -", *UNCLEAR_AMOUNTS]))]
    wanted = {**{f"A{at}": "0.00" for at in range(len(CLEAR))}, f"A{len(CLEAR)}": "644.00"}
    assert totals_of(tmp_path, rows) == wanted


@pytest.mark.slow
def test_days_with_blanks_beside_their_signs(tmp_path: Path) -> None:
    days = ["1980年 1月 1日", "1980 - 1 - 1", "1980. 1. 1", "1980/ 1/1", "1980 年1月", "1980 01 01", "19 80-01-01"]
    rows = [HEAD, *([f"A{at}", *ROW[1:3], one, *NEEDS[4:]] for at, one in enumerate(days))]
    assert totals_of(tmp_path, rows) == {f"A{at}": "644.00" for at in range(5)}


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sign", [",", "\t"])
def test_a_text_without_its_mark_is_read(tmp_path: Path, encoding: str, sign: str) -> None:
    text = "\n".join(sign.join(one) for one in (HEAD, ROW, ["A2", *NEEDS[1:]])) + "\n"
    path = tmp_path / "l.csv"
    path.write_bytes(text.encode(encoding))
    made = must_be_alike(tmp_path, [str(path)], *GIVEN)["results.csv"].decode()
    assert "A1,2022-05,1,determined,0.00" in made and "A2,2022-05,1,determined,644.00" in made


@pytest.mark.slow
@pytest.mark.parametrize("id", ["4.30602E+17", "4.30602e17", "4E+17", "４.3E+17"])
def test_an_id_that_a_spreadsheet_has_cut_is_no_household(tmp_path: Path, id: str) -> None:
    other = ["乙", "父母", "1960-01-01", "是", "0", ROW[6]]
    assert totals_of(tmp_path, [HEAD, [id, *ROW[1:]], [id, *other]]) == {}
    assert "a spreadsheet has cut its digits" in mistakes(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("id", ["3E12", "1e5", "E+1", "2.E", "A1.5E+12"])
def test_other_ids_with_an_e_are_ids(tmp_path: Path, id: str) -> None:
    assert totals_of(tmp_path, [HEAD, [id, *ROW[1:]]]) == {id: "0.00"}


@pytest.mark.slow
@pytest.mark.parametrize(("own", "other"), [
    ("出生日期", "出生年月"), ("出生日期", "生日"), ("与户主关系", "与户主的关系"), ("与户主关系", "与申请人关系"),
    ("年龄", "年龄（周岁）"), ("身份证号", "成员身份证号"), ("残疾证等级", "残疾等级"), ("残疾证等级", "残疾级别"),
    ("残疾证类别", "残疾类别/等级"),
])  # fmt: skip
def test_headings_of_offices_are_those_of_facts(tmp_path: Path, own: str, other: str) -> None:
    rows = [[*HEAD, "身份证号", "残疾证类别", "残疾证等级", "年龄"], [*ROW, number("19800101"), "肢体", "4级", ""],
            ["A2", *ROW[1:5], "0", ROW[6], "", "健康", "", "42"], ["A3", *NEEDS[1:], "", "0", "", "42"]]  # fmt: skip
    wanted = totals_of(tmp_path, rows)
    assert wanted == {"A1": "0.00", "A2": "644.00", "A3": "644.00"} and mistakes(tmp_path).count("\n") == 1
    found = [[other if one == own else one for one in rows[0]], *rows[1:]]
    assert totals_of(tmp_path, found) == wanted


# people


@pytest.mark.slow
@pytest.mark.parametrize("day", ["1899-12-30", "1900-01-01", "1880-01-01", "1901-05-01"])
def test_nobody_is_older_than_120(tmp_path: Path, day: str) -> None:
    assert totals_of(tmp_path, [HEAD, [*ROW[:3], day, *ROW[4:]]]) == {}
    assert "120" in mistakes(tmp_path)
    head = [*HEAD[:3], "身份证号", *HEAD[4:]]
    assert totals_of(tmp_path, [head, [*ROW[:3], number(day.replace("-", "")), *ROW[4:]]]) == {}
    assert totals_of(tmp_path, [[*HEAD[:3], "年龄", *HEAD[4:]], [*ROW[:3], "145", *ROW[4:]]]) == {}


CHILD = ["A1", "乙", "子女", "2012-05-05", "是", "", ""]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["乙", " 乙 ", "乙\u200b"])
def test_a_person_twice_is_twice_without_a_number(tmp_path: Path, name: str) -> None:
    head, parent = [*HEAD[:5], "养老金", HEAD[6]], [*ROW[:5], "500", ROW[6]]
    rows = [head, parent, CHILD, [CHILD[0], name, *CHILD[2:]]]
    assert totals_of(tmp_path, rows) == {} and "born on 2012-05-05" in mistakes(tmp_path)
    assert totals_of(tmp_path, rows, "--duplicates", "warn") == {"A1": "1560.80"}
    ids = [[*head, "成员编号"], *([*one, str(at)] for at, one in enumerate(rows[1:]))]
    assert totals_of(tmp_path, ids) == {}


@pytest.mark.slow
def test_two_people_of_one_name_are_two(tmp_path: Path) -> None:
    """By their birth dates, or by their numbers: sisters of one name are none, twins of one name are rare."""
    parent = [*ROW[:5], "500", ROW[6]]
    other = [*CHILD[:3], "2013-05-05", *CHILD[4:]]
    assert totals_of(tmp_path, [HEAD, parent, CHILD, other]) == {"A1": "1560.80"}
    twins = [[*CHILD, number("20120505", at)] for at in (1, 2)]
    assert totals_of(tmp_path, [[*HEAD, "身份证号"], [*parent, ""], *twins]) == {"A1": "1560.80"}


@pytest.mark.slow
@pytest.mark.parametrize("text", ["{}.0", "{}E", "id.{}", "{} x", "号码{}", "{}(旧)", "{}.00E+00"])
def test_no_number_of_a_person_is_shown(tmp_path: Path, capsys: Any, text: str) -> None:
    given = number("19810215")
    for heading, value in (("身份证号", given), ("残疾证号", f"{given}42")):
        head = [*HEAD[:3], heading, *HEAD[4:]]
        assert totals_of(tmp_path, [head, [*ROW[:3], text.format(value), *ROW[4:]]]) == {}
        told = mistakes(tmp_path) + capsys.readouterr().err
        assert given[6:14] not in told and "19810215"[:6] not in told
        family = tmp_path / "family.toml"
        family.write_text(f'[[members]]\n"与户主关系" = "户主"\n"{heading}" = "{text.format(value)}"\n', "utf-8")
        assert run(["assess", str(family), "--rules", RULES, "--month", "2022-05", "--lang", "en"]) == 1
        assert "198102" not in capsys.readouterr().err


# rows that name no household, or nobody

NEEDS = [*ROW[:5], "0", ROW[6]]
SPOUSE, SON = ["", "乙", "配偶", "1981-02-03", "", "500", ""], ["", "丙", "子女", "2012-05-05", "", "", ""]


def said_by(folder: Path, capsys: Any, path: str, *options: str) -> str:
    """What a run of the row engine says."""
    given = ["batch", path, "--rules", RULES, *GIVEN, "--engine", "rows", "-o", str(folder / "o.csv"), "--lang", "en"]
    run([*given, *options])
    return str(capsys.readouterr().err)


@pytest.mark.slow
def test_rows_without_a_household_are_of_the_one_above(tmp_path: Path, capsys: Any) -> None:
    """Where each household is named on one row only."""
    rows = [HEAD, NEEDS, SPOUSE, SON, ["A2", *NEEDS[1:]], ["A3", *NEEDS[1:]], SPOUSE]
    assert totals_of(tmp_path, rows) == {"A1": "1496.40", "A2": "644.00", "A3": "788.00"}
    capsys.readouterr()
    said = said_by(tmp_path, capsys, str(tmp_path / "ledger.csv"))
    assert "rows without a household id, read as rows of the household above: 3" in said
    filled = totals_of(tmp_path, rows, "--fill-down")
    assert filled == {"A1": "1496.40", "A2": "644.00", "A3": "788.00"}


@pytest.mark.slow
def test_a_household_is_not_assessed_without_rows_that_may_be_its_own(tmp_path: Path) -> None:
    """Where other households are named on each row."""
    rows = [HEAD, NEEDS, SPOUSE, ["A2", *NEEDS[1:]], ["A2", *SON[1:]], ["A3", *NEEDS[1:]]]
    assert set(totals_of(tmp_path, rows)) == {"A2", "A3"}
    assert "A1" in mistakes(tmp_path) and "the row names no household" in mistakes(tmp_path)


@pytest.mark.slow
def test_rows_before_any_household_are_rejected_alone(tmp_path: Path) -> None:
    assert totals_of(tmp_path, [HEAD, SPOUSE, ["A2", *NEEDS[1:]]]) == {"A2": "644.00"}
    assert "no-household" in mistakes(tmp_path)


TOTALS = [
    ["小计", "", "", "", "", "900", ""], ["", "小计", "", "", "", "900.00", ""], ["东村小计", "", "", "", "", "1", ""],
    ["", "", "", "", "合计", "900", ""], ["合计12户", "12", "", "", "", "900", ""],
    ["总 计", "3人", "", "", "", "", ""],
    ["制表人：张三", "", "", "审核人：李四", "", "", ""], ["", "制表人", "张三", "2022-05-31", "", "", ""],
    ["填报日期", "", "", "2022-05-31", "", "", ""], ["Total", "2", "", "", "", "1,800", ""],
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("total", TOTALS, ids=lambda one: "".join(one)[:8])
def test_a_total_is_nobody(tmp_path: Path, capsys: Any, total: list[str]) -> None:
    others = {"A1": "644.00", "A2": "788.00"}
    rows = [HEAD, NEEDS, total, ["A2", *NEEDS[1:]], ["A2", *SPOUSE[1:]], total, total]
    assert totals_of(tmp_path, rows) == others and mistakes(tmp_path).count("\n") == 1
    capsys.readouterr()
    path = str(tmp_path / "ledger.csv")
    assert "rows that are subtotals, totals, signatures or headings again, and not read: 3" in said_by(
        tmp_path, capsys, path
    )
    assert totals_of(tmp_path, rows, "--fill-down") == others


@pytest.mark.slow
@pytest.mark.parametrize("name", ["小计", "合 计", "小　计", "本户合计", "东村小计", "Subtotal"])
def test_a_total_of_a_household_is_none_of_its_members(tmp_path: Path, capsys: Any, name: str) -> None:
    """Where the number of a household is merged over its members and its subtotal, it is that of the subtotal too."""
    total = ["A1", name, "", "", "是", "500", ""]
    rows = [HEAD, NEEDS, ["A1", *SPOUSE[1:]], total, ["A1", *SON[1:]], ["A2", *NEEDS[1:]], ["A2", *total[1:]]]
    assert totals_of(tmp_path, rows) == {"A1": "1496.40", "A2": "644.00"}
    capsys.readouterr()
    assert "and not read: 2" in said_by(tmp_path, capsys, str(tmp_path / "ledger.csv"))
    person = ["A1", name, "配偶", *SPOUSE[3:]]  # a relation is stated: somebody of that name, and no total
    assert totals_of(tmp_path, [HEAD, NEEDS, person, ["A2", *NEEDS[1:]]]) == {"A1": "788.00", "A2": "644.00"}
    assert totals_of(tmp_path, [HEAD, NEEDS, person, ["A2", *NEEDS[1:]], SPOUSE]) == {"A1": "788.00"}
    head = [*HEAD[:1], "与户主关系", "姓名", *HEAD[3:]]
    made = [[one[0], one[2], one[1], *one[3:]] for one in rows[1:]]
    assert totals_of(tmp_path, [head, *made]) == {"A1": "1496.40", "A2": "644.00"}


TITLE, UPPER, LOWER = ["东乡花名册"], [*HEAD[:5], "收入", HEAD[6]], ["", "", "", "", "", "养老金", ""]


@pytest.mark.slow
@pytest.mark.parametrize("above", [[HEAD], [TITLE, HEAD], [TITLE, ["单位：元"], [], UPPER, LOWER]], ids=len)
def test_headings_on_each_page_are_nobody(tmp_path: Path, capsys: Any, above: list[list[str]]) -> None:
    wanted = {"A1": "1496.40", "A2": "644.00", "A3": "788.00"}
    rows = [*above, NEEDS, *above, SPOUSE, *above, SON, ["A2", *NEEDS[1:]], *above, ["A3", *NEEDS[1:]], SPOUSE, *above]
    assert totals_of(tmp_path, rows) == wanted
    capsys.readouterr()
    count = sum(map(bool, above))
    assert f"and not read: {4 * count}" in said_by(tmp_path, capsys, str(tmp_path / "ledger.csv"))
    roster = [row[1:] or row for row in rows]
    found = totals_of(tmp_path, roster, "--household-by", "head")
    assert [*found.values()] == [*wanted.values()]


NOTES = [
    ["注：本表截至五月"], ["说明：养老金为月均。" + "长" * 90], ["填表说明"], ["以下空白"],
    ["主管领导：张三", "", "", "经办：李四"], ["", "", "", "", "", "日期：2022年5月31日"],
    ["合计大写：壹仟元整", "", "", "", "", "1000"], ["户均", "", "", "", "", "5"], ["3户", "合计", "", "", "", "1000"],
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("note", NOTES, ids=lambda one: "".join(one)[:8])
def test_notes_below_a_table_are_nobody(tmp_path: Path, note: list[str]) -> None:
    rows = [HEAD, NEEDS, ["A1", *SPOUSE[1:]], ["A2", *NEEDS[1:]], [*note, *[""] * (len(HEAD) - len(note))]]
    assert totals_of(tmp_path, rows) == {"A1": "788.00", "A2": "644.00"}
    assert mistakes(tmp_path).count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["小计", "合计", "审核人"])
def test_whoever_may_be_a_person_is_none(tmp_path: Path, name: str) -> None:
    """A relation is stated, which no total has."""
    rows = [HEAD, ["A1", name, *NEEDS[2:]], ["A2", *NEEDS[1:]], ["A2", name, *SON[2:]]]
    assert totals_of(tmp_path, rows) == {"A1": "644.00", "A2": "1352.40"}
    assert totals_of(tmp_path, [HEAD, [name, *NEEDS[1:]]]) == {name: "644.00"}


@pytest.mark.slow
@pytest.mark.parametrize("word", ["合计", "东村小计", "Total"])
def test_a_line_of_json_is_a_household_whatever_it_is_called(tmp_path: Path, word: str) -> None:
    """Nobody writes totals as objects: a line that were left out would be a household lost."""
    lines = [json.dumps({**dict(zip(HEAD, NEEDS, strict=True)), "户编号": id}) for id in ("A1", word, "A2")]
    path = tmp_path / "ledger.jsonl"
    path.write_text("\n".join([*lines, json.dumps({"户编号": word, "养老金": 1})]), "utf-8")
    made = must_be_alike(tmp_path, [str(path)], *GIVEN)
    results, rejects = made["results.csv"].decode(), made["rejects.csv"].decode()
    assert f"{word}," in results + rejects and "A2," in results
    path.write_text(json.dumps({"户编号": word, "养老金": 1}), "utf-8")
    made = must_be_alike(tmp_path, [str(path)], *GIVEN)
    assert f"{word}," in made["results.csv"].decode() + made["rejects.csv"].decode()
