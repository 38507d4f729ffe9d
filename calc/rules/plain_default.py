"""Finds defaults that are written as plain values."""

from __future__ import annotations

from typing import Any

from calc.language.syntax_tree import Name, Numeral, Truth, Word
from calc.language.types import DATE, NUMERIC
from calc.rules.plan import FactPlan


def plain_default(fact: FactPlan) -> Any:
    """Returns a default that is written as a plain value and may be stated; None for any other."""
    node = fact.default.node if fact.default is not None else None
    low, high = fact.stated_bounds
    if fact.type.kind == DATE:
        return None
    match node:
        case Numeral(value=value) if fact.type.kind in NUMERIC and low <= value <= high:
            return value
        case Truth(value=value):
            return bool(value)
        case Word(text=text) | Name(name=text) if text in fact.type.options:
            return text
    return None
