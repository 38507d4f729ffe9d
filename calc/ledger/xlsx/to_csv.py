"""Copies sheets of a workbook to CSV files whose lines have the numbers of Excel's rows."""

from __future__ import annotations

import csv

from calc.ledger.header import Naming
from calc.ledger.xlsx.read_sheet import Sheet, read_sheet
from calc.ledger.xlsx.sheet_columns import sheet_columns


def as_csv(path: str, shown: str, copied: str, sheet: str | None, naming: Naming | None) -> None:
    """Copies a sheet to the CSV file `copied`; what its columns hold depends on their headings.

    Raises InputErrors, with the name `shown`, for a file that is no workbook.
    """
    find = None if naming is None else lambda head: sheet_columns(head, naming)
    with open(path, "rb") as file:
        write_csv(read_sheet(shown, sheet, find, file), copied)


def write_csv(sheet: Sheet, copied: str) -> None:
    """Writes the rows of a sheet."""
    with open(copied, "w", encoding="utf-8", errors="replace", newline="") as copy:
        write = csv.writer(copy, lineterminator="\n").writerow
        for _, cells in sheet.rows:
            write(cells)
