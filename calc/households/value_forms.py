"""Reads numbers, yes and no, days and words of a choice in the forms in which people write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from calc.exact import LONGEST_NUMBER, Number, read_number, simplify
from calc.households.dates import day_of, read_day
from calc.language.types import MONEY_PER_MONTH, MONEY_PER_YEAR, MONEYS, SHARE
from calc.late_pattern import late_pattern
from calc.text_forms import folded_word, half_width, one_width

_NUMBER = late_pattern(r"([+-]?)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)\s*(万)?\s*(元|%)?")
_PERIODS = {
    MONEY_PER_MONTH: late_pattern(r"(?<=[元\d])\s*[/每]\s*月\Z"),
    MONEY_PER_YEAR: late_pattern(r"(?<=[元\d])\s*[/每]\s*年\Z"),
}
"""The period of a fact, which a cell may say again behind its amount."""
_YES = frozenset(("true", "t", "yes", "y", "1", "是", "有", "对", "真", "√", "✓", "✔", "☑"))
_NO = frozenset(("false", "f", "no", "n", "0", "否", "无", "没有", "不是", "假", "×", "✗", "✘", "□", "☐"))
_CLOCK = ("hour", "minute", "second", "microsecond")


def number_in(raw: Any, kind: str) -> Number | None:
    """Reads an exact number in the forms of its kind: `1,200.50`, `1.2万`, `300元`, `30%`; None for others."""
    if raw.__class__ is not str:
        return raw if hasattr(raw, "denominator") and raw.__class__ is not bool else None
    text = half_width(raw).strip().lstrip("'’").replace("−", "-")
    if kind in MONEYS:
        text = re.sub(r"\A([+-]?)[¥￥]\s*", r"\1", text)
        text = _PERIODS[kind].sub("", text) if kind in _PERIODS else text
    match = _NUMBER.fullmatch(text)
    if match is None or not match.group(2).isascii() or len(text) > LONGEST_NUMBER:
        return None
    sign, digits, myriads, unit = match.groups()
    if (unit == "元" and kind not in MONEYS) or (unit == "%" and (kind != SHARE or myriads)):
        return None
    value = read_number(sign + digits.replace(",", ""))
    if myriads:
        value *= 10_000
    return scaled_down(value, 2) if unit == "%" else scaled_down(value, 0)


def scaled_down(value: Number, decimals: int) -> Number:
    """Divides a number by a power of ten."""
    return simplify(Fraction(value, 10**decimals)) if decimals else simplify(value)


def yes_no_in(raw: Any) -> bool | None:
    """Reads a yes or no, in one of the spellings of `_YES` and `_NO`; None for others."""
    if raw.__class__ is bool:
        return bool(raw)
    if raw.__class__ is not str and raw.__class__ is not int:
        return None
    word = half_width(str(raw)).strip().lower() if raw.__class__ is str or raw in (0, 1) else ""
    return True if word in _YES else False if word in _NO else None


def day_in(raw: Any) -> int | None:
    """Reads a calendar day; None for others."""
    if raw.__class__ is str:
        return read_day(half_width(raw).strip().lstrip("'’"))
    if raw.__class__ is int:
        return read_day(str(raw)) if 1000_00 < raw < 10000_00_00 else None
    if not hasattr(raw, "year"):
        return None
    if getattr(raw, "tzinfo", None) is not None or any(getattr(raw, part, 0) for part in _CLOCK):
        return None
    return day_of(raw.year, raw.month, raw.day)


def word_in(raw: str, options: tuple[str, ...], options_en: tuple[str, ...] = ()) -> str | None:
    """Finds the option that a text means, in either language; None if none or several match."""
    if raw in options:
        return raw
    for read, forms in zip(_FORMS, _options_by_form(options, options_en), strict=True):
        wanted = read(raw)
        for words in forms:
            found = words.get(wanted)
            if found is not None:
                return found
    return None


_FORMS: tuple[Callable[[str], str], ...] = (lambda text: one_width(text).strip().casefold(), folded_word)
"""The forms in which a text is compared with an option, the one that leaves most as it is first."""


@lru_cache(maxsize=1000)
def _options_by_form(options: tuple[str, ...], options_en: tuple[str, ...]) -> tuple[tuple[dict[str, str], ...], ...]:
    """Maps the words of a choice in each form, in each language, to its options; a word of several is left out."""
    forms = []
    for read in _FORMS:
        of_languages = []
        for words in (options, options_en):
            known: dict[str, set[str]] = {}
            for option, word in zip(options, words, strict=False):
                known.setdefault(read(word), set()).add(option)
            of_languages.append({word: found.pop() for word, found in known.items() if len(found) == 1})
        forms.append(tuple(of_languages))
    return tuple(forms)
