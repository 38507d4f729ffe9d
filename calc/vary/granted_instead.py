"""Finds what is granted in the place of a benefit that is lost, where the rules do not let both be granted.

The rules say so themselves: if the other benefit were not granted, the lost one would be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from calc.engine.facts import Household
from calc.engine.outcomes import GRANTED, NOT_APPLICABLE, Outcome
from calc.engine.traced.interpreter import Trace
from calc.rules.dependency_order import reachable
from calc.rules.plan import BenefitPlan, Plan
from calc.vary.answers import Line


class _WithoutBenefits(Trace):
    """The values of a household if some benefits were not granted; only the steps that are asked for."""

    def __init__(self, plan: Plan, household: Household, steps: Sequence[str], without: frozenset[str]) -> None:
        self._asked_steps, self._without = steps, without
        super().__init__(plan, household)

    def _evaluate(self) -> None:
        self.compute(self._asked_steps)

    def _outcome(self, benefit: BenefitPlan, member: int | None) -> tuple[Outcome, Any, Any]:
        if benefit.name in self._without:
            return Outcome(benefit.name, member, NOT_APPLICABLE, 0), 0, False
        return super()._outcome(benefit, member)


def granted_instead(plan: Plan, household: Household, lost: Line, gained: Iterable[Line]) -> list[Line]:
    """Lists the lines, of those that were gained, without which a line that was lost would still be granted."""
    benefit, member = lost
    lines = [one for one in gained if one[0] != benefit]
    if benefit not in plan.benefits or not lines:
        return []
    below = reachable([benefit], plan.needs)
    names = [name for name in dict.fromkeys(name for name, _ in lines) if name in below]
    steps = [one for one in plan.steps if one in below]
    ids = [one.id for one in household.members]
    place = ids.index(member) if member in ids else None

    def is_back(*without: str) -> bool:
        found = _WithoutBenefits(plan, household, steps, frozenset(without)).outcomes[benefit]
        return any(one.status == GRANTED and one.member == place for one in found)

    chosen = [name for name in names if is_back(name)]
    if not chosen and len(names) > 1 and is_back(*names):
        chosen = names
    found = [one for one in lines if one[0] in chosen]
    return [one for one in found if member and one[1] == member] or found
