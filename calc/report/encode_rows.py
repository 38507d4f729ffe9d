"""Writes rows of a result file as CSV that is safe to open in a spreadsheet, or as JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

_QUOTED = (",", '"', "\r", "\n", " ")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(text: str) -> str:
    """Makes a cell safe: a spreadsheet does not read it as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unsafe(text: str) -> str:
    """Recovers the text of a cell from `safe`."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text


def is_plain(text: str) -> bool:
    """Says whether CSV has a cell unchanged, without quotation marks or an apostrophe before it."""
    return text.isalnum() or not (text.startswith(_FORMULA) or any(mark in text for mark in _QUOTED))


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Writes rows as CSV; no cell begins as formulas do."""
    rows = list(rows)
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    for row in rows:
        for cell in row:
            if cell and cell[0] in "=+-@\t\r\n＝＋－＠":
                row = [safe(one) for one in row]
                break
        write(row)
    text = out.getvalue()
    if "\r" in text:  # before Python 3.13 a bare return is written without quotation marks, and ends the row
        return csv_text([[cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in rows])
    return text


def json_text(objects: Iterable[dict[str, Any]]) -> str:
    """Writes objects as JSON Lines."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)
