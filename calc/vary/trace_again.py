"""Computes a trace again of a household that states some facts otherwise: only what they change.

A step whose needs all have the values that they had keeps its own, so that an answer in an interview costs what it
touches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Optional

from calc.engine.facts import NOT_KNOWN, Household
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.record import Record
from calc.rules.plan import Plan
from calc.vary.possible_value import Possible


class Before(Record):
    """An earlier trace of the same people, and the facts that may have another value since.

    Facts that the households state otherwise need not be among `changed`. `also` has for some steps a name that they
    look at beyond the needs of the plan.
    """

    trace: TraceAgain
    changed: frozenset[str] = frozenset()
    also: Mapping[str, str] = MappingProxyType({})


class TraceAgain(Trace):
    """A trace that takes over the values of one before."""

    def __init__(self, plan: Plan, household: Household, before: Optional[Before] = None) -> None:
        self._before = before
        super().__init__(plan, household)

    def compute(self, steps: Iterable[str]) -> None:
        before, self._before = self._before, None  # not kept, or each answer would hold on to all traces before it
        stated = None if before is None else stated_otherwise(before.trace.household, self.household)
        if before is None or stated is None:
            super().compute(steps)
            return
        earlier, also, needs = before.trace, before.also, self.plan.needs
        self._need_bits = earlier._need_bits  # nothing is taken from it: kept values go on to mean the same
        changed = stated | before.changed
        for name in steps:
            if name in changed or not changed.isdisjoint(needs.get(name, ())) or also.get(name) in changed:
                super().compute((name,))
                if not _is_same(self._values(name), earlier._values(name)):
                    changed.add(name)
            else:
                self.keep(name, earlier)

    def keep(self, name: str, earlier: Any) -> None:
        """Takes over the values of a step."""
        if name in earlier.of_members:
            self.of_members[name] = earlier.of_members[name]
        else:
            self.of_household[name] = earlier.of_household[name]
        if name in earlier.outcomes:
            self.outcomes[name] = earlier.outcomes[name]
            self.received[name] = earlier.received[name]

    def _values(self, name: str) -> Any:
        own = self.of_members[name] if name in self.of_members else self.of_household[name]
        return [own, self.received.get(name)]


def stated_otherwise(before: Household, after: Household) -> Optional[set[str]]:
    """Lists the facts that two households state otherwise; None where the people are others."""
    if [one.id for one in before.members] != [one.id for one in after.members]:
        return None
    pairs = [(before.facts, after.facts)]
    pairs += [(one.facts, other.facts) for one, other in zip(before.members, after.members, strict=True)]
    different = {key for one, other in pairs if one != other for key, _ in one.items() ^ other.items()}
    return {key.removesuffix(NOT_KNOWN) for key in different}


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
