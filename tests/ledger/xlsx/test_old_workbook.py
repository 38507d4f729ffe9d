"""Workbooks of the older format (.xls) are read as others are, and cannot fill the memory; `old/make.py` made them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import calc.ledger.xlsx.old_workbook as old
from calc.cli import run
from calc.ledger.xlsx.zip_archive import BadWorkbook
from tests.support.both_engines import RULES, WITHOUT, must_be_alike, written

FILES = Path(__file__).parent / "old"
OPTIONS = ("--month", "2022-06", "--map", "享受年月=-")
LEDGER = FILES / "ledger.xls"


@pytest.mark.slow
def test_the_results_are_those_of_a_plain_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("python_calamine")
    found = must_be_alike(tmp_path, [str(LEDGER)], *OPTIONS)
    rows = [["户编号", "姓名", "与户主关系", "出生日期", "工资"], ["A", "甲", "户主", "1960-01-01", "900.3"],
            ["A", "乙", "配偶", "1961-01-01", ""], ["C", "丁" * 20, "户主", "1950-01-01", "5"]]  # fmt: skip
    plain = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", rows)], *OPTIONS[:2])
    assert found["results.csv"] == plain["results.csv"]
    (reject,) = found["rejects.csv"].decode().splitlines()[1:]
    assert reject.startswith("B,") and "[西乡],2,工资,bad-cell," in reject and "E2 shows the error" in reject
    out = str(tmp_path / "out.csv")
    run(["batch", str(LEDGER), *OPTIONS, *WITHOUT, "--rules", RULES, "--lang", "en", "-o", out])
    shown = capsys.readouterr().err
    assert "东乡, 西乡" in shown and "说明" in shown and "旧" in shown


def test_a_small_file_with_large_sheets_is_not_read() -> None:
    with pytest.raises(BadWorkbook) as caught, open(FILES / "large.xls", "rb") as file:
        old.old_workbook(file)
    assert caught.value.code == "not-xlsx/cells"


@pytest.mark.parametrize(("limit", "value"), [("MOST_TEXT", 50), ("MOST_CELLS", 10), ("LARGEST", 5000)])
def test_limits(monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    monkeypatch.setattr(old, limit, value)
    with pytest.raises(BadWorkbook), open(LEDGER, "rb") as file:
        old.old_workbook(file)


@pytest.mark.slow
def test_damaged_files_raise_nothing_else(tmp_path: Path) -> None:
    data = LEDGER.read_bytes()
    for at in [*range(24, 80), *range(512, 1400, 7), *range(1400, len(data), 53)]:
        for value in (0, 255, data[at] ^ 1):
            damaged = data[:at] + bytes([value]) + data[at + 1 :]
            try:
                old.old_workbook(io.BytesIO(damaged))
            except BadWorkbook:
                continue
    for end in range(8, len(data), 401):
        try:
            old.old_workbook(io.BytesIO(data[:end]))
        except BadWorkbook:
            continue


def test_a_password_is_one_sentence() -> None:
    data = bytearray(LEDGER.read_bytes())
    at = data.index(b"\x09\x08") + 20  # the record behind the first one becomes that of a password
    data[at : at + 2] = b"\x2f\x00"
    with pytest.raises(BadWorkbook) as caught:
        old.old_workbook(io.BytesIO(data))
    assert caught.value.code == "not-xlsx/encrypted"
