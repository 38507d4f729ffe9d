"""Blank cells taken for the default of their fact: counted right, and alike by both engines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.ledger import rows as district_rows
from calc.cli import run
from tests.support.both_engines import RULES, WITHOUT, written

pytestmark = pytest.mark.slow

HEAD = ["户编号", "姓名", "与户主关系", "出生日期", "家庭经济状况已核对", "工资", "养老金", "困难类型", "性别"]


def member(
    household: str, name: str, relation: str, wage: str = "", pension: str = "", hardship: str = ""
) -> list[str]:
    return [household, name, relation, "1980-01-01", "是", wage, pension, hardship, ""]


def blanks(capsys: Any, ledgers: list[str], *options: str) -> str:
    """What both engines say of blank cells, the same."""
    said = []
    for engine in ("rows", "duckdb"):
        capsys.readouterr()
        given = ["batch", *ledgers, "--rules", RULES, "-m", "2022-06", "--engine", engine, "-o", "/dev/null"]
        months = [*given[:4], *given[6:]] if "--months" in options else given
        assert run([*months, *WITHOUT, "--lang", "en", "--allow-rejects", *options]) == 0
        lines = capsys.readouterr().err.splitlines()
        found = [one for one in lines if one.startswith("blank cells")]
        assert not any("engine: rows" in one for one in lines) and len(found) < 2
        said.append("".join(found))
    assert said[0] == said[1]
    return said[0].removeprefix("blank cells taken for their default: ")


def test_members_and_households_that_are_assessed(tmp_path: Path, capsys: Any) -> None:
    body = [
        member("1", "甲", "户主", "100", "", "无"), member("1", "乙", "配偶", " ", "0", ""),
        member("2", "丙", "户主", "", "", ""), member("3", "丁", "户主", "x", "", ""),
        member("4", "戊", "户主"), member("4", "己", "户主"),
        member("5", "庚", "户主", "１２", "", ""),
    ]  # fmt: skip
    path = written(tmp_path / "l.csv", [HEAD, *body])
    assert blanks(capsys, [path]) == "Kind of hardship 2, Wage 2, Pension without the central basic pension 3"
    assert (
        blanks(capsys, [path], "--months", "2022-05..2022-06")
        == "Kind of hardship 2, Wage 2, Pension without the central basic pension 3"
    )
    assert (
        blanks(capsys, [path], "--keep", "养老金", "--by", "benefit")
        == "Kind of hardship 2, Wage 2, Pension without the central basic pension 3"
    )
    assert blanks(capsys, [path], "--map", "养老金=-") == "Kind of hardship 2, Wage 2"
    assert blanks(capsys, [written(tmp_path / "b.csv", [HEAD, body[3]])]) == ""


def test_what_is_not_known_is_not_blank(tmp_path: Path, capsys: Any) -> None:
    body = [member("1", "甲", "户主", "不详", "—", ""), member("2", "乙", "户主", "?", "不详", "待核")]
    assert (
        blanks(capsys, [written(tmp_path / "l.csv", [HEAD, *body])])
        == "Kind of hardship 1, Pension without the central basic pension 1"
    )


def test_rows_that_are_not_adjacent(tmp_path: Path, capsys: Any) -> None:
    relations = ["户主"] * 7 + ["子女"] * 14
    body = [member(str(at % 7), f"m{at}", one, str(at % 2 or "")) for at, one in enumerate(relations)]
    path = written(tmp_path / "l.csv", [HEAD, *body])
    assert blanks(capsys, [path]) == "Kind of hardship 7, Wage 11, Pension without the central basic pension 21"


def test_files_with_other_columns(tmp_path: Path, capsys: Any) -> None:
    one = written(tmp_path / "a.csv", [HEAD, member("1", "甲", "户主"), member("2", "乙", "户主")])
    other = written(tmp_path / "b.csv", [HEAD[:6], member("3", "丙", "户主")[:6], member("4", "丁", "户主", "5")[:6]])
    lines = tmp_path / "c.jsonl"
    body: list[dict[str, Any]] = [dict(zip(HEAD[:5], member("5", "戊", "户主"), strict=False))]
    body.append({**body[0], "户编号": "6", "养老金": 5})
    lines.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in body), "utf-8")
    assert (
        blanks(capsys, [one, other, str(lines)])
        == "Kind of hardship 2, Wage 3, Pension without the central basic pension 3"
    )
    assert (
        blanks(capsys, [one, one.replace("a.csv", "b.csv")])
        == "Kind of hardship 2, Wage 3, Pension without the central basic pension 2"
    )


def test_a_file_of_households(tmp_path: Path, capsys: Any) -> None:
    path = written(tmp_path / "l.csv", [HEAD[:6], *(member(str(at), "甲", "户主")[:6] for at in range(3))])
    own = written(tmp_path / "own.csv", [["户编号", "困难类型"], ["0", "无"], ["1", ""], ["2", "支出型"]])
    assert blanks(capsys, [path], "--households", own) == "Kind of hardship 1, Wage 3"


@pytest.mark.parametrize("seed", range(2))
def test_a_district_ledger(tmp_path: Path, capsys: Any, seed: int) -> None:
    path = written(tmp_path / "l.csv", district_rows(600, seed, 0.02))
    assert blanks(capsys, [path]).count(",") > 5
    assert blanks(capsys, [path], "--jobs", "2") == blanks(capsys, [path])
