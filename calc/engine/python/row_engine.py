"""Compiles a plan to Python once and runs it over many households, one after another: exact, untraced, fast.

Rules are specialised to the facts that households state (`calc.engine.specialize`): the first households run on
general code, and code is made for each set of stated facts that is frequent.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

from calc.engine.facts import NOT_KNOWN, Household, not_known
from calc.engine.outcomes import Outcome, Result, totalled
from calc.engine.python.function_writer import Emitter
from calc.engine.python.member_functions import MemberCode
from calc.engine.schedule import Layering
from calc.engine.simple_plan import ALWAYS, MAYBE
from calc.engine.specialize import simplified
from calc.engine.used_facts import number_of_values
from calc.exact import Number, simplify
from calc.language.typed_tree import Constant
from calc.language.types import MEMBER, NUMERIC, smallest_step
from calc.rules.plan import Plan

FREQUENT = 1200
"""Members, or households, that state the same facts, after which code is made for them.

Found by measuring: with 500, sixty thousand mixed households take a twentieth longer. Sums are left out of account: see
`RowEngine.sums`.
"""
WORTH = 4000
"""Households of one member, with the same facts, sums and words, after which code is made for them.

It runs up to twice as fast; the number was found together with that of `FREQUENT`.
"""
MOST_MADE = 600
"""Functions made for sets of stated facts, at most."""
MOST_SHAPES = 10_000
"""Shapes of households that are remembered, 5 KB each; where there are more, as where cells are not known at random,
finding the code for a household takes longer than the code made for it saves, and the others run on general code."""
FIRST_SHAPES = 500
"""Shapes after which no more are remembered if fewer than three households in the mean had each: where a quarter of
all cells is not known it is less than two, where everything is known five."""
RawOutcome = tuple[int, Any, Any]
"""Failed checks as bits; for each benefit an outcome `(status, amount, failed, needs)` or a list of them; and for each
benefit the number of people a grant counts for, where the rules say: a whole number, or an Unknown."""
CompiledRun = Callable[[dict[str, Any], list[dict[str, Any]], list[str]], Any]
StatedShape = Hashable
"""A value that is the same only for households that state the same facts, with the same words, member by member."""


class _Kind:
    """Households that state the same facts, with the same words.

    For households of one member all facts count, sums too. `wider` is then the kind of those who state the same facts
    but for sums, with any words, and its `wider` the kind by the household's own facts. For other households only
    their own facts count. `possible` are the keys that the household or its members may state.
    """

    __slots__ = ("count", "fixed", "is_exact", "possible", "run", "stated", "wider")

    def __init__(
        self,
        stated: frozenset[str],
        fixed: frozenset[tuple[str, Any]],
        possible: frozenset[str],
        wider: _Kind | None,
    ) -> None:
        self.stated = stated
        self.fixed = fixed
        self.possible = possible
        self.wider = wider
        self.is_exact = wider is not None and wider.wider is not None
        self.count = 0
        self.run: CompiledRun | None = None


def is_open(members: Iterable[dict[str, Any]]) -> bool:
    """Says whether any of some members states a fact as not known."""
    for one in members:
        for key in one:
            if key[-1] == NOT_KNOWN:
                return True
    return False


class RowEngine:
    """Runs one plan over households.

    `emitter` writes the code: `function_writer.Emitter` for outcomes, `summary_writer.SummaryEmitter` for summaries.
    `expected` are the facts that a ledger has: code without all others is shorter. Households may state others too.
    """

    def __init__(self, plan: Plan, emitter: type[Emitter] = Emitter, expected: frozenset[str] | None = None) -> None:
        self.plan = plan
        self.emitter = emitter
        self.grid = smallest_step("money", plan.decimals)
        self._general: dict[frozenset[str], CompiledRun] = {}
        self._shapes: dict[StatedShape, _Kind] = {}
        self._kinds: dict[Any, _Kind] = {}
        self._made = 0
        self._lacks: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._runs = 0
        self._most_shapes = MOST_SHAPES
        self._yearly = frozenset(name for name, benefit in plan.benefits.items() if benefit.per == "year")
        everything = simplified(plan, dict.fromkeys(plan.facts, MAYBE))
        self._bits = everything.bits
        used = frozenset(Layering(everything).used() & plan.facts.keys())
        self.words = frozenset(name for name in used if number_of_values(plan.facts[name]))
        """Facts that outcomes can use and that have few possible values."""
        defaults = everything.defaults
        self.sums = frozenset(name for name in used if plan.facts[name].type.kind in NUMERIC
                              and isinstance(defaults.get(name), Constant))  # fmt: skip
        """Numbers with a known default: code that reads them where they are stated is as fast as code without them,
        and serves ten times as many members as code for exactly the facts that are stated."""
        of_members = frozenset(name for name in used if plan.facts[name].type.level == MEMBER)
        self._open_keys = frozenset(not_known(name) for name in used if plan.facts[name].default is not None)
        self._open_of_members = self._open_keys.intersection(map(not_known, of_members))
        self._of_members = of_members | self._open_of_members
        self._usual = frozenset(plan.facts) - used | (used if expected is None else used & expected)
        self._usual |= frozenset(map(not_known, self._usual))
        self.matter = used | self._open_keys
        usual = self.matter & self._usual
        self._wide = {
            (True, True): usual,
            (True, False): usual - self._open_keys,
            (False, True): self.matter,
            (False, False): self.matter - self._open_keys,
        }
        """The keys of facts that outcomes can use: a fact without default is not known if it is only not stated."""

    def raw(self, household: Household) -> RawOutcome:
        """Computes the outcome of a household as whole numbers and bits."""
        members = [member.facts for member in household.members]
        raw: RawOutcome = self.run(household.facts, members, [member.id for member in household.members])
        return raw

    def run(
        self, facts: dict[str, Any], members: list[dict[str, Any]], ids: list[str], shape: StatedShape | None = None
    ) -> Any:
        """Runs the code on a household: its facts, its members' facts and their ids.

        `shape` is given by callers that know it, as it takes time to find: two households of one shape state the
        same facts, member by member, and the same values of those in `words`.
        """
        if shape is None:
            shape = self._shape(facts, members)
        self._runs += 1
        kind = self._shapes.get(shape)
        if kind is None:
            if len(self._shapes) >= self._most_shapes:
                is_usual = all(map(self._usual.issuperset, (facts, *members)))
                return self._general_for(self._wide[is_usual, True])(facts, members, ids)
            kind = self._shapes[shape] = self._kind(facts, members)
            if len(self._shapes) == FIRST_SHAPES and self._runs < 3 * FIRST_SHAPES:
                self._most_shapes = FIRST_SHAPES
        return (kind.run or self._run_for(kind))(facts, members, ids)

    def assess(self, household: Household) -> Result:
        """Computes the result of a household."""
        return self.result(household, self.raw(household))

    def assess_all(self, households: Iterable[Household]) -> Iterator[Result]:
        """Computes the results of many households, in their order."""
        return map(self.assess, households)

    def result(self, household: Household, raw: RawOutcome) -> Result:
        """Turns a raw outcome into a result with names and exact amounts."""
        failed_checks, outcomes = raw[0], self.outcomes(raw)
        result = totalled(household.id, outcomes, self._yearly)
        if failed_checks:
            checks = tuple(check.name for at, check in enumerate(self.plan.checks) if failed_checks >> at & 1)
            return Result(result.id, result.outcomes, result.total, result.total_at_least, result.yearly, checks)
        return result

    def outcomes(self, raw: RawOutcome, beside: RawOutcome | None = None, alike: int = 0) -> list[Outcome]:
        """Names the outcomes of a household; only those that differ from `beside`, its raw outcome with other rules.

        Needs below the bit `alike` mean the same there; outcomes with others are taken to differ.
        """
        found: list[Outcome] = []
        others = raw[1] if beside is None else beside[1]
        if alike >> len(self._bits) and raw[1] == others:
            return found
        for benefit, outcome, other in zip(self.plan.benefits.values(), raw[1], others, strict=True):
            if benefit.type.level != MEMBER:
                if outcome != other or outcome[3] >= alike:
                    found.append(self._outcome(benefit, None, outcome))
                continue
            for place, (one, its) in enumerate(zip(outcome, other, strict=True)):
                if one != its or one[3] >= alike:
                    found.append(self._outcome(benefit, place, one))
        return found

    def _outcome(self, benefit: Any, place: int | None, raw: tuple[int, Any, int, int]) -> Outcome:
        status, whole, failed, needs = raw
        amount: Number | None = simplify(whole * self.grid) if whole else whole
        if not failed and not needs:
            return Outcome(benefit.name, place, status, amount)
        conditions = tuple(condition.name for at, condition in enumerate(benefit.conditions) if failed >> at & 1)
        return Outcome(benefit.name, place, status, amount, conditions, *(self._lacking(needs) if needs else ((), ())))

    def _lacking(self, needs: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names the facts and the parameters of needs; kept, since many lack the same."""
        found = self._lacks.get(needs)
        if found is None:
            facts, parameters = (
                tuple(name for name in names if needs & self._bits[name])
                for names in (self.plan.facts, self.plan.parameters)
            )
            found = self._lacks[needs] = facts, parameters
        return found

    def _shape(self, facts: dict[str, Any], members: list[dict[str, Any]]) -> StatedShape:
        words = self.words
        stated = (facts, *members) if len(members) == 1 else (facts,)
        shape = tuple([tuple([(name, one[name]) if name in words else name for name in one]) for one in stated])
        if len(members) < 2:
            return shape
        return shape, is_open(members), all(map(self._usual.issuperset, members))

    def _kind(self, facts: dict[str, Any], members: list[dict[str, Any]]) -> _Kind:
        """Finds the kind of a household, the same object for all households of the kind."""
        matter, words = self.matter, self.words
        stated = matter.intersection(facts)
        fixed = frozenset((name, value) for name, value in facts.items() if name in words)
        possible = self._possible(facts, members)
        own = self._kind_of(stated - self.sums, fixed, possible, None)
        if len(members) != 1:
            return own
        (member,) = members
        stated |= matter.intersection(member)
        any_words = self._kind_of(stated - self.sums, frozenset(), possible, own)
        alone = frozenset((name, value) for name, value in member.items() if name in words)
        return self._kind_of(stated, fixed | alone, possible, any_words)

    def _possible(self, facts: dict[str, Any], members: list[dict[str, Any]]) -> frozenset[str]:
        """Finds the keys that general code for a household has to expect: one of four sets."""
        tables = (facts, *members)
        return self._wide[all(map(self._usual.issuperset, tables)), is_open(tables)]

    def _kind_of(
        self, stated: frozenset[str], fixed: frozenset[tuple[str, Any]], possible: frozenset[str], wider: _Kind | None
    ) -> _Kind:
        key = stated, fixed, possible, wider
        kind = self._kinds.get(key)
        if kind is None:
            kind = _Kind(stated, fixed, possible, wider)
            self._kinds[key] = kind
        return kind

    def _run_for(self, kind: _Kind) -> CompiledRun:
        """Chooses the code for a kind: its own if worth making, else that of a wider kind, else the general."""
        kind.count += 1
        if kind.run is not None:
            return kind.run
        if kind.wider is not None:
            if kind.count > (WORTH if kind.is_exact else FREQUENT) and self._may_make():
                kind.run = self._emitted(kind, True).alone()
                return kind.run
            return self._run_for(kind.wider)
        if kind.count > FREQUENT and self._may_make():
            kind.run = self._emitted(kind, False).several(self._members)
            return kind.run
        return self._general_for(kind.possible)

    def _general_for(self, possible: frozenset[str]) -> CompiledRun:
        general = self._general.get(possible)
        if general is None:
            simple = simplified(self.plan, dict.fromkeys(possible, MAYBE))
            general = self._general[possible] = self.emitter(simple, False).several(self._members)
        return general

    def _emitted(self, kind: _Kind, is_alone: bool) -> Emitter:
        may = frozenset() if kind.is_exact else self.sums if is_alone else self.sums | self._of_members
        stated = dict.fromkeys(kind.possible & may, MAYBE) | dict.fromkeys(kind.stated, ALWAYS)
        return self.emitter(simplified(self.plan, stated, dict(kind.fixed)), is_alone)

    def _members(self, household: Emitter, general: CompiledRun) -> MemberCode:
        return MemberCode(household, general, (self._of_members, self.sums), FREQUENT, self._may_make)

    def _may_make(self) -> bool:
        """Says whether another function may be made, and counts it."""
        self._made += 1
        return self._made <= MOST_MADE
