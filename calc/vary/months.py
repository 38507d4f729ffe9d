"""Finds the months in which a household's answer may change by itself: its facts as they are, the months going on.

Between two of them nothing is decided differently, so that a household is assessed in few months instead of in all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any

from calc.engine.facts import Declared
from calc.record import Record
from calc.rules.kept_versions import KeptVersions
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.rulebook import Rulebook
from calc.rules.toml_document import month_after, month_before
from calc.vary.clock import Clock
from calc.vary.clocks import clocks_of
from calc.vary.rule_steps import RuleChange, changed_entries


class Reached(Record):
    """A count of a date that reaches a value in a month at which something is decided.

    `member` is the id of the one who states the date, "" for the household and for the calendar.
    """

    clock: Clock
    member: str
    before: int
    after: int


_Span = tuple[int, int, int]
"""Of a clock its place among those of some months with the same rules, the first of them and the last."""


class Timeline:
    """The rules over some months from a first one on; plans are made when they are asked for."""

    def __init__(self, rulebook: Rulebook, first: int, count: int) -> None:
        self.rulebook = rulebook
        self.months = [first]
        for _ in range(count):
            self.months.append(month_after(self.months[-1]))
        self._kept = KeptVersions()
        self._plans: dict[int, Plan] = {}
        self._reached: dict[tuple[str, frozenset[str], int], Sequence[tuple[int, int, Clock, int, int]]] = {}

    def plan(self, month: int) -> Plan:
        """The plan of a month. Raises InputErrors where the rules of the month have mistakes."""
        if month not in self._plans:
            self._plans[month] = plan_for(self.rulebook, month, kept=self._kept)
        return self._plans[month]

    @cached_property
    def rule_changes(self) -> dict[int, list[RuleChange]]:
        """The months after the first in which rules change, with the entries that do."""
        book = self.rulebook
        found = {month: changed_entries(book, month_before(month), book, month) for month in self.months[1:]}
        return {month: changes for month, changes in found.items() if changes}

    @cached_property
    def _spans(self) -> list[tuple[tuple[Clock, ...], int, int]]:
        """Runs of months with one version of the rules: their clocks, the first month and the last."""
        starts = [self.months[0], *self.rule_changes]
        ends = [*(month_before(month) for month in starts[1:]), self.months[-1]]
        return [(clocks_of(self.plan(start)), start, end) for start, end in zip(starts, ends, strict=True)]

    @cached_property
    def counted(self) -> list[str]:
        """Facts that are a count of a date unless they are stated: an age goes on by itself, a stated one does not."""
        facts = self.plan(self.months[0]).facts
        return list(dict.fromkeys(
            one.label for clocks, _, _ in self._spans for one in clocks if one.fact and one.label in facts
        ))  # fmt: skip

    def events(
        self, own: Mapping[str, Declared], members: Mapping[str, Mapping[str, Declared]]
    ) -> dict[int, list[Reached]]:
        """Lists the months after the first in which the answer of a household may change, in their order.

        `own` are its declared facts and `members` those of each member by id. A month in which rules change is always
        among them; the others have the dates that reach a value.
        """
        people: list[tuple[str, Mapping[str, Declared]]] = [("", own), *members.items()]
        stated = set(own).union(*members.values())
        groups = [group for group in self._counts if group[1] <= stated]
        reached: list[tuple[int, int, int, Reached]] = []
        for place, (member, facts) in enumerate(people):
            for name, guard in groups:
                day: Any = facts.get(name) if name else 0 if place == 0 else None
                if day is not None:
                    reached += [(month, at, place, Reached(clock, member, before, after))
                                for month, at, clock, before, after in self._of_day(name, guard, day)]  # fmt: skip
        found: dict[int, list[Reached]] = {month: [] for month in self.rule_changes}
        for month, _, _, one in sorted(reached, key=itemgetter(0, 1, 2)):
            found.setdefault(month, []).append(one)
        return {month: _once(found[month]) for month in sorted(found)}

    @cached_property
    def _counts(self) -> dict[tuple[str, frozenset[str]], dict[Clock, list[_Span]]]:
        """The clocks by the fact that is counted from and by guard, each with the spans whose rules have it."""
        found: dict[tuple[str, frozenset[str]], dict[Clock, list[_Span]]] = {}
        for clocks, start, end in self._spans:
            for place, clock in enumerate(clocks):
                found.setdefault((clock.fact, clock.guard), {}).setdefault(clock, []).append((place, start, end))
        return found

    def _of_day(self, fact: str, guard: frozenset[str], day: int) -> Sequence[tuple[int, int, Clock, int, int]]:
        """Lists the months in which a count from a day that a fact states, or from the calendar, decides another way.

        Gives the month, the place of the clock, the clock and its values; kept, since days recur.
        """
        key = fact, guard, day
        found = self._reached.get(key)
        if found is None:
            found = self._reached[key] = tuple(
                (month, place, clock, before, after)
                for clock, spans in self._counts[fact, guard].items()
                if clock.may_turn(day, month_before(spans[0][1]), spans[-1][2])
                for place, start, end in spans
                for month, before, after in self._of_clock(clock, day, start, end)
            )
        return found

    def _of_clock(self, clock: Clock, day: int, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yields the months of a span in which a count from a day comes to another decision, with its values."""
        before = clock.in_month(day, month_before(start))
        for month in self.months:
            if start <= month <= end:
                after = clock.in_month(day, month)
                if clock.band(before) != clock.band(after) and month != self.months[0]:
                    yield month, before, after
                before = after


def _once(several: list[Reached]) -> list[Reached]:
    """Leaves out counts that are there already, since they decide several things."""
    found = {(one.clock.function, one.clock.start, one.clock.end, one.member): one for one in several}
    return [*found.values()]
