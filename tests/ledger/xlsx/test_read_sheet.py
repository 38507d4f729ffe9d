"""Sheets of Excel workbooks as rows of texts: cells, days, merged cells, and files that are no workbook to be read."""

from __future__ import annotations

import datetime
import io
import resource
import struct
import sys
import zipfile
import zlib
from typing import Any

import pytest

from calc.diagnostics.diagnostic import InputErrors, render
from calc.households.identity_numbers import read_identity_number
from calc.households.value_forms import day_in
from calc.ledger.header import Naming
from calc.ledger.xlsx import sheet_size, zip_archive
from calc.ledger.xlsx.cell_text import number_text, serial_text
from calc.ledger.xlsx.read_sheet import Sheet, read_sheet
from calc.ledger.xlsx.sheet_columns import sheet_columns
from calc.ledger.xlsx.sheet_size import extents_of
from calc.ledger.xlsx.zip_archive import Archive
from tests.support.ledgers import PEOPLE, plan_in
from tests.support.workbooks import MAIN, PARTS, by_hand, written

openpyxl = pytest.importorskip("openpyxl")
xlsxwriter = pytest.importorskip("xlsxwriter")
pytest.importorskip("python_calamine")


def sheet_of(data: bytes, sheet: str | None = None, naming: Naming | None = None) -> Sheet:
    find = None if naming is None else lambda head: sheet_columns(head, naming)
    return read_sheet("ledger.xlsx", sheet, find, io.BytesIO(data))


def rows_of(data: bytes, sheet: str | None = None, naming: Naming | None = None) -> list[list[str]]:
    return [cells for _, cells in sheet_of(data, sheet, naming).rows]


def code_of(data: bytes, sheet: str | None = None) -> str:
    with pytest.raises(InputErrors) as caught:
        rows_of(data, sheet)
    (one,) = caught.value.diagnostics
    for language in ("en", "zh"):
        assert render(one, language).startswith("ledger.xlsx:1:1: ")
    return one.code


# cells


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("张三", "张三"),
        (" 两 头 ", " 两 头 "),
        ("上\n下\r\n下", "上 下 下"),
        (2500, "2500"),
        (440.8, "440.8"),
        (0.1, "0.1"),
        (0.00001, "0.00001"),
        (-3.5, "-3.5"),
        (123456789012345, "123456789012345"),
        (True, "true"),
        (False, "false"),
        (datetime.date(2022, 6, 1), "2022-06-01"),
        (datetime.datetime(2022, 6, 1), "2022-06-01"),
        (datetime.datetime(2022, 6, 1, 8, 30), "2022-06-01 08:30:00"),
        (datetime.time(8, 30), "08:30:00"),
    ],
)
def test_a_cell_is_the_text_a_person_would_type(cell: object, text: str) -> None:
    book = openpyxl.Workbook()
    book.active.append(["x", cell])
    out = io.BytesIO()
    book.save(out)
    assert rows_of(out.getvalue()) == [["x", text]]


def test_a_day_with_a_time_is_refused_and_one_without_is_read() -> None:
    assert day_in("2022-06-01 08:30:00") is None
    assert day_in("2022-06-01") == 20220601


def test_numbers_as_digits() -> None:
    assert number_text(9999999999999998.0) == "9999999999999998"
    assert number_text(-0.0) == "0"
    assert number_text(1e-7) == "0.0000001"
    assert number_text(7) == "7"


def test_numbers_with_a_fraction_as_spreadsheets_show_them() -> None:
    assert number_text(900.3000000000001) == "900.3"
    assert number_text(0.1 + 0.2) == "0.3"
    assert number_text(-0.1 - 0.2) == "-0.3"
    assert number_text(3 * 1.1 - 3.3 + 5) == "5"
    assert number_text(900.005) == "900.005"
    assert number_text(0.000123456789012345) == "0.000123456789012345"
    assert number_text(12345678901234.56) == "12345678901234.6"
    assert number_text(123456789012345680) == "123456789012345680"


def test_a_damaged_identity_number_stays_recognisable() -> None:
    damaged = rows_of(by_hand('<row r="1"><c r="A1"><v>4.30602194912311E+17</v></c></row>'))[0][0]
    assert damaged == "4.30602194912311E+17"
    read = read_identity_number(damaged)
    assert isinstance(read, tuple) and "spreadsheet" in read[0]


