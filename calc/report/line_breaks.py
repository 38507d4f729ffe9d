"""Breaks lines of Chinese and English to a width: never before a closing mark, never behind an opening bracket."""

from __future__ import annotations

import re

from calc.diagnostics.source import display_width

_CLOSING = "，。；：、！？）》」』】〕”’…％%),.;:!?]}"
_OPENING = "（《「『【〔“‘([{"
_PIECES = re.compile(r"\s+|[!-~≈−±×÷≤≥≠·*]+|.")
_COLUMNS = re.compile(r"^ *|(?<=\S)  +(?=\S)")
"""Blanks before a line and between its columns."""


def wrapped(text: str, width: int) -> list[str]:
    """Breaks a text into lines that fit a width, except where a single piece is wider."""
    lines, line = [], ""
    for piece in _unbreakable(text, width):
        if line and display_width(line) + display_width(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def packed(text: str, width: int, between: str = "   ") -> list[str]:
    """Breaks a list into lines that fit a width, between its items; only one that is wider is broken itself."""
    lines: list[str] = []
    for item in text.split(between):
        first, *others = wrapped(item, width)
        if lines and display_width(lines[-1] + between + first) <= width:
            lines[-1] += between + first
        else:
            lines.append(first)
        lines += others
    return lines


def fitted(line: str, width: int) -> list[str]:
    """Breaks a line that is wider than a width; what follows is under its last column, or set in by two."""
    if display_width(line) <= width:
        return [line]
    columns = [found.end() for found in _COLUMNS.finditer(line) if display_width(line[: found.end()]) <= width // 2]
    at = columns[-1]
    indent = display_width(line[:at]) + (0 if len(columns) > 1 else 2)
    first, *others = wrapped(line[at:], width - indent)
    return [line[:at] + first, *(" " * indent + one for one in others)]


def _unbreakable(text: str, width: int) -> list[str]:
    """Splits a text into pieces that stay on one line, each with the blanks behind it."""
    pieces: list[str] = []
    for found in _PIECES.findall(text):
        opened = bool(pieces) and pieces[-1].rstrip()[-1:] in tuple(_OPENING)
        if pieces and (found.isspace() or found[0] in _CLOSING or opened):
            pieces[-1] += found
        elif display_width(found) > width:
            pieces += found
        else:
            pieces.append(found)
    return pieces
