"""Computes a trace again of a household that states some facts otherwise: only what they change.

A step whose needs all have the values that they had keeps its own, so that an answer in an interview costs what it
touches. Of a step that looks at one member at a time only the members are computed of whom a need has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Optional

from calc.engine.facts import NOT_KNOWN, Household
from calc.engine.outcomes import Need
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.record import Record
from calc.rules.plan import Plan
from calc.vary.over_members import names_of_others
from calc.vary.possible_value import Possible


class Before(Record):
    """An earlier trace, of the same people or of the first of them, and what may have another value since.

    Facts that the households state otherwise need not be among `changed`. `also` has for some steps a name that they
    look at beyond the needs of the plan, of the same member.
    """

    trace: TraceAgain
    changed: frozenset[Need] = frozenset()
    also: Mapping[str, str] = MappingProxyType({})


Places = Optional[frozenset[int]]
"""Members of whom something has another value; None where it is of the household, or of all."""


class TraceAgain(Trace):
    """A trace that takes over the values of one before."""

    def __init__(self, plan: Plan, household: Household, before: Optional[Before] = None) -> None:
        self._before = before
        self.of_others: Optional[frozenset[str]] = None
        super().__init__(plan, household)

    def compute(self, steps: Iterable[str]) -> None:
        before, self._before = self._before, None  # not kept, or each answer would hold on to all traces before it
        changed = None if before is None else stated_otherwise(before.trace.household, self.household)
        if before is None or changed is None:
            super().compute(steps)
            return
        earlier, also, needs = before.trace, before.also, self.plan.needs
        known = len(earlier.household.members)
        for name, place in before.changed:
            if place is None or place < known:
                _add(changed, name, None if place is None else frozenset((place,)))
        self._need_bits = earlier._need_bits  # nothing is taken from it: kept values go on to mean the same
        self.of_others = names_of_others(self.plan) if earlier.of_others is None else earlier.of_others
        new = frozenset(range(known, len(self.household.members)))
        for name in steps:
            used = [one for one in (name, *needs.get(name, ()), also.get(name)) if one in changed]
            if name not in earlier.of_members and name not in earlier.of_household:
                super().compute((name,))
                _add(changed, name, None)
            elif name in earlier.of_household or name in self.of_others:
                if used or (new and name in self.of_others):
                    super().compute((name,))
                    self._note(name, earlier, changed, range(known))
                else:
                    self.keep(name, earlier)
            else:
                places = _united([changed[one] for one in used], frozenset(range(known)))
                self.keep(name, earlier)
                if places or new:
                    self._compute_at(name, sorted(places | new))
                    self._note(name, earlier, changed, sorted(places))

    def keep(self, name: str, earlier: Any) -> None:
        """Takes over the values of a step."""
        if name in earlier.of_members:
            self.of_members[name] = earlier.of_members[name]
        else:
            self.of_household[name] = earlier.of_household[name]
        if name in earlier.outcomes:
            self.outcomes[name] = earlier.outcomes[name]
            self.received[name] = earlier.received[name]

    def _compute_at(self, name: str, places: Iterable[int]) -> None:
        """Computes a step again of some members, and of those who are new; of the others its values are kept."""
        count = len(self.household.members)
        values = self.of_members[name] = _lengthened(self.of_members[name], count)
        benefit = self.plan.benefits.get(name)
        if benefit is None:
            step: Any = self.plan.definitions.get(name) or self.plan.facts[name]
            for place in places:
                values[place] = self._step(step, place)
            return
        outcomes = self.outcomes[name] = _lengthened(self.outcomes[name], count)
        received = self.received[name] = _lengthened(self.received[name], count)
        for place in places:
            outcomes[place], values[place], received[place] = self._outcome(benefit, place)

    def _note(self, name: str, earlier: Any, changed: dict[str, Places], places: Iterable[int]) -> None:
        """Adds to what has `changed` a step that has other values than before, of some known members or none."""
        if name in self.of_household:
            pairs = [(one.of_household[name], one.received.get(name)) for one in (self, earlier)]
            if not all(map(_is_same, *pairs)):
                _add(changed, name, None)
            return
        ours, theirs = self.of_members[name], earlier.of_members[name]
        got, had = self.received.get(name, ours), earlier.received.get(name, theirs)
        other = [at for at in places if not (_is_same(ours[at], theirs[at]) and _is_same(got[at], had[at]))]
        if other:
            _add(changed, name, frozenset(other))


def _add(changed: dict[str, Places], name: str, places: Places) -> None:
    """Adds places to those at which a name has another value."""
    known = changed.get(name, frozenset())
    changed[name] = None if known is None or places is None else known | places


def _united(each: Sequence[Places], everybody: frozenset[int]) -> frozenset[int]:
    return everybody if None in each else frozenset().union(*(one for one in each if one is not None))


def _lengthened(values: Sequence[Any], count: int) -> list[Any]:
    return [*values, *[None] * (count - len(values))]


def stated_otherwise(before: Household, after: Household) -> Optional[dict[str, Places]]:
    """Lists the facts that two households state otherwise; None where people are others, but for new ones at the end.

    A new member states nothing otherwise.
    """
    if [one.id for one in before.members] != [one.id for one in after.members[: len(before.members)]]:
        return None
    changed: dict[str, Places] = {}
    for key, _ in before.facts.items() ^ after.facts.items():
        _add(changed, key.removesuffix(NOT_KNOWN), None)
    for place, (one, other) in enumerate(zip(before.members, after.members, strict=False)):
        for key, _ in one.facts.items() ^ other.facts.items() if one != other else ():
            _add(changed, key.removesuffix(NOT_KNOWN), frozenset((place,)))
    return changed


def _is_same(one: Any, other: Any) -> bool:
    """Says whether two values are the same in all that later steps can see."""
    kind = one.__class__
    if kind is not other.__class__:
        return False
    if kind is list:
        return len(one) == len(other) and all(map(_is_same, one, other))
    if kind is Unknown:
        return one.needs == other.needs  # type: ignore[no-any-return]
    if kind is Possible:
        return all(getattr(one, slot) == getattr(other, slot) for slot in Possible.__slots__)
    return one == other  # type: ignore[no-any-return]
