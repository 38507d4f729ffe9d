"""Plan → Python, compiled once, for many households one after another: exact, untraced, fast.

A pattern says which facts are stated; rules are specialised to it (`calc.engine.simplify`), so a household pays only
for what it states. The first households of a pattern run on code for any pattern; a frequent one gets code of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from calc.engine.emit import emit
from calc.engine.household import Household
from calc.engine.results import Outcome, Result, totalled
from calc.engine.simplify import ALWAYS, MAYBE, need_bits, simplified
from calc.exact import Number, simplify
from calc.language.kinds import MEMBER, smallest_step
from calc.rules.plan import Plan

FREQUENT = 200
"""Households of a pattern after which it is worth code of its own."""
MOST_PATTERNS = 100

Raw = tuple[int, Any]
"""Failed checks as bits, and per benefit an outcome `(status, amount, failed, needs)` or a list of them."""
Run = Callable[[dict[str, Any], list[dict[str, Any]], list[str]], Raw]


class RowEngine:
    """Runs one plan over households."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.grid = smallest_step("money", plan.decimals)
        self._bits = need_bits(plan)
        self._any: Run | None = None
        self._special: dict[Any, Run] = {}
        self._seen: dict[Any, int] = {}
        self._yearly = frozenset(name for name, benefit in plan.benefits.items() if benefit.per == "year")

    def raw(self, household: Household) -> Raw:
        """The bare outcome of a household: whole numbers and bits."""
        members = [member.facts for member in household.members]
        return self._run_for(household.facts, members)(
            household.facts, members, [member.id for member in household.members]
        )

    def assess(self, household: Household) -> Result:
        """The result of a household."""
        return self.result(household, self.raw(household))

    def assess_all(self, households: Iterable[Household]) -> Iterator[Result]:
        """The results of many households, in their order."""
        return map(self.assess, households)

    def result(self, household: Household, raw: Raw) -> Result:
        """A bare outcome as a result with names and exact amounts."""
        failed_checks, found = raw
        outcomes: list[Outcome] = []
        for benefit, outcome in zip(self.plan.benefits.values(), found, strict=True):
            if benefit.type.level == MEMBER:
                outcomes += [self._outcome(benefit, place, one) for place, one in enumerate(outcome)]
            else:
                outcomes.append(self._outcome(benefit, None, outcome))
        result = totalled(household.id, outcomes, self._yearly)
        if failed_checks:
            checks = tuple(check.name for at, check in enumerate(self.plan.checks) if failed_checks >> at & 1)
            return Result(result.id, result.outcomes, result.total, result.total_at_least, result.yearly, checks)
        return result

    def _outcome(self, benefit: Any, place: int | None, raw: tuple[int, Any, int, int]) -> Outcome:
        status, whole, failed, needs = raw
        amount: Number | None = None if whole is None else simplify(whole * self.grid)
        if not failed and not needs:
            return Outcome(benefit.name, place, status, amount)
        conditions = tuple(condition.name for at, condition in enumerate(benefit.conditions) if failed >> at & 1)
        names = tuple(name for name in self.plan.facts if needs & self._bits[name])
        unset = tuple(name for name in self.plan.parameters if needs & self._bits[name])
        return Outcome(benefit.name, place, status, amount, conditions, names, unset)

    def _run_for(self, facts: dict[str, Any], members: list[dict[str, Any]]) -> Run:
        keys = [frozenset(member) for member in members]
        pattern = (frozenset(facts), frozenset(keys))
        special = self._special.get(pattern)
        if special is not None:
            return special
        seen = self._seen.get(pattern, 0) + 1
        self._seen[pattern] = seen
        if seen > FREQUENT and len(self._special) < MOST_PATTERNS:
            stated = dict.fromkeys(pattern[0], ALWAYS)
            for key in pattern[1]:
                stated.update(dict.fromkeys(key, MAYBE))
            if keys:
                stated.update(dict.fromkeys(frozenset.intersection(*keys), ALWAYS))
            self._special[pattern] = special = self._compiled(stated)
            return special
        if self._any is None:
            self._any = self._compiled(dict.fromkeys(self.plan.facts, MAYBE))
        return self._any

    def _compiled(self, stated: dict[str, int]) -> Run:
        run: Run = emit(simplified(self.plan, stated))
        return run
