"""Infers the type of an operation from the types of its operands: kind, level, grid and bounds.

Bounds are intervals of exact numbers; the grid (`unit`) is a step of which every value is a whole multiple.
They prove, before any household is read, that an amount fits the currency and is not negative, and that nothing is
divided by zero.
"""

from __future__ import annotations

from calc.exact import Number, divide, grid_of, magnitude, simplify
from calc.language.types import (
    CHOICE,
    COUNT,
    LITERAL,
    MONEYS,
    NUMBER,
    NUMERIC,
    WORD,
    YES_NO,
    Type,
    common_kind,
    product_kind,
    quotient_kind,
)
from calc.record import replace

LONGEST = 256
"""Bits of the numerator or denominator of a bound or grid; about 77 digits."""


class Mismatch(Exception):
    """Raised for kinds that do not go together; has the code and the values of the message."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def common_type(types: list[Type]) -> Type:
    """Makes the type that covers all given ones: for comparison, choice between values, least and greatest."""
    kind = types[0].kind
    for one in types[1:]:
        both = common_kind(kind, one.kind)
        if both is None:
            raise _mismatch(kind, one.kind)
        kind = both
    if kind in MONEYS:
        for one in types:
            refuse_money_literal(one)
    options = next((one.options for one in types if one.kind == CHOICE), ())
    if kind == CHOICE:
        for one in types:
            unknown = [word for word in one.options if word not in options]
            if unknown:
                raise Mismatch("unknown-word", word=unknown[0], options=list(options))
    if kind not in NUMERIC and types[0].low is None:
        return Type(kind, level_of(types), options=options)
    lows = [one.low for one in types]
    highs = [one.high for one in types]
    return Type(
        kind,
        level_of(types),
        grid_of(*(one.unit for one in types)),
        min(lows),  # type: ignore[type-var]
        max(highs),  # type: ignore[type-var]
        options,
        any(one.quotient for one in types),
    )


def refuse_money_literal(one: Type) -> None:
    """Raises Mismatch for an amount of money in a formula, which would be a standard without source; 0 is allowed."""
    if one.kind == LITERAL and one.constant != 0:
        raise Mismatch("money-literal", value=one.constant)


def _mismatch(left: str, right: str) -> Mismatch:
    if left in MONEYS and right in MONEYS:
        return Mismatch("wrong-period", left=left, right=right)
    return Mismatch("wrong-kind", left=left, right=right)


def level_of(types: list[Type]) -> int:
    """Returns the level of a value made from all of them."""
    return max((one.level for one in types), default=0)


def arithmetic_type(operator: str, left: Type, right: Type, divisor: Number | None = None) -> Type:
    """Infers the type of `left operator right`. `divisor` is the right side if it is a known constant.

    Raises Mismatch. The caller has to refuse a divisor that may be zero.
    """
    for one in (left, right):
        if one.kind not in NUMERIC:
            raise Mismatch("wrong-kind/arithmetic", kind=one.kind, operator=operator)
    low, high = _bounds(operator, left, right)
    level = max(left.level, right.level)
    quotient = left.quotient or right.quotient
    if operator in "+-":
        kind = common_type([left, right]).kind
        return Type(kind, level, grid_of(left.unit, right.unit), low, high, (), quotient)
    if operator == "*":
        product = product_kind(left.kind, right.kind)
        if product is None:
            raise Mismatch("wrong-kind/product", left=left.kind, right=right.kind)
        unit = simplify(left.unit * right.unit)
        if product == COUNT and simplify(unit).__class__ is not int:
            product = NUMBER
        return Type(product, level, unit, low, high, (), quotient)
    ratio = quotient_kind(left.kind, right.kind)
    if ratio is None:
        if left.kind in MONEYS and right.kind in MONEYS:
            raise Mismatch("wrong-period", left=left.kind, right=right.kind)
        raise Mismatch("wrong-kind/quotient", left=left.kind, right=right.kind)
    if divisor:
        return Type(ratio, level, divide(left.unit, magnitude(divisor)), low, high, (), quotient)
    return Type(ratio, level, 0, low, high, (), True)


def _bounds(operator: str, left: Type, right: Type) -> tuple[Number, Number]:
    a, b, c, d = left.low, left.high, right.low, right.high
    assert a is not None and b is not None and c is not None and d is not None
    if operator == "+":
        return a + c, b + d
    if operator == "-":
        return a - d, b - c
    if operator == "*":
        corners = (a * c, a * d, b * c, b * d)
        return min(corners), max(corners)
    if c <= 0 <= d:  # only a guard proves that the divisor is not zero: it is at least one step away from it
        step = right.unit or 1
        c, d = (step, d) if c == 0 and d > 0 else (c, -step) if d == 0 and c < 0 else (-step, step)
    corners = (divide(a, c), divide(a, d), divide(b, c), divide(b, d))
    return min(corners), max(corners)


def too_long(one: Type) -> bool:
    """Says whether exact values of a type may have more digits than any formula needs."""
    for number in (one.unit, one.low, one.high):
        if number is not None and max(abs(number.numerator), number.denominator).bit_length() > LONGEST:
            return True
    return False


def negative_type(one: Type) -> Type:
    """Infers the type of `-one`."""
    if one.kind not in NUMERIC:
        raise Mismatch("wrong-kind/arithmetic", kind=one.kind, operator="-")
    assert one.low is not None and one.high is not None
    kind = LITERAL if one.kind == LITERAL else one.kind
    return Type(kind, one.level, one.unit, -one.high, -one.low, (), one.quotient)


def comparison_type(operator: str, left: Type, right: Type) -> Type:
    """Infers the type of a comparison, yes/no. Raises Mismatch if the sides cannot be compared."""
    # fast path: most sides have one kind
    both = left if left.kind == right.kind != CHOICE else common_type([left, right])
    if both.kind == YES_NO:
        raise Mismatch("wrong-kind/compare-truth")
    ordered = both.low is not None
    if operator not in ("==", "!=") and not ordered:
        raise Mismatch("wrong-kind/order", kind="choice" if both.kind == WORD else both.kind, operator=operator)
    return Type(YES_NO, max(left.level, right.level))


def extreme_type(function: str, types: list[Type]) -> Type:
    """Infers the type of `min` or `max`."""
    both = common_type(types)
    if both.low is None:
        raise Mismatch("wrong-kind/order", kind=both.kind, operator=function)
    pick = min if function == "min" else max
    low = pick(one.low for one in types)  # type: ignore[type-var]
    high = pick(one.high for one in types)  # type: ignore[type-var]
    return Type(both.kind, both.level, both.unit, low, high, both.options, both.quotient)


def settled(one: Type) -> Type:
    """Returns the type of a whole formula: a literal becomes a count or a number."""
    if one.kind == WORD:
        return replace(one, kind=CHOICE)
    if one.kind == LITERAL:
        return replace(one, kind=COUNT if simplify(one.unit).__class__ is int else NUMBER)
    return one
