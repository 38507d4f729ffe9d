"""Finds the months in which a household's answer may change by itself: its facts as they are, the months going on.

Between two of them nothing is decided differently, so that a household is assessed in few months instead of in all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from calc.engine.facts import Declared
from calc.record import Record
from calc.rules.kept_versions import KeptVersions
from calc.rules.plan import Plan
from calc.rules.plan_month import last_day, plan_for
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


class Timeline:
    """The rules over some months from a first one on; plans are made when they are asked for."""

    def __init__(self, rulebook: Rulebook, first: int, count: int) -> None:
        self.rulebook = rulebook
        self.months = [first]
        for _ in range(count):
            self.months.append(month_after(self.months[-1]))
        self._kept = KeptVersions()
        self._plans: dict[int, Plan] = {}
        self._reached: dict[tuple[Clock, int, int, int], list[tuple[int, int, int]]] = {}

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
        found: dict[int, list[Reached]] = {month: [] for month in self.rule_changes}
        stated = set(own).union(*members.values())
        people: Sequence[tuple[str, Mapping[str, Declared]]] = [("", own), *members.items()]
        for clocks, start, end in self._spans:
            for clock in clocks:
                if not clock.guard <= stated:
                    continue
                for member, facts in people if clock.fact else people[:1]:
                    day: Any = facts.get(clock.fact) if clock.fact else 0
                    if day is not None:
                        for month, before, after in self._of_day(clock, day, start, end):
                            found.setdefault(month, []).append(Reached(clock, member, before, after))
        return {month: _once(reached) for month, reached in sorted(found.items())}

    def _of_day(self, clock: Clock, day: int, start: int, end: int) -> list[tuple[int, int, int]]:
        """Lists the months of a span in which a count from a day comes to another decision; kept, since days recur."""
        key = clock, day, start, end
        if key not in self._reached:
            months = [month for month in self.months if start <= month <= end]
            values = [clock.value(day, month * 100 + 1, last_day(month)) for month in (month_before(start), *months)]
            self._reached[key] = [
                (month, before, after)
                for month, before, after in zip(months, values, values[1:], strict=False)
                if clock.band(before) != clock.band(after) and month != self.months[0]
            ]
        return self._reached[key]


def _once(several: list[Reached]) -> list[Reached]:
    """Leaves out counts that are there already, since they decide several things."""
    found = {(one.clock.function, one.clock.start, one.clock.end, one.member): one for one in several}
    return [*found.values()]
