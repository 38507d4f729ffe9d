"""Finds the names whose value for a member may come from other members too."""

from __future__ import annotations

from collections.abc import Iterator

from calc.language.typed_tree import Aggregate, Term, walk
from calc.language.types import REFERENCE
from calc.rules.plan import Plan


def terms_of_plan(plan: Plan) -> Iterator[tuple[str, Term]]:
    """Yields every term of a plan that decides an outcome, with the name it belongs to."""
    for name, fact in plan.facts.items():
        if fact.default is not None:
            yield name, fact.default
    for name, definition in plan.definitions.items():
        yield name, definition.term
    for name, benefit in plan.benefits.items():
        for term in (benefit.applies_to, *(one.term for one in benefit.conditions), benefit.amount):
            if term is not None:
                yield name, term


def names_over_members(plan: Plan) -> frozenset[str]:
    """Lists the facts, definitions and benefits whose formula uses values of all members."""
    return frozenset(
        name for name, term in terms_of_plan(plan) if any(one.__class__ is Aggregate for one in walk(term))
    )


def names_of_others(plan: Plan) -> frozenset[str]:
    """Lists the names whose value for a member depends on who else there is."""
    references = {name for name, fact in plan.facts.items() if fact.type.kind == REFERENCE}
    return names_over_members(plan) | references
