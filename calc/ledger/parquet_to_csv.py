"""Copies Parquet files of a ledger to CSV files, which can be read in blocks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from calc.ledger.open_files import PARQUET, LedgerFile
from calc.temporary_folder import TemporaryFolder


@contextlib.contextmanager
def in_blocks(files: list[LedgerFile]) -> Iterator[list[LedgerFile]]:
    """Replaces each Parquet file by a copy in CSV, which is removed afterwards; other files stay as they are."""
    if not any(file.format == PARQUET for file in files):
        yield files
        return
    from calc.ledger.parquet_source import as_csv

    with TemporaryFolder() as folder:
        yield [as_csv(file, folder, at) if file.format == PARQUET else file for at, file in enumerate(files)]