def test_an_error_of_excel_is_no_empty_cell() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write("B2", "x")
        sheet.write_formula("C2", "=NA()", None, "#N/A")
        sheet.write_formula("D2", "=1/0", None, "#DIV/0!")

    assert rows_of(written(fill)) == [["", "", "", ""], ["", "x", "#N/A", "#DIV/0!"]]


def test_results_of_formulas_and_texts_in_pieces() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_formula("A1", "=1+1", None, 2)
        sheet.write_formula("B1", '="a"', None, "a")
        sheet.write_rich_string("C1", "张", book.add_format({"bold": True}), "三", "四")

    assert rows_of(written(fill)) == [["2", "a", "张三四"]]


def test_a_carriage_return_that_excel_wrote_in_its_own_way() -> None:
    row = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    assert rows_of(by_hand(row, "<si><t>上_x000D_下</t></si>")) == [["上 下"]]


def test_rows_and_columns_count_from_the_first_of_the_sheet() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write("C3", "x")
        sheet.write("D5", 1)

    sheet = sheet_of(written(fill))
    assert sheet.name == "台账"
    assert list(sheet.rows) == [
        (1, ["", "", "", ""]),
        (2, ["", "", "", ""]),
        (3, ["", "", "x", ""]),
        (4, ["", "", "", ""]),
        (5, ["", "", "", "1"]),
    ]


def test_hidden_rows_and_columns_are_read_and_hidden_sheets_by_name() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_column("A1", ["a", "b"])
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column("A:A", None, None, {"hidden": True})
        sheet.hide()
        other = book.add_worksheet("other")
        other.activate()
        other.write("A1", "c")

    assert rows_of(written(fill)) == [["c"]]
    assert rows_of(written(fill), "台账") == [["a"], ["b"]]


def test_cells_merged_downwards_are_filled_and_others_not() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.merge_range("A1:D1", "title")
        sheet.merge_range("A2:A4", "H1")
        sheet.merge_range("B2:C3", "both")
        sheet.write_column("D2", ["p", "q", "r", "s"])
        sheet.write("A5", "H2")

    assert rows_of(written(fill)) == [
        ["title", "", "", ""],
        ["H1", "both", "", "p"],
        ["H1", "both", "", "q"],
        ["H1", "", "", "r"],
        ["H2", "", "", "s"],
    ]


# days


@pytest.mark.parametrize(
    ("serial", "text"),
    [
        (0, "0"),
        (1, "1900-01-01"),
        (59, "1900-02-28"),
        (60, "60"),  # 29 February 1900, which was none
        (61, "1900-03-01"),
        (44713, "2022-06-01"),
        (44713.5, "2022-06-01 12:00:00"),
        (109939, "2200-12-31"),
        (109940, "109940"),
        (1979, "1979"),  # a year, and not a day of 1905
        (202206, "202206"),
        (20220601, "20220601"),
        (-1, "-1"),
    ],
)
def test_a_serial_number_of_a_day(serial: float, text: str) -> None:
    assert serial_text(float(serial), False) == text


def test_a_serial_number_counted_from_1904() -> None:
    assert serial_text(43251.0, True) == "2022-06-01"
    assert serial_text(0.0, True) == "1904-01-01"
    assert serial_text(60.0, True) == "1904-03-01"


@pytest.mark.parametrize("from_1904", [False, True])
def test_serial_numbers_become_days_in_the_columns_named_after_the_headings(from_1904: bool) -> None:
    serial = 43251 if from_1904 else 44713

    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row("B1", ["台账", serial])
        sheet.write_row("B2", ["工资", "出生日期", "文字"])
        sheet.write_row("B3", [serial, serial, "x"])
        sheet.write("C4", datetime.datetime(2022, 6, 1), book.add_format({"num_format": "yyyy/m/d"}))

    rows = rows_of(written(fill, date_1904=from_1904), None, Naming(plan_in(PEOPLE), {}))
    assert rows[0] == ["", "台账", str(serial), ""]
    assert rows[2] == ["", str(serial), "2022-06-01", "x"]
    assert rows[3] == ["", "", "2022-06-01", ""]


# which sheet


def two_sheets() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name in ("空", "甲", "乙"):
        sheet = book.add_worksheet(name)
        if name != "空":
            sheet.write("A1", name)
    book.close()
    return out.getvalue()


def test_the_sheet_named_else_the_first_that_is_not_empty() -> None:
    assert sheet_of(two_sheets()).name == "甲"
    assert rows_of(two_sheets(), "乙") == [["乙"]]
    assert rows_of(two_sheets(), " 乙 ") == [["乙"]]
    assert rows_of(two_sheets(), "空") == []
    assert code_of(two_sheets(), "丙") == "not-xlsx/sheet"
    assert code_of(written(lambda book, sheet: None)) == "not-xlsx/empty"


