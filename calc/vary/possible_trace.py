"""The reference engine run on a household of which several facts are open: finds what no answer changes any more.

An open fact is anything that may be stated of it. One with a default is open until it is closed: a default is not an
answer before its question was put. One that is stated as not known remains open, and is never asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from calc.engine.facts import Household
from calc.engine.outcomes import DENIED, GRANTED, NOT_APPLICABLE, UNDETERMINED, Need
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown, ranks
from calc.language.typed_tree import Aggregate, HasRow, If, Logic, Lookup, Operation, UnknownTerm
from calc.language.types import CHOICE, DATE, MEMBER, NOBODY, NUMERIC, REFERENCE, YES_NO
from calc.rules.plan import BenefitPlan, FactPlan, Plan
from calc.vary.possible_value import (
    ENDLESS,
    Possible,
    all_of,
    any_of,
    can_be_unknown,
    ends_of,
    is_decided,
    needs_among,
    one_of,
    operated,
    opposite_of,
    possible_truth,
    truths_of,
)
from calc.vary.prospects import Prospect, counted, places_on, prospect_of, statuses_of
from calc.vary.trace_again import Before, TraceAgain


class PossibleTrace(TraceAgain):
    """The possible values of a household. `is_closed` says of a fact and its place whether its default holds.

    It may look at the values of the steps before; `before.also` has those.

    `prospects` are the benefits asked for, in order; only the steps that lead to them are computed.
    """

    def __init__(
        self, plan: Plan, household: Household, steps: Iterable[str], benefits: Iterable[str],
        is_closed: Callable[[PossibleTrace, str, int | None], bool], before: Before | None = None,
    ) -> None:  # fmt: skip
        """More than six parameters with self: a household, what is asked of it, and what was known before."""
        self._prospects: dict[tuple[str, int | None], Prospect] = {}
        self._steps = steps
        self._benefits = frozenset(benefits)
        self._is_closed = is_closed
        super().__init__(plan, household, before)

    def keep(self, name: str, earlier: PossibleTrace) -> None:
        super().keep(name, earlier)
        if name in self._benefits:
            places = range(len(earlier.of_members[name])) if name in earlier.of_members else (None,)
            self._prospects.update(((name, at), earlier._prospects[name, at]) for at in places)

    @property
    def prospects(self) -> list[Prospect]:
        """The open needs of each outcome."""
        return [*self._prospects.values()]

    def cells(self, needs: int) -> list[Need]:
        """Lists the facts of some needs with their places, in the order of the rules file."""
        facts = self.plan.facts
        found = [need for need, bit in self._need_bits.items() if needs & bit and need[0] in facts]
        order = {name: place for place, name in enumerate(facts)}
        return sorted(found, key=lambda need: (order[need[0]], -1 if need[1] is None else need[1]))

    def check(self, name: str) -> Any:
        """Says whether a check of the data holds, whatever is answered; not decided while that depends on an answer.

        The names that it uses have to be among the steps.
        """
        (term,) = (one.term for one in self.plan.checks if one.name == name)
        if term.type.level == MEMBER:
            return all_of(self.evaluate(term, place) for place in range(len(self.household.members)))
        return self.evaluate(term, None)

    def _evaluate(self) -> None:
        self.compute(self._steps)

    def _unstated(self, fact: FactPlan, member: int | None, is_not_known: bool) -> Any:
        if is_not_known:
            return self._anything(fact, 0)
        if fact.default is None:
            return self._unknown(fact.name, member)
        self._asked = (fact.name, member)
        value = self.evaluate(fact.default, member)
        if not self._is_closed(self, fact.name, member):
            bit = self._bit((fact.name, member))
            return one_of(bit, (self._anything(fact, bit), value))
        if value.__class__ is Unknown or (value.__class__ is Possible and not value.needs):
            return self._unknown(fact.name, member)  # nothing else can be asked that would settle the default
        return value

    def _unknown(self, name: str, member: int | None) -> Any:
        bit = self._bit((name, member))
        return self._anything(self.plan.facts[name], bit) if name in self.plan.facts else Unknown(bit)

    def _anything(self, fact: FactPlan, needs: int) -> Possible:
        """Makes all that may be stated of a fact."""
        kind = fact.type.kind
        if kind in NUMERIC or kind == DATE:
            return Possible(needs, *fact.stated_bounds)
        if kind == REFERENCE:
            return Possible(needs, NOBODY, len(self.household.members) - 1)
        if kind == YES_NO:
            return Possible(needs, 1, 0, frozenset((True, False)))
        return Possible(needs, 1, 0, frozenset(fact.type.options) if kind == CHOICE else None)

    def _outcome(self, benefit: BenefitPlan, member: int | None) -> tuple[Any, Any, Any]:
        applies = True if benefit.applies_to is None else self.evaluate(benefit.applies_to, member)
        conditions = [self.evaluate(one.term, member) for one in benefit.conditions]
        denied = any(one is False for one in conditions)
        amount: Any = 0
        if applies is not False and not denied and benefit.amount is not None:
            amount = self.evaluate(benefit.amount, member)
        statuses = statuses_of(applies, conditions, amount)
        if benefit.name in self._benefits:
            prospect = prospect_of(benefit.name, member, statuses, applies, conditions, amount)
            self._prospects[benefit.name, member] = prospect
        whole = (applies, *conditions)
        needs = needs_among(*whole)
        refused = not statuses.isdisjoint((NOT_APPLICABLE, DENIED))
        among = {False} if refused else set()
        if not denied and all(True in truths_of(one) for one in whole):
            among.add(True)
        lost = not denied and applies is not False and any(map(can_be_unknown, whole))
        granted = possible_truth(needs, among, lost)
        if statuses <= {NOT_APPLICABLE, DENIED}:
            return None, 0, granted
        kept: list[Any] = [0] if refused else []
        if GRANTED in statuses:
            kept.append(amount)
        if UNDETERMINED in statuses:
            kept.append(Unknown(0))
        return None, one_of(needs, kept), granted

    # forms of terms in which something open has a meaning of its own

    def _unknown_term(self, term: UnknownTerm, member: int | None) -> Any:
        name, place = self._asked
        first = None if term.after is None else self.evaluate(term.after, member)
        if first.__class__ is Unknown:
            return first
        if first.__class__ is Possible and first.needs:
            return self._anything(self.plan.facts[name], first.needs)
        return self._unknown(name, place)

    def _operation(self, term: Operation, member: int | None) -> Any:
        return operated(term.operator, [self.evaluate(operand, member) for operand in term.operands])

    def _logic(self, term: Logic, member: int | None) -> Any:
        values = (self.evaluate(one, member) for one in term.operands)  # one behind a guard may have no value
        if term.operator == "not":
            return opposite_of(next(values))
        return any_of(values) if term.operator == "or" else all_of(values)

    def _if(self, term: If, member: int | None) -> Any:
        test = self.evaluate(term.test, member)
        if test is True:
            return self.evaluate(term.then, member)
        if test is False:
            return self.evaluate(term.otherwise, member)
        branches = [self.evaluate(term.then, member), self.evaluate(term.otherwise, member)]
        if test.__class__ is Unknown:
            same = branches[0].__class__ not in (Unknown, Possible) and branches[0] == branches[1]
            return branches[0] if same is True else Unknown(test.needs)
        among = truths_of(test)
        kept = [one for truth, one in zip((True, False), branches, strict=True) if truth in among]
        if test.may_be_unknown and not (len(kept) == 2 and is_decided(one_of(0, kept))):
            kept.append(Unknown(0))
        return one_of(test.needs, kept)

    def _lookup(self, term: Lookup, member: int | None) -> Any:
        keys = [self.evaluate(key, member) for key in term.keys]
        if not any(one.__class__ in (Possible, Unknown) for one in keys):
            cell = term.table.cell(tuple(keys))
            return self._unknown(term.name, None) if cell is None else cell
        if any(one.__class__ is Unknown for one in keys):
            return Unknown(0)
        table, needs = term.table, needs_among(*keys)
        places = [places_on(axis, key) for axis, key in zip(table.axes, keys, strict=True)]
        cells: list[Any] = [
            Unknown(0) if cell is None else cell
            for at, cell in table.cells.items()
            if all(one in found for one, found in zip(at, places, strict=True))
        ]
        if table.last is not None and ends_of(keys[0])[1] > table.last:
            cells += [-ENDLESS, ENDLESS]
        if any(map(can_be_unknown, keys)):
            cells.append(Unknown(0))
        return one_of(needs, cells or [Unknown(0)])

    def _has_row(self, term: HasRow, member: int | None) -> Any:
        keys = [self.evaluate(key, member) for key in term.keys]
        if any(one.__class__ is Unknown for one in keys):
            return Unknown(0)
        if any(one.__class__ is Possible for one in keys):
            return possible_truth(needs_among(*keys), (True, False), any(map(can_be_unknown, keys)))
        return term.table.has(tuple(keys))

    def is_inside(self, term: Aggregate, place: int, member: int | None) -> Any:
        where = True if term.where is None else self.evaluate(term.where, place)
        if term.theirs is None or term.mine is None:
            return where
        pair = [self.evaluate(term.theirs, place), self.evaluate(term.mine, member)]
        return all_of((operated("==", pair), where))

    def _aggregate(self, term: Aggregate, member: int | None) -> Any:
        places = range(len(self.household.members))
        if term.function == "rank":
            return self._rank(term, member)
        visited = [(self.is_inside(term, place, member), place) for place in places]
        parts = [
            (where, 1 if term.operand is None else self.evaluate(term.operand, place))
            for where, place in visited
            if where is not False
        ]
        if term.function == "any":
            return any_of(all_of(part) for part in parts)
        if term.function == "all":
            return all_of(any_of((opposite_of(where), element)) for where, element in parts)
        if term.function in ("sum", "count"):
            total: Any = 0
            for where, element in parts:
                total = operated("+", [total, counted(where, element)])
            return total
        certain = [element for where, element in parts if where is True]
        if not certain:
            parts.append((True, self.evaluate(term.empty, member)))  # type: ignore[arg-type]
        needs = needs_among(*(where for where, _ in parts))
        values = [element for _, element in parts]
        if any(map(can_be_unknown, (where for where, _ in parts))):
            values.append(Unknown(0))
        found = one_of(needs, values)
        if term.function == "value_of" or found.__class__ is not Possible or not certain:
            return found
        known = [ends_of(one) for one in certain if one.__class__ is not Unknown]
        if len(known) < len(certain):
            return Unknown(0)
        if term.function == "max_of":
            found.low = max(low for low, _ in known)
        else:
            found.high = min(high for _, high in known)
        return found if found.low < found.high or found.may_be_unknown else found.low

    def _rank(self, term: Aggregate, member: int | None) -> Any:
        assert term.operand is not None
        places = range(len(self.household.members))
        wheres = [True if term.where is None else self.evaluate(term.where, place) for place in places]
        keys = [
            0 if where is False else self.evaluate(term.operand, place)
            for place, where in zip(places, wheres, strict=True)
        ]
        if any(one.__class__ in (Possible, Unknown) for one in (*wheres, *keys)):
            return one_of(needs_among(*wheres, *keys), (0, len(keys), Unknown(0)))
        return ranks(keys, wheres, [one.id for one in self.household.members])[member]  # type: ignore[index]


PossibleTrace.forms = {
    **Trace.forms,
    Operation: PossibleTrace._operation,
    Logic: PossibleTrace._logic,
    If: PossibleTrace._if,
    Lookup: PossibleTrace._lookup,
    HasRow: PossibleTrace._has_row,
    Aggregate: PossibleTrace._aggregate,
    UnknownTerm: PossibleTrace._unknown_term,
}
