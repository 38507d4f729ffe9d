"""Finds the smallest change of one fact that would give a benefit which is denied: exact, and in either direction.

A number is moved outwards from its present value over whole ranges, as a sweep does, until the conditions hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

from calc.engine.facts import Household
from calc.engine.outcomes import DENIED, GRANTED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.exact import divide
from calc.language.typed_tree import Amount, Definition, Fact, Received, Term, walk
from calc.language.types import CHOICE, YES_NO
from calc.record import Record
from calc.rules.dependency_order import depending, reachable
from calc.rules.plan import FactPlan, Plan
from calc.vary.moved_trace import MovedTrace
from calc.vary.moving_value import Moving, Split
from calc.vary.pieces import can_move, divided_range, places_of, with_value

MOST_RUNS = 400
"""Evaluations after which the search for one fact is given up."""


class NearChange(Record):
    """Another value of a fact with which a benefit would be granted; numbers are in steps of the fact.

    `present` is None where it is unknown. `distance` is the nearest value less the present one, None for words.
    """

    fact: str
    member: int | None
    present: Any
    value: Any
    distance: int | None


class Nearest:
    """The denied benefits of a household and what would give them. `runs` counts evaluations."""

    def __init__(self, plan: Plan, household: Household) -> None:
        self.plan, self.household = plan, household
        self.base = Trace(plan, household)
        self.runs = 0
        self.given_up: list[tuple[str, int | None]] = []
        self._moved: dict[object, tuple[MovedTrace, set[str]]] = {}
        self._granted: dict[Any, Sequence[Outcome]] = {}
        self._steps: list[list[str]] = []

    def denied(self, benefits: Collection[str] = ()) -> list[Outcome]:
        """Lists the outcomes that are denied, of some benefits only if they are given."""
        return [one for one in self.base.result.outcomes
                if one.status == DENIED and (not benefits or one.benefit in benefits)]  # fmt: skip

    def changes(self, outcomes: Sequence[Outcome], facts: Collection[str]) -> list[list[NearChange]]:
        """Lists, for each of some denied outcomes, the smallest change of each of some facts that gives it, if any."""
        wishes = [_Wish(self.plan, one) for one in outcomes]
        found: list[list[NearChange]] = [[] for _ in wishes]
        for name in (one for one in self.plan.facts if one in facts):
            fact = self.plan.facts[name]
            below = depending([name], self.plan)
            for place in places_of(fact, self.household):
                self._moved, self._granted = {}, {}
                for wish, changes in zip(wishes, found, strict=True):
                    if name in wish.wanted:
                        self._steps = [[one for one in reach if one in below] for reach in wish.reach]
                        changes += self._of_fact(fact, place, wish)
        return found

    def _of_fact(self, fact: FactPlan, place: int | None, wish: _Wish) -> Iterator[NearChange]:
        present = self.base.value(fact.name, place)
        known = None if present.__class__ is Unknown else present
        if can_move(fact):
            yield from self._of_number(fact, place, wish, known)
            return
        values = {YES_NO: (True, False), CHOICE: fact.type.options}.get(fact.type.kind, ())
        for value in values:
            holds = value != known and self._holds(wish, fact, place, value, value)
            if holds and self._is_granted(wish, fact, place, value):
                yield NearChange(fact.name, place, known, value, None)

    def _of_number(self, fact: FactPlan, place: int | None, wish: _Wish, known: Any) -> Iterator[NearChange]:
        unit = 10**fact.decimals
        low, high = (int(one * unit) for one in fact.stated_bounds)
        steps = Fraction(low - 1) if known is None else Fraction(known) * unit
        above, below = floor(steps) + 1, ceil(steps) - 1
        budget = self.runs + MOST_RUNS
        up = self._first(wish, fact, place, (max(above, low), high), True, budget)
        least = low if up is None else max(low, 2 * floor(steps) - up)
        down = self._first(wish, fact, place, (least, min(below, high)), False, budget)
        near = [one for one in (up, down) if one is not None and self._is_granted(wish, fact, place, one)]
        if near:
            value = min(near, key=lambda one: abs(one - steps))
            present = None if known is None else (int(steps) if steps.denominator == 1 else known)
            yield NearChange(fact.name, place, present, value, None if known is None else int(value - floor(steps)))

    def _first(
        self, wish: _Wish, fact: FactPlan, place: int | None, ends: tuple[int, int], rising: bool, budget: int
    ) -> int | None:
        """Finds the first value of a range, from its lower end or from its upper one, for which the wish holds.

        More than six parameters with self: a fact, a wish, and the search.
        """
        waiting = [ends] if ends[0] <= ends[1] else []
        unit = 10**fact.decimals
        while waiting:
            start, end = waiting.pop()
            if self.runs > budget:
                self.given_up += [] if (fact.name, place) in self.given_up else [(fact.name, place)]
                return None
            low, high = Fraction(start, unit), Fraction(end, unit)
            try:
                value = divide(start, unit) if start == end else Moving.over(low, high)
                if self._holds(wish, fact, place, value, (start, end)):
                    return start if rising else end
            except Split as split:
                parts = divided_range(start, end, split.points, unit)
                waiting += reversed(parts) if rising else parts
        return None

    def _holds(self, wish: _Wish, fact: FactPlan, place: int | None, value: Any, key: object) -> bool:
        """Says whether all conditions hold with a value of a fact. Raises Split where that differs within a range.

        The same value or range, its `key`, is computed once for all benefits; only as far as it takes to say no.
        """
        if key not in self._moved:
            self._moved[key] = MovedTrace(self.base, (), fact.name, place, value), set()
        self.runs += 1
        trace, done = self._moved[key]
        for term, steps in zip(wish.terms, self._steps, strict=True):
            for name in steps:
                if name not in done:
                    trace.compute((name,))
                    done.add(name)
            if trace.evaluate(term, wish.outcome.member) is not True:
                return False
        return True

    def _is_granted(self, wish: _Wish, fact: FactPlan, place: int | None, value: Any) -> bool:
        """Says whether the whole household gets the benefit, and no check of the data fails."""
        if value not in self._granted:
            result = Trace(self.plan, with_value(self.household, fact, place, value)).result
            self._granted[value] = () if result.failed_checks else result.outcomes
        own = (wish.outcome.benefit, wish.outcome.member)
        return any((one.benefit, one.member) == own and one.status == GRANTED for one in self._granted[value])


class _Wish:
    """A denied benefit: the terms that have to hold, those that fail first, and the steps that each depends on."""

    def __init__(self, plan: Plan, outcome: Outcome) -> None:
        benefit = plan.benefits[outcome.benefit]
        failed = [one.term for one in benefit.conditions if one.name in outcome.failed]
        others = [one.term for one in benefit.conditions if one.name not in outcome.failed]
        self.outcome = outcome
        self.terms = [*failed, *others, *([] if benefit.applies_to is None else [benefit.applies_to])]
        names = [reachable(_names(one), plan.needs) for one in self.terms]
        self.wanted = set.intersection(*names[: len(failed)])
        self.reach = [[name for name in plan.steps if name in one] for one in names]


def _names(term: Term) -> list[str]:
    return [one.name for one in walk(term) if isinstance(one, (Fact, Definition, Amount, Received))]
