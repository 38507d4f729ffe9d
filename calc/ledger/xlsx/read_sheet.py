"""Reads sheets of an Excel or OpenDocument workbook as rows of texts, like the cells of a CSV file.

Only this module imports python-calamine, and late. The library holds a sheet in memory, 32 bytes a cell
besides the texts; the rows are made from it one by one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, BinaryIO, Union

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place, missing_extra
from calc.diagnostics.source import Source
from calc.ledger.cell_marks import CUT, marked
from calc.ledger.xlsx.cell_text import WHOLE, cell_text, cut_text, serial_text
from calc.ledger.xlsx.faulty_cells import Extent, FaultsByRow, FaultyCells, cell_name
from calc.ledger.xlsx.merged_cells import Area, MergedCells
from calc.ledger.xlsx.newer_errors import without_newer_errors
from calc.ledger.xlsx.ods_content import CONTENT, ods_tables
from calc.ledger.xlsx.old_workbook import MAGIC, old_workbook
from calc.ledger.xlsx.sheet_columns import HEAD, Rows, SheetColumns
from calc.ledger.xlsx.sheet_size import extents_of
from calc.ledger.xlsx.workbook import workbook_of
from calc.ledger.xlsx.zip_archive import Archive, BadWorkbook
from calc.record import Record

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

FindColumns = Callable[[Rows], Union[SheetColumns, None]]
"""Finds the columns of a sheet by its first rows; None where nothing is known of them."""
NumberedRows = Iterator["tuple[int, list[str]]"]


class Sheet(Record):
    """A sheet that is being read: its name and all its rows, each with Excel's number; an empty row has empty texts."""

    name: str
    columns: SheetColumns | None
    rows: NumberedRows


class SheetNames(Record):
    """The names of the sheets of a workbook that hold cells, and of hidden ones."""

    visible: tuple[str, ...]
    hidden: tuple[str, ...]


class SheetReader:
    """Reads the sheets of an open workbook. Raises InputErrors where that is not possible."""

    def __init__(self, path: str, file: BinaryIO) -> None:
        self.path = path
        library = _library(path)
        with self.mistakes():
            self.areas: dict[str, list[Area]] = {}
            if file.read(len(MAGIC)) == MAGIC:
                old = old_workbook(file)
                self.extents, self.areas, self.from_1904 = old.extents, old.areas, old.from_1904
                self.parts = {name: name for name in old.extents}
                file.seek(0)
                self.opened = _guarded(lambda: library.load_workbook(file))
            else:
                archive = Archive(file)
                self.extents, self.from_1904 = self._measured(archive)
                with without_newer_errors(archive, self.extents) as source:
                    self.opened = _guarded(lambda: library.load_workbook(source))
            self.all_names: list[str] = list(_guarded(lambda: self.opened.sheet_names))

    def _measured(self, archive: Archive) -> tuple[dict[str, Extent], bool]:
        """Measures the sheets, by the names of their parts, and says whether days are counted from 1904."""
        if CONTENT in archive.parts:
            tables = ods_tables(archive)
            self.parts, self.areas = {name: name for name in tables.extents}, tables.areas
            return tables.extents, tables.from_1904
        workbook = workbook_of(archive)
        self.parts = workbook.parts
        return extents_of(archive, workbook.targets), workbook.from_1904

    @contextlib.contextmanager
    def mistakes(self) -> Iterator[None]:
        """Turns BadWorkbook into InputErrors."""
        try:
            yield
        except BadWorkbook as unfit:
            raise InputErrors([Diagnostic(unfit.code, Place(Source(self.path, "")), unfit.values)]) from None

    def names(self) -> SheetNames:
        """Lists the sheets that hold cells."""
        visible: list[str] = []
        hidden: list[str] = []
        for one in self.opened.sheets_metadata:
            extent = self._extent(one.name)
            is_empty = extent is not None and not extent.cells and not extent.faults
            if str(one.typ).endswith("WorkSheet") and not is_empty:
                (visible if str(one.visible).endswith(".Visible") else hidden).append(one.name)
        return SheetNames(tuple(visible), tuple(hidden))

    def named(self, wanted: str) -> str:
        """Finds a sheet by the name that a user gives, blanks around it left out."""
        names = self.all_names
        exact = [name for name in names if name == wanted] or [name for name in names if name.strip() == wanted.strip()]
        if not exact:
            raise self.error("sheet", sheet=wanted, sheets=(", ".join(names), "、".join(names)))
        return exact[0]

    def error(self, variant: str, **values: Any) -> InputErrors:
        """Makes the error for a workbook that is not to be read as it is."""
        unfit = BadWorkbook(variant, **values)
        return InputErrors([Diagnostic(unfit.code, Place(Source(self.path, "")), unfit.values)])

    def sheet(self, name: str, find: FindColumns | None = None) -> Sheet:
        """Reads a sheet; its rows come one by one."""
        with self.mistakes():
            sheet: CalamineSheet = _guarded(lambda: self.opened.get_sheet_by_name(name))
            areas = self.areas.get(name) or _guarded(lambda: sheet.merged_cell_ranges) or ()
            extent = self._extent(name)
            faults = extent.faults if extent is not None else FaultyCells()
            rows = _SheetRows(sheet, faults, self.from_1904)
            head = list(islice(rows.raw(), HEAD))
            plain = MergedCells(areas, None).filled((number, rows.plain(number, cells)) for number, cells in head)
            columns = find([texts for _, texts in plain]) if find is not None else None
        return Sheet(name, columns, self._safely(MergedCells(areas, columns).filled(rows.texts(head, columns))))

    def _extent(self, name: str) -> Extent | None:
        return self.extents.get(self.parts.get(name, ""))

    def _safely(self, rows: NumberedRows) -> NumberedRows:
        """Passes the rows on; an error while a row is read is one of the file."""
        with self.mistakes():
            yield from rows


