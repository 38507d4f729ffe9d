"""Reads calendar days, in the forms in which people write them, as numbers like 20220531."""

from __future__ import annotations

import re

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FORM = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(?:(\d{1,2})日)?|(\d\d)(\d\d))")
_MIDNIGHT = re.compile(r"[T ]0?0:00(:00(\.0+)?)?\Z")


def day_of(year: int, month: int, day: int) -> int | None:
    """Makes a day as a number; None if the calendar has no such day."""
    if not (1 <= month <= 12 and day >= 1 and 1 <= year <= 9999):
        return None
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return year * 10000 + month * 100 + day if day <= _LENGTHS[month - 1] + leap else None


def read_day(text: str) -> int | None:
    """Reads `2022-06-01`, `2022/6/1`, `2022.6.1`, `20220601`, `2022年6月1日`, each also followed by midnight.

    `2022年6月` is the first of the month, as people mean it for the date from which something holds.
    Returns None for two-digit years, and for forms in which day and month could be confused.
    """
    match = _FORM.fullmatch(_MIDNIGHT.sub("", text))
    if match is None or not match.group().replace("年", "").replace("月", "").replace("日", "").isascii():
        return None
    year, _, *parts = match.groups()
    month, *days = [int(part) for part in parts if part is not None]
    return day_of(int(year), month, *(days or [1]))


def day_text(day: int) -> str:
    """Writes 20220531 as `2022-05-31`."""
    return f"{day // 10000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"
