"""A ledger without any column of a topic that decides money stops; it is never assessed as if there were nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from calc.cli import run
from tests.parity.test_intake import HEAD, ROW
from tests.support.both_engines import RULES, must_be_alike, written

MONTH = ("--month", "2022-05")
ROWS = [[*HEAD, "存款"], [*ROW, "0"]]
BARE = [[*HEAD[:5], "法定义务人情况"], [*ROW[:5], ROW[6]]]


def said(folder: Path, capsys: Any, ledgers: list[str], *options: str) -> list[str]:
    """The lines of errors, the same from both engines; none if the run ends well."""
    found = []
    for engine in ("rows", "duckdb"):
        out = str(folder / "o.csv")
        given = ["batch", *ledgers, "--rules", RULES, *MONTH, "--engine", engine, "-o", out, "--lang", "en", "-q"]
        status = run([*given, *options])
        lines = [line for line in capsys.readouterr().err.splitlines() if "error" in line.lower()]
        assert status == (2 if lines else 0)
        found.append(lines)
    assert found[0] == found[1]
    return found[0]


@pytest.mark.slow
def test_a_ledger_with_a_column_of_each_topic_is_assessed(tmp_path: Path, capsys: Any) -> None:
    assert not said(tmp_path, capsys, [written(tmp_path / "l.csv", ROWS)])


def test_a_lost_column_stops(tmp_path: Path, capsys: Any) -> None:
    lines = said(tmp_path, capsys, [written(tmp_path / "l.csv", BARE)])
    assert len(lines) == 3
    assert "no column is about `Income`" in lines[0] and "no column is about `Property`" in lines[1]


@pytest.mark.slow
@pytest.mark.parametrize("names", [("收入", "财产"), ("Income", "property"), (" income ", "财产")])
def test_it_is_assessed_where_nobody_has_any(tmp_path: Path, capsys: Any, names: tuple[str, str]) -> None:
    path = written(tmp_path / "l.csv", BARE)
    assert len(said(tmp_path, capsys, [path], "--without", names[0])) == 2
    must_be_alike(tmp_path, [path], *MONTH, "--without", names[0], "--without", names[1])


def test_an_unknown_topic_is_refused(tmp_path: Path, capsys: Any) -> None:
    path = written(tmp_path / "l.csv", ROWS)
    (line,) = said(tmp_path, capsys, [path], "--without", "工资")
    assert "no such topic; there are: 收入, 财产" in line


@pytest.mark.slow
@pytest.mark.parametrize("heading", ["月收入", "家庭月收入", "人均纯收入", "高龄津贴", "工资（元）"])
def test_one_fact_of_a_topic_is_enough(tmp_path: Path, capsys: Any, heading: str) -> None:
    rows = [[*BARE[0], heading], [*BARE[1], "100"]]
    lines = said(tmp_path, capsys, [written(tmp_path / "l.csv", rows)], "--without", "财产")
    assert not lines


def test_a_column_that_is_left_out_does_not_count(tmp_path: Path, capsys: Any) -> None:
    lines = said(tmp_path, capsys, [written(tmp_path / "l.csv", ROWS)], "--map", "养老金=-")
    assert "no column is about `Income`" in lines[0]


def test_every_file_needs_it(tmp_path: Path, capsys: Any) -> None:
    one = written(tmp_path / "1.csv", ROWS)
    other = written(tmp_path / "2.csv", [BARE[0], ["B1", *BARE[1][1:]]])
    lines = said(tmp_path, capsys, [one, other])
    assert len(lines) == 3 and all("2.csv" in line for line in lines)


@pytest.mark.slow
def test_what_is_set_for_all_and_a_file_of_households_count(tmp_path: Path, capsys: Any) -> None:
    path = written(tmp_path / "l.csv", BARE)
    own = written(tmp_path / "own.csv", [["户编号", "家庭月收入"], ["A1", "0"]])
    assert not said(tmp_path, capsys, [path], "--households", own, "--set", "*.住房套数=1", "--engine", "rows")
    lines = said(tmp_path, capsys, [path], "--households", own, "--set", "*.住房套数=", "--engine", "rows")
    assert "Property" in lines[0]


@pytest.mark.slow
def test_keys_of_json_lines_count(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "l.jsonl"
    for keys, row in ((ROWS[0], ROWS[1]), (BARE[0], BARE[1])):
        path.write_text(json.dumps(dict(zip(keys, row, strict=True))) + "\n", "utf-8")
        assert len(said(tmp_path, capsys, [str(path)])) == (0 if keys is ROWS[0] else 3)
    whole = {"id": "A1", "members": [dict(zip(BARE[0][1:], BARE[1][1:], strict=True))], "家庭月收入": 100}
    path.write_text(json.dumps(whole) + "\n", "utf-8")
    assert len(said(tmp_path, capsys, [str(path)], "--without", "财产")) == 0
    whole["members"][0]["养老金"] = [1]  # only the full reader reads this line
    del whole["家庭月收入"]
    path.write_text(json.dumps(whole) + "\n", "utf-8")
    assert not any(
        "Income" in line for line in said(tmp_path, capsys, [str(path)], "--without", "财产", "--allow-rejects")
    )
