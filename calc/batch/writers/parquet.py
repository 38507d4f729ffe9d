"""Parquet as an output: rows are put by as they come, and become the file when all have come, amounts as decimals.

Where all rows stand in a relation of DuckDB, the file is made of it at once: the same bytes.
"""

from __future__ import annotations

import contextlib
import csv
import os
import tempfile
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from calc.batch.atomic_files import Target, report_write_errors

if TYPE_CHECKING:
    from calc.engine.sql.build import Tree
    from calc.engine.sql.duckdb_session import Connection


class ParquetOutput:
    """Rows, or CSV text of rows, for a Parquet file. `amounts` are the places of columns that hold amounts."""

    def __init__(self, path: str, headings: Sequence[str], amounts: Sequence[int], decimals: int) -> None:
        self.target = Target(path)
        self.headings = headings
        self.amounts = set(amounts)
        self.decimals = decimals
        with report_write_errors(path), open(self.target.part, "wb"):  # known before the work is done
            pass
        self._folder = tempfile.TemporaryDirectory(prefix="doudi-")
        self._path = os.path.join(self._folder.name, "rows.csv")
        self._rows = open(self._path, "w", encoding="utf-8", errors="replace", newline="")  # noqa: SIM115
        self._writer = csv.writer(self._rows, lineterminator="\n")
        self._is_written = False

    @property
    def kinds(self) -> dict[str, str]:
        """The type of each column, as DuckDB has it."""
        amount = f"DECIMAL(18, {self.decimals})"
        return {name: amount if at in self.amounts else "VARCHAR" for at, name in enumerate(self.headings)}

    def take(self, connection: Connection, query: Tree) -> None:
        """Make the file of the rows of a query, which has the columns c0, c1, … of these types, in its order."""
        from calc.batch.writers.parquet_file import copy_parquet

        with report_write_errors(self.target.path):
            copy_parquet(connection, query, self.target.part, self.kinds)
        self._is_written = True

    def __call__(self, rows: Iterable[Sequence[str]] | str) -> None:
        """Add rows."""
        if isinstance(rows, str):
            self._rows.write(rows)
        else:
            self._writer.writerows(rows)

    def finish(self) -> None:
        """Make the file, beside its place."""
        from calc.batch.writers.parquet_file import write_parquet

        self._rows.close()
        with report_write_errors(self.target.path):
            if not self._is_written:
                write_parquet(self._path, self.target.part, self.kinds)
            self.target.secure()
        self._folder.cleanup()

    def abandon(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(OSError):
            self._rows.close()
            self._folder.cleanup()
        self.target.vanish()
