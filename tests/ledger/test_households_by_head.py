"""A roster without household numbers: each head begins a household, and no row is dropped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calc.cli import run
from tests.support.both_engines import RULES, must_be_alike, written

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


@pytest.mark.parametrize("title", [[], [["花名册"], ["", "", "", "", "", '"多\n行"'], []]])
def test_households_begin_with_heads(tmp_path: Path, title: list[list[str]]) -> None:
    made = [*title, HEAD, *ROWS]
    found = must_be_alike(tmp_path, [written(tmp_path / "a.csv", made)], *OPTIONS, "--map", "序号=-")
    at = len(title) + 1 + (1 if title else 0)
    names = [("甲", 1, 2), ("丙", 3, 1), ("丁", 4, 1), ("戊", 6, 2)]
    assert results(found) == [f"{name}/{at + line},2022-06,{count}" for name, line, count in names]
    assert rejects(found) == []


def test_nothing_is_dropped(tmp_path: Path) -> None:
    before = ["0", "早", "配偶", "1961-01-01", "", ""]
    made = [HEAD, before, before, ROWS[0], ["2", "乙"], ROWS[2], [*ROWS[3], "多"], ROWS[1]]
    found = must_be_alike(tmp_path, [written(tmp_path / "a.csv", made)], *OPTIONS, "--map", "序号=-")
    assert results(found) == ["丙/6,2022-06,1"]
    rejected = [[f"{tmp_path}/a.csv:{line}", str(line), "no-household"] for line in (2, 3)]
    rejected += [["甲/4", "5", "wrong-cell-count"], ["丁/7", "7", "wrong-cell-count"]]
    assert [one for one in rejects(found) if one[2] in ("no-household", "wrong-cell-count")] == rejected


def test_two_files_have_other_households(tmp_path: Path) -> None:
    paths = [written(tmp_path / "a.csv", [HEAD, ROWS[0]]), written(tmp_path / "b.csv", [HEAD, ROWS[0]], "gb18030")]
    assert results(must_be_alike(tmp_path, paths, *OPTIONS, "--map", "序号=-")) == [
        "甲/2,2022-06,1",
        "甲/2:2,2022-06,1",
    ]


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
