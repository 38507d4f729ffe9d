"""Writes tables as Excel workbooks. Only this module and `template_xlsx` import XlsxWriter, and late.

Rows are written as they come: memory does not grow with them. All cells but amounts and counts are texts, so that none
becomes a formula or a link.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from calc.diagnostics.source import display_width
from calc.report.table_shape import TableShape
from calc.temporary_folder import TemporaryFolder

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_576
"""Rows of a sheet, headings included."""
LONGEST_TEXT = 32_767
"""Characters of a cell; longer texts are cut and end in an ellipsis."""

SheetContent = tuple[TableShape, Iterable[Sequence[str]]]

_MEASURED = 1_000
_NARROWEST, _WIDEST = 6, 60
_NUMBER = re.compile(r"-?(?=[\d.]{1,16}\Z)\d{1,15}(\.\d+)?", re.ASCII)
"""At most fifteen digits: Excel shows the nearest double with exactly these."""
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
_MADE = datetime.datetime(2000, 1, 1)


def write_tables(path: str, contents: Iterable[SheetContent], decimals: int = 2) -> None:
    """Writes a workbook with a sheet for each table, of rows of texts.

    Cells in the columns `amounts` become numbers, shown with `decimals`, and those in `counts` whole numbers, if they
    are digits that a double holds exactly; all others are texts. Rows that do not fit on one sheet are on further
    sheets, under the same headings.
    Raises OSError where the file cannot be written, and InputErrors where XlsxWriter is not installed.
    """
    with workbook(path, constant_memory=True) as book:
        looks = _Looks(book, decimals)
        for shape, rows in contents:
            table = _SheetTable(book.add_worksheet(shape.name), shape, looks)
            number = 1
            for row in rows:
                if table.full:
                    table.finish()
                    number += 1
                    table = _SheetTable(book.add_worksheet(f"{shape.name} {number}"), shape, looks)
                table.add(row)
            table.finish()


def require_writer(path: str) -> None:
    """Raises InputErrors for a path, as the user wrote it, where XlsxWriter is not installed."""
    try:
        import xlsxwriter  # noqa: F401
    except ImportError:
        from calc.diagnostics.diagnostic import missing_extra

        raise missing_extra("XlsxWriter", "excel", path) from None


@contextmanager
def workbook(path: str, *, constant_memory: bool = False) -> Iterator[Workbook]:
    """Opens a workbook, which is complete at the path at the end; no temporary file is left in any case.

    After an error the file at the path is incomplete: callers give a temporary path and remove it.
    """
    require_writer(path)
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    with TemporaryFolder() as folder, _Output(path) as output:
        book = xlsxwriter.Workbook(output, {"constant_memory": constant_memory, "tmpdir": folder})
        book.set_properties({"created": _MADE})  # the same input gives the same bytes
        try:
            yield book
            book.close()
        except FileCreateError as error:  # of temporary files; `output` keeps its own errors
            raise OSError(*getattr(error.args[0], "args", error.args)) from None
        finally:
            for sheet in book.worksheets():
                if constant_memory and not sheet.row_data_fh.closed:
                    sheet.row_data_fh.close()  # else Windows keeps the folder


class _Output:
    """A file that ignores writes after its first error: zipfile writes again when it is deleted, and would fail."""

    def __init__(self, path: str) -> None:
        self.file = open(path, "wb")  # noqa: SIM115 - closed on leaving
        self.failed: OSError | None = None

    def __enter__(self) -> _Output:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            self.file.close()
        except OSError as full:
            self.failed = self.failed or full
        if self.failed is not None:
            raise self.failed

    def _tried(self, step: Callable[[], Any]) -> int:
        if self.failed is None and not self.file.closed:
            try:
                return step() or 0
            except OSError as error:
                self.failed = error
        return 0

    def write(self, data: bytes) -> int:
        return self._tried(lambda: self.file.write(data))

    def tell(self) -> int:
        return self._tried(self.file.tell)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._tried(lambda: self.file.seek(offset, whence))

    def flush(self) -> None:
        self._tried(self.file.flush)


class _Looks:
    """The formats of cells."""

    def __init__(self, book: Workbook, decimals: int) -> None:
        self.heading = book.add_format({"bold": True})
        self.amount = book.add_format({"num_format": f"{0:.{decimals}f}"})
        self.count = book.add_format({"num_format": "0"})


class _SheetTable:
    """A sheet with headings, to which rows are added."""

    def __init__(self, sheet: Worksheet, shape: TableShape, looks: _Looks) -> None:
        self.sheet = sheet
        self.numbers = {**dict.fromkeys(shape.counts, looks.count), **dict.fromkeys(shape.amounts, looks.amount)}
        self.widths = [display_width(heading) + 3 for heading in shape.headings]  # the arrow of the filter
        self.at = 1
        for column, heading in enumerate(shape.headings):
            sheet.write_string(0, column, cell(heading), looks.heading)
        sheet.freeze_panes(1, 0)

    @property
    def full(self) -> bool:
        return self.at >= MOST_ROWS

    def add(self, row: Sequence[str]) -> None:
        for column, text in enumerate(row):
            if column in self.numbers and _NUMBER.fullmatch(text):
                self.sheet.write_number(self.at, column, float(text), self.numbers[column])
            elif text:
                self.sheet.write_string(self.at, column, cell(text))
            if self.at <= _MEASURED and column < len(self.widths):
                self.widths[column] = max(self.widths[column], display_width(text) + 1)
        self.at += 1

    def finish(self) -> None:
        self.sheet.autofilter(0, 0, self.at - 1, len(self.widths) - 1)
        for column, width in enumerate(self.widths):
            self.sheet.set_column(column, column, min(max(width, _NARROWEST), _WIDEST))


def cell(text: str) -> str:
    """Fits a text into a cell: replaces characters that XML cannot hold, and cuts it."""
    if not text.isascii():
        text = _NO_CHARACTER.sub("�", text)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
