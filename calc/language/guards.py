"""What a test says about the values it compares, where it is known to have come out one way.

`x / n if n > 0 else 0`: in the first branch `n` is at least one step above zero.
"""

from __future__ import annotations

from calc.exact import Number
from calc.language.operations import OPPOSITE, SWAPPED
from calc.language.terms import Constant, HasRow, Logic, Operation, Parameter, Term
from calc.language.tree import Node
from calc.record import Record


class Guard(Record):
    """Narrower bounds for an expression, or that it is not zero, or that a table has a row for it."""

    low: Number | None = None
    high: Number | None = None
    not_zero: bool = False
    has_row: bool = False


Guards = dict[Node, Guard]


def guards_from(test: Term, truth: bool) -> Guards:
    """What holds where the test came out as `truth`."""
    match test:
        case Logic(operator="not", operands=(operand,)):
            return guards_from(operand, not truth)
        case Logic(operator="and", operands=operands) if truth:
            return merged(*(guards_from(one, True) for one in operands))
        case Logic(operator="or", operands=operands) if not truth:
            return merged(*(guards_from(one, False) for one in operands))
        case HasRow(node=node) if truth:
            return {node: Guard(has_row=True)}
        case Operation(operator=operator, operands=(left, right)) if operator in OPPOSITE:
            held = operator if truth else OPPOSITE[operator]
            return merged(_comparison(left, held, right), _comparison(right, SWAPPED[held], left))
    return {}


def merged(*all_guards: Guards) -> Guards:
    """All guards together; of two about the same expression the narrower bounds hold."""
    result: Guards = {}
    for guards in all_guards:
        for node, guard in guards.items():
            known = result.get(node)
            result[node] = guard if known is None else _both(known, guard)
    return result


def _both(one: Guard, other: Guard) -> Guard:
    lows = [low for low in (one.low, other.low) if low is not None]
    highs = [high for high in (one.high, other.high) if high is not None]
    return Guard(
        max(lows, default=None),
        min(highs, default=None),
        one.not_zero or other.not_zero,
        one.has_row or other.has_row,
    )


def _comparison(left: Term, operator: str, right: Term) -> Guards:
    if isinstance(left, (Constant, Parameter)) or right.type.low is None or left.type.low is None:
        return {}
    low, high = right.type.low, right.type.high
    assert low is not None and high is not None
    step = left.type.unit if not left.type.quotient and left.type.unit and _on_grid(low, left.type.unit) else 0
    match operator:
        case ">":
            return {left.node: Guard(low=low + step, not_zero=low >= 0)}
        case ">=":
            return {left.node: Guard(low=low, not_zero=low > 0)}
        case "<":
            above = left.type.unit if _on_grid(high, left.type.unit) and not left.type.quotient else 0
            return {left.node: Guard(high=high - above, not_zero=high <= 0)}
        case "<=":
            return {left.node: Guard(high=high, not_zero=high < 0)}
        case "==":
            return {left.node: Guard(low=low, high=high, not_zero=low > 0 or high < 0)}
        case "!=" if low == high == 0:
            return {left.node: Guard(not_zero=True)}
    return {}


def _on_grid(value: Number, unit: Number) -> bool:
    return bool(unit) and (value % unit == 0)
