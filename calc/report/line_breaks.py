"""Breaks lines of Chinese and English to a width: never before a closing mark, never behind an opening bracket."""

from __future__ import annotations

import re

from calc.diagnostics.source import display_width

_CLOSING = "，。；：、！？）》」』】〕”’…％%),.;:!?]}"
_OPENING = "（《「『【〔“‘([{"
_PIECES = re.compile(r"\s+|[!-~≈−±×÷≤≥≠·*]+|.")


def wrapped(text: str, width: int) -> list[str]:
    """Breaks a text into lines that fit a width, except where a single piece is wider."""
    lines, line = [], ""
    for piece in _unbreakable(text, width):
        if line and display_width(line) + display_width(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


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
