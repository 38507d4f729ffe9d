"""Finds the smallest change of one fact that gives a benefit which is denied, or more of one that is granted.

It is exact, and in either direction. A number or a date is moved outwards from its present value over whole ranges, as
a sweep does, until the conditions hold; of words each is tried.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from math import floor
from typing import Any

from calc.engine.facts import Household
from calc.engine.outcomes import DENIED, GRANTED, Need, Outcome
from calc.engine.unknown import Unknown
from calc.exact import Number
from calc.language.types import DATE, NOBODY, REFERENCE
from calc.record import Record, replace
from calc.rules.dependency_order import depending
from calc.rules.plan import FactPlan, Plan
from calc.vary.moved_trace import own_steps
from calc.vary.moving_fact import MovingFact, Wish
from calc.vary.over_members import names_over_members
from calc.vary.pieces import places_of
from calc.vary.trace_again import Before, TraceAgain
from calc.vary.word_rows import words_of


class NearChange(Record):
    """Another value of a fact with which a benefit is granted, or more of it: `amount` is what it then brings.

    Values are as households state them. `present` is None where it is unknown. `distance` is the nearest value less
    the present one, in steps or days; None for words. `most` is the change that brings the most of a benefit.
    """

    fact: str
    member: int | None
    present: Any
    value: Any
    distance: int | None
    amount: Number | None = None
    most: NearChange | None = None


class Nearest:
    """A household and what would give it benefits, or more of them. `runs` counts evaluations.

    What it has in common with a household `before` it is not computed again.
    """

    def __init__(self, plan: Plan, household: Household, before: Nearest | None = None) -> None:
        self.plan, self.household = plan, household
        self.base: TraceAgain = TraceAgain(plan, household, None if before is None else Before(before.base))
        self.runs = 0
        self.given_up: list[tuple[str, int | None]] = []

    def denied(self, benefits: Collection[str] = ()) -> list[Outcome]:
        """Lists the outcomes that are denied, of some benefits only if they are given."""
        return self._with_status(DENIED, benefits)

    def granted(self, benefits: Collection[str] = ()) -> list[Outcome]:
        """Lists the outcomes that are granted with an amount, of some benefits only if they are given."""
        outcomes = self._with_status(GRANTED, benefits)
        return [one for one in outcomes if self.plan.benefits[one.benefit].amount is not None]

    def _with_status(self, status: int, benefits: Collection[str]) -> list[Outcome]:
        return [one for one in self.base.result.outcomes
                if one.status == status and (not benefits or one.benefit in benefits)]  # fmt: skip

    def changes(self, outcomes: Sequence[Outcome], facts: Collection[str]) -> list[list[NearChange]]:
        """Lists, for each of some outcomes, the smallest change of each of some facts that gives it, or more of it."""
        cells = {(name, place) for name in facts for place in places_of(self.plan.facts[name], self.household)}
        return self.fulfilling([Wish(self.plan, one) for one in outcomes], cells)

    def fulfilling(self, wishes: Sequence[Wish], cells: Collection[Need]) -> list[list[NearChange]]:
        """Lists, for each of some wishes, the smallest change of each of some facts that fulfils it."""
        found: list[list[NearChange]] = [[] for _ in wishes]
        over_members = names_over_members(self.plan)
        facts = {name for name, _ in cells}
        for name in (one for one in self.plan.facts if one in facts):
            fact = self.plan.facts[name]
            below = depending([name], self.plan)
            asked = [(at, wish, wish.steps(below)) for at, wish in enumerate(wishes) if name in wish.wanted]
            if not asked:
                continue
            whole = [one for one in self.plan.steps if one in below]
            own = own_steps(self.plan, name, whole, over_members)
            for place in (one for one in places_of(fact, self.household) if (name, one) in cells):
                moving = MovingFact(self.base, fact, place, whole, own)
                for at, wish, steps in asked:
                    found[at] += self._of_fact(moving, wish, steps)
                self.runs += moving.runs
                self.given_up += [(name, place)] if moving.is_given_up else []
        return found

    def _of_fact(self, moving: MovingFact, wish: Wish, steps: list[list[str]]) -> Iterator[NearChange]:
        fact, place = moving.fact, moving.place
        present = self.base.value(fact.name, place)
        known = None if present.__class__ is Unknown else present
        if moving.scale is not None:
            yield from self._of_number(moving, wish, steps, known)
            return
        for value in self.words(fact, place):
            if value == known:
                continue
            reached = moving.amount(wish, steps, value, value)
            if reached is None or (wish.present is not None and reached <= wish.present):
                continue
            outcome = self._granted(moving, wish, value)
            if outcome is not None:
                yield NearChange(fact.name, place, known, value, None, outcome.amount)

    def words(self, fact: FactPlan, place: int | None) -> Sequence[Any]:
        """Lists the values of a fact that is no number: words, or members."""
        if fact.type.kind == REFERENCE:
            return [NOBODY, *(at for at in range(len(self.household.members)) if at != place)]
        return words_of(fact)

    def _of_number(self, moving: MovingFact, wish: Wish, steps: list[list[str]], known: Any) -> Iterator[NearChange]:
        scale = moving.scale
        assert scale is not None
        if known is not None and scale.place(known) < scale.low:
            known = None  # a default that cannot be stated says that nothing is
        if known is not None:
            origin = scale.place(known)
        elif moving.fact.type.kind == DATE:
            origin = scale.place(self.plan.month * 100 + 1)  # of a day nobody knows, the one nearest to the month
        else:
            origin = Fraction(scale.low - 1)
        change = self._change(moving, wish, moving.nearest(wish, steps, origin, None), known, origin)
        if change is None:
            return
        if wish.present is not None and (most := moving.most(wish, steps)) is not None and most != change.amount:
            places = moving.nearest(wish, steps, origin, most)
            if places and not scale.is_endless(places[0]):
                change = replace(change, most=self._change(moving, wish, places, known, origin))
        yield change

    def _change(
        self, moving: MovingFact, wish: Wish, places: list[int], known: Any, origin: Fraction
    ) -> NearChange | None:
        """Makes the change to the nearest of some places at which the whole household gets what is wished for."""
        scale = moving.scale
        assert scale is not None
        for place in places:
            outcome = self._granted(moving, wish, scale.value(place))
            if outcome is not None:
                present = None if known is None else scale.stated(int(origin)) if origin.denominator == 1 else known
                distance = None if known is None else place - floor(origin)
                return NearChange(
                    moving.fact.name, moving.place, present, scale.stated(place), distance, outcome.amount
                )
        return None

    def _granted(self, moving: MovingFact, wish: Wish, value: Any) -> Outcome | None:
        """Finds the benefit as the whole household gets it with a value; None if it does not, or if a check fails."""
        found = moving.outcome(wish, value)
        return found if found is not None and found.status == GRANTED else None
