"""Lines up columns of plain text in which Chinese characters take two places."""

from __future__ import annotations

from collections.abc import Sequence

from calc.diagnostics.source import display_width
from calc.report.line_breaks import wrapped

_NARROWEST = 12


def aligned(rows: Sequence[Sequence[str]], most: int | None = None) -> list[str]:
    """Lines up rows of equal length: the first column to the left, the others, which are numbers, to the right.

    Where lines would be wider than `most` columns, the first column is broken.
    """
    widths = [max(display_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    if most is not None:
        room = most - sum(widths[1:]) - 2 * len(widths[1:])
        widths[0] = min(widths[0], max(room, _NARROWEST))
    lines = []
    for row in rows:
        first, *others = wrapped(row[0], widths[0]) if display_width(row[0]) > widths[0] else [row[0]]
        cells = [first + " " * (widths[0] - display_width(first))]
        cells += [" " * (width - display_width(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines += ["  ".join(cells).rstrip(), *(f"  {one}" for one in others)]
    return lines


def thousands(amount: str) -> str:
    """Divides the digits of an amount by commas."""
    whole, point, part = amount.partition(".")
    return f"{int(whole):,}{point}{part}"
