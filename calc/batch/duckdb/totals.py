"""Totals of a run: added up by the database, and put in the order in which groups first came up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from calc.batch.duckdb.household_outcomes import OutcomeQuery
from calc.batch.duckdb.household_sums import counted_benefits
from calc.batch.job import ResultSpec
from calc.diagnostics.diagnostic import Reject
from calc.engine.sql.needs_bits import NeedWords
from calc.engine.totals import HOUSEHOLDS, MONEY, OPEN, PERSONS, UNCOUNTED, NeedNames, Totals
from calc.rules.plan import Plan


class TotalsCounter:
    """The totals so far, and the position at which each group first came up."""

    def __init__(self, plans: list[Plan], wanted: ResultSpec) -> None:
        self.plans = plans
        self.group = wanted.group
        self.sum = Totals()
        self.first: dict[str, int] = {}

    def add(self, tally: Totals, position: int) -> None:
        """Add the totals of a household of the row path."""
        self.sum.add(tally)
        for _, name in tally.groups:
            self._seen(name, position)

    def reject(self, rejected: Reject, position: int) -> None:
        """Count a household whose data fail a check."""
        self.reject_several("" if self.group is None else rejected.cells[self.group], 1, position)

    def reject_several(self, name: str, count: int, position: int) -> None:
        """Count rejected households of a group, the first of them at a position."""
        self._seen(name, position)
        for plan in self.plans:
            self.sum.group(plan.month, name).rejected += count

    def take(self, decided: OutcomeQuery, month: int, rows: Iterable[Sequence[Any]]) -> int:
        """Add the rows of a month's totals (`household_sums.totals_of`); returns the number of their households."""
        total, counted = 0, counted_benefits(decided)
        for name, first, count, undetermined, unset, money, *numbers in rows:
            if not count:
                continue
            self._seen(name, first)
            total += count
            group = self.sum.group(month, name)
            group.assessed += count
            group.undetermined += undetermined
            group.unset += unset
            group.money += int(money)
            for place, at in enumerate(counted):
                found = numbers[place * 5 : place * 5 + 5]
                if found[0] or found[3]:
                    own = group.of(decided.benefits[at].name)
                    for what, number in zip((HOUSEHOLDS, PERSONS, MONEY, OPEN, UNCOUNTED), found, strict=True):
                        own[what] += int(number)
        return total

    def lack(self, words: NeedWords, month: int, rows: Iterable[Sequence[Any]]) -> None:
        """Add what households of a month lack, from the rows of `household_sums.lacking_of`."""
        names = next(NeedNames(plan) for plan in self.plans if plan.month == month)
        for name, *needs, count in rows:
            self.sum.group(month, name).lacks(words.plan_bits(dict(enumerate(needs))), names, count)

    def _seen(self, name: str, position: int) -> None:
        known = self.first.get(name)
        if known is None or position < known:
            self.first[name] = position

    def tally(self) -> Totals:
        """The totals in the order in which groups came up."""
        found = Totals()
        for name in sorted(self.first, key=lambda one: self.first[one]):
            for plan in self.plans:
                group = self.sum.groups.get((plan.month, name))
                if group is not None:
                    found.group(plan.month, name).add(group)
        return found
