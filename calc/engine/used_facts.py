"""Finds the facts that formulas of a plan use."""

from __future__ import annotations

from calc.language.typed_tree import Fact, walk
from calc.rules.plan import Plan


def facts_used(plan: Plan) -> set[str]:
    """Finds the facts that formulas of a plan name, those of defaults and conditions too."""
    terms = [one.term for one in plan.definitions.values()]
    terms += [one.term for one in plan.checks]
    terms += [one.default for one in plan.facts.values() if one.default is not None]
    for benefit in plan.benefits.values():
        terms += [one.term for one in benefit.conditions]
        terms += [one for one in (benefit.amount, benefit.applies_to, benefit.persons) if one is not None]
    return {one.name for term in terms for one in walk(term) if isinstance(one, Fact)}
