"""Marks between words, as each language writes them: full width in Chinese, with a blank in English."""

from __future__ import annotations

from collections.abc import Iterable


def colon(language: str) -> str:
    """Returns the mark before what is said of something."""
    return "：" if language == "zh" else ": "


def semicolon(language: str) -> str:
    """Returns the mark between two things that are said."""
    return "；" if language == "zh" else "; "


def listed(words: Iterable[str], language: str) -> str:
    """Writes words as a list."""
    return ("、" if language == "zh" else ", ").join(words)


def aside(text: str, language: str) -> str:
    """Writes a remark in brackets, to be put behind a word."""
    return f"（{text}）" if language == "zh" else f" ({text})"
