"""Checks calls of aggregates over the members of a household, and makes their terms."""

from __future__ import annotations

from calc.exact import simplify
from calc.language.check_context import CheckContext
from calc.language.narrowing import for_everybody, guards_from
from calc.language.syntax_tree import Call
from calc.language.type_inference import Mismatch, common_type
from calc.language.typed_tree import Aggregate, Term
from calc.language.types import (
    COUNT,
    HOUSEHOLD,
    LITERAL,
    MEMBER,
    MOST_MEMBERS,
    NUMERIC,
    YES_NO,
    Type,
)
from calc.record import replace


def aggregate(context: CheckContext, node: Call) -> Term | None:
    """Checks a call of `sum count any all max_of min_of rank`; None where a mistake was noted."""
    function, named = node.function, dict(node.named)
    if not context.scope.has_members:
        context.problem("wrong-level/no-members", node, name=function)
        return None
    before = context.guards
    context.guards = for_everybody(before)
    where = context.check_truth(named["where"]) if "where" in named else None
    operand = None
    if node.arguments and (where is not None or "where" not in named):
        operand = context.check_under(guards_from(where, True) if where is not None else {}, node.arguments[0])
    empty = context.check(named["empty"]) if "empty" in named else None
    context.guards = before
    if (
        ("where" in named and where is None)
        or (node.arguments and operand is None)
        or ("empty" in named and empty is None)
    ):
        return None
    if empty is not None and empty.type.level == MEMBER:
        context.problem("wrong-level/household", named["empty"])
        return None
    levels = [one.type.level for one in (operand, where) if one is not None]
    if levels and max(levels) < MEMBER:
        context.problem("wrong-level/aggregate", node, name=function)
        return None
    if operand is not None and operand.type.quotient:
        context.problem("stray-quotient", node.arguments[0], ("round-it", {}))
        return None
    type_ = _aggregate_type(context, node, operand, empty)
    return None if type_ is None else Aggregate(type_, node, function, operand, where, empty)


def _aggregate_type(context: CheckContext, node: Call, operand: Term | None, empty: Term | None) -> Type | None:
    function = node.function
    if function == "count":
        return Type(COUNT, HOUSEHOLD, 1, 0, MOST_MEMBERS)
    assert operand is not None
    known = operand.type
    if function in ("any", "all"):
        if known.kind != YES_NO:
            return context.wrong_argument(node.arguments[0], YES_NO, operand)
        return Type(YES_NO, HOUSEHOLD)
    if function == "rank":
        if known.low is None:
            return context.wrong_argument(node.arguments[0], "number", operand)
        return Type(COUNT, MEMBER, 1, 0, MOST_MEMBERS)
    if function == "sum":
        if known.kind not in NUMERIC:
            return context.wrong_argument(node.arguments[0], "number", operand)
        assert known.low is not None and known.high is not None
        kind = known.kind if known.kind != LITERAL else COUNT if simplify(known.unit).__class__ is int else "number"
        low, high = min(0, known.low * MOST_MEMBERS), max(0, known.high * MOST_MEMBERS)
        return Type(kind, HOUSEHOLD, known.unit, low, high)
    assert empty is not None
    try:
        both = common_type([known, empty.type])
    except Mismatch as mismatch:
        return context.mismatch(mismatch, node)
    if both.low is None:
        return context.wrong_argument(node.arguments[0], "number", operand)
    if both.quotient:
        context.problem("stray-quotient", node, ("round-it", {}))
        return None
    return replace(both, level=HOUSEHOLD)
