"""Cells whose number format adds a unit: 0.05 shown as `0.05万元` is 500 yuan, and is not read as five fen."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from calc.ledger.xlsx.units_shown import unit_in
from tests.ledger.xlsx.test_faulty_cells import ANNA, BEN, HEADINGS, run

openpyxl = pytest.importorskip("openpyxl")
AT = HEADINGS.index("养老金")


def workbook(format_: str, value: object) -> bytes:
    """A ledger of two households, the pension of the first in a number format."""
    book = openpyxl.Workbook()
    for row in (HEADINGS, ANNA, BEN):
        book.active.append(row)
    cell = book.active.cell(2, AT + 1)
    cell.value, cell.number_format = value, format_
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def with_single_quotes(data: bytes) -> bytes:
    """The same workbook, its cells written as few programs do."""
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(found, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b'<c r="F2"', b"<c r='F2'") if "sheet1" in name else part)
    return found.getvalue()


@pytest.mark.parametrize("change", [bytes, with_single_quotes])
@pytest.mark.parametrize(
    "format_", ['0.00"万元"', "0.00万元", "0.00\\万\\元", '#,##0.00"万元";-0.00', '0"元/年"', '0"百元"']
)
def test_a_unit_that_is_not_in_the_number_rejects_the_household(tmp_path: Path, format_: str, change: type) -> None:
    paid, rejects = run(tmp_path, change(workbook(format_, 0.05)))
    assert [one[:4] for one in rejects] == [["A1", "2", "养老金", "bad-cell"]] and "F2 adds " in rejects[0][4]
    assert paid == {"B1": "344.00"}


@pytest.mark.parametrize(
    "format_",
    ['0.00"元"', '¥#,##0.00', '#,##0.00_ ;[Red]-#,##0.00\\ ', "0!.0000万", '0.0,"千元"',
      '0\\.0000"万元"', '0.00"元/月"', "General"],
)  # fmt: skip
def test_other_formats_show_the_amount_itself(tmp_path: Path, format_: str) -> None:
    assert run(tmp_path, workbook(format_, 300)) == ({"A1": "344.00", "B1": "344.00"}, [])


def test_a_text_is_read_as_it_is_and_a_column_that_is_not_read_may_have_units(tmp_path: Path) -> None:
    assert run(tmp_path, workbook('0.00"万元"', "300"))[0] == {"A1": "344.00", "B1": "344.00"}
    book = openpyxl.load_workbook(io.BytesIO(workbook("General", 300)))
    cell = book.active.cell(2, len(HEADINGS) + 1, 12.5)
    book.active.cell(1, len(HEADINGS) + 1, "备用")
    cell.number_format = '0.00"万元"'
    data = io.BytesIO()
    book.save(data)
    assert run(tmp_path, data.getvalue(), "--keep", "备用") == ({"A1": "344.00", "B1": "344.00"}, [])
    assert (tmp_path / "rows-results.csv").read_text("utf-8").splitlines()[1].endswith(",12.5")


@pytest.mark.parametrize(
    ("code", "unit"),
    [('yyyy"年"m"月"d"日"', ""), ('[DBNum1][$-804]yyyy"年"', ""), ('0"万人"', "万"),
     ('[>=10000]0!.0,"万";0', ""), ('0" /年"', "/年")],
)  # fmt: skip
def test_the_unit_of_a_format(code: str, unit: str) -> None:
    assert unit_in(code) == unit
