"""Parquet as an output: rows are put by as they come, and become the file when all have come, amounts as decimals."""

from __future__ import annotations

import contextlib
import csv
import os
import tempfile
from collections.abc import Iterable, Sequence

from calc.batch.files import Target, told


class ParquetOutput:
    """Rows, or CSV text of rows, for a Parquet file. `amounts` are the places of columns that hold amounts."""

    def __init__(self, path: str, headings: Sequence[str], amounts: Sequence[int], decimals: int) -> None:
        self.target = Target(path)
        self.headings = headings
        self.amounts = set(amounts)
        self.decimals = decimals
        with told(path), open(self.target.part, "wb"):  # known before the work is done
            pass
        self._folder = tempfile.TemporaryDirectory(prefix="doudi-")
        self._path = os.path.join(self._folder.name, "rows.csv")
        self._rows = open(self._path, "w", encoding="utf-8", errors="replace", newline="")  # noqa: SIM115
        self._writer = csv.writer(self._rows, lineterminator="\n")

    def write(self, rows: Iterable[Sequence[str]] | str) -> None:
        """Add rows."""
        if isinstance(rows, str):
            self._rows.write(rows)
        else:
            self._writer.writerows(rows)

    def finish(self) -> None:
        """Make the file, beside its place."""
        from calc.engine.columns.parquet_file import write_parquet

        self._rows.close()
        with told(self.target.path):
            amount = f"DECIMAL(18, {self.decimals})"
            kinds = {name: amount if at in self.amounts else "VARCHAR" for at, name in enumerate(self.headings)}
            write_parquet(self._path, self.target.part, kinds)
            self.target.secure()
        self._folder.cleanup()

    def abandon(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(OSError):
            self._rows.close()
            self._folder.cleanup()
        self.target.vanish()
