"""Name the formats of files that are written, and tell a file's format by its ending."""

from __future__ import annotations

CSV, JSON_LINES, XLSX, PARQUET = FORMATS = ("csv", "jsonl", "xlsx", "parquet")
TABLES = (XLSX, PARQUET)
"""Formats that are made once all rows are there."""
JSON, TEXT, TOML = "json", "text", "toml"
TOTALS = (CSV, JSON, XLSX, PARQUET)
"""Formats of totals; JSON is one document."""
_ENDINGS = {"csv": CSV, "jsonl": JSON_LINES, "ndjson": JSON_LINES, "json": JSON_LINES, "xlsx": XLSX, "parquet": PARQUET}
_CONTENTS = {**{ending: (format,) for ending, format in _ENDINGS.items()}, "json": (JSON, JSON_LINES), "toml": (TOML,)}
_NEVER_WRITTEN = frozenset((
    "7z", "bz2", "db", "doc", "docx", "et", "gz", "htm", "html", "md", "ods", "pdf", "ppt", "pptx", "rar", "rtf", "sql",
    "sqlite", "sqlite3", "tab", "tar", "tsv", "wps", "xls", "xlsb", "xlsm", "xml", "xz", "yaml", "yml", "zip", "zst",
))  # fmt: skip
"""Endings of formats that no command writes."""


def format_of(path: str | None) -> str:
    """The format by a path's ending; CSV for any other ending."""
    return _ENDINGS.get(ending_of(path), CSV)


def ending_of(path: str | None) -> str:
    """The ending of a path, without the dot and in small letters."""
    return (path or "").rpartition(".")[2].lower()


def is_misnamed(path: str | None, format: str) -> bool:
    """Says whether a path's ending is that of another format, so that programs would misread the file."""
    ending = ending_of(path)
    return ending in _NEVER_WRITTEN or format not in _CONTENTS.get(ending, (format,))


def endings_for(*formats: str) -> str:
    """Lists the endings of formats, for messages."""
    found = [f".{ending}" for ending, contents in _CONTENTS.items() if not {*contents}.isdisjoint(formats)]
    return " ".join(found) or ".txt"
