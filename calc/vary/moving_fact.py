"""Searches the values of one fact of a household for the nearest that fulfils a wish, and for the most it can bring.

A number or a date is moved over whole ranges, which are divided where something is decided differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

from calc.engine.outcomes import Outcome
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.exact import Number
from calc.language.typed_tree import Term, names_used
from calc.rules.dependency_order import reachable
from calc.rules.plan import FactPlan, Plan
from calc.vary.moved_trace import MovedTrace
from calc.vary.moving_value import Moving, Split
from calc.vary.scales import scale_of

MOST_RUNS = 400
"""Evaluations after which a search is given up."""


class Wish:
    """A benefit to be granted: the terms that have to hold, those that fail now first, and the steps each depends on.

    `wanted` are the names of which one has to change: those that all failed conditions use, unless given. Of a benefit
    that is granted more is wished for, than `present`.
    """

    def __init__(self, plan: Plan, outcome: Outcome, wanted: set[str] | None = None) -> None:
        benefit = plan.benefits[outcome.benefit]
        failed = [one.term for one in benefit.conditions if one.name in outcome.failed]
        others = [one.term for one in benefit.conditions if one.name not in outcome.failed]
        self.outcome = outcome
        self.present: Number | None = None if failed else outcome.amount
        self.amount: Term | None = None if failed else benefit.amount
        self.terms = [*failed, *others, *([] if benefit.applies_to is None else [benefit.applies_to])]
        self._names = [reachable(names_used(one), plan.needs) for one in self.terms]
        self._order = plan.steps
        if self.amount is not None:
            self._names.append(reachable(names_used(self.amount), plan.needs))
        if wanted is None:
            wanted = set.intersection(*self._names[: len(failed)]) if failed else self._names[-1]
        self.wanted = wanted
        self._reach = [[name for name in plan.steps if name in one] for one in self._names]

    def steps(self, below: set[str]) -> list[list[str]]:
        """Lists, for each of the terms and then for the amount, the steps that depend on a fact."""
        return [[name for name in reach if name in below] for reach in self._reach]


class MovingFact:
    """A fact of the member at a place (None: of the household) that moves. Each range is computed once for all wishes.

    `runs` counts evaluations; `is_given_up` says that a search took too many.
    """

    def __init__(
        self, base: Trace, fact: FactPlan, place: int | None, steps: Sequence[str], own: frozenset[str]
    ) -> None:
        self.base, self.fact, self.place = base, fact, place
        self.scale = scale_of(fact)
        self.runs = 0
        self.is_given_up = False
        self._steps, self._own = steps, own
        self._whole: dict[Any, MovedTrace | None] = {}
        self._traces: dict[Any, tuple[MovedTrace, set[str]]] = {}

    def amount(self, wish: Wish, steps: Sequence[Sequence[str]], value: Any, key: object) -> Any:
        """Computes what a benefit brings with a value of the fact: None where a condition does not hold.

        Of one that is denied now it is 0. Raises Split where a range has several answers. The same value or range, its
        `key`, is computed once, and only as far as it takes to say no.
        """
        if key not in self._traces:
            trace = MovedTrace(self.base, (), self.fact.name, self.place, value, self._own)
            self._traces[key] = trace, set()
        self.runs += 1
        trace, done = self._traces[key]
        member = wish.outcome.member
        for term, names in zip(wish.terms, steps, strict=False):
            _compute(trace, names, done)
            if trace.evaluate(term, member) is not True:
                return None
        if wish.amount is None:
            return 0
        _compute(trace, steps[-1], done)
        found = trace.evaluate(wish.amount, member)
        return None if found.__class__ is Unknown else found

    def nearest(self, wish: Wish, steps: Sequence[Sequence[str]], origin: Fraction, least: Number | None) -> list[int]:
        """Finds the nearest places with the benefit on both sides of a place, the nearer one first.

        Where `least` is given, they bring at least as much; else, of a benefit that is granted, more than now.
        """
        assert self.scale is not None
        self._least = least
        budget = self.runs + MOST_RUNS
        low, high = self.scale.low, self.scale.high
        up = self._first(wish, steps, (max(floor(origin) + 1, low), high), True, budget)
        nearer = low if up is None else max(low, 2 * floor(origin) - up)
        down = self._first(wish, steps, (nearer, min(ceil(origin) - 1, high)), False, budget)
        return sorted((one for one in (up, down) if one is not None), key=lambda one: abs(one - origin))

    def most(self, wish: Wish, steps: Sequence[Sequence[str]]) -> Number | None:
        """Finds the most that a benefit brings at any value of the fact; None where the search is given up."""
        assert self.scale is not None
        best: Any = wish.present
        waiting = [(self.scale.low, self.scale.high)]
        budget = self.runs + MOST_RUNS
        while waiting:
            start, end = waiting.pop()
            if self.runs > budget:
                self.is_given_up = True
                return None
            try:
                found = self.amount(wish, steps, self._value(start, end), (start, end))
                if found.__class__ is Moving:
                    best = max(best, found.first, found.last)
                    if found.ends()[1] > best:
                        raise Split
                elif found is not None:
                    best = max(best, found)
            except Split as split:
                waiting += self.scale.divided(start, end, split.points)
        return best  # type: ignore[no-any-return]

    def outcome(self, wish: Wish, value: Any) -> Outcome | None:
        """Finds the benefit as the household has it with a value as formulas have it; None where a data check fails."""
        if value not in self._whole:
            trace = MovedTrace(self.base, self._steps, self.fact.name, self.place, value, self._own)
            self._whole[value] = None if trace.failed_checks() else trace
        found = self._whole[value]
        return None if found is None else found.outcomes[wish.outcome.benefit][wish.outcome.member or 0]

    def _first(
        self, wish: Wish, steps: Sequence[Sequence[str]], ends: tuple[int, int], rising: bool, budget: int
    ) -> int | None:
        """Finds the first place of a range, from its lower end or from its upper one, at which a wish is fulfilled."""
        assert self.scale is not None
        waiting = [ends] if ends[0] <= ends[1] else []
        while waiting:
            start, end = waiting.pop()
            if self.runs > budget:
                self.is_given_up = True
                return None
            try:
                if self._is_enough(wish, self.amount(wish, steps, self._value(start, end), (start, end))):
                    return start if rising else end
            except Split as split:
                parts = self.scale.divided(start, end, split.points)
                waiting += reversed(parts) if rising else parts
        return None

    def _is_enough(self, wish: Wish, amount: Any) -> Any:
        if amount is None or wish.present is None:
            return amount is not None
        return amount > wish.present if self._least is None else amount >= self._least

    def _value(self, start: int, end: int) -> Any:
        assert self.scale is not None
        return self.scale.value(start) if start == end else self.scale.moving(start, end)


def _compute(trace: MovedTrace, names: Iterable[str], done: set[str]) -> None:
    for name in names:
        if name not in done:
            trace.compute((name,))
            done.add(name)
