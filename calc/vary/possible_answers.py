"""Lists the answers that a missing fact may have, where they are few.

A module of its own: `doudi assess` needs no compiled engine for it.
"""

from __future__ import annotations

from typing import Any

from calc.language.types import CHOICE, COUNT, YES_NO
from calc.rules.plan import FactPlan

MOST_ANSWERS = 32
"""Combinations of answers that are tried for the needs of one benefit."""


def possible_answers(fact: FactPlan) -> list[Any]:
    """Lists all values of a fact that has few; none of others."""
    kind, low, high = fact.type.kind, fact.type.low, fact.type.high
    if kind == YES_NO:
        return [True, False]
    if kind == CHOICE:
        return list(fact.type.options)
    if kind == COUNT and isinstance(low, int) and isinstance(high, int) and high - low < MOST_ANSWERS:
        return list(range(low, high + 1))
    return []
