"""Finds the facts that nobody stated and whose default decided: an answer that rests on silence has to show it."""

from __future__ import annotations

from collections.abc import Iterator

from calc.engine.facts import not_known
from calc.engine.outcomes import DENIED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.language.primitives import COMPARISONS
from calc.language.typed_tree import (
    Aggregate,
    Constant,
    Fact,
    If,
    Operation,
    Parameter,
    Term,
    parts,
    walk,
)
from calc.language.types import MEMBER
from calc.report.decided import truths

Silent = tuple[str, "int | None"]
"""A fact, and the place of the member it is about (None: the household)."""


def is_silent(trace: Trace, name: str, member: int | None) -> bool:
    """Says whether a fact was left out and has its default, unless that only follows from other facts.

    An age that follows from the birth date is no silence; one condition out of many that was taken for "no" is.
    """
    fact = trace.plan.facts.get(name)
    if fact is None or fact.default is None:
        return False
    place = member if fact.type.level == MEMBER else None
    stated = trace.household.facts if place is None else trace.household.members[place].facts
    if name in stated or not_known(name) in stated:
        return False
    return _is_presumed(trace, fact.default, place)


def _is_presumed(trace: Trace, term: Term, member: int | None) -> bool:
    """Says whether a default is a value the rules presume, not one computed from other facts."""
    if isinstance(term, If):
        test = trace.evaluate(term.test, member)
        return test.__class__ is not Unknown and _is_presumed(trace, term.then if test else term.otherwise, member)
    if isinstance(term, (Constant, Parameter)):
        return True
    return not any(isinstance(one, Fact) for one in walk(term)) or any(isinstance(one, Aggregate) for one in walk(term))


def silent_facts(trace: Trace, term: Term, member: int | None) -> list[Silent]:
    """Lists the facts that nobody stated among those that decided a yes/no by themselves, not as a part of a sum."""
    found: list[Silent] = []
    for one, place in truths(trace, term, member):
        operands = one.operands if isinstance(one, Operation) and one.operator in (*COMPARISONS, "in") else (one,)
        for operand in operands:
            if isinstance(operand, Fact):
                at = place if operand.type.level == MEMBER else None
                if is_silent(trace, operand.name, at):
                    found.append((operand.name, at))
    return list(dict.fromkeys(found))


def by_silence_alone(trace: Trace, term: Term, member: int | None) -> bool:
    """Says whether a yes/no was decided by nothing but facts that nobody stated."""
    facts = [
        is_silent(trace, one.name, place) for inner, place in truths(trace, term, member) for one in _own_facts(inner)
    ]
    return bool(facts) and all(facts)


def _own_facts(term: Term) -> Iterator[Fact]:
    """Lists the facts below a term, except those of the members an aggregate is about."""
    if isinstance(term, Fact):
        yield term
    for part in () if isinstance(term, Aggregate) else parts(term):
        yield from _own_facts(part)


def silent_behind(trace: Trace, outcome: Outcome) -> list[Silent]:
    """Lists the facts that nobody stated behind the failed conditions of a denied benefit."""
    if outcome.status != DENIED:
        return []
    conditions = {one.name: one.term for one in trace.plan.benefits[outcome.benefit].conditions}
    found = [fact for name in outcome.failed for fact in silent_facts(trace, conditions[name], outcome.member)]
    return list(dict.fromkeys(found))
