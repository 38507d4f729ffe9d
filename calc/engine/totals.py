"""Counts households, people and money for each month and group, as a bureau reports them.

Totals are made block by block and added up. Amounts are whole steps of the currency.
"""

from __future__ import annotations

from typing import Any

from calc.engine.household_summary import HouseholdSummary
from calc.engine.simple_plan import need_bits
from calc.rules.plan import Plan

HOUSEHOLDS, PERSONS, MONEY, OPEN, UNCOUNTED = range(5)
"""Positions in the numbers of a benefit: households granted, people (人次), money, households undetermined, grants with
an unknown number of people."""


class NeedNames:
    """Says what a household needs, from its needs as bits of a plan."""

    __slots__ = ("facts", "names", "parameters")

    def __init__(self, plan: Plan) -> None:
        bits = need_bits(plan)
        self.names = {bit: name for name, bit in bits.items()}
        self.facts = sum(bits[name] for name in plan.facts)
        self.parameters = [bits[name] for name in plan.parameters]

    def parameters_in(self, needs: int) -> list[str]:
        """Lists the parameters among needs."""
        return [self.names[bit] for bit in self.parameters if needs & bit]


class Group:
    """The totals of one month and group; of the `undetermined` households, `unset` lack no fact but a parameter.

    `alone` counts by fact the households that lack it and nothing else, `figures` by parameter those that lack no fact
    and need it, perhaps with other parameters.
    """

    __slots__ = ("alone", "assessed", "benefits", "figures", "money", "rejected", "undetermined", "unset")

    def __init__(self) -> None:
        self.alone: dict[str, int] = {}
        self.figures: dict[str, int] = {}
        self.assessed = 0
        self.undetermined = 0
        self.unset = 0
        self.rejected = 0
        self.money = 0
        self.benefits: dict[str, list[int]] = {}

    def of(self, benefit: str) -> list[int]:
        """Returns the numbers of a benefit, to add to."""
        found = self.benefits.get(benefit)
        if found is None:
            found = self.benefits[benefit] = [0] * 5
        return found

    def assess(self, digest: HouseholdSummary, benefits: list[str], names: NeedNames) -> None:
        """Counts a household that was assessed; `benefits` are the names for the places in its summary."""
        granted, opened, monthly, _, _, needs = digest
        self.assessed += 1
        self.money += monthly
        if opened:
            self.undetermined += 1
            if not needs & names.facts:
                self.unset += 1
            self.lacks(needs, names, 1)
        for at, amount, persons in granted:
            numbers = self.of(benefits[at])
            numbers[HOUSEHOLDS] += 1
            numbers[MONEY] += amount
            if persons is None:
                numbers[UNCOUNTED] += 1
            else:
                numbers[PERSONS] += persons
        for at, _ in opened:
            self.of(benefits[at])[OPEN] += 1

    def lacks(self, needs: int, names: NeedNames, number: int) -> None:
        """Counts undetermined households with these needs where they lack one fact only, or parameters only."""
        if not needs & names.facts:
            for name in names.parameters_in(needs):
                self.count(self.figures, name, number)
        elif not needs & (needs - 1):
            self.count(self.alone, names.names[needs], number)

    @staticmethod
    def count(counts: dict[str, int], name: str, number: int = 1) -> None:
        """Adds a number of households to `alone` or `figures`."""
        counts[name] = counts.get(name, 0) + number

    def add(self, other: Group) -> None:
        """Adds the numbers of another group."""
        self.assessed += other.assessed
        self.undetermined += other.undetermined
        self.unset += other.unset
        self.rejected += other.rejected
        self.money += other.money
        for own_counts, counts in ((self.alone, other.alone), (self.figures, other.figures)):
            for name, count in counts.items():
                self.count(own_counts, name, count)
        for benefit, numbers in other.benefits.items():
            own = self.of(benefit)
            for at, number in enumerate(numbers):
                own[at] += number

    def __getstate__(self) -> Any:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __setstate__(self, state: Any) -> None:
        for name, value in zip(self.__slots__, state, strict=True):
            setattr(self, name, value)


class Totals:
    """Totals by month and group, in the order in which these were first counted."""

    def __init__(self) -> None:
        self.groups: dict[tuple[int, str], Group] = {}

    def group(self, month: int, name: str) -> Group:
        """Returns the totals of a month and group, to add to."""
        found = self.groups.get((month, name))
        if found is None:
            found = self.groups[month, name] = Group()
        return found

    def assessed(self, month: int, name: str, digest: HouseholdSummary, benefits: list[str], names: NeedNames) -> None:
        """Counts a household that was assessed; see `Group.assess`."""
        self.group(month, name).assess(digest, benefits, names)

    def rejected(self, month: int, name: str) -> None:
        """Counts a household that was rejected."""
        self.group(month, name).rejected += 1

    def add(self, other: Totals) -> None:
        """Adds other totals."""
        for (month, name), group in other.groups.items():
            self.group(month, name).add(group)

    def of_months(self) -> dict[int, Group]:
        """Adds the groups of each month up."""
        found: dict[int, Group] = {}
        for (month, _), group in sorted(self.groups.items(), key=lambda one: one[0][0]):
            found.setdefault(month, Group()).add(group)
        return found

    def whole(self) -> Group:
        """Adds all groups of all months up."""
        found = Group()
        for group in self.groups.values():
            found.add(group)
        return found

    def __getstate__(self) -> Any:
        return self.groups

    def __setstate__(self, state: Any) -> None:
        self.groups = state
