"""A roster without household numbers: each head begins a household, and no row is dropped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calc.cli import run
from tests.support.both_engines import RULES, WITHOUT, must_be_alike, written

OPTIONS = ("--month", "2022-06", "--household-by", "head")
HEAD = ["序号", "姓名", "与户主关系", "出生日期", "工资", "备注"]
ROWS = [
    ["1", "甲", "本人", "1960-01-01", "100", ""],
    ["2", "乙", "配偶", "1961-01-01", "", ""],
    ["3", "丙", "户主", "1950-01-01", "0", ""],
    ["4", "丁", "户主", "1950-01-02", "0", "一人户"],
    ["", "小计", "", "", "100", ""],
    ["5", "戊", "01", "1950-01-03", "0", ""],
    ["6", "己", "", "1980-01-03", "5", ""],
]


def results(found: dict[str, bytes]) -> list[str]:
    return [",".join(one.split(",")[:3]) for one in found["results.csv"].decode().splitlines()[1:]]


def rejects(found: dict[str, bytes]) -> list[list[str]]:
    return [[one.split(",")[at] for at in (0, 2, 4)] for one in found["rejects.csv"].decode().splitlines()[1:]]


@pytest.mark.slow
@pytest.mark.parametrize("title", [[], [["花名册"], ["", "", "", "", "", '"多\n行"'], []]])
def test_households_begin_with_heads(tmp_path: Path, title: list[list[str]]) -> None:
    made = [*title, HEAD, *ROWS]
    found = must_be_alike(tmp_path, [written(tmp_path / "a.csv", made)], *OPTIONS, "--map", "序号=-")
    at = len(title) + 1 + (1 if title else 0)
    names = [("甲", 1, 2), ("丙", 3, 1), ("丁", 4, 1), ("戊", 6, 2)]
    assert results(found) == [f"{name}/{at + line},2022-06,{count}" for name, line, count in names]
    assert rejects(found) == []


@pytest.mark.slow
def test_nothing_is_dropped(tmp_path: Path) -> None:
    made = [HEAD, ROWS[0], ["2", "乙"], ROWS[2], [*ROWS[3], "多"], ROWS[1]]
    found = must_be_alike(tmp_path, [written(tmp_path / "a.csv", made)], *OPTIONS, "--map", "序号=-")
    assert results(found) == ["丙/4,2022-06,1"]
    rejected = [["甲/2", "3", "wrong-cell-count"], ["丁/5", "5", "wrong-cell-count"]]
    assert [one for one in rejects(found) if one[2] == "wrong-cell-count"] == rejected
    said = (tmp_path / "rows-rejects.csv").read_text("utf-8")
    assert "has 2 cells, but there are 6 headings" in said and "has 7 cells, but there are 6 headings" in said


HOUSES = [["甲"], ["乙", "丙"], ["丁", "戊", "己"], ["庚", "辛"]]


def roster(order: int, between: list[list[str]], number: str) -> list[list[str]]:
    """Households of which the one at `order` has its head last, with rows between them."""
    rows = [HEAD]
    for at, names in enumerate(HOUSES):
        people = [[name, "户主" if name == names[0] else "子女", "1990-01-01", "100", ""] for name in names]
        people = people[::-1] if at == order else people
        rows += [[number if not place else "", *one] for place, one in enumerate(people)]
        rows += between
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("order", range(1, 4))
@pytest.mark.parametrize(("between", "number"), [([["", "", "", "", "", ""]], ""), ([], "3"), ([["", "小计"]], "3")])
def test_households_that_something_else_parts(
    tmp_path: Path, order: int, between: list[list[str]], number: str
) -> None:
    """The head may be anywhere between two blank rows, or behind the number of the household."""
    given = (*OPTIONS, "--map", "序号=-")
    plain = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", roster(0, between, number))], *given)
    other = must_be_alike(tmp_path, [written(tmp_path / "other.csv", roster(order, between, number))], *given)
    amounts = [[",".join(line.split(",")[1:]) for line in made["results.csv"].decode().splitlines()]
               for made in (plain, other)]  # fmt: skip
    assert amounts[0] == amounts[1] and [one.split(",")[1] for one in amounts[0][1:]] == ["1", "2", "3", "2"]


@pytest.mark.parametrize("rows", [
    [["", "早", "配偶", "1961-01-01", "", ""], *ROWS],
    [*ROWS[:4], [], ["", "早", "配偶", "1961-01-01", "", ""], *ROWS[4:]],
    [ROWS[2], *roster(1, [[]], "")[1:]],
])  # fmt: skip
def test_a_household_that_does_not_begin_with_its_head_stops(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[list[str]]
) -> None:
    path = written(tmp_path / "a.csv", [HEAD, *rows])
    given = ["batch", path, *OPTIONS, *WITHOUT, "--map", "序号=-", "--rules", RULES, "--lang", "en"]
    assert run(given) == 2
    assert "head-not-first" in capsys.readouterr().err
    lines = tmp_path / "a.jsonl"
    people = [{"姓名": "早", "与户主关系": "配偶"}, {"姓名": "甲", "与户主关系": "户主"}]
    lines.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in people), encoding="utf-8")
    assert run(["batch", str(lines), *given[2:]]) == 2
    assert "a.jsonl:1:1: error[head-not-first]" in capsys.readouterr().err


@pytest.mark.slow
def test_two_files_have_other_households(tmp_path: Path) -> None:
    paths = [written(tmp_path / "a.csv", [HEAD, ROWS[0]]), written(tmp_path / "b.csv", [HEAD, ROWS[0]], "gb18030")]
    assert results(must_be_alike(tmp_path, paths, *OPTIONS, "--map", "序号=-")) == [
        "甲/2,2022-06,1",
        "甲/2:2,2022-06,1",
    ]


@pytest.mark.slow
def test_json_lines_and_parquet(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    rows = [dict(zip(HEAD[1:5], one[1:5], strict=True)) for one in ROWS if one[1] != "小计"]
    lines = tmp_path / "a.jsonl"
    lines.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows), encoding="utf-8")
    wanted = ["甲/1,2022-06,2", "丙/3,2022-06,1", "丁/4,2022-06,1", "戊/5,2022-06,2"]
    assert results(must_be_alike(tmp_path, [str(lines)], *OPTIONS)) == wanted
    plain = written(tmp_path / "plain.csv", [HEAD[1:5], *[list(one.values()) for one in rows]])
    table = tmp_path / "a.parquet"
    with duckdb.connect() as connection:  # its own: the shared one may have an unread result
        connection.execute(
            f"COPY (FROM read_csv('{plain}', all_varchar = true, header = true)) TO '{table}' (FORMAT parquet)"
        )
    assert results(must_be_alike(tmp_path, [str(table)], *OPTIONS)) == wanted


@pytest.mark.slow
def test_a_workbook_with_two_sheets(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    for name in ("东乡", "西乡"):
        sheet = book.add_worksheet(name)
        for at, row in enumerate([HEAD, *ROWS[:2]]):
            sheet.write_row(at, 0, row)
    book.close()
    found = must_be_alike(tmp_path, [str(tmp_path / "a.xlsx")], *OPTIONS, "--map", "序号=-")
    assert results(found) == ["甲/2,2022-06,2", "甲/2:2,2022-06,2"]


def test_without_the_option_the_message_names_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "a.csv", [HEAD, *ROWS])
    assert run(["batch", path, "--month", "2022-06", "--rules", RULES, "--lang", "en"]) == 2
    assert "--household-by head" in capsys.readouterr().err
    path = written(tmp_path / "b.csv", [["姓名", "工资"], ["甲", "1"]])
    assert run(["batch", path, *OPTIONS, "--rules", RULES, "--lang", "en"]) == 2
    assert "missing-column" in capsys.readouterr().err
