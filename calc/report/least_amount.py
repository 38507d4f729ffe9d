"""Finds what is certain of a benefit whose conditions all hold and whose amount is open: the least it can be."""

from __future__ import annotations

from typing import Optional

from calc.engine.outcomes import UNDETERMINED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.exact import ROUNDINGS, Number, divide, round_to
from calc.language.typed_tree import Aggregate, Composed, Definition, If, Operation, Term

Range = tuple[Optional[Number], Optional[Number]]
"""The least and the greatest value; None where nothing is known."""


def is_entitled(trace: Trace, outcome: Outcome) -> bool:
    """Says whether every condition holds, so that only the amount is open."""
    if outcome.status != UNDETERMINED:
        return False
    benefit = trace.plan.benefits[outcome.benefit]
    terms = [*(one.term for one in benefit.conditions), *([benefit.applies_to] if benefit.applies_to else [])]
    return all(trace.evaluate(term, outcome.member) is True for term in terms)


def least_amount(trace: Trace, outcome: Outcome) -> Number:
    """Returns the least amount of a benefit that a household is entitled to, whatever the missing facts are."""
    amount = trace.plan.benefits[outcome.benefit].amount
    low = None if amount is None else _range(trace, amount, outcome.member)[0]
    return 0 if low is None or low < 0 else low


def _range(trace: Trace, term: Term, member: int | None) -> Range:
    """Finds bounds of a value from what is known: a missing fact has those of its kind."""
    value = trace.evaluate(term, member)
    if value.__class__ is not Unknown:
        return value, value
    low, high = term.type.low, term.type.high
    found: Range = (low, high)
    match term:
        case Definition(name=name):
            found = _range(trace, trace.plan.definitions[name].term, member)
        case Composed(meaning=meaning):
            found = _range(trace, meaning, member)
        case If(test=test, then=then, otherwise=otherwise):
            chosen = trace.evaluate(test, member)
            branches = (then, otherwise) if chosen.__class__ is Unknown else (then if chosen else otherwise,)
            ranges = [_range(trace, one, member) for one in branches]
            found = _least([one[0] for one in ranges]), _greatest([one[1] for one in ranges])
        case Operation(operator=operator, operands=operands):
            found = _operation(operator, [_range(trace, one, member) for one in operands], found)
        case Aggregate(function="sum") if term.operand is not None:
            found = _sum(trace, term, term.operand, member)
    return _greatest_known(found[0], low), _least_known(found[1], high)


def _operation(operator: str, ranges: list[Range], otherwise: Range) -> Range:
    lows, highs = [one[0] for one in ranges], [one[1] for one in ranges]
    if None in lows or None in highs:
        return otherwise
    bounds = [(low, high) for low, high in ranges if low is not None and high is not None]
    if operator in ROUNDINGS:
        step = bounds[1][0]
        return round_to(operator, bounds[0][0], step), round_to(operator, bounds[0][1], step)
    if operator == "negative":
        return -bounds[0][1], -bounds[0][0]
    if operator in ("min", "max"):
        choose = min if operator == "min" else max
        return choose(low for low, _ in bounds), choose(high for _, high in bounds)
    (a, b), (c, d) = (bounds + bounds)[:2]
    if operator == "+":
        return a + c, b + d
    if operator == "-":
        return a - d, b - c
    if operator == "*":
        corners = [a * c, a * d, b * c, b * d]
    elif operator == "/" and c * d > 0:
        corners = [divide(a, c), divide(a, d), divide(b, c), divide(b, d)]
    else:
        return otherwise
    return min(corners), max(corners)


def _sum(trace: Trace, term: Aggregate, operand: Term, member: int | None) -> Range:
    low: Number | None = 0
    high: Number | None = 0
    for place in range(len(trace.household.members)):
        where = trace.is_inside(term, place, member)
        if where is False:
            continue
        least, most = _range(trace, operand, place)
        if where is not True:  # perhaps not in the sum at all
            least, most = _least([least, 0]), _greatest([most, 0])
        low = None if low is None or least is None else low + least
        high = None if high is None or most is None else high + most
    return low, high


def _least(values: list[Number | None]) -> Number | None:
    return None if None in values else min(value for value in values if value is not None)


def _greatest(values: list[Number | None]) -> Number | None:
    return None if None in values else max(value for value in values if value is not None)


def _greatest_known(*values: Number | None) -> Number | None:
    return max((value for value in values if value is not None), default=None)


def _least_known(*values: Number | None) -> Number | None:
    return min((value for value in values if value is not None), default=None)
