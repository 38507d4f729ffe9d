"""Tables as Excel workbooks: numbers exact, texts texts, nothing a formula, the same bytes each time."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from calc.diagnostics.diagnostic import InputErrors
from calc.ledger.xlsx.read_sheet import read_sheet
from calc.report import as_xlsx
from calc.report.as_xlsx import LONGEST_TEXT, write_tables
from calc.report.table_shape import TableShape

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")

HEADINGS = ["编号", "金额", "说明"]
ROWS = [["H1", "932.00", "人均收入 712.00 ≥ 644.00"], ["H2", "", "待定"], ["003", "0.00", ""]]


def write_table(
    path: str, headings: list[str], rows: Any, amounts: Any = (), sheet: str = "Doudi", **more: int
) -> None:
    write_tables(path, [(TableShape(sheet, headings, amounts), rows)], **more)


def opened(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def test_amounts_are_numbers_and_all_else_is_text(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_table(str(path), HEADINGS, ROWS, {1}, "结果")
    sheet = opened(path)["结果"]
    assert [[cell.value for cell in row] for row in sheet] == [
        HEADINGS,
        ["H1", 932, "人均收入 712.00 ≥ 644.00"],
        ["H2", None, "待定"],
        ["003", 0, None],
    ]
    assert [sheet["B2"].number_format, sheet["B2"].data_type, sheet["A4"].data_type] == ["0.00", "n", "s"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("999999999999.99", 999999999999.99),
        ("-0.01", -0.01),
        ("1234567890123456", "1234567890123456"),  # a double may hold it, Excel shows fifteen digits
        ("12345678901234.56", "12345678901234.56"),
        ("1e5", "1e5"),
        ("１２", "１２"),
        ("nan", "nan"),
        ("12.", "12."),
        ("待定", "待定"),
    ],
)
def test_only_what_excel_shows_exactly_becomes_a_number(tmp_path: Path, text: str, value: object) -> None:
    path = tmp_path / "out.xlsx"
    write_table(str(path), ["a"], [[text]], {0})
    assert opened(path).active["A2"].value == value
    if isinstance(value, float):
        with zipfile.ZipFile(path) as parts:
            assert f"<v>{text}</v>" in parts.read("xl/worksheets/sheet1.xml").decode()


def test_decimals_are_those_of_the_currency(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_table(str(path), ["a"], [["12"]], {0}, decimals=0)
    assert opened(path).active["A2"].number_format == "0"


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "http://x.y", "mailto:a@b.c", "1.50", "{=A1}", "internal:a!A1", "\t=1"]


def test_no_text_becomes_a_formula_a_link_or_a_number(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_table(str(path), HOSTILE, [HOSTILE])
    for row in opened(path).active:
        assert [cell.value for cell in row] == HOSTILE
        assert {cell.data_type for cell in row} == {"s"} and not any(cell.hyperlink for cell in row)


def test_texts_that_no_cell_can_hold(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_table(str(path), ["a", "b"], [["x" * 40_000, "a\ud800b\uffff"]])
    first, second = (cell.value for cell in opened(path).active[2])
    assert len(first) == LONGEST_TEXT and first.endswith("x…")
    assert second == "a�b�"


def test_the_sheet_is_ready_to_be_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_table(str(path), ["编号", "b", "c"], [["x", "一二三四五六七八", "y" * 500]])
    sheet = opened(path).active
    assert sheet["A1"].font.bold and not sheet["A2"].font.bold
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:C2"
    widths = [round(sheet.column_dimensions[one].width) for one in "ABC"]
    assert widths == [8, 18, 61]


def test_more_rows_than_a_sheet_has_go_on_on_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert as_xlsx.MOST_ROWS == 2**20
    monkeypatch.setattr(as_xlsx, "MOST_ROWS", 3)
    path = tmp_path / "out.xlsx"
    write_table(str(path), ["n"], ([str(at)] for at in range(5)), sheet="结果")
    book = opened(path)
    assert [(sheet.title, [row[0].value for row in sheet]) for sheet in book] == [
        ("结果", ["n", "0", "1"]),
        ("结果 2", ["n", "2", "3"]),
        ("结果 3", ["n", "4"]),
    ]
    assert book["结果 2"].freeze_panes == "A2" and book["结果 2"].auto_filter.ref == "A1:A3"


def test_nothing_but_headings(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_table(str(path), HEADINGS, [])
    assert [cell.value for cell in opened(path).active[1]] == HEADINGS


@pytest.mark.slow
def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_table(str(tmp_path / name), HEADINGS, ROWS, {1})
        time.sleep(1.1 if name == "a" else 0)  # times are in whole seconds
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    with zipfile.ZipFile(tmp_path / "a") as parts:
        assert b"2000-01-01T00:00:00Z</dcterms:created>" in parts.read("docProps/core.xml")


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_table(str(path), HEADINGS, ROWS, {1})
    with open(path, "rb") as file:
        rows = [cells for _, cells in read_sheet(str(path), None, None, file).rows]
    assert rows == [HEADINGS, ["H1", "932", ROWS[0][2]], ["H2", "", "待定"], ["003", "0", ""]]


def test_an_interruption_leaves_nothing_but_the_file_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows() -> Iterator[list[str]]:
        yield ["1"]
        assert len(list(tmp_path.iterdir())) == 2
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_table(str(tmp_path / "out.xlsx"), ["n"], rows())
    assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]


@pytest.mark.slow
@pytest.mark.parametrize("path", ["missing/out.xlsx", "/dev/full"])
def test_a_file_that_cannot_be_written(path: str, tmp_path: Path) -> None:
    if path.startswith("/") and not os.path.exists(path):
        pytest.skip("no full disk to try")
    program = (
        "import sys; from calc.report.as_xlsx import TableShape as s, write_tables as w;"
        "w(sys.argv[1], [(s('a', ['n']), [['1']] * 9999)])"
    )
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert ("No such file" if path.startswith("m") else "OSError: [Errno 28]") in done.stderr
    assert done.stderr.count("Traceback") == 1, "nothing of the library's own is shown beside"


def test_without_the_library_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(InputErrors) as caught:
        write_table(str(tmp_path / "out.xlsx"), ["n"], [])
    assert [one.code for one in caught.value.diagnostics] == ["missing-extra"]
