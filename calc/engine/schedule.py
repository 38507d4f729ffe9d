"""In which pass over a household each value is computed: household, members, household, members, …

Even layers are the household's, odd ones run over the members. A member's value that leans on one of the household
comes in the pass after it, an aggregate in the layer after the members it runs over.
"""

from __future__ import annotations

from typing import Union

from calc.engine.specialize import Missing, SimpleBenefit, SimplePlan
from calc.language.typed_tree import Aggregate, Amount, Constant, Definition, Fact, Received, Term, parts
from calc.language.types import MEMBER
from calc.record import Record


class NamedItem(Record):
    """A fact or definition to compute. A fact leans on its default."""

    layer: int
    name: str
    term: Term
    default: Term | None


class AggregateItem(Record):
    """An aggregate, run in the member layer `layer` and ready in the next."""

    layer: int
    term: Aggregate


class BenefitItem(Record):
    """A benefit's outcomes."""

    layer: int
    benefit: SimpleBenefit


class PersonsItem(Record):
    """How many people a grant to the household counts for."""

    layer: int
    benefit: str
    term: Term


class CheckItem(Record):
    """A test of the data; its place among the checks."""

    layer: int
    place: int
    term: Term


Item = Union[NamedItem, AggregateItem, BenefitItem, PersonsItem, CheckItem]


class Layering:
    """Assigns layers to what the benefits and checks of a simplified plan need, in the order of the plan.

    `household` is the layering of the households whose members a plan is for (`specialize.of_members`): what
    is the household's stays where it is, and a member's benefits are in the pass in which everybody's are.
    """

    def __init__(self, simple: SimplePlan, household: Layering | None = None) -> None:
        self.simple = simple
        self.household = household
        self.items: list[Item] = []
        self.layer_of: dict[str, int] = {}
        self.aggregates: dict[int, int] = {}
        if household is not None:
            self.layer_of = {name: at for name, at in household.layer_of.items() if at % 2 == 0}
            self.aggregates = household.aggregates

    def run(self) -> list[Item]:
        """All items, each after what it needs; of members alone, only what is theirs."""
        simple, plan = self.simple, self.simple.plan
        used = self.used()
        for name in plan.steps:
            benefit = simple.benefits.get(name)
            if name in self.layer_of:
                continue
            if benefit is not None:
                self.benefit(benefit)
            elif name in used:
                self.named(name)
        if self.household is not None:
            for item in self.household.items:
                if isinstance(item, AggregateItem):
                    self.items.append(item)
        for place, check in enumerate(simple.checks):
            is_member = plan.checks[place].term.type.level == MEMBER
            if self.household is not None and not is_member:
                continue
            if not isinstance(check, (Constant, Missing)) or check_fails(check):
                self.items.append(CheckItem(self.place([check], is_member), place, check))
        return self.items

    def benefit(self, benefit: SimpleBenefit) -> None:
        name, terms = benefit.name, [benefit.applies_to, *benefit.conditions, benefit.amount]
        everybody = self.household
        layer = self.place(terms, benefit.level == MEMBER) if everybody is None else everybody.layer_of[name]
        self.layer_of[name] = layer
        self.items.append(BenefitItem(layer, benefit))
        if benefit.persons is not None:
            self.items.append(PersonsItem(self.place([benefit.persons], False), name, benefit.persons))

    def named(self, name: str) -> None:
        term = self.simple.terms[name]
        plan = self.simple.plan
        level = (plan.facts.get(name) or plan.definitions[name]).type.level
        if isinstance(term, Fact) and term.name == name:
            default = self.simple.defaults.get(name)
            layer = self.place([default] if default is not None else [], level == MEMBER)
        else:
            default = None
            layer = self.place([term], level == MEMBER)
        self.layer_of[name] = layer
        self.items.append(NamedItem(layer, name, term, default))

    def used(self) -> set[str]:
        """Names that benefits and checks lean on, once constants are gone."""
        simple, of_household = self.simple, self.household is None
        checks = zip(simple.plan.checks, simple.checks, strict=True)
        waiting = [term for check, term in checks if of_household or check.term.type.level == MEMBER]
        for added in simple.contributions:
            if id(added.to) in self.aggregates:  # others are asked by nobody
                waiting += [part for part in (added.where, added.operand) if part is not None]
        for benefit in simple.benefits.values():
            if of_household or benefit.level == MEMBER:
                waiting += [benefit.applies_to, *benefit.conditions, benefit.amount]
                waiting += [] if benefit.persons is None else [benefit.persons]
        found: set[str] = set()
        while waiting:
            term = waiting.pop()
            if isinstance(term, Aggregate) and not of_household:
                continue
            if isinstance(term, (Fact, Definition)):
                name = term.name
                if name not in found and name not in self.layer_of:
                    found.add(name)
                    known = simple.terms[name]
                    if isinstance(known, Fact) and known.name == name:
                        default = self.simple.defaults.get(name)
                        if default is not None:
                            waiting.append(default)
                    else:
                        waiting.append(known)
            else:
                waiting.extend(parts(term))
        return found

    def place(self, terms: list[Term], is_member: bool) -> int:
        """The first layer of the level in which the terms can be computed; their aggregates are placed before."""
        ready = max((self.ready(term) for term in terms), default=0)
        return ready + (ready % 2 != is_member)

    def ready(self, term: Term) -> int:
        """The layer in which a term has all it needs."""
        match term:
            case Fact(name=name) | Definition(name=name) | Amount(name=name) | Received(name=name):
                return self.layer_of[name]
            case Aggregate():
                return self.aggregate(term)
            case _:
                return max((self.ready(part) for part in parts(term)), default=0)

    def aggregate(self, term: Aggregate) -> int:
        if id(term) not in self.aggregates:
            inner = [part for part in (term.operand, term.where) if part is not None]
            layer = self.place(inner, True)
            after = layer + 1
            if term.empty is not None:
                after = max(after, self.place([term.empty], False))
            self.items.append(AggregateItem(layer, term))
            self.aggregates[id(term)] = after
        return self.aggregates[id(term)]


def check_fails(term: Term) -> bool:
    """Whether a settled check is false."""
    return isinstance(term, Constant) and term.value is False
