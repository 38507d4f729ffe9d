"""Simplifies a plan for members who state the same facts, in households that it was simplified for already."""

from __future__ import annotations

from calc.engine.facts import NOT_KNOWN
from calc.engine.simple_plan import Contribution, Pattern, SimpleBenefit, SimplePlan
from calc.engine.specialize import Simplifier
from calc.language.typed_tree import Aggregate, Term
from calc.language.types import MEMBER
from calc.rules.plan import BenefitPlan, CheckPlan, DefinitionPlan, FactPlan


def of_members(household: SimplePlan, stated: Pattern) -> SimplePlan:
    """Simplifies a plan for members who state facts as `stated` says, in the households of a simplified plan.

    Values of the household, aggregates included, are taken from that plan.
    """
    facts = household.plan.facts
    names = ((name.removesuffix(NOT_KNOWN), name, often) for name, often in household.pattern.items())
    pattern = {key: often for name, key, often in names if facts[name].type.level != MEMBER}
    return _OfMembers(household, {**pattern, **stated}).run()


class _OfMembers(Simplifier):
    """Simplifies the values of members; takes those of the household from its plan."""

    def __init__(self, household: SimplePlan, pattern: Pattern) -> None:
        super().__init__(household.plan, pattern, {})
        self.household = household
        self.aggregates, self.sources = household.aggregates, household.sources

    def fact(self, fact: FactPlan) -> Term:
        return super().fact(fact) if fact.type.level == MEMBER else self.household.terms[fact.name]

    def definition(self, definition: DefinitionPlan) -> Term:
        if definition.type.level == MEMBER:
            return super().definition(definition)
        return self.household.terms[definition.name]

    def benefit(self, benefit: BenefitPlan) -> SimpleBenefit:
        return super().benefit(benefit) if benefit.type.level == MEMBER else self.household.benefits[benefit.name]

    def aggregate(self, term: Aggregate) -> Term:
        return self.aggregates[id(term)]

    def check(self, place: int, check: CheckPlan) -> Term:
        return super().check(place, check) if check.term.type.level == MEMBER else self.household.checks[place]

    def contributions(self) -> tuple[Contribution, ...]:
        return tuple(
            Contribution(
                simple,
                *(
                    None if part is None else self.term(part)
                    for part in (original.where, original.operand, original.theirs, original.mine)
                ),
            )
            for original, simple in self.sources
        )
