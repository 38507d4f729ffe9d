"""Reads calendar days, in the forms in which people write them, as numbers like 20220531."""

from __future__ import annotations

import re

from calc.late_pattern import late_pattern

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FORM = late_pattern(
    r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?|年(\d{1,2})月(?:(\d{1,2})日)?|(\d\d)(\d\d)?)", re.ASCII
)
_TWO_MEANINGS = late_pattern(r"\d{4}\.1|\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", re.ASCII)
"""`1980.1`, which a spreadsheet also makes of `1980.10`; `200503`, which is May 2020 where a year has two digits."""
_REWRITTEN = late_pattern(
    r"[a-z]{3,9}[-./ ]\d\d|\d\d?[-./ ][a-z]{3,9}([-./ ]\d\d)?|\d{1,2}月[-./ ]\d\d|[1-6]\d{4}", re.ASCII | re.I
)
"""`Jan-80`, `1-Jan-80`, and 29221 days: what spreadsheets show or store for a date."""
_BLANKS = late_pattern(r"\s+(?=[-/.年月日])|(?<=[-/.年月])\s+")
_MIDNIGHT = late_pattern(r"[T ]0?0:00(:00(\.0+)?)?\Z")


def day_of(year: int, month: int, day: int) -> int | None:
    """Makes a day as a number; None if the calendar has no such day."""
    if not (1 <= month <= 12 and day >= 1 and 1 <= year <= 9999):
        return None
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return year * 10000 + month * 100 + day if day <= _LENGTHS[month - 1] + leap else None


def read_day(text: str) -> int | None:
    """Reads `2022-06-01`, `2022/6/1`, `2022.6.1`, `20220601`, `2022年6月1日`, each also followed by midnight.

    A month (`2022年6月`, `2022-06`, `2022/6`, `2022.06`, `198006`) is its first day, as people mean it for the date
    from which something holds. Blanks beside the signs do not matter.
    Returns None for two-digit years, and for forms that could be read in two ways.
    """
    text = _BLANKS.sub("", _MIDNIGHT.sub("", text))
    match = _FORM.fullmatch(text)
    if match is None or _TWO_MEANINGS.fullmatch(text):
        return None
    year, _, *parts = match.groups()
    month, *days = [int(part) for part in parts if part is not None]
    return day_of(int(year), month, *(days or [1]))


def hint_for(text: str) -> str | None:
    """Finds the hint for a text that is no day: it has two meanings, or a spreadsheet has rewritten the day."""
    if _TWO_MEANINGS.fullmatch(text):
        return "date-in-full"
    return "date-format" if _REWRITTEN.fullmatch(text) else None


def day_text(day: int) -> str:
    """Writes 20220531 as `2022-05-31`."""
    return f"{day // 10000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"
