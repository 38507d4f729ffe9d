"""A file of households with totals and signatures: they are set aside and counted, as in the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from calc.cli import run
from tests.support.both_engines import RULES, WITHOUT, must_be_alike, written

LEDGER = [
    ["户编号", "姓名", "与户主关系", "工资"],
    ["A", "甲", "户主", "1"],
    ["", "小计", "", "1"],
    ["B", "乙", "户主", "2"],
]
OWN = [
    ["户编号", "住址", "原低保金额"],
    ["A", "x", "5"],
    ["小计", "", "5"],
    ["B", "y", "7"],
    ["", "合计", "12"],
    ["制表人：张", "", ""],
]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["rows", "duckdb"])
def test_totals_are_set_aside_and_counted(tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    ledger, own = written(tmp_path / "a.csv", LEDGER), written(tmp_path / "own.csv", OWN)
    options = ["--households", own, "--month", "2022-06"]
    plain = written(tmp_path / "plain.csv", [OWN[0], OWN[1], OWN[3]])
    found = must_be_alike(tmp_path, [ledger], *options)
    assert found == must_be_alike(tmp_path, [ledger], "--households", plain, "--month", "2022-06")
    capsys.readouterr()
    out = str(tmp_path / "out.csv")
    options += [*WITHOUT, "--engine", engine, "--rules", RULES, "--lang", "en"]
    assert run(["batch", ledger, *options, "-o", out]) == 0
    assert "not read: 4" in capsys.readouterr().err


def test_a_household_without_its_number_still_stops_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger, own = written(tmp_path / "a.csv", LEDGER), written(tmp_path / "own.csv", [*OWN, ["", "z", "5"]])
    assert run(["batch", ledger, "--households", own, "--month", "2022-06", "--rules", RULES, "--lang", "en"]) == 2
    assert "own.csv:7:1: error[no-household]" in capsys.readouterr().err
