"""Cells whose number format adds a unit: 0.05 shown as `0.05万元` is 500 yuan, and is not read as five fen."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from calc.ledger.xlsx.units_shown import unit_in
from tests.ledger.xlsx.test_faulty_cells import ANNA, BEN, HEADINGS, run
from tests.support.both_engines import must_be_alike
from tests.support.workbooks import ods, ods_row

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


@pytest.mark.slow
@pytest.mark.parametrize("change", [bytes, with_single_quotes])
@pytest.mark.parametrize(
    "format_", ['0.00"万元"', "0.00万元", "0.00\\万\\元", '#,##0.00"万元";-0.00', '0"元/年"', '0"百元"']
)
def test_a_unit_that_is_not_in_the_number_rejects_the_household(tmp_path: Path, format_: str, change: type) -> None:
    paid, rejects = run(tmp_path, change(workbook(format_, 0.05)))
    assert [one[:4] for one in rejects] == [["A1", "2", "养老金", "bad-cell"]] and "F2 adds " in rejects[0][4]
    assert paid == {"B1": "344.00"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "format_",
    ['0.00"元"', '¥#,##0.00', '#,##0.00_ ;[Red]-#,##0.00\\ ', "0!.0000万", '0.0,"千元"',
      '0\\.0000"万元"', '0.00"元/月"', "General"],
)  # fmt: skip
def test_other_formats_show_the_amount_itself(tmp_path: Path, format_: str) -> None:
    assert run(tmp_path, workbook(format_, 300)) == ({"A1": "344.00", "B1": "344.00"}, [])


@pytest.mark.slow
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


@pytest.mark.slow
def test_an_older_workbook(tmp_path: Path) -> None:
    """B and D show amounts scaled or in yuan, E holds a text; C is per year, the numbers of a row in two styles."""
    ledger = str(Path(__file__).parent / "old" / "units.xls")
    found = must_be_alike(tmp_path, [ledger], "--month", "2022-06")
    rejects = [one.split(",")[0:4:3] for one in found["rejects.csv"].decode().splitlines()[1:]]
    assert sorted(rejects) == [["A", "工资"], ["B", "养老金"], ["C", "工资"]]
    assert [one.split(",")[0] for one in found["results.csv"].decode().splitlines()[1:]] == ["D", "E"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "shown", "unit"),
    [("0.05", "0.05万元", "万元"), ("500", "0.05万元", ""), ("500", "500元", ""), ("0.054", "0.05万元", "万元"),
     ("12000", "12,000元/年", "元/年"), ("-0.5", "-0.50万", "万"), ("0.05", "0.05", ""), ("5", "万元", "")],
)  # fmt: skip
def test_a_cell_of_open_document(tmp_path: Path, value: str, shown: str, unit: str) -> None:
    cell = (f'<table:table-cell office:value-type="float" office:value="{value}">'
            f"<text:p>{shown}</text:p></table:table-cell>")  # fmt: skip
    data = ods({"台账": "".join(ods_row(*row) for row in (HEADINGS, (*ANNA[:AT], cell, *ANNA[AT + 1 :]), BEN))})
    paid, rejects = run(tmp_path, data)
    assert paid["B1"] == "344.00" and ("A1" in paid) == (not unit and value != "-0.5")
    assert [one[3] for one in rejects] == (["bad-cell"] if unit else [])
    assert not unit or f'F2 adds "{unit}"' in rejects[0][4]
