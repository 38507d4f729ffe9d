"""Units above or below the headings: what is not in yuan a month is never read as that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from calc.cli import run
from calc.ledger.heading_units import is_row_of_units, unit_above
from tests.support.both_engines import RULES, must_be_alike, written

HEAD = ["户编号", "姓名", "与户主关系", "出生日期", "工资", "货币财产", "家庭经济状况已核对", "在本市务工"]
BODY = [["A1", "甲", "户主", "1970-01-01", "1200", "0", "是", "否"],
        ["A1", "乙", "配偶", "1972-01-01", "", "0", "", "否"]]  # fmt: skip
BLANK = [""] * len(HEAD)


def line(text: str, at: int = 0) -> list[str]:
    return [*BLANK[:at], text, *BLANK[at + 1 :]]


@pytest.mark.parametrize("above", [
    [line("单位：万元")], [line("低保花名册"), line("单位: 万元", 7)], [line("2022年6月 （单位：千元/月）", 3)],
    [line("金额单位：元/年")], [line("计量单位：人、万元")], [line("Unit: thousand yuan")],
])  # fmt: skip
def test_an_other_unit_above_stops_the_run(tmp_path: Path, above: list[list[str]], capsys: Any) -> None:
    ledger = written(tmp_path / "a.csv", [*above, HEAD, *BODY])
    assert run(["batch", ledger, "--rules", RULES, "-m", "2022-06", "--lang", "zh", "-o", "/dev/null"]) == 2
    err = capsys.readouterr().err
    assert "unclear-column" in err and "`工资（" in err


@pytest.mark.parametrize("above", [
    [line("单位：元")], [line("填报单位：XX区民政局")], [line("单位：元/月", 5)],
    [line("审核单位：某某村"), line("人民币单位：元")],
])  # fmt: skip
def test_the_own_unit_and_offices_change_nothing(tmp_path: Path, above: list[list[str]]) -> None:
    plain = must_be_alike(tmp_path, [written(tmp_path / "a.csv", [HEAD, *BODY])], "--month", "2022-06")
    other = must_be_alike(tmp_path, [written(tmp_path / "b.csv", [*above, HEAD, *BODY])], "--month", "2022-06")
    assert other["results.csv"] == plain["results.csv"]


def test_a_row_of_units_below(tmp_path: Path, capsys: Any) -> None:
    plain = must_be_alike(tmp_path, [written(tmp_path / "a.csv", [HEAD, *BODY])], "--month", "2022-06")
    units = ["", "", "", "", "元", "（元）", "是/否", ""]
    other = must_be_alike(tmp_path, [written(tmp_path / "b.csv", [HEAD, units, *BODY])], "--month", "2022-06")
    assert other["results.csv"] == plain["results.csv"]
    ledger = written(tmp_path / "c.csv", [HEAD, ["", "", "", "", "万元", "元", "", ""], *BODY])
    assert run(["batch", ledger, "--rules", RULES, "-m", "2022-06", "--lang", "zh", "-o", "/dev/null"]) == 2
    assert "`工资（万元）`" in capsys.readouterr().err


def test_a_clerk_may_say_that_it_is_yuan(tmp_path: Path) -> None:
    plain = must_be_alike(tmp_path, [written(tmp_path / "a.csv", [HEAD, *BODY])], "--month", "2022-06")
    ledger = written(tmp_path / "b.csv", [line("单位：万元"), HEAD, *BODY])
    said = ["--map", "工资=工资", "--map", "货币财产（万元）=货币财产"]
    assert must_be_alike(tmp_path, [ledger], "--month", "2022-06", *said)["results.csv"] == plain["results.csv"]


@pytest.mark.parametrize(("text", "unit"), [
    ("单位：万元", "万元"), ("单位：元", "元"), ("（单位：千元/月）", "千元/月"), ("单位：人、元", "元"),
    ("单位：XX局", None), ("填报单位：XX局 金额单位：万元", "万元"),
    ("单位名称：万元", None), ("工资", None),
])  # fmt: skip
def test_units_in_a_line(text: str, unit: str | None) -> None:
    assert unit_above([["花名册", text]]) == unit


@pytest.mark.parametrize(("cells", "is_units"), [
    (["", "元", "人"], True), (["", "", ""], False), (["A1", "元", ""], False), (["(万元)"], True), (["元元"], False),
])  # fmt: skip
def test_rows_of_units(cells: list[str], is_units: bool) -> None:
    assert is_row_of_units(cells) == is_units
