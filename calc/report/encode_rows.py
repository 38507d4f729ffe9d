"""Rows of a result file → text: CSV that a spreadsheet opens without harm, or JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

_QUOTED = (",", '"', "\r", "\n", " ")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(text: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unsafe(text: str) -> str:
    """The text of a cell that `safe` made safe."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text


def is_plain(text: str) -> bool:
    """Whether a cell stands in CSV as it is."""
    return text.isalnum() or not (text.startswith(_FORMULA) or any(mark in text for mark in _QUOTED))


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV; no cell begins as formulas do."""
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
    """Objects as JSON Lines."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)