def read_sheet(path: str, sheet: str | None, find: FindColumns | None, file: BinaryIO) -> Sheet:
    """Reads the named sheet, else the first visible one that is not empty.

    `file` is a seekable stream; `path` is used in messages only.
    Raises InputErrors for a file that cannot be read, is no workbook, is damaged, or would take too much memory,
    and where python-calamine is not installed.
    """
    reader = SheetReader(path, file)
    if sheet is not None:
        return reader.sheet(reader.named(sheet), find)
    names = reader.names()
    if not names.visible:
        raise reader.error("empty")
    return reader.sheet(names.visible[0], find)


class _SheetRows:
    """The rows of a sheet, as cells and as texts. They come from the first row on, columns from the first in use."""

    def __init__(self, sheet: CalamineSheet, faults: FaultyCells, from_1904: bool) -> None:
        self.faults = faults
        self.from_1904 = from_1904
        self.left = sheet.start[1] if sheet.start else 0
        self.width = self.left + sheet.width
        self._rows = _guarded_rows(_guarded(sheet.iter_rows))
        self._number = 0
        self._shown = FaultsByRow(faults)

    def raw(self) -> Iterator[tuple[int, list[Any]]]:
        """Yields the rows that are left; behind those with a value, which the library has, those with a fault."""
        for cells in self._rows:
            self._number += 1
            yield self._number, cells
        while self._number < self.faults.last_row and self._number:
            self._number += 1
            yield self._number, [""] * (self.width - self.left)

    def plain(self, number: int, cells: list[Any]) -> list[str]:
        """Writes a row of which no column is known; errors as the sheet shows them."""
        texts = [""] * self.left
        texts += map(cell_text, cells)
        self._shown.put(number, texts, ())
        return texts

    def texts(self, head: list[tuple[int, list[Any]]], columns: SheetColumns | None) -> NumberedRows:
        """Yields the rows as texts, first those that were looked at before."""
        self._shown = faults = FaultsByRow(self.faults)
        rows = chain(head, self.raw())
        if columns is None:
            yield from ((number, self.plain(number, cells)) for number, cells in rows)
            return
        left, within = self.left, range(self.left, self.width)
        days = [(at, at - left) for at in columns.days if at in within]
        exact = [(at, at - left) for at in sorted(columns.exact | columns.personal) if at in within]
        is_faulty = bool(self.faults)
        for number, cells in rows:
            if number <= columns.row:
                yield number, self.plain(number, cells)
                continue
            texts = [""] * left
            texts += map(cell_text, cells)
            for at, place in days:
                if (cell := cells[place]).__class__ is float or cell.__class__ is int:
                    texts[at] = serial_text(cell, self.from_1904)
            for at, place in exact:
                if (cell := cells[place]).__class__ is float or cell.__class__ is int:
                    _write_cut(texts, number, at, cell, columns)
            if is_faulty:
                faults.put(number, texts, columns.uses)
            yield number, texts


def _write_cut(texts: list[str], row: int, at: int, value: float, columns: SheetColumns) -> None:
    """Writes a number that may have lost digits: as such where it is to be one of a person, else as a mark."""
    if abs(value) >= WHOLE:
        text = cut_text(value)
        texts[at] = text if at in columns.personal else marked(CUT, cell_name(row, at + 1), text)


def _library(path: str) -> Any:
    try:
        import python_calamine
    except ImportError:
        raise missing_extra("python-calamine", "excel", path) from None
    return python_calamine


def _guarded_rows(rows: Iterator[list[Any]]) -> Iterator[list[Any]]:
    """Passes rows of the library on; whatever it raises meanwhile is BadWorkbook."""
    try:
        yield from rows
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException:
        raise BadWorkbook("damaged") from None


def _guarded(step: Callable[[], Any]) -> Any:
    """Runs a step of the library; turns whatever it raises into BadWorkbook, as a panic in Rust is no Exception."""
    try:
        return step()
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException:
        raise BadWorkbook("damaged") from None
