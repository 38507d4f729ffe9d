"""Defines the strict operations on exact values. A new primitive is added here and in the table of functions.

Dates are numbers like 20220531: they compare as dates do, and full years are a difference.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import Any

from calc.exact import ROUNDINGS, Number, divide, round_to


def full_years(start: int, end: int) -> int:
    """Counts complete years from one day to another; the anniversary counts, 29 February is reached on 1 March.

    An end before the start counts below zero.
    """
    return (end - start) // 10000


def full_months(start: int, end: int) -> int:
    """Counts complete months from one day to another, by the same rule as `full_years`."""
    months = (end // 10000 - start // 10000) * 12 + (end // 100 % 100 - start // 100 % 100)
    return months - (end % 100 < start % 100)


def year(day: int) -> int:
    """Returns the year of a date."""
    return day // 10000


def month(day: int) -> int:
    """Returns the month of a date, 1 to 12."""
    return day // 100 % 100


def member_of(left: Any, *items: Any) -> bool:
    """Says whether the first value is one of the others."""
    return left in items


def _round(mode: str, value: Number, step: Number) -> Number:
    return round_to(mode, value, step)


MEANING: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": divide,
    "negative": operator.neg,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "in": member_of,
    "abs": abs,
    "min": min,
    "max": max,
    "full_years": full_years,
    "full_months": full_months,
    "year": year,
    "month": month,
    **{mode: partial(_round, mode) for mode in ROUNDINGS},
}

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
"""The comparison that is true where the other is false."""
SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
"""The same comparison with its sides swapped."""