# what is no workbook


def test_files_of_other_kinds() -> None:
    old = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000)
    assert code_of(b"") == "not-xlsx"
    assert code_of("户编号,姓名\n".encode()) == "not-xlsx"
    assert code_of(old) == "not-xlsx/damaged"
    assert code_of(old + "EncryptedPackage".encode("utf-16-le") + bytes(99)) == "not-xlsx/encrypted"
    assert code_of(zipped({"content.xml": b""})) == "not-xlsx/damaged"
    assert code_of(zipped({"xl/workbook.bin": b""})) == "not-xlsx/old"
    assert code_of(zipped({"hello.txt": b"x"})) == "not-xlsx"


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ([(0x0809, 16), (0x002F, 54)], "encrypted"),
        ([(0x0809, 16), (0x0086, 0), (0x002F, 54)], "encrypted"),
        ([(0x0809, 16), (0x00E1, 2), (0x00C1, 2)], "damaged"),
        ([(0x0042, 16), (0x002F, 54)], "damaged"),
    ],
)
def test_an_older_workbook_with_a_password(records: list[tuple[int, int]], code: str) -> None:
    book = b"".join(struct.pack("<2H", kind, size) + b"\x2f\x00" * (size // 2) for kind, size in records)
    head = bytes.fromhex("D0CF11E0A1B11AE1").ljust(512, b"\0")
    assert code_of(head + book + bytes(2000)) == f"not-xlsx/{code}"


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return out.getvalue()


def test_without_the_library_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(InputErrors) as caught:
        sheet_of(two_sheets())
    (one,) = caught.value.diagnostics
    assert one.code == "missing-extra" and one.message("zh").endswith("pip install 'doudi[excel]'")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99, 0.999])
def test_a_file_cut_off(share: float) -> None:
    data = two_sheets()
    assert code_of(data[: int(len(data) * share)]) in ("not-xlsx/damaged", "not-xlsx")


def test_a_flipped_bit_is_told_even_where_the_xml_still_reads() -> None:
    """A changed digit would be a changed amount."""
    out = io.BytesIO()
    packed = io.BytesIO(by_hand('<row r="1"><c r="A1"><v>1000</v></c></row>'))
    with zipfile.ZipFile(packed) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as stored:
        for name in whole.namelist():
            stored.writestr(name, whole.read(name))
    assert rows_of(out.getvalue()) == [["1000"]]
    flipped = out.getvalue().replace(b"<v>1000</v>", b"<v>9000</v>")
    assert code_of(flipped) == "not-xlsx/damaged"
    with pytest.raises(zip_archive.BadWorkbook):
        list(Archive(io.BytesIO(flipped)).pieces("xl/worksheets/sheet1.xml"))


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_xml_that_is_none(name: str) -> None:
    assert code_of(by_hand("", **{name: "<a><b></a>"})) == "not-xlsx/damaged"
    assert code_of(by_hand(b"<row <c")) in ("not-xlsx/damaged", "not-xlsx/empty")


def test_two_parts_of_one_name() -> None:
    with pytest.warns(UserWarning):
        assert code_of(by_hand("", **{"xl/worksheets/sheet1.xml": ""})) == "not-xlsx/damaged"


def test_a_protected_part_and_an_unusual_compression() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as file:
        for name, text in PARTS.items():
            file.writestr(name, text)
    assert code_of(out.getvalue()) == "not-xlsx/damaged"
    data = bytearray(two_sheets())
    data[data.rfind(b"PK\1\2") + 8] |= 1
    assert code_of(bytes(data)) == "not-xlsx/damaged"


def test_a_directory_that_makes_no_sense() -> None:
    assert code_of(two_sheets().replace(b"PK\1\2", b"PK\1\3")) == "not-xlsx/damaged"


# what would take too much memory


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def bomb(size: int, claimed: int | None = None) -> bytes:
    """A workbook whose sheet inflates to so many bytes, of which its directory claims others."""
    data = bytearray(by_hand("<row>" + " " * size + "</row>"))
    if claimed is not None:
        at = data.rfind(b"PK\1\2")
        data[at + 24 : at + 28] = struct.pack("<I", claimed)
        at = data.index(b"xl/worksheets/sheet1.xml") - 30
        data[at + 22 : at + 26] = struct.pack("<I", claimed)
    return bytes(data)


