"""Evaluates one household exactly and keeps every value: the reference meaning of a plan.

Each name is computed once, in the order of the plan; inside a formula only the branch taken is evaluated.
Numbers are exact fractions here, and scaled whole numbers in the compiled engines: so their agreement is a real test.

Over 300 lines: one class is the meaning of every form of term, to be read in one place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from calc.engine.facts import Household, not_known
from calc.engine.outcomes import DENIED, GRANTED, NOT_APPLICABLE, UNDETERMINED, Need, Outcome, Result, totalled
from calc.engine.unknown import Unknown, both, needs_of, ranks
from calc.exact import Number, divide
from calc.language.primitives import MEANING
from calc.language.typed_tree import (
    Aggregate,
    Amount,
    Composed,
    Constant,
    Definition,
    Fact,
    HasRow,
    If,
    Logic,
    Lookup,
    Me,
    Operation,
    Parameter,
    Received,
    Term,
    UnknownTerm,
)
from calc.language.types import MEMBER, NUMERIC
from calc.rules.plan import BenefitPlan, DefinitionPlan, FactPlan, Plan

Value = Any
"""A number, truth, word, date as a number, or an Unknown."""


class Trace:
    """All values of a household in a month, by name, and of members also by their place.

    `forms` has the method for each form of term.
    """

    forms: dict[type, Any]

    def __init__(self, plan: Plan, household: Household) -> None:
        self.plan = plan
        self.household = household
        self.of_household: dict[str, Value] = {}
        self.of_members: dict[str, list[Value]] = {}
        self.received: dict[str, Any] = {}
        self.outcomes: dict[str, list[Outcome]] = {}
        self.result: Result
        self._ranks: dict[int, list[Any]] = {}
        self._need_bits: dict[tuple[str, int | None], int] = {}
        self._asked: tuple[str, int | None] = ("", None)
        self._evaluate()

    # reading

    def value(self, name: str, member: int | None = None) -> Value:
        """Returns a value by name; for member-level names that of the member at a place."""
        if name in self.of_members:
            return self.of_members[name][member]  # type: ignore[index]
        return self.of_household[name]

    def missing(self, unknown: Unknown) -> tuple[Need, ...]:
        """Lists the facts an unknown value needs, in the order of the rules file."""
        facts = self.plan.facts
        found = [need for need, bit in self._need_bits.items() if unknown.needs & bit and need[0] in facts]
        order = {name: place for place, name in enumerate(facts)}
        return tuple(sorted(found, key=lambda need: (order[need[0]], -1 if need[1] is None else need[1])))

    def unset(self, unknown: Unknown) -> tuple[str, ...]:
        """Lists the unset parameters an unknown value needs."""
        return tuple(
            name
            for name in self.plan.parameters
            if (bit := self._need_bits.get((name, None))) is not None and unknown.needs & bit
        )

    def evaluate(self, term: Term, member: int | None) -> Value:
        """Evaluates a term, for a member or for the household."""
        return self.forms[term.__class__](self, term, member)

    def persons(self, benefit: BenefitPlan) -> Value:
        """Counts the people a grant of the benefit to the household is for; may be an Unknown."""
        return len(self.household.members) if benefit.persons is None else self.evaluate(benefit.persons, None)

    # evaluating

    def compute(self, steps: Iterable[str]) -> None:
        """Computes facts, definitions and benefits by name, each after what it needs."""
        plan, places = self.plan, range(len(self.household.members))
        for name in steps:
            step: Any = plan.definitions.get(name) or plan.facts.get(name) or plan.benefits[name]
            if step.__class__ is BenefitPlan:
                self._benefit(step)
            elif step.type.level == MEMBER:
                self.of_members[name] = [self._step(step, place) for place in places]
            else:
                self.of_household[name] = self._step(step, None)

    def _evaluate(self) -> None:
        plan = self.plan
        self.compute(plan.steps)
        outcomes = [outcome for name in plan.benefits for outcome in self.outcomes[name]]
        yearly = frozenset(name for name, benefit in plan.benefits.items() if benefit.per == "year")
        result = totalled(self.household.id, outcomes, yearly)
        failed = self.failed_checks()
        self.result = Result(result.id, result.outcomes, result.total, result.total_at_least, result.yearly, failed)

    def failed_checks(self) -> tuple[str, ...]:
        """Lists the data checks that do not hold."""
        return tuple(check.name for check in self.plan.checks if self._fails(check.term))

    def _fails(self, term: Term) -> bool:
        if term.type.level == MEMBER:
            return any(self.evaluate(term, place) is False for place in range(len(self.household.members)))
        return self.evaluate(term, None) is False

    def _step(self, step: FactPlan | DefinitionPlan, member: int | None) -> Value:
        if step.__class__ is DefinitionPlan:
            return self.evaluate(step.term, member)
        assert isinstance(step, FactPlan)
        facts = self.household.facts if member is None else self.household.members[member].facts
        declared = facts.get(step.name)
        if declared is not None:
            if step.decimals and step.type.kind in NUMERIC:
                return divide(declared, 10**step.decimals)  # type: ignore[arg-type]
            return declared
        return self._unstated(step, member, not_known(step.name) in facts)

    def _unstated(self, fact: FactPlan, member: int | None, is_not_known: bool) -> Value:
        """The value of a fact that has none stated; `is_not_known` if that is what was stated."""
        if fact.default is None or is_not_known:
            return self._unknown(fact.name, member)
        self._asked = (fact.name, member)
        return self.evaluate(fact.default, member)

    def _bit(self, need: Need) -> int:
        return self._need_bits.setdefault(need, 1 << len(self._need_bits))

    def _unknown(self, name: str, member: int | None) -> Any:
        return Unknown(self._bit((name, member)))

    def _benefit(self, benefit: BenefitPlan) -> None:
        members: list[int | None] = list(range(len(self.household.members))) if benefit.type.level == MEMBER else [None]
        outcomes, amounts, received = [], [], []
        for member in members:
            outcome, amount, granted = self._outcome(benefit, member)
            outcomes.append(outcome)
            amounts.append(amount)
            received.append(granted)
        self.outcomes[benefit.name] = outcomes
        if benefit.type.level == MEMBER:
            self.of_members[benefit.name] = amounts
            self.received[benefit.name] = received
        else:
            self.of_household[benefit.name] = amounts[0]
            self.received[benefit.name] = received[0]

    def _outcome(self, benefit: BenefitPlan, member: int | None) -> tuple[Outcome, Value, Value]:
        name = benefit.name
        applies = True if benefit.applies_to is None else self.evaluate(benefit.applies_to, member)
        if applies is False:
            return Outcome(name, member, NOT_APPLICABLE, 0), 0, False
        values = [self.evaluate(condition.term, member) for condition in benefit.conditions]
        failed = tuple(
            condition.name for condition, value in zip(benefit.conditions, values, strict=True) if value is False
        )
        if failed:
            return Outcome(name, member, DENIED, 0, failed), 0, False
        amount: Value = 0 if benefit.amount is None else self.evaluate(benefit.amount, member)
        open_conditions = needs_of(applies, *values)
        needs = open_conditions | needs_of(amount)
        granted: Value = Unknown(open_conditions) if open_conditions else True
        if not needs:
            return Outcome(name, member, GRANTED, amount), amount, granted
        unknown = Unknown(needs)
        missing = self.missing(unknown)
        names = tuple(dict.fromkeys(need[0] for need in missing))
        outcome = Outcome(name, member, UNDETERMINED, None, (), names, self.unset(unknown), missing)
        return outcome, unknown, granted

    # one method for each form of term

    def _constant(self, term: Constant, member: int | None) -> Value:
        return term.value

    def _parameter(self, term: Parameter, member: int | None) -> Value:
        return self._unknown(term.name, None) if term.value is None else term.value

    def _named(self, term: Fact | Definition | Amount, member: int | None) -> Value:
        if term.name in self.of_members:
            return self.of_members[term.name][member]  # type: ignore[index]
        return self.of_household.get(term.name, 0)  # 0: a benefit that is not in force

    def _received(self, term: Received, member: int | None) -> Value:
        received = self.received.get(term.name, False)
        return received[member] if isinstance(received, list) else received  # type: ignore[index]

    def _unknown_term(self, term: UnknownTerm, member: int | None) -> Value:
        asked = self._asked  # `unknown` is written in defaults only: it needs the fact itself
        first = None if term.after is None else self.evaluate(term.after, member)
        return first if first.__class__ is Unknown else self._unknown(*asked)

    def _me(self, term: Me, member: int | None) -> Value:
        return member

    def _operation(self, term: Operation, member: int | None) -> Value:
        operands = [self.evaluate(operand, member) for operand in term.operands]
        for operand in operands:
            if operand.__class__ is Unknown:
                return Unknown(needs_of(*operands))
        return MEANING[term.operator](*operands)

    def _logic(self, term: Logic, member: int | None) -> Value:
        if term.operator == "not":
            operand = self.evaluate(term.operands[0], member)
            return operand if operand.__class__ is Unknown else not operand
        decisive = term.operator == "or"
        needs = 0
        for one in term.operands:
            value = self.evaluate(one, member)
            if value is decisive:
                return decisive
            if value.__class__ is Unknown:
                needs |= value.needs
        return Unknown(needs) if needs else not decisive

    def _if(self, term: If, member: int | None) -> Value:
        test = self.evaluate(term.test, member)
        if test is True:
            return self.evaluate(term.then, member)
        if test is False:
            return self.evaluate(term.otherwise, member)
        then, otherwise = self.evaluate(term.then, member), self.evaluate(term.otherwise, member)
        known = then.__class__ is not Unknown and otherwise.__class__ is not Unknown
        if known and then == otherwise:
            return then
        return Unknown(needs_of(test, then, otherwise))

    def _lookup(self, term: Lookup, member: int | None) -> Value:
        keys = [self.evaluate(key, member) for key in term.keys]
        needs = needs_of(*keys)
        if needs:
            return Unknown(needs)
        cell = term.table.cell(tuple(keys))
        return self._unknown(term.name, None) if cell is None else cell

    def _has_row(self, term: HasRow, member: int | None) -> Value:
        keys = [self.evaluate(key, member) for key in term.keys]
        needs = needs_of(*keys)
        return Unknown(needs) if needs else term.table.has(tuple(keys))

    def _composed(self, term: Composed, member: int | None) -> Value:
        return self.evaluate(term.meaning, member)

    def _aggregate(self, term: Aggregate, member: int | None) -> Value:
        if term.function == "rank":
            if id(term) not in self._ranks:
                self._ranks[id(term)] = self._ranked(term)
            return self._ranks[id(term)][member]  # type: ignore[index]
        elements: list[Value] = []
        needs = 0
        truths: list[Value] = []
        for place in range(len(self.household.members)):
            where = self.is_inside(term, place, member)
            if where is False:
                continue
            element = 1 if term.operand is None else self.evaluate(term.operand, place)
            if term.function in ("any", "all"):
                decisive = term.function == "any"
                if where is True and element is decisive:
                    return decisive
                if element is not (not decisive):
                    truths.append(element if where is True else Unknown(needs_of(where, element)))
                continue
            if where is not True and term.function in ("sum", "count") and not _matters(element):
                continue
            open_here = needs_of(where, element)
            needs |= open_here
            if not open_here:
                elements.append(element)
        if term.function in ("any", "all"):
            return Unknown(needs_of(*truths)) if truths else term.function == "all"
        if needs:
            return Unknown(needs)
        if term.function in ("sum", "count"):
            total: Number = 0
            for element in elements:
                total += element
            return total
        if not elements:
            return self.evaluate(term.empty, member)  # type: ignore[arg-type]
        if term.function == "value_of":
            (element,) = elements
            return element
        return max(elements) if term.function == "max_of" else min(elements)

    def is_inside(self, term: Aggregate, place: int, member: int | None) -> Value:
        """Says whether an aggregate, for a member or for the household, goes over the member at a place."""
        where = True if term.where is None else self.evaluate(term.where, place)
        if term.theirs is None or term.mine is None:
            return where
        pair = (self.evaluate(term.theirs, place), self.evaluate(term.mine, member))
        needs = needs_of(*pair)
        return both(Unknown(needs) if needs else pair[0] == pair[1], where)

    def _ranked(self, term: Aggregate) -> list[Any]:
        places = range(len(self.household.members))
        assert term.operand is not None
        wheres = [True if term.where is None else self.evaluate(term.where, place) for place in places]
        keys = [
            0 if where is False else self.evaluate(term.operand, place)
            for place, where in zip(places, wheres, strict=True)
        ]
        return ranks(keys, wheres, [member.id for member in self.household.members])


def _matters(element: Value) -> bool:
    return element.__class__ is Unknown or element != 0


Trace.forms = {
    Constant: Trace._constant,
    Parameter: Trace._parameter,
    Fact: Trace._named,
    Definition: Trace._named,
    Amount: Trace._named,
    Received: Trace._received,
    Me: Trace._me,
    UnknownTerm: Trace._unknown_term,
    Operation: Trace._operation,
    Logic: Trace._logic,
    If: Trace._if,
    Lookup: Trace._lookup,
    HasRow: Trace._has_row,
    Composed: Trace._composed,
    Aggregate: Trace._aggregate,
}
