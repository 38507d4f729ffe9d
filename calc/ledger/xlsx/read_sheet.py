"""Reads a sheet of an Excel workbook as rows of texts, like the cells of a CSV file.

Only this module imports python-calamine, and late. The library holds the sheet in memory, 32 bytes a cell
besides the texts; the rows are made from it one by one.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, Union

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place, missing_extra
from calc.diagnostics.source import Source
from calc.households.dates import day_of, day_text
from calc.ledger.xlsx.sheet_limits import Extent
from calc.ledger.xlsx.sheet_size import extents_of
from calc.ledger.xlsx.workbook import Workbook, workbook_of
from calc.ledger.xlsx.zip_archive import Archive, BadWorkbook
from calc.record import Record

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

Rows = Iterator[tuple[int, list[str]]]
DayColumns = Callable[[list[str]], Union[Collection[int], None]]
"""Called with the texts of each row, from the first, until it returns the columns, counted from 0, that hold days.

It returns None for a row above the headings; the reader of the ledger recognises the row of headings.
"""

_LAST_SERIAL = 109_939
"""2200-12-31, the last day a fact may hold; `202206` and `20220601` are larger and stay numbers."""
_YEARS = range(1800, 2201)
"""Numbers read as years: 1979 is a year and not the day with that serial number, which is in 1905."""
_BREAKS = re.compile(r"[\r\n\v\f\u2028\u2029]+")


class Sheet(Record):
    """A sheet that is being read: its name and all its rows, each with Excel's number; an empty row has empty texts."""

    name: str
    rows: Rows


def read_sheet(path: str, sheet: str | None, day_columns: DayColumns, file: BinaryIO | None = None) -> Sheet:
    """Reads the named sheet, else the first that is not empty.

    `file` is a seekable stream to read instead of `path`, which is then used in messages only.
    Raises InputErrors for a file that cannot be read, is no workbook, is damaged, or would take too much memory,
    and where python-calamine is not installed.
    """
    library = _library(path)
    try:
        if file is not None:
            return _opened(library, file, path, file, sheet, day_columns)
        with _file(path) as opened:
            return _opened(library, opened, path, path, sheet, day_columns)
    except BadWorkbook as unfit:
        raise _input_errors(path, unfit) from None


