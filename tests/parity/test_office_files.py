"""Files as programs of offices export them, against the same ledger as plain CSV: the same bytes from both engines."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import pytest

from calc.batch.duckdb import eligibility
from tests.parity.test_intake import GIVEN, HEAD, ROW, mistakes, said_by, stopped, totals_of
from tests.support.both_engines import must_be_alike, written

CODES = ["户编号", "姓名", "与户主关系", "出生日期", "家庭经济状况已核对", "养老金", "残疾证类别", "残疾证等级", "性别"]
CODED = [
    ["1001", "甲", "户主", "1960-01-01", "1", "100", "64", "2", "1"],
    ["1001", "乙", "10", "1961-01-01", "", "", "", "", "2"],
    ["1001", "丙", "22", "2010-01-01", "", "", "61", "1", ""],
    ["1002", "丁", "2.5", "1970-01-01", "0", "0", "", "", ""],
    ["1003", "戊", "户主", "1980-01-01", "1", "0", "99", "", "9"],
]
ROWS = [HEAD, ROW, ["A2", "乙", *ROW[2:5], "0", ROW[6]], ["A2", "丙", "子女", "2012-03-04", "", "", ""]]


def as_floats(cell: str) -> str:
    """Writes a code as pandas does where a column has an empty cell."""
    return f"{cell}.0" if cell.isdigit() else cell


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_codes_that_a_program_wrote_as_numbers(tmp_path: Path, ending: str) -> None:
    def file(name: str, write: Callable[[str], str]) -> str:
        rows = [[row[0], *map(write, row[1:])] for row in CODED]
        if ending == "csv":
            return written(tmp_path / name, [CODES, *rows])
        path = tmp_path / name
        values = [{key: float(cell) if cell.endswith(".0") else cell for key, cell in zip(CODES, row, strict=True)}
                  for row in rows]  # fmt: skip
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in values), "utf-8")
        return str(path)

    wanted = must_be_alike(tmp_path, [file(f"plain.{ending}", str)], *GIVEN)
    found = must_be_alike(tmp_path, [file(f"floats.{ending}", as_floats)], *GIVEN)
    assert found["results.csv"] == wanted["results.csv"] and found["results.csv"].count(b"\n1001,") == 1
    assert found["rejects.csv"].count(b"\n") == wanted["rejects.csv"].count(b"\n") == 3


@pytest.mark.slow
@pytest.mark.parametrize("code", ["2.5", "2.00001", "02.1", "2.", ".0", "-2.0", "2,0"])
def test_other_decimals_are_no_code(tmp_path: Path, code: str) -> None:
    assert totals_of(tmp_path, [HEAD, [*ROW[:2], code, *ROW[3:]]]) == {}
    assert "与户主关系" in mistakes(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["a|b", "| a | b |"])
def test_cells_between_bars(tmp_path: Path, form: str) -> None:
    first, between, last = form.partition("a")[0], form[form.index("a") + 1 : form.index("b")], form.partition("b")[2]
    rows = [[*HEAD, "备注"], *([*row, "见;附件,第;三,页"] for row in ROWS[1:])]
    path = tmp_path / "bars.txt"
    path.write_text("".join(f"{first}{between.join(row)}{last}\n" for row in rows), "utf-8")
    wanted = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", rows)], *GIVEN)
    assert must_be_alike(tmp_path, [str(path)], *GIVEN) == wanted


def page(rows: list[list[str]], unit: str = "元") -> str:
    """A web page with a title, a unit, headings over two rows, a table and a signature."""

    def row(cells: list[str], tag: str = "td") -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(one) or '&nbsp;'}</{tag}>" for one in cells) + "</tr>\n"

    above = "".join(f"<th{' colspan=2' if one == '养老金' else ' rowspan=2'}>"
                    f"{'收入情况' if one == '养老金' else one}</th>" for one in rows[0])  # fmt: skip
    table = "".join(row([*one[:6], "", *one[6:]]) for one in rows[1:])
    total = row(["合计", "", "", "", "", "900", "", ""])
    return (f"<html><head><title>导出</title><style>td {{color: red}}</style></head>\n<body><h2>某镇低保台账</h2>"
            f"<p>单位：{unit}</p><table border=1>\n<tr>{above}</tr>\n<tr><th>养老金</th><th>高龄\n津贴</th></tr>\n"
            f"{table}{total}</table><p>制表人：某</p></body></html>")  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "encoding"), [(".xls", "utf-8"), (".xlsx", "gb18030"), (".html", "utf-16")])
def test_a_web_page_that_is_called_a_workbook(tmp_path: Path, ending: str, encoding: str) -> None:
    path = tmp_path / f"export{ending}"
    path.write_bytes(page(ROWS).encode(encoding))
    wanted = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", ROWS)], *GIVEN)
    found = must_be_alike(tmp_path, [str(path)], *GIVEN)
    assert found["results.csv"] == wanted["results.csv"] and found["totals.csv"] == wanted["totals.csv"]


def test_a_web_page_in_another_unit_stops(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "export.xls"
    path.write_text(page(ROWS, "万元"), "utf-8")
    assert "养老金（万元）" in stopped(tmp_path, capsys, str(path))
    path.write_text("<html><body>请登录</body></html>", "utf-8")
    assert "a web page without a table" in stopped(tmp_path, capsys, str(path))


@pytest.mark.slow
def test_cells_that_span_rows_of_a_page_are_merged(tmp_path: Path) -> None:
    """A household's number counts for all its rows; an amount of a member for nobody."""

    def spanning(at: int) -> str:
        cells = [*ROWS[2:]]
        first = "".join(f"<td{' rowspan=2' if n == at else ''}>{one}</td>" for n, one in enumerate(cells[0]))
        second = "".join(f"<td>{one}</td>" for n, one in enumerate(cells[1]) if n != at)
        head = "".join(f"<td>{one}</td>" for one in HEAD)
        return f"<table><tr>{head}</tr><tr>{first}</tr><tr>{second}</tr></table>"

    path = tmp_path / "spans.xls"
    path.write_text(spanning(0), "utf-8")
    wanted = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", [HEAD, *ROWS[2:]])], *GIVEN)
    assert must_be_alike(tmp_path, [str(path)], *GIVEN)["results.csv"] == wanted["results.csv"]
    path.write_text(spanning(5), "utf-8")
    assert must_be_alike(tmp_path, [str(path)], *GIVEN)["results.csv"].count(b"\n") == 1
    assert "is one merged cell" in mistakes(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_text_that_is_called_a_workbook(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "export.xlsx"
    path.write_bytes("".join("\t".join(row) + "\n" for row in ROWS).encode(encoding))
    wanted = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", ROWS)], *GIVEN)
    assert must_be_alike(tmp_path, [str(path)], *GIVEN) == wanted


# numbers of households


@pytest.mark.slow
@pytest.mark.parametrize("heading", ["低保证号", "保障证号", "低保证号码"])
def test_a_certificate_numbers_households_where_nothing_else_does(tmp_path: Path, capsys: Any, heading: str) -> None:
    rows = [[heading, *HEAD[1:]], *ROWS[1:]]
    path = written(tmp_path / "ledger.csv", rows)
    if heading == "低保证号码":  # no word of the rules
        assert "no column holds the household id" in stopped(tmp_path, capsys, path)
        return
    wanted = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", ROWS)], *GIVEN)
    assert must_be_alike(tmp_path, [path], *GIVEN) == wanted
    both = [[*HEAD, heading], *([*row, "证1"] for row in ROWS[1:])]  # else it is one number among others
    assert must_be_alike(tmp_path, [written(tmp_path / "both.csv", both)], *GIVEN) == wanted


# rows that are nobody


@pytest.mark.slow
def test_a_row_with_a_text_in_a_first_column_that_is_not_read(tmp_path: Path, capsys: Any) -> None:
    """The name of a village between its households, and a number in rows that were never filled in, are told."""
    wanted = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", ROWS)], *GIVEN)
    blank = [""] * len(HEAD)
    rows = [["序号", *HEAD], ["一、东村", *blank], ["1", *ROWS[1]], ["2", *ROWS[2]], ["", *ROWS[3]],
            ["二、西村", *blank], ["3", *blank], ["4", *blank]]  # fmt: skip
    path = written(tmp_path / "ledger.csv", rows)
    assert must_be_alike(tmp_path, [path], *GIVEN)["results.csv"] == wanted["results.csv"]
    assert "not read: 4" in said_by(tmp_path, capsys, path)
    rows[5] = ["二、西村", "", "丁", *blank[2:]]  # a name may be that of a person
    assert (
        must_be_alike(tmp_path, [written(tmp_path / "name.csv", rows)], *GIVEN)["results.csv"] != wanted["results.csv"]
    )
    named = [[HEAD[1], HEAD[0], *HEAD[2:]], *([row[1], row[0], *row[2:]] for row in ROWS[1:]), ["丁", *blank[1:]]]
    assert (
        must_be_alike(tmp_path, [written(tmp_path / "first.csv", named)], *GIVEN)["results.csv"]
        != wanted["results.csv"]
    )


# many columns


@pytest.mark.slow
@pytest.mark.parametrize("many", [30, 2_500])
def test_columns_without_headings_and_cells_are_nothing_however_many(tmp_path: Path, many: int) -> None:
    rows = [[*row, *[""] * many] for row in ROWS]
    wanted = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", ROWS)], *GIVEN)
    assert must_be_alike(tmp_path, [written(tmp_path / "wide.csv", rows)], *GIVEN) == wanted


@pytest.mark.slow
def test_a_heading_near_a_fact_stops_behind_many_others(tmp_path: Path, capsys: Any) -> None:
    """Headings are longer than what is read of a file at first, and more than DuckDB takes."""
    others = [f"其他说明第{at}栏" for at in range(3_000)]
    assert len(",".join(others).encode()) > 1 << 16 and len(others) > eligibility._MOST_COLUMNS
    plain = [[*others, *HEAD], *([*["x"] * len(others), *row] for row in ROWS[1:])]
    wanted = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", ROWS)], *GIVEN)
    assert must_be_alike(tmp_path, [written(tmp_path / "many.csv", plain)], *GIVEN) == wanted
    near = [[*others, "基础养老全", *HEAD], *([*["x"] * len(others), "5", *row] for row in ROWS[1:])]
    said = stopped(tmp_path, capsys, written(tmp_path / "near.csv", near))
    assert said.count("unclear-column") == 1 and "基础养老全" in said


@pytest.mark.slow
def test_so_does_a_key_of_json(tmp_path: Path, capsys: Any) -> None:
    row = {**dict(zip(HEAD, ROW, strict=True)), **{f"a{at}": 1 for at in range(300)}, "基础养老全": 5}
    path = tmp_path / "ledger.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    assert "基础养老全" in stopped(tmp_path, capsys, str(path))
