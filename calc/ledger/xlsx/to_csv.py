"""Copies a sheet of a workbook to a CSV file whose lines have the numbers of Excel's rows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence

from calc.ledger.xlsx.read_sheet import read_sheet

Days = Callable[[Sequence[str]], "list[int] | None"]


def as_csv(path: str, shown: str, copied: str, sheet: str | None, days: Days | None) -> None:
    """Copies a sheet to the CSV file `copied`.

    `days` is called with rows until it returns the columns that hold days; it returns None for rows above
    the headings. Raises InputErrors, with the name `shown`, for a file that is no workbook.
    """
    with open(path, "rb") as file, open(copied, "w", encoding="utf-8", errors="replace", newline="") as copy:
        write = csv.writer(copy, lineterminator="\n").writerow
        for _, cells in read_sheet(shown, sheet, days or (lambda texts: []), file).rows:
            write(cells)