def nested(size: int) -> bytes:
    """A real bomb: blanks packed piece by piece, a thousand to one, never whole in memory."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    blanks, checksum, packed = b" " * (1 << 20), 0, bytearray()
    for _ in range(size >> 20):
        packed += packer.compress(blanks)
        checksum = zlib.crc32(blanks, checksum)
    packed += packer.flush()
    name = b"xl/worksheets/sheet9.xml"
    claimed = 1000
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, checksum, len(packed), claimed, len(name), 0) + name
    whole = by_hand('<row r="1"><c r="A1"><v>1</v></c></row>')
    at = whole.index(b"PK\1\2")
    central = struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 33, checksum, len(packed), claimed, len(name), 0, 0, 0, 0, 0, at
    )
    directory = whole[at : whole.rindex(b"PK\5\6")] + central + name
    count = directory.count(b"PK\1\2")
    start = at + len(local) + len(packed)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory), start, 0)
    return whole[:at] + local + bytes(packed) + directory + end


@pytest.mark.slow
def test_a_real_bomb_is_told_within_its_limit_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a quarter of the limit, to be quick."""
    assert zip_archive.LARGEST_UNPACKED == 1 << 30
    monkeypatch.setattr(zip_archive, "LARGEST_UNPACKED", 256 << 20)
    data = nested(320 << 20)
    assert len(data) < 1 << 20
    before = peak()
    assert code_of(data) == "not-xlsx/unpacked"
    assert peak() - before < 48 << 10  # kilobytes


def test_what_the_header_claims_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_archive, "LARGEST_UNPACKED", 1 << 20)
    assert code_of(bomb(2 << 20)) == "not-xlsx/unpacked"
    assert code_of(bomb(2 << 20, claimed=1000)) == "not-xlsx/unpacked"
    assert code_of(bomb(1000)) == "not-xlsx/empty"


def test_a_file_too_large_and_one_of_too_many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_archive, "LARGEST_FILE", 3000)
    assert code_of(two_sheets()) == "not-xlsx/large"
    monkeypatch.undo()
    monkeypatch.setattr(zip_archive, "LARGEST_DIRECTORY", 300)
    assert code_of(two_sheets()) == "not-xlsx/damaged"


def test_large_parts_beside_the_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_size, "LARGEST_OTHER", 10_000)
    row = '<row r="1"><c r="A1"><v>1</v></c></row>'
    assert code_of(by_hand(row, **{"xl/styles.xml": " " * 20_000})) == "not-xlsx/unpacked"
    assert rows_of(by_hand(row, **{"xl/media/image1.png": " " * 20_000})) == [["1"]]


CORNERS = [
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    '<row r="1"><c r="A1"><v>1</v></c><c r="A2"/></row><row r="2"><c  r="XFD1048576" ><v>1</v></c></row>',
    '<row r="1"><c r="A1"/><c r="A1"/><c r="A1"><v>1</v></c></row><row><c t="n" r="XFD1048576"><v>1</v></c></row>',
    '<row r="1"><c r="A1"><v>1</v></c><!-- <c r="A1"> --></row>'
    "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">' + "<c/>" * 16_000 + "<c><v>1</v></c ></row>",
    f'<row r="1"><c r="A1"><v>1</v></c></row><x:row xmlns:x={MAIN[6:]} r="1048576"><x:c r="XFD1048576"><x:v>1</x:v>'
    "</x:c></x:row>",
    '<row r="99999999"><c r="A99999999"><v>1</v></c></row>',
    '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>',
]


LAST = '<row r="2"><c r="A2"><v>1</v></c></row>'
"""A cell behind, so that what stands before it is looked at in one piece."""


@pytest.mark.parametrize("rows", [*CORNERS, *(f"{rows}{LAST}" for rows in CORNERS)])
def test_two_cells_in_opposite_corners(rows: str) -> None:
    assert code_of(by_hand(rows)) == "not-xlsx/cells"


@pytest.mark.parametrize("target", ["worksheets/sheet1.xml", "/xl/other/Sheet.dat", "../evil.xml", "xl/evil.bin"])
def test_a_sheet_in_an_unusual_place(target: str) -> None:
    """The library looks where the relations say, so that is where the extent is looked for."""
    relations = PARTS["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1.xml", target)
    places = {"/xl/other/Sheet.dat": "xl/other/sheet.dat", "../evil.xml": "evil.xml", "xl/evil.bin": "xl/evil.bin"}
    far = f"<worksheet {MAIN}><sheetData>{CORNERS[0]}</sheetData></worksheet>"
    data = by_hand(CORNERS[0] if target not in places else "", **{"xl/_rels/workbook.xml.rels": relations})
    if target in places:
        data = by_hand("", **{"xl/_rels/workbook.xml.rels": relations, places[target]: far})
    assert code_of(data) == "not-xlsx/cells"


