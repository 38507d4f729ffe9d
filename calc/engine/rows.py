"""Plan → Python, compiled once, for many households one after another: exact, untraced, fast.

Rules are specialised to the facts that households state (`calc.engine.simplify`), so that nobody pays for what nobody
states: the first households run on general code, and once it is clear what they state, code for just that is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

from calc.engine.emit import emit
from calc.engine.household import Household
from calc.engine.layers import Layering
from calc.engine.results import Outcome, Result, totalled
from calc.engine.simplify import ALWAYS, MAYBE, SimplePlan, need_bits, simplified
from calc.exact import Number, simplify
from calc.language.kinds import CHOICE, MEMBER, NUMERIC, YES_NO, smallest_step
from calc.record import Record
from calc.rules.plan import FactPlan, Plan

FREQUENT = 100
"""Households without special code after which it is worth making."""
MOST_SPECIAL = 20
COMMON = (0.6, 0.4, 0.25, 0.15)
"""Shares of households that state a fact, tried in turn, for it to count as common."""
ENOUGH = 0.35
"""Share of households that state only common facts for which code without all others is made too."""
WORTH = 300
"""Households of a kind after which code for just that kind is made: it runs two or three times as fast, and making it
takes as long as some hundreds of households."""
MOST_KINDS = 300
"""Kinds that get code of their own."""
MOST_SHAPES = 50_000
FEW_VALUES = 8
"""Values of a number up to which it counts as a word."""

Raw = tuple[int, Any, Any]
"""Failed checks as bits; per benefit an outcome `(status, amount, failed, needs)` or a list of them; and per benefit
how many people a grant counts for, where the rules say: a whole number, or an Unknown."""
Run = Callable[[dict[str, Any], list[dict[str, Any]], list[str]], Any]
Shape = Hashable
"""Whatever is the same only for households that state the same facts, with the same words, member by member."""


class _Special(Record):
    """Code for households that state only `known` facts, and of those without default at least the two sets named."""

    known: frozenset[str]
    of_household: frozenset[str]
    of_member: frozenset[str]
    run: Run


class _Kind:
    """Households that state the same: in the household, by every member, by any; and the words that all have alike."""

    __slots__ = ("anyone", "count", "everyone", "fixed", "own", "run", "wider")

    def __init__(
        self,
        own: frozenset[str],
        everyone: frozenset[str],
        anyone: frozenset[str],
        fixed: frozenset[tuple[str, Any]],
        wider: _Kind | None,
    ) -> None:
        self.own = own
        self.everyone = everyone
        self.anyone = anyone
        self.fixed = fixed
        self.wider = wider
        self.count = 0
        self.run: Run | None = None


def has_few_values(fact: FactPlan) -> bool:
    """Whether a fact is a word: one of a few values, which code may be made for."""
    low, high = fact.type.low, fact.type.high
    if fact.type.kind in NUMERIC:
        return not fact.decimals and low is not None and high is not None and high - low < FEW_VALUES
    return fact.type.kind in (YES_NO, CHOICE)


class RowEngine:
    """Runs one plan over households.

    `emit` makes the code: `calc.engine.emit.emit` for outcomes, `calc.engine.emit_digest.emit_digest` for digests.
    """

    def __init__(self, plan: Plan, emit: Callable[[SimplePlan], Run] = emit) -> None:
        self.plan = plan
        self.emit = emit
        self.grid = smallest_step("money", plan.decimals)
        self._bits = need_bits(plan)
        self._general: Run | None = None
        self._special: list[_Special] = []
        self._shapes: dict[Shape, _Kind] = {}
        self._kinds: dict[Any, _Kind] = {}
        self._made = 0
        self._missed: list[frozenset[str]] = []
        self._always_of_household: set[str] = set()
        self._always_of_member: set[str] = set()
        self._yearly = frozenset(name for name, benefit in plan.benefits.items() if benefit.per == "year")
        everything = simplified(plan, dict.fromkeys(plan.facts, MAYBE))
        self.matter = frozenset(Layering(everything).used() & plan.facts.keys())
        """Facts that outcomes can lean on."""
        self.words = frozenset(name for name in self.matter if has_few_values(plan.facts[name]))
        """Those of them whose value is one of a few."""
        self._askable = frozenset(name for name in self.matter if plan.facts[name].default is None)

    def raw(self, household: Household) -> Raw:
        """The bare outcome of a household: whole numbers and bits."""
        members = [member.facts for member in household.members]
        raw: Raw = self.run(household.facts, members, [member.id for member in household.members])
        return raw

    def run(
        self, facts: dict[str, Any], members: list[dict[str, Any]], ids: list[str], shape: Shape | None = None
    ) -> Any:
        """What the code gives for a household: its facts, its members' facts and their ids.

        `shape` spares looking at them: of two households of one shape either states a fact just where the other
        does, and the facts in `words` alike.
        """
        if shape is None:
            shape = self._shape(facts, members)
        kind = self._shapes.get(shape)
        if kind is None:
            kind = self._kind(facts, members)
            if len(self._shapes) < MOST_SHAPES:
                self._shapes[shape] = kind
        run = kind.run
        if run is None:
            run = self._run_for(kind, facts, members)
        return run(facts, members, ids)

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

    def _shape(self, facts: dict[str, Any], members: list[dict[str, Any]]) -> Shape:
        words = self.words
        return tuple(
            [tuple([(name, one[name]) if name in words else name for name in one]) for one in (facts, *members)]
        )

    def _kind(self, facts: dict[str, Any], members: list[dict[str, Any]]) -> _Kind:
        """The kind of a household, the same object for all of it."""
        matter, words = self.matter, self.words
        fixed = {name: value for name, value in facts.items() if name in words}
        own = frozenset(facts) & matter
        everyone = anyone = frozenset[str]()
        if members:
            first = frozenset(members[0])
            everyone, anyone = first.intersection(*members) & matter, first.union(*members) & matter
        of_household = frozenset(fixed.items())
        if len(members) == 1:
            words_too = of_household | {(name, value) for name, value in members[0].items() if name in words}
            wider = self._kind_of(own, everyone, anyone, of_household, None)
            return self._kind_of(own, everyone, anyone, words_too, wider)
        # what several people state is too many different things; that a fact is not unknown counts most
        wider = self._kind_of(own, frozenset(), anyone, of_household, None)
        return self._kind_of(own, everyone & self._askable, anyone, of_household, wider)

    def _kind_of(
        self,
        own: frozenset[str],
        everyone: frozenset[str],
        anyone: frozenset[str],
        fixed: frozenset[tuple[str, Any]],
        wider: _Kind | None,
    ) -> _Kind:
        key = own, everyone, anyone, fixed
        kind = self._kinds.get(key)
        if kind is None:
            kind = _Kind(*key, wider)
            if len(self._kinds) < MOST_SHAPES:
                self._kinds[key] = kind
        return kind

    def _run_for(self, kind: _Kind, facts: dict[str, Any], members: list[dict[str, Any]]) -> Run:
        """Code that fits a kind: its own where that is worth making, else that of a wider kind."""
        for one in (kind, kind.wider):
            if one is None:
                continue
            one.count += 1
            if one.run is None and one.count > WORTH and self._made < MOST_KINDS:
                self._made += 1
                stated = dict.fromkeys(one.anyone, MAYBE) | dict.fromkeys(one.own | one.everyone, ALWAYS)
                one.run = self.emit(simplified(self.plan, stated, dict(one.fixed)))
            if one.run is not None:
                return one.run
        known = kind.own | kind.anyone
        for special in self._special:
            if known <= special.known and special.of_household <= kind.own:
                if members and not special.of_member <= kind.everyone:
                    continue
                return special.run
        self._watch(facts, members, known)
        if len(self._missed) > FREQUENT and len(self._special) < MOST_SPECIAL:
            self._special += self._made_special()
            return self._run_for(kind, facts, members)
        if self._general is None:
            self._general = self.emit(simplified(self.plan, dict.fromkeys(self.plan.facts, MAYBE)))
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
        of_household = self._askable & self._always_of_household
        of_member = self._askable & self._always_of_member
        for share in COMMON:
            common = frozenset(name for name, count in counts.items() if count >= share * len(missed))
            covered = sum(stated <= common for stated in missed)
            if len(common) < len(everything) and covered >= ENOUGH * len(missed):
                yield self._special_for(common, of_household, of_member)
                break
        yield self._special_for(everything, of_household, of_member)

    def _special_for(self, known: frozenset[str], of_household: frozenset[str], of_member: frozenset[str]) -> _Special:
        always = of_household | of_member
        stated = {name: ALWAYS if name in always else MAYBE for name in known}
        return _Special(known, of_household, of_member, self.emit(simplified(self.plan, stated)))
