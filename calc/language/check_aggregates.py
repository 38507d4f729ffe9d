"""Checks calls of aggregates over the members of a household, and makes their terms."""

from __future__ import annotations

from calc.exact import simplify
from calc.language.check_context import CheckContext
from calc.language.narrowing import for_everybody, guards_from
from calc.language.syntax_tree import AndOr, Call, Comparison, Name, Node
from calc.language.type_inference import Mismatch, common_type, comparison_type
from calc.language.typed_tree import Aggregate, Logic, Me, Operation, Term
from calc.language.types import (
    CHOICE,
    COUNT,
    HOUSEHOLD,
    LITERAL,
    MEMBER,
    MOST_MEMBERS,
    NUMERIC,
    REFERENCE,
    WORD,
    YES_NO,
    Type,
)
from calc.record import Record, replace

ME = Name("me")


class _Pairing(Record):
    """The part of a `where` that pairs the members visited with the member whose formula it is."""

    theirs: Term
    mine: Term


def aggregate(context: CheckContext, node: Call) -> Term | None:
    """Checks a call of an aggregate over the members; None where a mistake was noted."""
    function, named = node.function, dict(node.named)
    if not context.scope.has_members:
        context.problem("wrong-level/no-members", node, name=function)
        return None
    before, was_inside = context.guards, context.is_inside
    known = len(context.problems)
    pairing, where_nodes, also = None, [], None
    for part in _conjuncts(named.get("where")):
        found = _paired(context, part) if _names_me(part) else None
        if isinstance(found, _Pairing) and pairing is None:
            pairing = found
        elif isinstance(found, Term) and also is None:
            also = found
        elif found is not None:
            context.problem("not-allowed/me", part)
        elif not _names_me(part):
            where_nodes.append(part)
    context.guards, context.is_inside = for_everybody(before), True
    where = _all_of(context, named["where"], where_nodes) if where_nodes else None
    operand = None
    if node.arguments and len(context.problems) == known:
        operand = context.check_under(guards_from(where, True) if where is not None else {}, node.arguments[0])
    empty = context.check(named["empty"]) if "empty" in named else None
    context.guards, context.is_inside = before, was_inside
    if (
        len(context.problems) > known
        or (where_nodes and where is None)
        or (node.arguments and operand is None)
        or ("empty" in named and empty is None)
    ):
        return None
    if also is not None:
        type_ = Type(YES_NO, MEMBER)
        where = also if where is None else Logic(type_, named["where"], "and", (also, where))
    if empty is not None and empty.type.level == MEMBER:
        context.problem("wrong-level/household", named["empty"])
        return None
    levels = [one.type.level for one in (operand, where) if one is not None]
    if pairing is None and levels and max(levels) < MEMBER:
        context.problem("wrong-level/aggregate", node, name=function)
        return None
    if operand is not None and operand.type.quotient:
        context.problem("stray-quotient", node.arguments[0], ("round-it", {}))
        return None
    if function == "rank" if pairing is not None else function == "value_of":
        context.problem("not-allowed/rank" if function == "rank" else "not-allowed/value-of", node)
        return None
    type_ = _aggregate_type(context, node, operand, empty)  # type: ignore[assignment]
    if type_ is None or pairing is None:
        return None if type_ is None else Aggregate(type_, node, function, operand, where, empty)
    if function == "value_of" and not isinstance(pairing.theirs, Me):
        context.problem("not-allowed/value-of", node)
        return None
    type_ = replace(type_, level=MEMBER)
    return Aggregate(type_, node, function, operand, where, empty, pairing.theirs, pairing.mine)


def _conjuncts(where: Node | None) -> tuple[Node, ...]:
    if isinstance(where, AndOr) and where.operator == "and":
        return where.operands
    return () if where is None else (where,)


def _names_me(node: Node) -> bool:
    return isinstance(node, Comparison) and node.operator == "==" and ME in (node.left, node.right)


def _paired(context: CheckContext, node: Node) -> _Pairing | Term | None:
    """Checks `me == r` and `r == me`: the left side is of the member visited, the right of the one whose formula it is.

    Where `r` in `me == r` is a value of the household, it is a test of the member visited, and paired with nobody.
    """
    assert isinstance(node, Comparison)
    is_left = node.left == ME
    written, me = (node.right, node.left) if is_left else (node.left, node.right)
    before, was_inside = context.guards, context.is_inside
    if not is_left:
        context.guards, context.is_inside = for_everybody(before), True
    reference = context.check(written)
    context.guards, context.is_inside = before, was_inside
    if reference is None:
        return None
    myself = Me(Type(REFERENCE, MEMBER), me)
    try:
        type_ = comparison_type("==", reference.type, myself.type)
    except Mismatch as mismatch:
        return context.mismatch(mismatch, node)
    if reference.type.level == MEMBER:
        return _Pairing(myself, reference) if is_left else _Pairing(reference, myself)
    if is_left:
        return Operation(type_, node, "==", (myself, reference))
    context.problem("not-allowed/me", node)
    return None


def _all_of(context: CheckContext, where: Node, nodes: list[Node]) -> Term | None:
    """Checks the tests of a `where` without those that pair members."""
    if len(nodes) == 1:
        return context.check_truth(nodes[0])
    return context.check_truth(replace(where, operands=tuple(nodes)))


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
    if function == "value_of" and {known.kind, empty.type.kind} <= {CHOICE, WORD}:  # `empty` may be a word of its own
        return Type(CHOICE, options=tuple(dict.fromkeys((*known.options, *empty.type.options))))
    try:
        both = common_type([known, empty.type])
    except Mismatch as mismatch:
        return context.mismatch(mismatch, node)
    if both.low is None and function != "value_of":
        return context.wrong_argument(node.arguments[0], "number", operand)
    if both.quotient:
        context.problem("stray-quotient", node, ("round-it", {}))
        return None
    return replace(both, level=HOUSEHOLD)
