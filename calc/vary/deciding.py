"""Finds the one fact whose answer decides all that is open of a household, and what each answer brings.

A fact decides if no benefit is open whatever is answered. Only a fact that every open benefit needs can: needs have
every fact that may change an answer. A fact of few values is tried with each; a number is tried with some first, and
then either all needs are of it alone, or its pieces prove that nothing is open anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional, Union

from calc.engine.facts import Declared, Household, household_of, not_known
from calc.engine.outcomes import UNDETERMINED, Need
from calc.engine.python.row_engine import RawOutcome, RowEngine
from calc.engine.simple_plan import need_bits, needed_names
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.language.lookup_tables import LookupTable
from calc.language.types import DATE, MEMBER, NOBODY, NUMERIC, REFERENCE
from calc.record import Record
from calc.rules.dependency_order import depending, reachable
from calc.rules.plan import FactPlan, Plan
from calc.vary.pieces import Sweep, SweepPiece, TooManyParts, can_move
from calc.vary.possible_answers import possible_answers
from calc.vary.whose_fact import FactsOfHousehold, WhoseFact

MOST_PROOFS = 300
"""Households for which it is proved that a number decides although other facts are missing too: a proof takes as long
as a hundred households. Beyond, such a number is taken for one of several facts; `unproven` counts them."""
_MOST_NAMES = 100_000
Answered = tuple[Any, RawOutcome]
"""A value of a fact, as households state it, and the outcome that it leads to."""


class _PartTrace(Trace):
    """The values of some steps of a plan, in their order."""

    def __init__(self, plan: Plan, household: Household, steps: Sequence[str]) -> None:
        self._steps = steps
        super().__init__(plan, household)

    def _evaluate(self) -> None:
        self.compute(self._steps)


class OneFact(Record):
    """A fact that decides, of the member at a place (None: of the household).

    `answers` are all its values with what they lead to if `is_whole`, else a few of them.
    """

    fact: str
    member: Optional[int]
    answers: tuple[Answered, ...]
    is_whole: bool


class FactFinder:
    """Finds deciding facts with the compiled engine of a month; only benefits at the places `asked` count."""

    def __init__(self, engine: RowEngine, asked: Optional[frozenset[int]] = None) -> None:
        self.engine = engine
        self.plan: Plan = engine.plan
        self.bits = need_bits(self.plan)
        self.of_facts = sum(self.bits[name] for name in self.plan.facts)
        benefits = list(self.plan.benefits.values())
        wanted = range(len(benefits)) if asked is None else sorted(asked)
        self._of_household = [at for at in wanted if benefits[at].type.level != MEMBER]
        self._of_members = [at for at in wanted if benefits[at].type.level == MEMBER]
        self.proofs_left, self.unproven = MOST_PROOFS, 0
        self._steps: dict[tuple[str, ...], list[str]] = {}
        self._names: dict[int, tuple[list[str], list[str]]] = {}
        self._with_holes = _holed_benefits(self.plan)
        self._whose: Optional[WhoseFact] = None
        self._possible = {name: possible_answers(fact) for name, fact in self.plan.facts.items()}

    def opened(self, raw: RawOutcome) -> list[tuple[int, int]]:
        """Lists the places of the benefits that are undetermined, for a member each, with their needs."""
        found = raw[1]
        opened = [(at, found[at][3]) for at in self._of_household if found[at][0] == UNDETERMINED]
        for at in self._of_members:
            opened += [(at, one[3]) for one in found[at] if one[0] == UNDETERMINED]
        return opened

    def names(self, needs: int) -> tuple[list[str], list[str]]:
        """Lists the facts and the unset parameters of a set of needs."""
        found = self._names.get(needs)
        if found is None:
            found = needed_names(self.plan, self.bits, needs)
            if len(self._names) < _MOST_NAMES:
                self._names[needs] = found
        return found

    def lacking(
        self, name: str, household: FactsOfHousehold, opened: Sequence[tuple[int, int]]
    ) -> Sequence[int | None]:
        """Lists who lacks a fact that what is open needs: the places of members, or None for the household."""
        fact = self.plan.facts[name]
        mark = not_known(name)
        if fact.type.level != MEMBER:
            return [None]
        found: list[int | None] = [
            at for at, one in enumerate(household[1]) if name not in one and (fact.default is None or mark in one)
        ]
        if found:
            return found
        # nobody has to state it, but the default of somebody follows from what is not known
        trace = self._trace(household, (name,))
        unknown = [(at, value) for at, value in enumerate(trace.of_members[name]) if value.__class__ is Unknown]
        if len(unknown) < 2:
            return [at for at, _ in unknown]
        if self._whose is None:
            self._whose = WhoseFact(self.plan)
        asked = [at for at, value in unknown if (name, at) in trace.missing(value)]
        return self._whose.needed(name, asked, household, {at for at, needs in opened if needs & self.bits[name]})

    def _trace(self, household: FactsOfHousehold, names: tuple[str, ...]) -> Trace:
        """Computes what leads to some names, and no more."""
        if names not in self._steps:
            above = reachable(names, self.plan.needs)
            self._steps[names] = [one for one in self.plan.steps if one in above]
        return _PartTrace(self.plan, _household(household), self._steps[names])

    def one_fact(self, household: FactsOfHousehold, opened: Sequence[tuple[int, int]]) -> Optional[OneFact]:
        """Finds the fact that decides everything that is open, the first one in the order of the rules."""
        common, whole = self.of_facts, 0
        for _, one in opened:
            common &= one
            whole |= one
        if not common or whole & ~self.of_facts:
            return None
        asked = frozenset(at for at, _ in opened)
        has_holes = any(at in self._with_holes for at, _ in opened)
        for name in self.names(common)[0]:
            if not common & self.bits[name]:
                continue
            places = self.lacking(name, household, opened)
            is_alone = whole == self.bits[name] and not has_holes
            unproven = None if is_alone and len(places) == 1 else asked
            for place in places:
                found = self._tried(name, place, household, unproven, is_alone)
                if isinstance(found, OneFact):
                    return found
                common &= found  # what decides by itself also decides where another fact is known
        return None

    def _tried(
        self,
        name: str,
        place: int | None,
        household: FactsOfHousehold,
        unproven: Optional[frozenset[int]],
        is_alone: bool,
    ) -> Union[OneFact, int]:
        """Tries a fact; the needs that all benefits still have after an answer, where it does not decide.

        `unproven` are the benefits of which it has to be proved that no value of a number leaves them open; `is_alone`
        if nothing but this fact, of whomever, is missing for them.
        """
        fact = self.plan.facts[name]
        values = self._values(fact, place, len(household[1]))
        is_whole = bool(values)
        answers: list[Answered] = []
        left = self.of_facts
        for value in values or _samples(fact, unproven is None):
            raw = self.with_answer(name, place, value, household)
            if raw[0]:
                continue  # the answer contradicts something else that is stated: it cannot be given
            opened = self.opened(raw)
            if opened:
                for _, needs in opened:
                    left &= needs
                return left
            answers.append((value, raw))
        if not answers:
            return left
        if not is_whole and unproven is not None and not self._is_proven(fact, place, household, unproven, is_alone):
            return left
        return OneFact(name, place, tuple(answers), is_whole)

    def _values(self, fact: FactPlan, place: int | None, count: int) -> list[Any]:
        if fact.type.kind == REFERENCE:
            return [NOBODY, *(at for at in range(count) if at != place)]
        return self._possible[fact.name]

    def with_answer(self, name: str, place: int | None, value: Any, household: FactsOfHousehold) -> RawOutcome:
        """Computes the outcome of a household that states one fact more."""
        own, members, ids = household
        if place is None:
            own = _stated(own, name, value)
        else:
            members = [*members]
            members[place] = _stated(members[place], name, value)
        raw: RawOutcome = self.engine.run(own, members, ids)
        return raw

    def _is_proven(
        self, fact: FactPlan, place: int | None, household: FactsOfHousehold, asked: frozenset[int], is_alone: bool
    ) -> bool:
        """Says whether no benefit asked for is open at any value of a number."""
        if self.proofs_left <= 0:
            self.unproven += 1
            return False
        self.proofs_left -= 1
        if is_alone and self._missing(household, asked) == {(fact.name, place)}:
            return True  # others lack the fact too, and theirs does not matter
        try:
            return can_move(fact) and not self._sweep(fact.name, place, household, asked).is_open(*_ends(fact))
        except TooManyParts:
            return False

    def _missing(self, household: FactsOfHousehold, asked: frozenset[int]) -> set[Need]:
        """Finds what keeps some benefits open, of which member each."""
        benefits = [*self.plan.benefits]
        names = tuple(benefits[at] for at in sorted(asked))
        trace = self._trace(household, names)
        return {need for name in names for one in trace.outcomes[name] for need in one.missing}

    def pieces(
        self, name: str, place: int | None, household: FactsOfHousehold, asked: Optional[frozenset[int]] = None
    ) -> list[SweepPiece] | None:
        """Finds what each value of a number leads to; None for what is no number, or where there are too many pieces.

        `asked` are the places of the benefits that are looked at: without, all that count.
        """
        fact = self.plan.facts[name]
        if not can_move(fact):
            return None
        wanted = frozenset((*self._of_household, *self._of_members)) if asked is None else asked
        try:
            return self._sweep(name, place, household, wanted).pieces(*_ends(fact))
        except TooManyParts:
            return None

    def _sweep(self, name: str, place: int | None, household: FactsOfHousehold, asked: frozenset[int]) -> Sweep:
        names = [*self.plan.benefits]
        return Sweep(self.plan, _household(household), name, place, [names[at] for at in sorted(asked)])


def _stated(facts: dict[str, Declared], name: str, value: Any) -> dict[str, Declared]:
    found = {**facts, name: value}
    found.pop(not_known(name), None)
    return found


def _household(parts: FactsOfHousehold) -> Household:
    own, members, ids = parts
    return household_of("", own, ids, members)


def _ends(fact: FactPlan) -> tuple[int, int]:
    """The least and the greatest value of a number that can be stated, in its steps."""
    low, high = fact.stated_bounds
    return int(low * 10**fact.decimals), int(high * 10**fact.decimals)


def _samples(fact: FactPlan, is_proven: bool) -> list[Any]:
    """Some values of a number or a date, from the least to the greatest; one where it is tried for its price alone."""
    low, high = fact.stated_bounds
    if fact.type.kind == DATE:
        days = (2020_01_01, 2008_06_15, 1990_01_01, 1960_01_01, 1930_01_01)
        return [day for day in days if low <= day <= high]
    if fact.type.kind not in NUMERIC:
        return []
    first, last = _ends(fact)
    unit = 10**fact.decimals
    values = {max(first, 0)} if is_proven else {first, last, *(one * unit for one in (0, 500, 5_000, 100_000))}
    return sorted(one for one in values if first <= one <= last)


def _holed_benefits(plan: Plan) -> frozenset[int]:
    """Finds the places of the benefits that use a table with cells that are not published."""
    tables = {name: one.value for name, one in plan.parameters.items() if isinstance(one.value, LookupTable)}
    holed = depending((name for name, table in tables.items() if None in table.cells.values()), plan)
    return frozenset(at for at, name in enumerate(plan.benefits) if name in holed)
