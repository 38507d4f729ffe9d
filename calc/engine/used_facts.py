"""Finds the facts that formulas of a plan use, and how many values a fact can have."""

from __future__ import annotations

from calc.language.typed_tree import Fact, walk
from calc.language.types import CHOICE, NUMERIC, YES_NO
from calc.rules.plan import FactPlan, Plan

FEW_VALUES, FEW_WORDS = 8, 32
"""Values of a number up to which it is treated as a word, and words of a choice up to which code is made for each."""


def facts_used(plan: Plan) -> set[str]:
    """Finds the facts that formulas of a plan name, those of defaults and conditions too."""
    terms = [one.term for one in plan.definitions.values()]
    terms += [one.term for one in plan.checks]
    terms += [one.default for one in plan.facts.values() if one.default is not None]
    for benefit in plan.benefits.values():
        terms += [one.term for one in benefit.conditions]
        terms += [one for one in (benefit.amount, benefit.applies_to, benefit.persons) if one is not None]
    return {one.name for term in terms for one in walk(term) if isinstance(one, Fact)}


def number_of_values(fact: FactPlan) -> int | None:
    """Counts the values that a fact can have, if they are few, so that code may be made for each; None for many."""
    low, high = fact.type.low, fact.type.high
    if fact.type.kind in NUMERIC:
        is_few = not fact.decimals and low is not None and high is not None and high - low < FEW_VALUES
        return int(high - low) + 1 if is_few else None  # type: ignore[operator]
    if fact.type.kind == YES_NO:
        return 2
    return len(fact.type.options) if fact.type.kind == CHOICE and len(fact.type.options) <= FEW_WORDS else None
