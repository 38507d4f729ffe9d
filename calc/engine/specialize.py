"""Simplifies a plan for households that state the same facts: computes all that is the same for each of them.

A fact that no household states is replaced by its default; zeros are left out of sums, branches that are never taken
are removed, and definitions that become constants disappear. The rest has to be computed for each household.
"""

from __future__ import annotations

from collections.abc import Mapping

from calc.engine.facts import Declared, not_known
from calc.engine.simple_plan import (
    ALWAYS,
    ASK_AFTER,
    MAYBE,
    NEVER,
    Contribution,
    Missing,
    Pattern,
    SimpleBenefit,
    SimplePlan,
    need_bits,
)
from calc.engine.simple_terms import constant, is_value, logic, value_of, wrapped
from calc.engine.unknown import Unknown, choose, needs_of
from calc.exact import divide
from calc.language.primitives import MEANING
from calc.language.syntax_tree import Truth
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
from calc.language.types import NOBODY
from calc.record import replace
from calc.rules.plan import BenefitPlan, CheckPlan, DefinitionPlan, FactPlan, Plan

_NODE = Truth(True)


def simplified(plan: Plan, pattern: Pattern, fixed: Mapping[str, Declared] | None = None) -> SimplePlan:
    """Simplifies a plan for households that state facts as the pattern says; `fixed` are facts that all state alike."""
    return Simplifier(plan, pattern, fixed or {}).run()


