"""Parquet as an output: rows are kept as CSV until all have come, and then become the file, amounts as decimals.

An engine that has all rows in DuckDB writes the file itself: the same bytes.
"""

from __future__ import annotations

import contextlib
import csv
import os
from collections.abc import Iterable, Sequence

from calc.batch.atomic_files import Target, report_write_errors
from calc.temporary_folder import TemporaryFolder


class ParquetOutput:
    """Rows for a Parquet file. `amounts` are the places of columns that hold amounts."""

    def __init__(self, path: str, headings: Sequence[str], amounts: Sequence[int], decimals: int) -> None:
        self.target = Target(path)
        self.headings = headings
        self.amounts = amounts
        self.decimals = decimals
        with report_write_errors(path), open(self.target.part, "wb"):  # known before the work is done
            pass
        self._folder = TemporaryFolder()
        self._path = os.path.join(self._folder.name, "rows.csv")
        self._rows = open(self._path, "w", encoding="utf-8", errors="replace", newline="")  # noqa: SIM115
        self._writer = csv.writer(self._rows, lineterminator="\n")
        self._is_left_to_engine = False

    def left_to_engine(self) -> str:
        """The path to which an engine writes the file with `copy_parquet`, in the folder of its place."""
        self._is_left_to_engine = True
        return self.target.part

    def __call__(self, rows: Iterable[Sequence[str]]) -> None:
        """Add rows."""
        self._writer.writerows(rows)

    def finish(self) -> None:
        """Make the file, in the folder of its place."""
        from calc.batch.writers.parquet_file import column_types, write_parquet

        self._rows.close()
        with report_write_errors(self.target.path):
            if not self._is_left_to_engine:
                kinds = column_types(self.headings, self.amounts, self.decimals)
                write_parquet(self._path, self.target.part, kinds)
            self.target.secure()
        self._folder.cleanup()

    def abandon(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(OSError):
            self._rows.close()
            self._folder.cleanup()
        self.target.vanish()
