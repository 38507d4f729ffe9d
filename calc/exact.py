"""Reads, rounds and writes exact numbers, and finds their grids: steps of which they are whole multiples.

A number is an `int` where it is whole and a `Fraction` elsewhere; a binary float never enters.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from typing import Union

Number = Union[int, Fraction]

LONGEST_NUMBER = 40
"""Characters of a number as written; longer ones are refused before they cost time."""


def simplify(value: Number) -> Number:
    """Turns a whole number into an `int`; leaves others as they are."""
    if value.__class__ is int:
        return value
    return value.numerator if value.denominator == 1 else value


def read_number(text: str) -> Number:
    """Reads a decimal number exactly: `read_number("0.30") == Fraction(3, 10)`.

    Raises ValueError for anything that is not digits with at most one point, or is too long.
    """
    digits = text.replace("_", "")
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("too long")
    sign = -1 if digits.startswith("-") else 1
    digits = digits[1:] if digits[:1] in ("+", "-") else digits
    whole, point, rest = digits.partition(".")
    if not (whole + rest).isascii() or not (whole + rest).isdigit() or (point and not rest):
        raise ValueError("not a plain decimal number")
    value = int(whole + rest or "0")
    return sign * value if not rest else simplify(Fraction(sign * value, 10 ** len(rest)))


def magnitude(value: Number) -> Number:
    """Removes the sign of a number."""
    return -value if value < 0 else value


def divide(left: Number, right: Number) -> Number:
    """Divides exactly; `right` is not zero."""
    return simplify(Fraction(left) / right)


def grid_of(*steps: Number) -> Number:
    """Finds the largest step of which all given steps are whole multiples; steps of 0 are ignored."""
    if len(steps) == 2 and steps[0] is steps[1]:
        return simplify(magnitude(steps[0]))
    numerator, denominator = 0, 1
    for step in steps:
        if step:
            shared = lcm(denominator, step.denominator)
            numerator = gcd(numerator * (shared // denominator), abs(step.numerator) * (shared // step.denominator))
            denominator = shared
    return simplify(Fraction(numerator, denominator))


def lies_on(value: Number, step: Number) -> bool:
    """Says whether a value is a whole multiple of a step."""
    return simplify(Fraction(value) / step).__class__ is int


def floor_divide_up(numerator: int, denominator: int) -> int:
    """Divides two whole numbers, rounded towards +∞."""
    return -(-numerator // denominator)


def halves_up(numerator: int, denominator: int) -> int:
    """Divides two whole numbers, rounded to the nearest, halves away from zero."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def halves_even(numerator: int, denominator: int) -> int:
    """Divides two whole numbers, rounded to the nearest, halves to the even one."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    whole, rest = divmod(numerator, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and whole % 2):
        return whole + 1
    return whole


def floor_divide(numerator: int, denominator: int) -> int:
    """Divides two whole numbers, rounded towards −∞."""
    return numerator // denominator


ROUNDINGS = {
    "round_up": floor_divide_up,
    "round_down": floor_divide,
    "round_half_up": halves_up,
    "round_half_even": halves_even,
}


def round_to(mode: str, value: Number, step: Number) -> Number:
    """Rounds a value to a multiple of a step, by a mode of ROUNDINGS."""
    ratio = Fraction(value) / step
    return simplify(ROUNDINGS[mode](ratio.numerator, ratio.denominator) * step)


def plain(value: Number, decimals: int | None = None) -> str:
    """Writes a number in digits, with `decimals`, or by default as many as it needs; `1/3` if no number is enough."""
    if decimals is None:
        decimals = decimals_of(value)
        if decimals is None:
            return f"{value.numerator}/{value.denominator}"
    scaled = value * 10**decimals
    if scaled.denominator != 1:
        scaled = halves_up(scaled.numerator, scaled.denominator)
    digits = str(abs(int(scaled))).rjust(decimals + 1, "0")
    sign = "-" if scaled < 0 else ""
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)


def decimals_of(value: Number) -> int | None:
    """Counts the decimals that write a number exactly; None if no number of them does."""
    denominator, twos, fives = value.denominator, 0, 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None