class Simplifier:
    """Simplifies the entries of a plan one after another, each with the simplified terms of those it uses."""

    def __init__(self, plan: Plan, pattern: Pattern, fixed: Mapping[str, Declared]) -> None:
        self.plan = plan
        self.pattern = pattern
        self.fixed = fixed
        self.bits = need_bits(plan)
        self.terms: dict[str, Term] = {}
        self.defaults: dict[str, Term] = {}
        self.not_known: dict[str, Missing] = {}
        self.benefits: dict[str, SimpleBenefit] = {}
        self.aggregates: dict[int, Term] = {}
        self.sources: list[tuple[Aggregate, Aggregate]] = []
        self.asked = ""

    def run(self) -> SimplePlan:
        plan = self.plan
        for name in plan.steps:
            if name in plan.facts:
                self.terms[name] = self.fact(plan.facts[name])
            elif name in plan.definitions:
                self.terms[name] = self.definition(plan.definitions[name])
            else:
                self.benefits[name] = self.benefit(plan.benefits[name])
        checks = tuple(self.check(place, check) for place, check in enumerate(plan.checks))
        return SimplePlan(
            plan, self.pattern, self.bits, self.terms, self.defaults, self.not_known, self.benefits, checks,
            self.aggregates, self.sources, self.contributions(),
        )  # fmt: skip

    def definition(self, definition: DefinitionPlan) -> Term:
        return self.term(definition.term)

    def check(self, _: int, check: CheckPlan) -> Term:
        return self.term(check.term)

    def contributions(self) -> tuple[Contribution, ...]:
        return ()

    def fact(self, fact: FactPlan) -> Term:
        """Simplifies a fact: itself where it may be stated, else its default or Missing; a fixed one is a constant."""
        said_so = self.pattern.get(not_known(fact.name), NEVER)
        if said_so == ALWAYS:
            return self.missing(fact)
        if fact.name in self.fixed:
            value = self.fixed[fact.name]
            return constant(divide(int(value), 10**fact.decimals) if value.__class__ is int else value, fact.type)
        often = self.pattern.get(fact.name, NEVER)
        if often == ALWAYS:
            return Fact(fact.type, _NODE, fact.name)
        default = self.default(fact)
        missing = self.missing(fact)
        is_so_anyway = isinstance(default, Missing) and default.unknown.needs == missing.unknown.needs
        if said_so == MAYBE and not is_so_anyway:
            self.not_known[fact.name] = missing
        elif often == NEVER:
            return default
        self.defaults[fact.name] = default
        return Fact(fact.type, _NODE, fact.name)

    def missing(self, fact: FactPlan) -> Missing:
        """Returns the value of a fact that is not known."""
        return Missing(fact.type, _NODE, Unknown(self.bits[fact.name]))

    def default(self, fact: FactPlan) -> Term:
        """Returns the value of a fact that is not stated."""
        if fact.default is None:
            return self.missing(fact)
        self.asked = fact.name
        return self.term(fact.default)

    def benefit(self, benefit: BenefitPlan) -> SimpleBenefit:
        applies = constant(True) if benefit.applies_to is None else self.term(benefit.applies_to)
        conditions = tuple(self.term(condition.term) for condition in benefit.conditions)
        amount = constant(0) if benefit.amount is None else self.term(benefit.amount)
        persons = None if benefit.persons is None else self.term(benefit.persons)
        return SimpleBenefit(benefit.name, benefit.type.level, applies, conditions, amount, persons)

    def term(self, term: Term) -> Term:
        """Returns the simplest term of the same value."""
        match term:
            case Constant() | Me():
                return term
            case Parameter(value=None, name=name):
                return Missing(term.type, term.node, Unknown(self.bits[name]))
            case Parameter(value=value):
                return constant(value, term.type)
            case Fact(name=name) | Definition(name=name):
                known = self.terms[name]
                return known if isinstance(known, (Constant, Missing, Fact, Definition)) else term
            case Amount(name=name):
                return self.amount(term, name)
            case Received(name=name):
                return self.received(term, name)
            case UnknownTerm(after=after):
                return self.unknown(term, after)
            case Operation():
                return self.operation(term)
            case Logic(operator=operator, operands=operands):
                return logic(term, operator, [self.term(operand) for operand in operands])
            case If():
                return self.choice(term)
            case Composed(meaning=meaning):
                return self.term(meaning)
            case Lookup() | HasRow():
                return self.looked_up(term)
            case Aggregate():
                return self.aggregate(term)
        raise AssertionError(f"no form for {term!r}")

    def amount(self, term: Amount, name: str) -> Term:
        benefit = self.benefits.get(name)
        if benefit is None:
            return constant(0, term.type)
        if any(is_value(one, False) for one in (benefit.applies_to, *benefit.conditions)):
            return constant(0, term.type)
        return term

    def received(self, term: Received, name: str) -> Term:
        benefit = self.benefits.get(name)
        if benefit is None:
            return constant(False)
        truth = logic(term, "and", [benefit.applies_to, *benefit.conditions])
        return truth if isinstance(truth, (Constant, Missing)) else term

    def unknown(self, term: UnknownTerm, after: Term | None) -> Term:
        missing = Missing(term.type, term.node, Unknown(self.bits[self.asked]))
        first = missing if after is None else self.term(after)
        if after is None or isinstance(first, Constant):
            return missing
        if isinstance(first, Missing):
            return Missing(term.type, term.node, first.unknown)
        return Operation(term.type, term.node, ASK_AFTER, (first, missing))

    def operation(self, term: Operation) -> Term:
        operands = [self.term(operand) for operand in term.operands]
        if all(isinstance(one, Constant) for one in operands):
            if term.operator == "/" and operands[1].value == 0:  # type: ignore[attr-defined]
                return constant(0, term.type)  # below a guard that is never true
            return constant(MEANING[term.operator](*(one.value for one in operands)), term.type)  # type: ignore[attr-defined]
        missing = [one for one in operands if isinstance(one, Missing)]
        if missing and all(isinstance(one, (Constant, Missing)) for one in operands):
            needs = needs_of(*(one.unknown for one in missing))
            return Missing(term.type, term.node, Unknown(needs))
        if term.operator in ("+", "-") and is_value(operands[1], 0):
            return operands[0]
        if term.operator == "+" and is_value(operands[0], 0):
            return operands[1]
        return replace(term, operands=tuple(operands))

    def choice(self, term: If) -> Term:
        test = self.term(term.test)
        if isinstance(test, Constant):
            return self.term(term.then if test.value else term.otherwise)
        then, otherwise = self.term(term.then), self.term(term.otherwise)
        if isinstance(test, Missing):
            if isinstance(then, (Constant, Missing)) and isinstance(otherwise, (Constant, Missing)):
                return wrapped(choose(test.unknown, value_of(then), value_of(otherwise)), term.type)
        elif is_value(then, True) and is_value(otherwise, False):
            return test
        return replace(term, test=test, then=then, otherwise=otherwise)

    def looked_up(self, term: Lookup | HasRow) -> Term:
        keys = [self.term(key) for key in term.keys]
        if all(isinstance(key, Constant) for key in keys):
            values = tuple(key.value for key in keys)  # type: ignore[attr-defined]
            if isinstance(term, HasRow):
                return constant(term.table.has(values))
            if term.table.has(values):
                cell = term.table.cell(values)
                if cell is None:
                    return Missing(term.type, term.node, Unknown(self.bits[term.name]))
                return constant(cell, term.type)
        missing = [key for key in keys if isinstance(key, Missing)]
        if missing and all(isinstance(key, (Constant, Missing)) for key in keys):
            return Missing(term.type, term.node, Unknown(needs_of(*(key.unknown for key in missing))))
        return replace(term, keys=tuple(keys))

    def aggregate(self, term: Aggregate) -> Term:
        """Simplifies an aggregate; gives the same object each time, as engines find it by its `id`."""
        known = self.aggregates.get(id(term))
        if known is None:
            known = self.aggregates[id(term)] = self.simple_aggregate(term)
        return known

    def simple_aggregate(self, term: Aggregate) -> Term:
        where = None if term.where is None else self.term(term.where)
        operand = None if term.operand is None else self.term(term.operand)
        empty = None if term.empty is None else self.term(term.empty)
        theirs = None if term.theirs is None else self.term(term.theirs)
        mine = None if term.mine is None else self.term(term.mine)
        if where is not None and is_value(where, True):
            where = None
        nobody = (where is not None and is_value(where, False)) or is_value(theirs, NOBODY) or is_value(mine, NOBODY)
        function = term.function
        if function in ("sum", "count") and (nobody or (operand is not None and is_value(operand, 0))):
            return constant(0, term.type)
        if function == "rank" and nobody:
            return constant(0, term.type)
        if function == "any" and (nobody or is_value(operand, False)):
            return constant(False)
        if function == "all" and (nobody or is_value(operand, True)):
            return constant(True)
        if function in ("max_of", "min_of", "value_of") and nobody:
            assert empty is not None
            return empty
        made: Aggregate = replace(term, operand=operand, where=where, empty=empty, theirs=theirs, mine=mine)
        self.sources.append((term, made))
        return made