def test_a_sheet_in_utf_16() -> None:
    sheet = f'<?xml version="1.0" encoding="UTF-16"?><worksheet {MAIN}><sheetData>{CORNERS[0]}</sheetData></worksheet>'
    assert code_of(by_hand(sheet.encode("utf-16"))) == "not-xlsx/cells"


@pytest.mark.slow
@pytest.mark.parametrize(
    "cell", ["<c/>", "<c><v>1</v></c>", "<c\n/>", "<x:c xmlns:x={0} s='1'/>", "<c s='1'></c>", "<x/>"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_parser_is_not_kept_busy_with_millions_of_cells(
    monkeypatch: pytest.MonkeyPatch, cell: str, encoding: str
) -> None:
    """A hundred million of them took a minute, for a file of half a megabyte."""
    row = f"<row>{cell.replace('{0}', MAIN[6:]) * 20}</row>"
    head = f'<?xml version="1.0" encoding="{encoding}"?><worksheet {MAIN}><sheetData>'
    few, many = (f"{head}{row * count}</sheetData></worksheet>".encode(encoding) for count in (4, 50_000))
    monkeypatch.setattr(sheet_size, "MOST_PARSED", 100)
    assert code_of(by_hand(many)) == "not-xlsx/cells"
    (extent,) = extents_of(Archive(io.BytesIO(by_hand(few))), ["sheet1.xml"]).values()
    assert extent.last_row == (4 if "<v>" in cell else 0)


def test_formatted_cells_far_away_take_nothing() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert rows_of(by_hand(rows)) == [["1"]]


@pytest.mark.parametrize(
    "rows",
    [
        '<x:row xmlns:x={0} r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="C1" t="e"><x:v>#N/A</x:v></x:c></x:row>',
        '<row><c><v>1</v></c><c/><c t="e"><v>#N/A</v></c></row>',
        '<row r="1"><c s="0" r="A1"><v>1</v></c><c t="e" r="C1"><v>#N/A</v></c></row>',
    ],
)
def test_sheets_as_less_common_programs_write_them(rows: str) -> None:
    assert rows_of(by_hand(rows.replace("{0}", MAIN[6:]))) == [["1", "", "#N/A"]]


LONG = "x si> " * 2_500


@pytest.mark.parametrize("form", ["<si><t>{0}</t></si>", "<si ><t>{0}</t></si >"])
@pytest.mark.parametrize("text", [LONG, LONG.replace("si>", "<![CDATA[<si>]]>")])
def test_one_long_text_in_many_cells(monkeypatch: pytest.MonkeyPatch, form: str, text: str) -> None:
    monkeypatch.setattr(sheet_size, "MOST_TEXT", 100_000)
    row = '<row r="1">' + "".join(f'<c r="{one}1" t="s"><v>1</v></c>' for one in "ABCDEFGHIJ") + "</row>"
    short = form.replace("{0}", "a")
    assert code_of(by_hand(row, short + form.replace("{0}", text))) == "not-xlsx/unpacked"
    rare = row.replace("<v>1</v>", "<v>0</v>", 9)
    assert len(rows_of(by_hand(rare, short + form.replace("{0}", text)))[0]) == 10


def test_too_many_merged_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_size, "MOST_MERGED", 2)

    def fill(book: Any, sheet: Any) -> None:
        for at in range(0, 9, 3):
            sheet.merge_range(at, 0, at + 1, 0, "x")

    assert code_of(written(fill)) == "not-xlsx/cells"


@pytest.mark.slow
def test_the_extent_is_the_same_by_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(book: Any, sheet: Any) -> None:
        for row in range(3000):
            sheet.write_row(row, row % 40, ["x" * (row % 9), row, "是"])
        sheet.write_formula("AB17", "=NA()", None, "#N/A")

    data = written(fill)
    found = list(extents_of(Archive(io.BytesIO(data)), ["sheet1.xml"]).values())
    monkeypatch.setattr(sheet_size, "_COLUMN", sheet_size._EMPTY_CELL)
    exact = list(extents_of(Archive(io.BytesIO(data)), ["sheet1.xml"]).values())
    assert found == exact
    assert (found[0].last_row, found[0].last_column) == (3000, 42)
    assert list(found[0].faults.all()) == [(17, 28, "#N/A")]
