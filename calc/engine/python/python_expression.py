"""Types and arithmetic of generated code: Python expressions of whole numbers with their grids, and quotients."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Union

from calc.exact import Number, grid_of, magnitude, simplify
from calc.record import Record

LONG = 400
"""Characters of an expression above which it is assigned to a local."""

MOST_NESTED = 20
"""Branches inside each other that are written at once; Python reads no more than 100."""


class Code(Record):
    """A Python expression; `unknown` if its value may be an Unknown.

    Of a number, the value is the expression times `unit`. `unit` is None for other kinds, and 0 for a number that is
    always unknown and so fits any grid. `constant` is a value known in advance.
    """

    text: str
    unit: Number | None = None
    unknown: bool = False
    constant: Any = None


class QuotientCode(Record):
    """A quotient not yet rounded or compared; the denominator is above zero."""

    numerator: Code
    denominator: Code


Lowered = Union[Code, QuotientCode]


def grid(*codes: Code) -> Number:
    """Finds a unit of which the units of all codes are multiples."""
    return grid_of(*(code.unit or 0 for code in codes)) or 1


def times(text: str, factor: int) -> str:
    """Writes a text times a whole number."""
    return text if factor == 1 else f"({text} * {factor})"


def scaled(code: Code, unit: Number) -> str:
    """Writes the value as a whole number of the given unit."""
    if code.constant is not None and not isinstance(code.constant, (bool, str)):
        value = simplify(Fraction(code.constant) / unit)
        return f"({value})" if value < 0 else str(value)
    assert code.unit is not None
    if code.unit == 0:
        return code.text
    factor = simplify(Fraction(code.unit) / unit)
    assert isinstance(factor, int), "a unit that is not a multiple of the grid"
    return times(code.text, factor)


def nested(tests: Sequence[str], then: list[str], otherwise: list[str]) -> list[str]:
    """Writes `if`s inside each other: lines where all tests hold, and others where one does not."""
    lines = then
    if len(tests) > MOST_NESTED:
        tests = [*tests[: MOST_NESTED - 1], " and ".join(f"({one})" for one in tests[MOST_NESTED - 1 :])]
    for test in reversed(tests):
        lines = [f"if {test}:", *(f"    {line}" for line in lines), "else:", *(f"    {line}" for line in otherwise)]
    return lines


def depth(lines: Sequence[str]) -> int:
    """Counts the branches inside each other in some lines."""
    return max(((len(line) - len(line.lstrip(" "))) // 4 for line in lines), default=0)


def paired(lowered: Lowered) -> QuotientCode:
    """Makes a quotient of a number."""
    return lowered if isinstance(lowered, QuotientCode) else QuotientCode(lowered, Code("1", 1, False, 1))


def number(value: Number) -> Code:
    """Writes a known number."""
    return Code("1" if value > 0 else "-1" if value < 0 else "0", magnitude(value), False, value)


def added(operator: str, left: Lowered, right: Lowered) -> Lowered:
    """Writes `left + right` or `left - right`."""
    if isinstance(left, QuotientCode) or isinstance(right, QuotientCode):
        one, other = paired(left), paired(right)
        numerator = added(
            operator,
            multiplied(one.numerator, other.denominator),
            multiplied(other.numerator, one.denominator),
        )
        denominator = multiplied(one.denominator, other.denominator)
        return QuotientCode(numerator, denominator)  # type: ignore[arg-type]
    if left.constant is not None and right.constant is not None:
        value = left.constant + right.constant if operator == "+" else left.constant - right.constant
        return number(simplify(value))
    if right.constant == 0:
        return left
    if left.constant == 0 and operator == "+":
        return right
    unit = grid(left, right)
    text = f"({scaled(left, unit)} {operator} {scaled(right, unit)})"
    return Code(text, unit, left.unknown or right.unknown)


def multiplied(left: Lowered, right: Lowered) -> Lowered:
    """Writes `left * right`."""
    if isinstance(left, QuotientCode) or isinstance(right, QuotientCode):
        one, other = paired(left), paired(right)
        return QuotientCode(
            multiplied(one.numerator, other.numerator),  # type: ignore[arg-type]
            multiplied(one.denominator, other.denominator),  # type: ignore[arg-type]
        )
    if left.constant is not None:
        left, right = right, left
    unknown = left.unknown or right.unknown
    if right.constant is not None:
        factor = right.constant
        if left.constant is not None:
            return number(simplify(left.constant * factor))
        if factor == 0:
            return Code(f"({left.text} * 0)", 1, True) if unknown else number(0)
        unit = simplify(left.unit * abs(factor))  # type: ignore[operator]
        return Code(left.text if factor > 0 else f"(-{left.text})", unit, unknown)
    unit = simplify(left.unit * right.unit)  # type: ignore[operator]
    return Code(f"({left.text} * {right.text})", unit, unknown)


def over_one_denominator(pairs: list[QuotientCode]) -> tuple[list[Lowered], Code]:
    """Brings quotients over the product of their denominators; returns the numerators and that product."""
    denominator: Lowered = number(1)
    for one in pairs:
        denominator = multiplied(denominator, one.denominator)
    numerators: list[Lowered] = []
    for one in pairs:
        numerator: Lowered = one.numerator
        for other in pairs:
            if other is not one:
                numerator = multiplied(numerator, other.denominator)
        numerators.append(numerator)
    return numerators, denominator  # type: ignore[return-value]
