"""Turn texts as people type them into one form: their width, marks that cannot be seen, blanks, dashes, capitals."""

from __future__ import annotations

import re
from functools import lru_cache

from calc.late_pattern import late_pattern

_INVISIBLE = (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFE0F, 0xFEFF)
INVISIBLE = "".join(map(chr, _INVISIBLE))
"""Marks without a width that copying out of web pages, chats and Windows leaves in a text."""
_INVISIBLE_MARK = late_pattern(f"[{INVISIBLE}]")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_PLAIN = _WIDE | dict.fromkeys(_INVISIBLE)
_WRAPPED = late_pattern(r'\s*="(.*)"\s*', re.DOTALL)
_WHOLE = late_pattern(r"\s*(\d{1,9})\.0{1,3}\s*")
_BLANKS = late_pattern(r"(?<!\d)\s+|\s+(?!\d)")
_HEADING_DASH = late_pattern(r"(?<=[^\W\d_])[-_]+(?=[^\W\d_])")
_WORD_DASH = late_pattern(r"(?<=[a-z\u00df-\u024f])[-_]+(?=[a-z\u00df-\u024f])")


def half_width(text: str) -> str:
    """Turns full-width letters, digits, signs and blanks into ASCII, and leaves out invisible marks.

    Everything else is unchanged. NFKC is not used where digits are read: it would turn `10²` into 102.
    """
    return text if text.isascii() else text.translate(_PLAIN)


def visible(text: str) -> str:
    """Leaves out invisible marks: of width, of direction, of a possible hyphen."""
    return text if text.isascii() else _INVISIBLE_MARK.sub("", text)


def clean_id(text: str) -> str:
    """Cleans the id of a household or member: no invisible marks, single blanks, out of `="…"`."""
    if text.isalnum():  # most ids have neither blanks nor marks
        return text
    return " ".join(visible(unwrapped(text)).split())


def unwrapped(text: str) -> str:
    """Takes a text out of `="…"`, which other programs write so that a spreadsheet keeps all digits of a number."""
    if '"' not in text:
        return text
    match = _WRAPPED.fullmatch(visible(text))
    return match.group(1).replace('""', '"') if match is not None else text


def whole_code(text: str) -> str:
    """Takes the decimals from a code that a program wrote as a number: `2.0` in a column of codes with empty cells."""
    if "." not in text and "．" not in text:
        return text
    match = _WHOLE.fullmatch(half_width(text))
    return match.group(1) if match is not None else text


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Removes from a heading what people vary when they type: width, case, blanks, `_` and `-` between letters.

    A dash before a word, or next to a digit, has a meaning and is kept, as are blanks between digits.
    """
    return _HEADING_DASH.sub("", _without_blanks(text))


@lru_cache(maxsize=4096)
def folded_word(text: str) -> str:
    """Folds the word of a choice as a heading; keeps dashes except within Latin words: `子-女` may be two answers."""
    if text.isalpha() and text.isascii():
        return text.casefold()
    return _WORD_DASH.sub("", _without_blanks(text))


def _without_blanks(text: str) -> str:
    return _BLANKS.sub("", one_width(text).casefold().strip())


def one_width(text: str) -> str:
    """Normalises a text by NFKC; a text with `²` or `①`, which are no digits, only in its width."""
    if text.isascii():
        return text
    import unicodedata

    text = visible(text)
    if unicodedata.is_normalized("NFKC", text):
        return text
    has_other_number = any(unicodedata.category(one) == "No" for one in text)
    return unicodedata.normalize("NFC", half_width(text)) if has_other_number else unicodedata.normalize("NFKC", text)
