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
        blank, closing = found.isspace(), found[0] in _CLOSING
        after_opening = bool(pieces) and pieces[-1][-1:] in _OPENING and pieces[-1] != ""
        if pieces and (blank or closing or after_opening) and not (closing and pieces[-1][-1].isspace()):
            pieces[-1] += found
        elif display_width(found) > width:
            pieces += found
        else:
            pieces.append(found)
    return pieces
