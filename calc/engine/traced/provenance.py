"""Which entries a household's result really leaned on: branches not taken and absorbed parts left out."""

from __future__ import annotations

from collections.abc import Iterable

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
    """Names of parameters, facts, definitions and benefits behind the outcomes of some benefits.

    Without `benefits`: behind all outcomes and checks.
    """
    found: set[tuple[str, int | None]] = set()
    done: set[str] = set()
    plan, places = trace.plan, range(len(trace.household.members))

    def enter(name: str, member: int | None) -> None:
        if (name, member) in found:
            return
        found.add((name, member))
        definition, fact = plan.definitions.get(name), plan.facts.get(name)
        if definition is not None:
            visit(definition.term, member)
        elif fact is not None and fact.default is not None:
            facts = trace.household.facts if member is None else trace.household.members[member].facts
            if name not in facts:
                visit(fact.default, member)

    def visit(term: Term, member: int | None) -> None:
        match term:
            case Fact(name=name) | Definition(name=name):
                enter(name, member if term.type.level == MEMBER else None)
            case Parameter(name=name):
                found.add((name, None))
            case Amount(name=name) | Received(name=name):
                if name not in done:
                    done.add(name)
                    outcomes_of(name)
            case Lookup(name=name, keys=keys) | HasRow(name=name, keys=keys):
                found.add((name, None))
                for key in keys:
                    visit(key, member)
            case If(test=test, then=then, otherwise=otherwise):
                visit(test, member)
                truth = trace.evaluate(test, member)
                if truth is not False:
                    visit(then, member)
                if truth is not True:
                    visit(otherwise, member)
            case Aggregate(operand=operand, where=where, empty=empty):
                inside = []
                for place in places:
                    if where is not None:
                        visit(where, place)
                        if trace.evaluate(where, place) is False:
                            continue
                    inside.append(place)
                for place in inside:
                    if operand is not None:
                        visit(operand, place)
                if empty is not None and not inside:
                    visit(empty, member)
            case Composed(meaning=meaning, node=Call(function="scale", arguments=arguments)):
                found.add((getattr(arguments[1], "name", ""), None))
                visit(meaning, member)
            case _:
                for part in parts(term):
                    visit(part, member)

    def outcomes_of(name: str) -> None:
        benefit = plan.benefits.get(name)
        for outcome in trace.outcomes[name] if benefit is not None else ():
            assert benefit is not None
            if benefit.applies_to is not None:
                visit(benefit.applies_to, outcome.member)
                if trace.evaluate(benefit.applies_to, outcome.member) is False:
                    continue
            found.add((name, None))
            for condition in benefit.conditions:
                visit(condition.term, outcome.member)
            if benefit.amount is not None and not outcome.failed:
                visit(benefit.amount, outcome.member)

    for name in plan.benefits if benefits is None else benefits:
        if name not in done:
            done.add(name)
            outcomes_of(name)
    for check in plan.checks if benefits is None else ():
        for place in places if check.term.type.level == MEMBER else (None,):
            visit(check.term, place)
    return {name for name, _ in found}


def defaults_used(trace: Trace, benefits: Iterable[str]) -> set[str]:
    """As `entries_used`, but facts only where somebody did not state them, so that the default spoke."""
    household = trace.household
    found = entries_used(trace, benefits)
    for name, fact in trace.plan.facts.items():
        tables = [member.facts for member in household.members] if fact.type.level == MEMBER else [household.facts]
        if name in found and all(name in table for table in tables):
            found.discard(name)
    return found
