"""Rows of a result file → text: CSV that a spreadsheet opens without harm, or JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(text: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV; no cell begins as formulas do."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    for row in rows:
        for cell in row:
            if cell and cell[0] in "=+-@\t\r\n＝＋－＠":
                row = [safe(one) for one in row]
                break
        write(row)
    return out.getvalue()


def json_text(objects: Iterable[dict[str, Any]]) -> str:
    """Objects as JSON Lines."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)
