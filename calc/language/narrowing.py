"""Finds what a test proves about the values it compares, in a branch where it is true or false.

`x / n if n > 0 else 0`: in the first branch `n` is at least one step above zero.
"""

from __future__ import annotations

from calc.exact import Number
from calc.language.primitives import OPPOSITE, SWAPPED
from calc.language.syntax_tree import Node
from calc.language.typed_tree import Composed, Constant, Definition, HasRow, Logic, Operation, Parameter, Term, walk
from calc.language.types import MEMBER
from calc.record import Record


class Guard(Record):
    """Facts proven about an expression: narrower bounds, that it is not zero, or that a table has a row for it."""

    level: int
    low: Number | None = None
    high: Number | None = None
    not_zero: bool = False
    has_row: bool = False


Guards = dict[Node, Guard]


def guards_from(test: Term, truth: bool) -> Guards:
    """Finds the guards that hold where a test is `truth`."""
    match test:
        case Logic(operator="not", operands=(operand,)):
            return guards_from(operand, not truth)
        case Logic(operator="and", operands=operands) if truth:
            return merged(*(guards_from(one, True) for one in operands))
        case Logic(operator="or", operands=operands) if not truth:
            return merged(*(guards_from(one, False) for one in operands))
        case HasRow(node=node) if truth:
            return {node: Guard(test.type.level, has_row=True)}
        case Operation(operator=operator, operands=(left, right)) if operator in OPPOSITE:
            held = operator if truth else OPPOSITE[operator]
            return merged(_comparison(left, held, right), _comparison(right, SWAPPED[held], left))
    return {}


def merged(*all_guards: Guards) -> Guards:
    """Merges guards; of two about the same expression the narrower bounds hold."""
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
        one.level,
        max(lows, default=None),
        min(highs, default=None),
        one.not_zero or other.not_zero,
        one.has_row or other.has_row,
    )


def known_constant(term: Term) -> Number | None:
    """Returns the value of a term that is the same for all households and cannot be unknown; None for others."""
    if term.type.constant is None:
        return None
    for one in walk(term):
        if isinstance(one, (Parameter, Definition)):
            if one.value is None:
                return None
        elif not isinstance(one, (Constant, Operation, Composed)):
            return None
    return term.type.constant


def for_everybody(guards: Guards) -> Guards:
    """Keeps the guards that hold inside an aggregate, where the formula is about another member."""
    return {node: guard for node, guard in guards.items() if guard.level < MEMBER}


def _comparison(left: Term, operator: str, right: Term) -> Guards:
    """Finds what a comparison with a known constant proves.

    A value that may be unknown proves nothing: if the test is unknown, both branches are computed.
    """
    edge = known_constant(right)
    if edge is None or left.type.low is None or known_constant(left) is not None:
        return {}
    level = left.type.level
    unit = 0 if left.type.quotient else left.type.unit
    step = unit if unit and edge % unit == 0 else 0
    match operator:
        case ">":
            return {left.node: Guard(level, low=edge + step, not_zero=edge >= 0)}
        case ">=":
            return {left.node: Guard(level, low=edge, not_zero=edge > 0)}
        case "<":
            return {left.node: Guard(level, high=edge - step, not_zero=edge <= 0)}
        case "<=":
            return {left.node: Guard(level, high=edge, not_zero=edge < 0)}
        case "==":
            return {left.node: Guard(level, low=edge, high=edge, not_zero=edge != 0)}
        case "!=" if edge == 0:
            return {left.node: Guard(level, not_zero=True)}
    return {}
