"""Types of texts and of places in them."""

from __future__ import annotations

from collections.abc import Callable

from calc.record import Record


class Span(Record):
    """Characters `start` to `end` (exclusive) of a text."""

    start: int
    end: int


class Spot(Record):
    """The place of a key and its value; `inner` is the first character in a string without escapes."""

    key: Span
    value: Span
    inner: int | None = None


class Source(Record):
    """A text with the path it was read from, as messages show it.

    `scan` finds the places in a text that is not TOML; `hide` masks personal numbers in a line before it is shown,
    without changing its length. `line` is the number of the text's first line in the file.
    """

    path: str
    text: str
    scan: Callable[[str], dict[tuple[object, ...], Spot]] | None = None
    hide: Callable[[str], str] | None = None
    line: int = 1

    def position(self, offset: int) -> tuple[int, int]:
        """Finds the line and column of a character, both counted from 1."""
        before = self.text.rfind("\n", 0, offset) + 1
        return self.text.count("\n", 0, offset) + self.line, offset - before + 1

    def line_at(self, offset: int) -> str:
        """Returns the whole line that a character is in, tabs as one space."""
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        line = self.text[start : end if end >= 0 else None].rstrip("\r").replace("\t", " ")
        return self.hide(line) if self.hide else line


def display_width(text: str) -> int:
    """Counts the columns of a text on a terminal: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
