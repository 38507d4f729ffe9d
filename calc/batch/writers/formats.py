"""Name the formats of files that are written, and tell a file's format by its ending."""

from __future__ import annotations

import os

CSV, JSON_LINES, XLSX, PARQUET = FORMATS = ("csv", "jsonl", "xlsx", "parquet")
TABLES = (XLSX, PARQUET)
"""Formats that are made once all rows are there."""
JSON, TEXT, TOML, SVG, HTML = "json", "text", "toml", "svg", "html"
TOTALS = (CSV, JSON, XLSX, PARQUET)
"""Formats of totals; JSON is one document."""
_ENDINGS = {"csv": CSV, "jsonl": JSON_LINES, "ndjson": JSON_LINES, "json": JSON_LINES, "xlsx": XLSX, "parquet": PARQUET}
_CONTENTS = {**{ending: (format,) for ending, format in _ENDINGS.items()}, "json": (JSON, JSON_LINES), "toml": (TOML,),
             "svg": (SVG,), "html": (HTML,), "htm": (HTML,)}  # fmt: skip
_NEVER_WRITTEN = frozenset((
    "7z", "bz2", "db", "doc", "docx", "et", "gz", "md", "ods", "pdf", "ppt", "pptx", "rar", "rtf", "sql",
    "sqlite", "sqlite3", "tab", "tar", "tsv", "wps", "xls", "xlsb", "xlsm", "xml", "xz", "yaml", "yml", "zip", "zst",
))  # fmt: skip
"""Endings of formats that no command writes."""


def format_of(path: str | None) -> str:
    """The format by a path's ending; CSV for any other ending."""
    return _ENDINGS.get(ending_of(path), CSV)


def ending_of(path: str | None) -> str:
    """The ending of a path, without the dot and in small letters; "" where its last part has none.

    What is behind the last point of `results.2022-06` or `结果2022.6月` is none.
    """
    found = os.path.splitext(os.path.basename(path or ""))[1][1:].lower()
    return found if found.isascii() and found.isalnum() and not found.isdigit() else ""


def ending_mistake(path: str | None, format: str, is_asked: bool) -> str | None:
    """Says what is wrong with a path's ending, as a key of `calc.report.ui_text`; None where nothing is.

    It may be that of another format, so that programs would misread the file, or one that nobody knows, such as `.cvs`,
    unless the format `is_asked` for. Devices and pipes may have any name.
    """
    ending = ending_of(path)
    if not ending or (os.path.exists(str(path)) and not os.path.isfile(str(path))):
        return None
    if ending in _NEVER_WRITTEN or (ending in _CONTENTS and format not in _CONTENTS[ending]):
        return "wrong-ending"
    return None if is_asked or ending in _CONTENTS or (ending == "txt" and format == TEXT) else "unknown-ending"


def endings_for(*formats: str) -> str:
    """Lists the endings of formats, for messages."""
    found = [".txt"] if TEXT in formats else []
    found += [f".{ending}" for ending, contents in _CONTENTS.items() if not {*contents}.isdisjoint(formats)]
    return " ".join(found)
