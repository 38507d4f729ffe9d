"""A row a household with its members across: the results are those of a row a member, and nobody is dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from calc.cli import run
from tests.support.both_engines import RULES, WITHOUT, must_be_alike, written

OPTIONS = ("--month", "2022-06")
PLAIN = [
    ["户编号", "姓名", "与户主关系", "出生日期", "工资"],
    ["A", "甲", "户主", "1960-01-01", "100"], ["A", "乙", "配偶", "1961-01-01", ""],
    ["A", "丙", "子女", "1990-01-01", "7"],
    ["B", "丁", "户主", "1950-01-01", "0"],
]  # fmt: skip
HEAD = ["户编号", "户主姓名", "户主出生日期", "户主工资", "成员1姓名", "成员1关系", "成员1出生日期", "成员1工资",
        "成员2姓名", "成员2关系", "成员2出生日期", "成员2工资"]  # fmt: skip
A = ["A", "甲", "1960-01-01", "100", "乙", "配偶", "1961-01-01", "", "丙", "子女", "1990-01-01", "7"]
B = ["B", "丁", "1950-01-01", "0", "", "", "", "", "", "", "", ""]


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_results_are_those_of_a_row_a_member(tmp_path: Path, encoding: str) -> None:
    plain = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", PLAIN)], *OPTIONS)
    made = [["某村花名册"], HEAD, A, [], B]
    assert must_be_alike(tmp_path, [written(tmp_path / "a.csv", made, encoding)], *OPTIONS) == plain


@pytest.mark.slow
def test_numbered_heads_are_counted_once(tmp_path: Path) -> None:
    plain = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", PLAIN)], *OPTIONS)
    head = [
        "户编号",
        "户主姓名",
        *[f"成员{number}{part}" for number in ("一", "（2）", "(3)") for part in PLAIN[0][1:]],
    ]
    rows = [["A", "甲", *PLAIN[1][1:], *PLAIN[2][1:], *PLAIN[3][1:]], ["B", "丁", *PLAIN[4][1:], *[""] * 8]]
    assert must_be_alike(tmp_path, [written(tmp_path / "a.csv", [head, *rows])], *OPTIONS) == plain
    rows[1][1] = "戊"  # another head: both are people, and one household has no two heads
    found = must_be_alike(tmp_path, [written(tmp_path / "a.csv", [head, *rows])], *OPTIONS)
    assert b"B,2022" not in found["results.csv"] and b"check-failed" in found["rejects.csv"]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["rows", "duckdb"])
def test_totals_are_set_aside_and_bad_rows_rejected(
    tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = ["C", "己", "1950-01-01", "0"]
    wrong = ["D", "庚", "1950-01-41", "0", *[""] * 8]
    made = [HEAD, A, B, broken, wrong, ["E", *B[1:], "多"], ["", "合计", "", "100", *[""] * 8]]
    path = written(tmp_path / "a.csv", made)
    found = must_be_alike(tmp_path, [path], *OPTIONS)
    rejected = [one.split(",") for one in found["rejects.csv"].decode().splitlines()[1:]]
    assert sorted((one[0], one[2], one[4]) for one in rejected) == [
        ("C", "4", "wrong-cell-count"), ("D", "5", "not-a-date"), ("E", "6", "wrong-cell-count"),
    ]  # fmt: skip
    options = [*WITHOUT, "--engine", engine, "--rules", RULES, "--lang", "en", "-o", str(tmp_path / "out.csv")]
    assert run(["batch", path, *OPTIONS, *options]) == 1
    shown = capsys.readouterr().err
    assert "not read: 1" in shown and "rows: 6; households: 5 read = 2 assessed + 3 rejected" in shown


@pytest.mark.slow
def test_the_number_of_cells_is_told(tmp_path: Path) -> None:
    made = [[HEAD[0], *HEAD[1:]], A[:9], [*B, "", "多"]]
    for rows in (made, [row[1:] for row in made]):
        found = must_be_alike(tmp_path, [written(tmp_path / "a.csv", rows)], *OPTIONS)
        wanted = [f"the row has {len(row)} cells, but there are {len(rows[0])} headings" for row in rows[1:]]
        rejects = found["rejects.csv"].decode().splitlines()[1:]
        assert len(rejects) == 2 and all(text in one for text, one in zip(wanted, rejects, strict=True))


@pytest.mark.slow
def test_without_household_numbers(tmp_path: Path) -> None:
    found = must_be_alike(tmp_path, [written(tmp_path / "a.csv", [HEAD[1:], A[1:], B[1:]])], *OPTIONS)
    assert [one.split(",")[:3] for one in found["results.csv"].decode().splitlines()[1:]] == [
        ["甲/2", "2022-06", "3"], ["丁/3", "2022-06", "1"],
    ]  # fmt: skip


def test_a_column_of_money_that_means_nothing_stops_the_run(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [[*HEAD, "成员2核定收入"], [*A, "5"]])
    assert run(["batch", path, *OPTIONS, "--rules", RULES, "--lang", "en"]) == 2


@pytest.mark.parametrize("above", [["", "", "单位：万元"], None])
def test_another_unit_stops(tmp_path: Path, capsys: pytest.CaptureFixture[str], above: list[str] | None) -> None:
    """Above the headings, or in a row below them: no amount is read as yuan."""
    units = [["万元" if "工资" in one else "" for one in HEAD]] if above is None else []
    path = written(tmp_path / "a.csv", [*([above] if above else []), HEAD, *units, A, B])
    options = [*OPTIONS, *WITHOUT, "--rules", RULES, "--lang", "en", "-o", str(tmp_path / "out.csv")]
    assert run(["batch", path, *options]) == 2
    assert "unclear-column" in (said := capsys.readouterr().err) and "工资（万元）" in said


@pytest.mark.slow
def test_a_column_without_a_heading_is_not_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", PLAIN)], *OPTIONS)
    empty = written(tmp_path / "empty.csv", [[*HEAD, ""], [*A, ""], [*B, " "]])
    assert must_be_alike(tmp_path, [empty], *OPTIONS) == plain
    path = written(tmp_path / "a.csv", [[*HEAD, ""], [*A, ""], [*B, "900"]])
    options = [*OPTIONS, *WITHOUT, "--rules", RULES, "--lang", "en", "-o", str(tmp_path / "out.csv")]
    assert run(["batch", path, *options]) == 2 and "column 13" in capsys.readouterr().err
    assert must_be_alike(tmp_path, [path], *OPTIONS, "--map", "column 13=-") == plain
    found = must_be_alike(tmp_path, [path], *OPTIONS, "--map", "第13列=家庭月收入")
    assert found["results.csv"] != plain["results.csv"]
