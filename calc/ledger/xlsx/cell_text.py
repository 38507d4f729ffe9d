"""Writes cells of a workbook as a person would have typed them."""

from __future__ import annotations

import datetime
import re
from typing import Any

from calc.households.dates import day_of, day_text

_LAST_SERIAL = 109_939
"""2200-12-31, the last day a fact may hold; `202206` and `20220601` are larger and stay numbers."""
_YEARS = range(1800, 2201)
"""Numbers read as years: 1979 is a year and not the day with that serial number, which is in 1905."""
_BREAKS = re.compile(r"[\r\n\v\f\u2028\u2029]+")
DIGITS = 15
"""Digits that spreadsheets keep of a number and show of it."""
WHOLE = 10**DIGITS
"""The least whole number of more digits."""


def cell_text(cell: Any) -> str:
    """Writes a cell; days as `2022-06-01`, no number with an exponent.

    Only identity numbers that Excel has damaged keep the exponent, by which they are recognised.
    """
    if cell.__class__ is str:
        return cell if cell.isprintable() else _BREAKS.sub(" ", cell)
    if cell.__class__ is bool:
        return "true" if cell else "false"
    if cell.__class__ is float or cell.__class__ is int:
        return number_text(cell)
    if isinstance(cell, datetime.datetime):  # with a time of day: at midnight it is a date
        return cell.isoformat(" ")
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def number_text(value: float) -> str:
    """Writes a number in the fewest digits that give it exactly; one with a fraction to the 15 digits of spreadsheets.

    A sum such as 900.3000000000001 is 900.3 for whoever looks at the sheet.
    """
    text = repr(value)
    if text.endswith(".0"):
        return text[:-2] if text != "-0.0" else "0"
    if len(text) > DIGITS and value.__class__ is float and abs(value) < WHOLE:
        text = repr(float(f"{value:.{DIGITS}g}"))
        if text.endswith(".0"):
            return text[:-2]
    if "e" not in text:
        return text
    if abs(value) >= 1e16:
        return text.upper()
    from decimal import Decimal

    return format(Decimal(text), "f")


def cut_text(value: float) -> str:
    """Writes a number of more digits than spreadsheets keep, with an exponent that shows it."""
    return f"{value:.{DIGITS}G}"


def serial_text(value: float, from_1904: bool) -> str:
    """Writes the day of an Excel serial number; other numbers, and those that are years, are written as numbers.

    Excel counts 29 February 1900, serial 60, a day that never was; a fraction is a time of day.
    """
    whole = int(value)
    if whole in _YEARS or not (0 if from_1904 else 1) <= whole <= _LAST_SERIAL or (whole == 60 and not from_1904):
        return number_text(value)
    first = datetime.datetime(1904, 1, 1) if from_1904 else datetime.datetime(1899, 12, 31 if whole < 60 else 30)
    day = first + datetime.timedelta(days=whole)
    if value == whole:
        return day_text(day_of(day.year, day.month, day.day) or 0)
    seconds = round((value - whole) * 86400)
    return str(day + datetime.timedelta(seconds=seconds)) if seconds else day_text(int(day.strftime("%Y%m%d")))
