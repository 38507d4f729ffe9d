"""Chooses the places of the marks of an axis: round numbers, or first days of years and months."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from calc.exact import Number, floor_divide_up, simplify


def round_step(span: Number, most: int, grid: Number) -> Number:
    """Finds the least of 1, 2, 5, 10, 20, … of a grid of which no more than `most` are in a span."""
    power: Number = grid
    while True:
        for factor in (1, 2, 5):
            if span <= power * factor * most:
                return simplify(power * factor)
        power *= 10


def ticks(low: Number, high: Number, most: int, grid: Number) -> list[Number]:
    """Lists the multiples of a round step between two numbers, about `most` of them."""
    step = Fraction(round_step(max(high - low, grid), most, grid))
    first = floor_divide_up((low / step).numerator, (low / step).denominator)
    last = (high / step).numerator // (high / step).denominator
    return [simplify(step * at) for at in range(first, last + 1)]


def day_ticks(low: int, high: int, most: int) -> list[int]:
    """Lists first days of years between two days, or of months where there are few of them, or the two days.

    Days are counted as the calendar of Python counts them.
    """
    first, last = date.fromordinal(low), date.fromordinal(high)
    years, months = last.year - first.year, (last.year - first.year) * 12 + last.month - first.month
    if months < 2:
        return [low, high] if low < high else [low]
    if years >= 2:
        step = int(round_step(years, most, 1))
        found = [date(year, 1, 1) for year in range(first.year, last.year + 1) if year % step == 0]
    else:
        step = next(one for one in (1, 2, 3, 6) if months <= one * most or one == 6)
        each = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        found = [date(at // 12, at % 12 + 1, 1) for at in each if at % step == 0]
    return [one.toordinal() for one in found if first <= one <= last]
