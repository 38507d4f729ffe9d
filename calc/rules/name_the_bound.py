"""Finds which entry makes the proven bounds of a formula wide: what to mention when a bound is the mistake.

The bounds of a formula are those of its facts, parameters and tables; usually one of these is open: a value that is not
set, a default, a fact without `min` or `max`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from calc.exact import Number
from calc.language.typed_tree import (
    Aggregate,
    Composed,
    Definition,
    Fact,
    If,
    Lookup,
    Operation,
    Parameter,
    Term,
    parts,
)
from calc.language.types import LIMITS, NUMERIC
from calc.record import Record
from calc.rules.plan import DefinitionPlan, FactPlan

UNSET, DEFAULT, OPEN = "unset", "default", "open"
"""Reasons of a wide bound: a value or a cell that is not set, the default of a fact, a fact without `min` or `max`."""
LOW, HIGH = "min", "max"
_OTHER_END = {LOW: HIGH, HIGH: LOW}


class Reason(Record):
    """A reason of a wide bound, the entry that it is about, and the end of the entry's bounds (`min` or `max`)."""

    reason: str
    name: str
    end: str


def reason_of(term: Term, end: str, plans: Mapping[str, Any], least: Number = 0) -> Reason | None:
    """Finds why the lower bound of a value is below `least`, or why the upper one is high.

    A value that is not set is named before others; None where no single entry is the reason.
    """
    found = [*_Search(plans, least).reasons(term, end)]
    return next((one for reason in (UNSET, DEFAULT, OPEN) for one in found if one.reason == reason), None)


def open_facts(term: Term, plans: Mapping[str, Any]) -> list[str]:
    """Lists the facts without `max` that the bounds of a value come from."""
    found = (one.name for one in _Search(plans, 0).reasons(term, HIGH) if one.reason == OPEN and one.end == HIGH)
    return list(dict.fromkeys(found))


class _Search:
    """Follows definitions and defaults, each once for each end of its bounds."""

    def __init__(self, plans: Mapping[str, Any], least: Number) -> None:
        self.plans = plans
        self.least = least
        self.seen: set[tuple[str, str]] = set()

    def reasons(self, term: Term, end: str) -> Iterator[Reason]:
        """Lists what makes an end of the bounds of a term wide."""
        low = term.type.low
        if term.type.kind not in NUMERIC or (end == LOW and low is not None and low >= self.least):
            return
        match term:
            case Parameter(name=name, value=None):
                yield Reason(UNSET, name, end)
            case Lookup(name=name, table=table):
                if None in table.cells.values():
                    yield Reason(UNSET, name, end)
            case Definition(name=name) | Fact(name=name):
                if (name, end) not in self.seen:
                    self.seen.add((name, end))
                    yield from self.of_entry(name, end)
            case Operation(operator="-", operands=(left, right)):
                yield from self.reasons(left, end)
                yield from self.reasons(right, _OTHER_END[end])
            case Operation(operator="negative", operands=(operand,)):
                yield from self.reasons(operand, _OTHER_END[end])
            case If(then=then, otherwise=otherwise):
                yield from self.reasons(then, end)
                yield from self.reasons(otherwise, end)
            case Aggregate(operand=operand, empty=empty):
                for one in (operand, empty):
                    if one is not None:
                        yield from self.reasons(one, end)
            case Operation() | Composed():
                for part in parts(term):
                    yield from self.reasons(part, end)

    def of_entry(self, name: str, end: str) -> Iterator[Reason]:
        """Lists the reasons within a definition or a fact."""
        plan = self.plans.get(name)
        if isinstance(plan, DefinitionPlan):
            yield from self.reasons(plan.term, end)
        elif isinstance(plan, FactPlan):
            at = end == HIGH
            stated, limit = plan.stated_bounds[at], LIMITS[plan.type.kind][at]
            if stated == limit != 0:
                yield Reason(OPEN, name, end)
            if plan.default is not None and (plan.type.low, plan.type.high)[at] != stated:
                yield Reason(DEFAULT, name, end)
                yield from self.reasons(plan.default, end)
