"""Finds the entries that a household's result used: not those of branches not taken, nor of members left out."""

from __future__ import annotations

from collections.abc import Iterable

from calc.engine.facts import not_known
from calc.engine.traced.interpreter import Trace
from calc.language.syntax_tree import Call
from calc.language.typed_tree import (
    Aggregate,
    Amount,
    Composed,
    Definition,
    Fact,
    HasRow,
    If,
    Lookup,
    Parameter,
    Received,
    Term,
    parts,
)
from calc.language.types import MEMBER


def entries_used(trace: Trace, benefits: Iterable[str] | None = None) -> set[str]:
    """Finds the names of parameters, facts, definitions and benefits that the outcomes of some benefits used.

    Without `benefits`: those of all outcomes and checks.
    """
    walk = _Walk(trace)
    for name in trace.plan.benefits if benefits is None else benefits:
        walk.benefit(name)
    for check in trace.plan.checks if benefits is None else ():
        for place in walk.places if check.term.type.level == MEMBER else (None,):
            walk.term(check.term, place)
    return {name for name, _ in walk.found}


class _Walk:
    """Walks the terms of a household's outcomes, and collects names with the places of members."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.places = range(len(trace.household.members))
        self.found: set[tuple[str, int | None]] = set()
        self.walked: set[str] = set()

    def benefit(self, name: str) -> None:
        if name in self.walked:
            return
        self.walked.add(name)
        benefit = self.trace.plan.benefits.get(name)
        for outcome in self.trace.outcomes[name] if benefit is not None else ():
            assert benefit is not None
            if benefit.applies_to is not None:
                self.term(benefit.applies_to, outcome.member)
                if self.trace.evaluate(benefit.applies_to, outcome.member) is False:
                    continue
            self.found.add((name, None))
            for condition in benefit.conditions:
                self.term(condition.term, outcome.member)
            if benefit.amount is not None and not outcome.failed:
                self.term(benefit.amount, outcome.member)

    def name(self, name: str, member: int | None) -> None:
        if (name, member) in self.found:
            return
        self.found.add((name, member))
        plan, household = self.trace.plan, self.trace.household
        definition, fact = plan.definitions.get(name), plan.facts.get(name)
        if definition is not None:
            self.term(definition.term, member)
        elif fact is not None and fact.default is not None:
            facts = household.facts if member is None else household.members[member].facts
            if name not in facts and not_known(name) not in facts:
                self.term(fact.default, member)

    def term(self, term: Term, member: int | None) -> None:
        match term:
            case Fact(name=name) | Definition(name=name):
                self.name(name, member if term.type.level == MEMBER else None)
            case Parameter(name=name):
                self.found.add((name, None))
            case Amount(name=name) | Received(name=name):
                self.benefit(name)
            case Lookup(name=name, keys=keys) | HasRow(name=name, keys=keys):
                self.found.add((name, None))
                for key in keys:
                    self.term(key, member)
            case If(test=test, then=then, otherwise=otherwise):
                self.term(test, member)
                truth = self.trace.evaluate(test, member)
                if truth is not False:
                    self.term(then, member)
                if truth is not True:
                    self.term(otherwise, member)
            case Aggregate():
                self.aggregate(term, member)
            case Composed(meaning=meaning, node=Call(function="scale", arguments=arguments)):
                self.found.add((getattr(arguments[1], "name", ""), None))
                self.term(meaning, member)
            case _:
                for part in parts(term):
                    self.term(part, member)

    def aggregate(self, term: Aggregate, member: int | None) -> None:
        inside = []
        for place in self.places:
            for part, of in ((term.where, place), (term.theirs, place), (term.mine, member)):
                if part is not None:
                    self.term(part, of)
            if self.trace.is_inside(term, place, member) is False:
                continue
            inside.append(place)
        for place in inside:
            if term.operand is not None:
                self.term(term.operand, place)
        if term.empty is not None and not inside:
            self.term(term.empty, member)


def defaults_used(trace: Trace, benefits: Iterable[str]) -> set[str]:
    """Finds the entries as `entries_used` does, but facts only where one was not stated and its default was used."""
    household = trace.household
    found = entries_used(trace, benefits)
    for name, fact in trace.plan.facts.items():
        tables = [member.facts for member in household.members] if fact.type.level == MEMBER else [household.facts]
        if name in found and all(name in table or not_known(name) in table for table in tables):
            found.discard(name)
    return found
