"""Finds what to ask about a household first: the missing facts by how many benefits each helps to decide.

A benefit whose result is the same for every possible answer asks for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from calc.engine.facts import Household, Member, not_known
from calc.engine.outcomes import UNDETERMINED, Need, Outcome
from calc.engine.traced.interpreter import Trace
from calc.record import Record
from calc.vary.possible_answers import MOST_ANSWERS, possible_answers

MOST_TRIALS = 128
"""Combinations of answers that are tried for one household."""


class Question(Record):
    """A missing fact, the members who lack it (None: the household), and the benefits that need it."""

    fact: str
    members: tuple[int | None, ...]
    benefits: tuple[str, ...]


class Questions:
    """The needs of a household's undetermined benefits."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._trials = 0
        self._answers: dict[tuple[Need, ...], list[Trace]] = {}
        self._settled: dict[tuple[str, int | None], Outcome | None] = {}

    def settled(self, outcome: Outcome) -> Outcome | None:
        """Returns the outcome that every answer leads to; None if answers differ or are too many to try."""
        key = outcome.benefit, outcome.member
        if key not in self._settled:
            self._settled[key] = self._same_for_all(outcome)
        return self._settled[key]

    def needed(self, outcomes: Iterable[Outcome]) -> list[Need]:
        """Lists the facts whose answers matter to undetermined outcomes."""
        found = [need for one in outcomes if self.settled(one) is None for need in one.missing]
        return list(dict.fromkeys(found))

    def first(self) -> list[Question]:
        """Lists the questions: those that decide most benefits first, else in the order of the rules."""
        benefits: dict[str, list[str]] = {}
        places: dict[str, list[int | None]] = {}
        for outcome in _undetermined(self.trace):
            for fact, place in self.needed([outcome]):
                benefits.setdefault(fact, []).append(outcome.benefit)
                places.setdefault(fact, []).append(place)
        found = [Question(fact, _unique(places[fact]), _unique(benefits[fact])) for fact in benefits]
        order = {name: at for at, name in enumerate(self.trace.plan.facts)}
        return sorted(found, key=lambda one: (-len(one.benefits), order[one.fact]))

    def unset(self) -> list[str]:
        """Lists the parameters that are not published and that undetermined benefits need."""
        return list(dict.fromkeys(name for one in _undetermined(self.trace) for name in one.unset))

    def _same_for_all(self, outcome: Outcome) -> Outcome | None:
        if outcome.status != UNDETERMINED or outcome.unset or not outcome.missing:
            return None
        found = None
        for trace in self._tried(outcome.missing):
            own = next(one for one in trace.outcomes[outcome.benefit] if one.member == outcome.member)
            if own.status == UNDETERMINED:
                return None
            if found is not None and (own.status, own.amount) != (found.status, found.amount):
                return None
            found = own
        return found

    def _tried(self, needs: tuple[Need, ...]) -> list[Trace]:
        """Assesses the household with each combination of answers; none where there are too many."""
        if needs not in self._answers:
            self._answers[needs] = []
            possible = [possible_answers(self.trace.plan.facts[fact]) for fact, _ in needs]
            count = 1
            for one in possible:
                count *= len(one)
            if 0 < count <= MOST_ANSWERS and self._trials + count <= MOST_TRIALS:
                self._trials += count
                self._answers[needs] = [
                    Trace(self.trace.plan, answered(self.trace.household, dict(zip(needs, answers, strict=True))))
                    for answers in product(*possible)
                ]
        return self._answers[needs]


def answered(household: Household, answers: dict[Need, Any]) -> Household:
    """States facts of a household and of its members."""

    def stated(facts: dict[str, Any], place: int | None) -> dict[str, Any]:
        new = {name: value for (name, at), value in answers.items() if at == place}
        return {key: value for key, value in facts.items() if key not in map(not_known, new)} | new

    members = tuple(Member(one.id, stated(one.facts, at)) for at, one in enumerate(household.members))
    return Household(household.id, stated(household.facts, None), members)


def _undetermined(trace: Trace) -> Iterator[Outcome]:
    for outcomes in trace.outcomes.values():
        yield from (one for one in outcomes if one.status == UNDETERMINED)


def _unique(values: list[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))
