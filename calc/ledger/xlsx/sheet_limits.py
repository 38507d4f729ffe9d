"""Limits on a sheet, shared by the two ways of measuring it."""

from __future__ import annotations

from typing import Any

MOST_CELLS = 1 << 25
"""Cells of the rectangle that holds all cells with a value; the library takes 32 bytes for each."""
MOST_PARSED = 1 << 24
"""Cells, empty ones too, of a sheet that only a parser of XML can measure: it takes a second for a million."""
MOST_TEXT = 2 << 30
"""Bytes of the texts of all cells."""
MOST_MERGED = 200_000
"""Merged ranges."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Excel's own limits."""
LARGEST_OTHER = 32 << 20
"""Bytes of a part that is neither a sheet nor the table of texts."""


def column_number(letters: Any) -> int:
    """Turns the letters of a column into its number: `A` is 1, `AA` is 27."""
    number = 0
    for one in letters if isinstance(letters, bytes) else letters.encode("ascii", "replace"):
        number = number * 26 + one - 64
    return number


def row_and_column(name: str) -> tuple[int, int]:
    """Finds row and column of a cell such as `AA7`, counted from 1."""
    letters = name.rstrip("0123456789")
    return int(name[len(letters) :]), column_number(letters)
