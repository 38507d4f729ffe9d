"""Name the formats of files that are written, and tell a file's format by its ending."""

from __future__ import annotations

CSV, JSON_LINES, XLSX, PARQUET = FORMATS = ("csv", "jsonl", "xlsx", "parquet")
TABLES = (XLSX, PARQUET)
"""Formats that are made once all rows are there."""
_ENDINGS = {"parquet": PARQUET, "csv": CSV, "jsonl": JSON_LINES, "ndjson": JSON_LINES, "json": JSON_LINES, "xlsx": XLSX}


def format_of(path: str | None) -> str:
    """The format by a path's ending; CSV for any other ending."""
    return _ENDINGS.get((path or "").rpartition(".")[2].lower(), CSV)
