"""A count of time that moves with the month, and the values at which it decides something."""

from __future__ import annotations

from bisect import bisect_right
from typing import Union

from calc.language.primitives import MEANING
from calc.record import Record
from calc.rules.plan_month import last_day

START, END = "month_start", "month_end"
"""The days of the month as sources of dates; no fact can have such a name."""
Source = Union[str, int]
"""The source of a date: the name of a fact, a day such as 20220601, START or END."""
PASSES = "passes"
"""The function that is 0 before a day, 1 on it and 2 after it."""

COUNTED = ("full_years", "full_months")
"""The functions of two dates."""


class Clock(Record):
    """A count from `start` to `end`, and the values at which it decides something; None: at each of them.

    It decides nothing for a household that states no fact of `guard`. `label` is a fact or a definition with its value.
    """

    function: str
    start: Source
    end: Source
    thresholds: tuple[int, ...] | None
    guard: frozenset[str] = frozenset()
    label: str = ""

    @property
    def fact(self) -> str:
        """The fact that is counted from, or to; empty for the calendar alone."""
        return next((one for one in (self.start, self.end) if isinstance(one, str) and one not in (START, END)), "")

    def value(self, day: int, month_start: int, month_end: int) -> int:
        """The count in a month, for a day that the fact states."""
        places = {START: month_start, END: month_end}
        start, end = (one if isinstance(one, int) else places.get(one, day) for one in (self.start, self.end))
        if self.function == PASSES:
            return (start <= end) + (start < end)
        if self.function in COUNTED:
            return int(MEANING[self.function](start, end))
        return int(MEANING[self.function](end))

    def in_month(self, day: int, month: int) -> int:
        """The count in a month like 202206."""
        return self.value(day, month * 100 + 1, last_day(month))

    def may_turn(self, day: int, first: int, last: int) -> bool:
        """Says whether the count may come to another decision in any month between two: but for the months of the
        year, counts never turn back."""
        return self.function == "month" or self.band(self.in_month(day, first)) != self.band(self.in_month(day, last))

    def band(self, value: int) -> int:
        """The place of a value among those at which something is decided."""
        return value if self.thresholds is None else bisect_right(self.thresholds, value)
