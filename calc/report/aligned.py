"""Lines up columns of plain text in which Chinese characters take two places."""

from __future__ import annotations

from collections.abc import Sequence

from calc.diagnostics.source import display_width


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines up rows of equal length: the first column to the left, the others, which are numbers, to the right."""
    widths = [max(display_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0] + " " * (widths[0] - display_width(row[0]))]
        cells += [" " * (width - display_width(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return lines


def thousands(amount: str) -> str:
    """Divides the digits of an amount by commas."""
    whole, point, part = amount.partition(".")
    return f"{int(whole):,}{point}{part}"
