"""Numbers the values of a fact one after another, so that a range can be divided: money in fen, dates in days."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Union

from calc.exact import Number, divide
from calc.language.types import DATE, LIMITS, NUMERIC
from calc.rules.plan import FactPlan
from calc.vary.moving_value import Moving


class NumberScale:
    """The values of a number, in its steps."""

    def __init__(self, fact: FactPlan) -> None:
        self.unit = 10**fact.decimals
        self.low, self.high = (int(one * self.unit) for one in fact.stated_bounds)
        least, greatest = LIMITS[fact.type.kind]
        self._unlimited = {greatest * self.unit, *([least * self.unit] if least else [])}

    def value(self, place: int) -> Number:
        """The value at a place, as formulas have it."""
        return divide(place, self.unit)

    def stated(self, place: int) -> int:
        """The value at a place, as households state it."""
        return place

    def place(self, value: Number) -> Fraction:
        """The place of a value; between two where it is no value of the fact."""
        return Fraction(value * self.unit)

    def is_endless(self, place: int) -> bool:
        """Says whether a place is an end of the range that the rules have not set."""
        return place in self._unlimited

    def moving(self, start: int, end: int) -> Moving:
        """The values from one place to another."""
        return Moving.over(Fraction(start, self.unit), Fraction(end, self.unit))

    def divided(self, start: int, end: int, points: tuple[Fraction, ...]) -> list[tuple[int, int]]:
        """Divides a range around the values where something flips, in the middle where there is none within it."""
        cuts = sorted({cut for point in points for cut in self._around(point) if start <= cut < end})
        cuts = cuts or [(start + end) // 2]
        return list(zip([start, *(cut + 1 for cut in cuts)], [*cuts, end], strict=True))

    def _around(self, point: Fraction) -> tuple[int, int]:
        """The last place that is not above a value, and the last one below it."""
        place = point * self.unit
        return floor(place), ceil(place) - 1


class DayScale(NumberScale):
    """The values of a date, in days."""

    def __init__(self, fact: FactPlan) -> None:
        self.unit = 1
        self.low, self.high = (_day(int(one)).toordinal() for one in fact.stated_bounds)

    def value(self, place: int) -> int:
        day = date.fromordinal(place)
        return day.year * 10000 + day.month * 100 + day.day

    def stated(self, place: int) -> int:
        return self.value(place)

    def place(self, value: Number) -> Fraction:
        return Fraction(_day(int(value)).toordinal())

    def is_endless(self, place: int) -> bool:
        return place in (self.low, self.high)

    def moving(self, start: int, end: int) -> Moving:
        return Moving.over(Fraction(self.value(start)), Fraction(self.value(end)))

    def _around(self, point: Fraction) -> tuple[int, int]:
        return self._last(floor(point)), self._last(ceil(point) - 1)

    def _last(self, number: int) -> int:
        """The place of the last day whose number, like 20220531, is not above another."""
        if number < 1_01_01:
            return 0
        year, rest = divmod(number, 10000)
        month, day = divmod(rest, 100)
        if month > 12:
            return date(year, 12, 31).toordinal()
        if month < 1:
            return date(year, 1, 1).toordinal() - 1
        first = date(year, month, 1).toordinal()
        after = date(year + month // 12, month % 12 + 1, 1).toordinal()
        return first + min(day, after - first) - 1


def _day(number: int) -> date:
    return date(number // 10000, number // 100 % 100, number % 100)


Scale = Union[NumberScale, DayScale]


def scale_of(fact: FactPlan) -> Scale | None:
    """Makes the scale of a number or a date; None for facts of words."""
    if fact.type.kind in NUMERIC:
        return NumberScale(fact)
    return DayScale(fact) if fact.type.kind == DATE else None
