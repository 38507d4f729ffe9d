"""Writes rows of a result file as CSV that is safe to open in a spreadsheet, or as JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

_QUOTED = (",", '"', "\r", "\n", " ", "#")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LINE_END = "\r#\n"
"""The end of a line until the text is done: a cell with one of its characters is put in quotation marks."""


def safe(text: str) -> str:
    """Makes a cell safe: a spreadsheet does not read it as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def unsafe(text: str) -> str:
    """Recovers the text of a cell from `safe`."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_STARTS) else text


def is_plain(text: str) -> bool:
    """Says whether CSV has a cell unchanged, without quotation marks or an apostrophe before it."""
    return text.isalnum() or not (text.startswith(FORMULA_STARTS) or any(mark in text for mark in _QUOTED))


def csv_text(rows: Iterable[Sequence[str]], amounts: Sequence[int] = ()) -> str:
    """Writes rows as CSV; no cell begins as formulas do, but for `amounts`, columns of numbers of our own.

    The quotation marks are those of DuckDB's CSV.
    """
    rows = list(rows)
    out = io.StringIO()
    write = csv.writer(out, lineterminator=_LINE_END).writerow
    for row in rows:
        for cell in row:
            if cell and cell[0] in "=+-@\t\r\n＝＋－＠":
                row = [one if at in amounts else safe(one) for at, one in enumerate(row)]
                break
        write(row)
    text = out.getvalue()
    if text.count("\r") > len(rows):
        return csv_text([[line_feeds(cell) for cell in row] for row in rows], amounts)
    return text.replace(_LINE_END, "\n")


def csv_cell(text: str) -> str:
    """The text of a cell in CSV, before any quotation marks."""
    return line_feeds(safe(text))


def line_feeds(text: str) -> str:
    """The text with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def json_text(objects: Iterable[dict[str, Any]]) -> str:
    """Writes objects as JSON Lines."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)


def json_cell(text: str) -> str:
    """The text of a cell within the quotation marks of JSON."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def valid_text(text: str) -> str:
    """The text as UTF-8 can hold it: half of a surrogate pair becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