def _file(path: str) -> BinaryIO:
    try:
        return open(path, "rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputErrors([Diagnostic("cannot-read", Place(Source(path, "")), {"reason": reason})]) from None


def _input_errors(path: str, unfit: BadWorkbook) -> InputErrors:
    return InputErrors([Diagnostic(unfit.code, Place(Source(path, "")), unfit.values)])


def _library(path: str) -> Any:
    try:
        import python_calamine
    except ImportError:
        raise missing_extra("python-calamine", "excel", path) from None
    return python_calamine


def _opened(library: Any, file: BinaryIO, path: str, source: Any, sheet: str | None, day_columns: DayColumns) -> Sheet:
    archive = Archive(file)
    workbook = workbook_of(archive)
    extents = extents_of(archive, workbook.targets)
    file.seek(0)
    opened = _guarded(lambda: library.load_workbook(source))
    taken = _taken(opened, sheet)
    extent = extents.get(workbook.parts.get(taken.name, ""))
    rows = _texts(taken, extent, _Merged(_guarded(lambda: taken.merged_cell_ranges) or ()), workbook, day_columns)
    return Sheet(taken.name, _safely(rows, path))


def _safely(rows: Rows, path: str) -> Rows:
    """Passes the rows on; an error while a row is read becomes InputErrors, as an error of the whole file does."""
    try:
        yield from rows
    except BadWorkbook as unfit:
        raise _input_errors(path, unfit) from None


def _guarded(step: Callable[[], Any]) -> Any:
    """Runs a step of the library; turns whatever it raises into BadWorkbook, as a panic in Rust is no Exception."""
    try:
        return step()
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException:
        raise BadWorkbook("damaged") from None


def _taken(opened: CalamineWorkbook, wanted: str | None) -> CalamineSheet:
    names = _guarded(lambda: opened.sheet_names)
    if wanted is not None:
        exact = [name for name in names if name == wanted] or [name for name in names if name.strip() == wanted.strip()]
        if not exact:
            raise BadWorkbook("sheet", sheet=wanted, sheets=(", ".join(names), "、".join(names)))
        return _guarded(lambda: opened.get_sheet_by_name(exact[0]))  # type: ignore[no-any-return]
    kinds = {one.name: str(one.typ) for one in opened.sheets_metadata}
    for name in names:
        if not kinds.get(name, "").endswith("WorkSheet"):
            continue
        sheet: CalamineSheet = _guarded(lambda name=name: opened.get_sheet_by_name(name))  # type: ignore[misc]
        if sheet.start is not None:
            return sheet
    raise BadWorkbook("empty")


class _Merged:
    """Copies the text of cells merged downwards into each row, as the library gives it for the first row alone.

    Offices merge a household's cell over the rows of its members. Cells merged across columns stay as they are:
    a title above the table is no heading of each column.
    """

    def __init__(self, ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        self.beginning: dict[int, list[tuple[int, int]]] = {}
        for (first, column), (last, _) in ranges:
            if last > first:
                self.beginning.setdefault(first + 1, []).append((column, last + 1))
        self.open_ranges: dict[int, tuple[int, str]] = {}

    def fill(self, number: int, texts: list[str]) -> None:
        for at, (last, text) in list(self.open_ranges.items()):
            if number > last:
                del self.open_ranges[at]
            elif not texts[at]:
                texts[at] = text
        for at, last in self.beginning.get(number, ()):
            if at < len(texts):
                self.open_ranges[at] = last, texts[at]


def _texts(
    sheet: CalamineSheet, extent: Extent | None, merged: _Merged, workbook: Workbook, day_columns: DayColumns
) -> Rows:
    left = sheet.start[1] if sheet.start else 0  # rows come from the first of the sheet, columns from the first in use
    errors: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in extent.errors.items() if extent else ():
        errors.setdefault(row, []).append((column - 1, text))
    days: Collection[int] | None = None
    rows = sheet.iter_rows()
    number = 0
    while (cells := _guarded(lambda: next(rows, None))) is not None:
        number += 1
        texts = [""] * left
        texts += map(cell_text, cells)
        for at in days or ():
            if left <= at < len(texts) and cells[at - left].__class__ in (float, int):
                texts[at] = serial_text(cells[at - left], workbook.from_1904)
        for at, text in errors.get(number, ()):
            if at < len(texts) and not texts[at]:
                texts[at] = text
        merged.fill(number, texts)
        if days is None:
            days = day_columns(texts)
        yield number, texts


def cell_text(cell: Any) -> str:
    """Writes a cell as a person would have typed it; days as `2022-06-01`, no number with an exponent.

    Only identity numbers that Excel has damaged keep the exponent, by which they are recognised.
    """
    if cell.__class__ is str:
        return cell if cell.isprintable() else _BREAKS.sub(" ", cell)
    if cell.__class__ is bool:
        return "true" if cell else "false"
    if cell.__class__ is float or cell.__class__ is int:
        return number_text(cell)
    if isinstance(cell, datetime.datetime):  # with a time of day: at midnight it is a date
        return cell.isoformat(" ")
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def number_text(value: float) -> str:
    """Writes a number in the fewest digits that give it exactly."""
    text = repr(value)
    if text.endswith(".0"):
        return text[:-2] if text != "-0.0" else "0"
    if "e" not in text:
        return text
    if abs(value) >= 1e16:
        return text.upper()
    from decimal import Decimal

    return format(Decimal(text), "f")


def serial_text(value: float, from_1904: bool) -> str:
    """Writes the day of an Excel serial number; other numbers, and those that are years, are written as numbers.

    Excel counts 29 February 1900, serial 60, a day that never was; a fraction is a time of day.
    """
    whole = int(value)
    if whole in _YEARS or not (0 if from_1904 else 1) <= whole <= _LAST_SERIAL or (whole == 60 and not from_1904):
        return number_text(value)
    first = datetime.datetime(1904, 1, 1) if from_1904 else datetime.datetime(1899, 12, 31 if whole < 60 else 30)
    day = first + datetime.timedelta(days=whole)
    if value == whole:
        return day_text(day_of(day.year, day.month, day.day) or 0)
    seconds = round((value - whole) * 86400)
    return str(day + datetime.timedelta(seconds=seconds)) if seconds else day_text(int(day.strftime("%Y%m%d")))
