"""Plan → Python, compiled once, for many households one after another: exact, untraced, fast.

Rules are specialised to the facts that households state (`calc.engine.simplify`), so that nobody pays for what nobody
states: the first households run on general code, and once it is clear what they state, code for just that is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from calc.engine.emit import emit
from calc.engine.household import Household
from calc.engine.results import Outcome, Result, totalled
from calc.engine.simplify import ALWAYS, MAYBE, need_bits, simplified
from calc.exact import Number, simplify
from calc.language.kinds import MEMBER, smallest_step
from calc.record import Record
from calc.rules.plan import Plan

FREQUENT = 100
"""Households without special code after which it is worth making."""
MOST_SPECIAL = 20
COMMON = (0.6, 0.4, 0.25, 0.15)
"""Shares of households that state a fact, tried in turn, for it to count as common."""
WORTH = 500
"""Households of exactly the same stated facts after which code for just those is made: it runs twice as fast, and
making it takes as long as some 700 households."""
MOST_EXACT = 400
MOST_COUNTED = 20_000
ENOUGH = 0.35
"""Share of households that state only common facts for which code without all others is made too."""

Raw = tuple[int, Any, Any]
"""Failed checks as bits; per benefit an outcome `(status, amount, failed, needs)` or a list of them; and per benefit
how many people a grant counts for, where the rules say: a whole number, or an Unknown."""
Run = Callable[[dict[str, Any], list[dict[str, Any]], list[str]], Raw]


Stated = tuple[frozenset[str], frozenset[str], frozenset[str]]
"""The facts a household states, those every member states, and those any member does."""


class _Special(Record):
    """Code for households that state only `known` facts, and of those without default at least the two sets named."""

    known: frozenset[str]
    of_household: frozenset[str]
    of_member: frozenset[str]
    run: Run


def _stated(facts: dict[str, Any], members: list[dict[str, Any]]) -> Stated:
    if not members:
        return frozenset(facts), frozenset(), frozenset()
    first = frozenset(members[0])
    return frozenset(facts), first.intersection(*members), first.union(*members)


class RowEngine:
    """Runs one plan over households."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.grid = smallest_step("money", plan.decimals)
        self._bits = need_bits(plan)
        self._general: Run | None = None
        self._special: list[_Special] = []
        self._shapes: dict[tuple[tuple[str, ...], ...], Stated] = {}
        self._exact: dict[Stated, Run] = {}
        self._fitting: dict[Stated, Run] = {}
        self._counts: dict[Stated, int] = {}
        self._missed: list[frozenset[str]] = []
        self._always_of_household: set[str] = set()
        self._always_of_member: set[str] = set()
        self._yearly = frozenset(name for name, benefit in plan.benefits.items() if benefit.per == "year")

    def raw(self, household: Household) -> Raw:
        """The bare outcome of a household: whole numbers and bits."""
        members = [member.facts for member in household.members]
        return self.run(household.facts, members, [member.id for member in household.members])

    def run(self, facts: dict[str, Any], members: list[dict[str, Any]], ids: list[str]) -> Raw:
        """The bare outcome of a household given as its facts, its members' facts and their ids."""
        return self._run_for(facts, members)(facts, members, ids)

    def assess(self, household: Household) -> Result:
        """The result of a household."""
        return self.result(household, self.raw(household))

    def assess_all(self, households: Iterable[Household]) -> Iterator[Result]:
        """The results of many households, in their order."""
        return map(self.assess, households)

    def result(self, household: Household, raw: Raw) -> Result:
        """A bare outcome as a result with names and exact amounts."""
        failed_checks, found, _ = raw
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
        """Code that fits what the household states: special code where it is worth making."""
        shape = (tuple(facts), *[tuple(member) for member in members])  # cheaper to make than sets, and to find again
        stated = self._shapes.get(shape)
        if stated is None:
            stated = _stated(facts, members)
            if len(self._shapes) < MOST_COUNTED:
                self._shapes[shape] = stated
        exact = self._exact.get(stated)
        if exact is not None:
            return exact
        count = self._counts.get(stated, 0) + 1
        if count > WORTH and len(self._exact) < MOST_EXACT:
            exact = self._exact[stated] = self._exact_for(*stated)
            return exact
        if count > 1 or len(self._counts) < MOST_COUNTED:
            self._counts[stated] = count
        return self._fitting.get(stated) or self._inexact(facts, members, stated)

    def _inexact(self, facts: dict[str, Any], members: list[dict[str, Any]], stated: Stated) -> Run:
        """Code made for what is common, or for anything."""
        own, everyone, anyone = stated
        known = own | anyone
        for special in self._special:
            if known <= special.known and special.of_household <= own:
                if members and not special.of_member <= everyone:
                    continue
                if len(self._fitting) < MOST_COUNTED:
                    self._fitting[stated] = special.run
                return special.run
        self._watch(facts, members, known)
        if len(self._missed) > FREQUENT and len(self._special) < MOST_SPECIAL:
            self._special += self._made_special()
            self._fitting.clear()
            return self._inexact(facts, members, stated)
        if self._general is None:
            self._general = emit(simplified(self.plan, dict.fromkeys(self.plan.facts, MAYBE)))
        return self._general

    def _watch(self, facts: dict[str, Any], members: list[dict[str, Any]], stated: frozenset[str]) -> None:
        """Note what a household without special code states, and which facts everybody states."""
        if not self._missed:
            self._always_of_household = set(facts)
            self._always_of_member = {name for name, fact in self.plan.facts.items() if fact.type.level == MEMBER}
        self._missed.append(stated)
        self._always_of_household &= facts.keys()
        for member in members:
            self._always_of_member &= member.keys()

    def _made_special(self) -> Iterator[_Special]:
        """Code for all that was stated of late; before it, code for what is common, where that covers enough."""
        missed, self._missed = self._missed, []
        counts = Counter(name for stated in missed for name in stated)
        everything = frozenset(counts).union(*(special.known for special in self._special))
        askable = {name for name, fact in self.plan.facts.items() if fact.default is None}
        of_household = frozenset(self._always_of_household & askable)
        of_member = frozenset(self._always_of_member & askable)
        for share in COMMON:
            common = frozenset(name for name, count in counts.items() if count >= share * len(missed))
            covered = sum(stated <= common for stated in missed)
            if len(common) < len(everything) and covered >= ENOUGH * len(missed):
                yield self._special_for(common, of_household, of_member)
                break
        yield self._special_for(everything, of_household, of_member)

    def _exact_for(self, own: frozenset[str], everyone: frozenset[str], anyone: frozenset[str]) -> Run:
        run: Run = emit(simplified(self.plan, dict.fromkeys(anyone, MAYBE) | dict.fromkeys(own | everyone, ALWAYS)))
        return run

    def _special_for(self, known: frozenset[str], of_household: frozenset[str], of_member: frozenset[str]) -> _Special:
        always = of_household | of_member
        stated = {name: ALWAYS if name in always else MAYBE for name in known}
        return _Special(known, of_household, of_member, emit(simplified(self.plan, stated)))
