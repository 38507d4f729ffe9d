"""A sheet of a workbook → a CSV file that is read in blocks like any other, with Excel's row numbers as its lines."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence

from calc.ledger.xlsx.read_sheet import read_sheet

Days = Callable[[Sequence[str]], "list[int] | None"]


def as_csv(path: str, shown: str, copied: str, sheet: str | None, days: Days | None) -> None:
    """Copy a sheet. `days` tells of the row of headings which columns hold days, of any other row None.

    Raises InputErrors for what is no workbook, by the name `shown`.
    """
    with open(path, "rb") as file, open(copied, "w", encoding="utf-8", errors="replace", newline="") as copy:
        write = csv.writer(copy, lineterminator="\n").writerow
        for _, cells in read_sheet(shown, sheet, days or (lambda texts: []), file).rows:
            write(cells)
