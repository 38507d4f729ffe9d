"""A workbook as an output: rows of its sheets are stored as they come, and become the workbook when all have come."""

from __future__ import annotations

import contextlib
import csv
import tempfile
from collections.abc import Callable, Iterable, Sequence

from calc.batch.atomic_files import Target, report_write_errors
from calc.report.as_xlsx import SheetContent, require_writer, write_tables
from calc.report.table_shape import TableShape


class WorkbookOutput:
    """Sheets of a workbook, in the order in which they are added."""

    def __init__(self, path: str, decimals: int) -> None:
        require_writer(path)
        self.target = Target(path)
        self.decimals = decimals
        self.sheets: list[_SpooledSheet] = []
        with report_write_errors(path), open(self.target.part, "wb"):  # known before the work is done
            pass

    def add_sheet(self, shape: TableShape, *, is_optional: bool = False) -> Callable[[Iterable[Sequence[str]]], None]:
        """Add a sheet; the function returned adds rows to it. One that is optional is left out if it has none."""
        sheet = _SpooledSheet(shape, is_optional)
        self.sheets.append(sheet)
        return sheet.write

    def finish(self) -> None:
        """Make the workbook, beside its place."""
        with report_write_errors(self.target.path):
            write_tables(self.target.part, (one.content() for one in self.sheets if not one.is_left_out), self.decimals)
            self.target.secure()
        self._close()

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._close()
        self.target.vanish()

    def _close(self) -> None:
        for one in self.sheets:
            with contextlib.suppress(OSError):
                one.file.close()


class _SpooledSheet:
    """The rows of a sheet, in a temporary file."""

    def __init__(self, shape: TableShape, is_optional: bool) -> None:
        self.shape = shape
        self.is_left_out = is_optional
        self.file = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace", newline="")  # noqa: SIM115
        self._writer = csv.writer(self.file)

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        self._writer.writerows(rows)
        self.is_left_out = False

    def content(self) -> SheetContent:
        self.file.seek(0)
        return self.shape, csv.reader(self.file)
