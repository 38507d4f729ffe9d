"""A workbook as an output: rows are stored as they come, and become the workbook when all have come."""

from __future__ import annotations

import contextlib
import csv
import tempfile
from collections.abc import Iterable, Sequence

from calc.batch.atomic_files import Target, report_write_errors
from calc.report.as_xlsx import require_writer, write_table


class SheetOutput:
    """Rows for a sheet. `amounts` are the places of columns that hold numbers."""

    def __init__(self, path: str, headings: Sequence[str], amounts: Sequence[int], decimals: int) -> None:
        require_writer(path)
        self.target = Target(path)
        self.headings = headings
        self.amounts = amounts
        self.decimals = decimals
        with report_write_errors(path), open(self.target.part, "wb"):  # known before the work is done
            pass
        self._rows = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace", newline="")  # noqa: SIM115
        self._writer = csv.writer(self._rows)

    def write_rows(self, rows: Iterable[Sequence[str]]) -> None:
        """Add rows."""
        self._writer.writerows(rows)

    def finish(self) -> None:
        """Make the workbook, beside its place."""
        self._rows.seek(0)
        with report_write_errors(self.target.path):
            rows = csv.reader(self._rows)
            write_table(self.target.part, self.headings, rows, self.amounts, decimals=self.decimals)
            self.target.secure()
        self._rows.close()

    def abandon(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(OSError):
            self._rows.close()
        self.target.vanish()
