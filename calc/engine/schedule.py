"""Assigns each value to a layer, a pass over a household: household, members, household, members, …

Even layers compute values of the household, odd ones values of each member. A member's value that uses one of the
household is in a later layer than that, an aggregate in the layer after the members it runs over.
"""

from __future__ import annotations

from typing import Union

from calc.engine.simple_plan import Missing, SimpleBenefit, SimplePlan
from calc.language.typed_tree import Aggregate, Amount, Constant, Definition, Fact, Received, Term, over_members, parts
from calc.language.types import MEMBER
from calc.record import Record
from calc.rules.plan import Plan


class NamedItem(Record):
    """A fact or definition to compute; `default` is that of a fact that only some state.

    `not_known` is the value of a fact that some state as not known.
    """

    layer: int
    name: str
    term: Term
    default: Term | None
    not_known: Missing | None = None


class AggregateItem(Record):
    """An aggregate, computed in the member layer `layer` and ready in the next."""

    layer: int
    term: Aggregate


class BenefitItem(Record):
    """The outcomes of a benefit."""

    layer: int
    benefit: SimpleBenefit

    @property
    def name(self) -> str:
        """The name of the benefit."""
        return self.benefit.name


class PersonsItem(Record):
    """The number of people a grant to the household counts for."""

    layer: int
    name: str
    term: Term


class CheckItem(Record):
    """A check of the data; `place` is its position among the checks."""

    layer: int
    place: int
    term: Term


Item = Union[NamedItem, AggregateItem, BenefitItem, PersonsItem, CheckItem]


def terms_of(item: Item) -> list[Term]:
    """Lists the terms that an item computes."""
    match item:
        case NamedItem():
            return [one for one in (item.term, item.default, item.not_known) if one is not None]
        case BenefitItem(benefit=benefit):
            return [benefit.applies_to, *benefit.conditions, benefit.amount]
        case _:
            return [item.term]


class Layering:
    """Assigns layers to what the benefits and checks of a simplified plan need, in the order of the plan.

    `household` is the layering of the household, where the plan is for some of its members (`specialize_members`):
    values of the household keep their layers, and a benefit has one layer for all members.
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
        """Lists all items, each after those it needs; of a plan for members, only their own."""
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
        household = self.household
        layer = self.place(terms, benefit.level == MEMBER) if household is None else household.layer_of[name]
        self.layer_of[name] = layer
        self.items.append(BenefitItem(layer, benefit))
        if benefit.persons is not None:
            self.items.append(PersonsItem(self.place([benefit.persons], False), name, benefit.persons))

    def named(self, name: str) -> None:
        term = self.simple.terms[name]
        plan = self.simple.plan
        level = (plan.facts.get(name) or plan.definitions[name]).type.level
        if isinstance(term, Fact) and term.name == name:
            default, not_known = self.simple.defaults.get(name), self.simple.not_known.get(name)
            layer = self.place([default] if default is not None else [], level == MEMBER)
        else:
            default = not_known = None
            layer = self.place([term], level == MEMBER)
        self.layer_of[name] = layer
        self.items.append(NamedItem(layer, name, term, default, not_known))

    def used(self) -> set[str]:
        """Finds the names that benefits and checks use, once constants are gone."""
        simple, of_household = self.simple, self.household is None
        checks = zip(simple.plan.checks, simple.checks, strict=True)
        waiting = [term for check, term in checks if of_household or check.term.type.level == MEMBER]
        for added in simple.contributions:
            if id(added.to) in self.aggregates:  # nothing uses the others
                waiting += added.terms()
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
        """Finds the first layer of the level in which terms can be computed; places their aggregates before it."""
        ready = max((self.ready(term) for term in terms), default=0)
        return ready + (ready % 2 != is_member)

    def ready(self, term: Term) -> int:
        """Finds the first layer in which a term has all it needs."""
        match term:
            case Fact(name=name) | Definition(name=name) | Amount(name=name) | Received(name=name):
                return self.layer_of[name]
            case Aggregate():
                return self.aggregate(term)
            case _:
                return max((self.ready(part) for part in parts(term)), default=0)

    def aggregate(self, term: Aggregate) -> int:
        if id(term) not in self.aggregates:
            layer = self.place([*over_members(term)], True)
            after = layer + 1
            if term.empty is not None:
                after = max(after, self.place([term.empty], False))
            self.items.append(AggregateItem(layer, term))
            self.aggregates[id(term)] = after
        return self.aggregates[id(term)]


def used_by_members(items: list[Item], plan: Plan) -> set[tuple[type[Term], str]]:
    """Finds the values of the household that terms of members use.

    Each is a pair of a form and a name: Definition for a value, Amount or Received for a benefit.
    """
    waiting: list[Term | None] = []
    for item in items:
        if item.layer % 2:
            waiting += over_members(item.term) if isinstance(item, AggregateItem) else terms_of(item)
    found: set[tuple[type[Term], str]] = set()
    while waiting:
        match waiting.pop():
            case Fact(name=name) | Definition(name=name):
                if (plan.facts.get(name) or plan.definitions[name]).type.level != MEMBER:
                    found.add((Definition, name))
            case (Amount(name=name) | Received(name=name)) as term:
                if plan.benefits[name].type.level != MEMBER:
                    found.add((term.__class__, name))
            case None | Aggregate():
                pass
            case term:
                waiting += parts(term)
    return found


def check_fails(term: Term) -> bool:
    """Says whether a check fails for every household."""
    return isinstance(term, Constant) and term.value is False
