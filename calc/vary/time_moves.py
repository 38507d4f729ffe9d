"""Says whether time alone can change the answer of a household from one month to another one with the same rules."""

from __future__ import annotations

from typing import Any

from calc.rules.plan import Plan
from calc.vary.answers import HouseholdPicture
from calc.vary.clock import Clock
from calc.vary.clocks import clocks_of

_Guards = tuple[frozenset[str], ...]
"""Of each count that comes to another decision the facts without which it decides nothing."""


class TimeMoves:
    """Compares the counts of dates in two months; `plan` has the rules of both."""

    def __init__(self, plan: Plan, before: int, after: int) -> None:
        self._months = before, after
        self._clocks: dict[str, list[Clock]] = {}
        for clock in clocks_of(plan):
            self._clocks.setdefault(clock.fact, []).append(clock)
        self._calendar = self._moving("", 0)
        self._days: dict[str, dict[Any, _Guards]] = {name: {} for name in self._clocks if name}

    def matter_to(self, *pictures: HouseholdPicture) -> bool:
        """Says whether any count of some households comes to another decision, or of one with facts of several."""
        found = [*self._calendar]
        tables = [facts for one in pictures for facts in (one.own, *one.members.values())]
        for name, known in self._days.items():
            for facts in tables:
                day: Any = facts.get(name)
                if day is not None:
                    guards = known.get(day)
                    if guards is None:
                        guards = known[day] = self._moving(name, day)
                    found += guards
        return bool(found) and any(map(frozenset[str]().union(*tables).issuperset, found))

    def _moving(self, name: str, day: int) -> _Guards:
        """Lists the guards of the counts from a day, or of the calendar, that come to another decision."""
        return tuple({
            clock.guard for clock in self._clocks.get(name, ())
            if len({clock.band(clock.in_month(day, month)) for month in self._months}) > 1
        })  # fmt: skip
