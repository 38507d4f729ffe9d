"""Estimates how many digits the whole numbers of a query need, from types alone and without writing the query.

A query has at most 38 digits. Writing it tells exactly whether that is enough, but takes long for every month of a
file, and only few come near. The estimate is never too low, so that only months near the limit have to be written.
"""

from __future__ import annotations

from fractions import Fraction

from calc.exact import ROUNDINGS, grid_of
from calc.language.narrowing import known_constant
from calc.language.typed_tree import Operation, Term, parts
from calc.language.types import NUMERIC, Type
from calc.rules.plan import Plan

MOST_BITS = 126
"""Bits of whole numbers that 38 digits surely hold."""
_SPARE = 2
Sides = tuple[int, int]
"""Bits of the numerator and of the denominator of a value; those of a whole number are 0 below."""


def may_be_too_wide(plan: Plan, narrow: set[int]) -> bool:
    """Says whether a number in the query of a month may need more than 38 digits.

    `narrow` has the ids of terms that do not, which other months share; those of this plan are added.
    """
    terms = [definition.term for definition in plan.definitions.values()]
    terms += [fact.default for fact in plan.facts.values() if fact.default is not None]
    for benefit in plan.benefits.values():
        own = (benefit.amount, benefit.applies_to, benefit.persons, *(one.term for one in benefit.conditions))
        terms += [one for one in own if one is not None]
    terms += [check.term for check in plan.checks]
    wide = [term for term in terms if id(term) not in narrow and _most(term)[1] > MOST_BITS]
    if not wide:
        narrow.update(map(id, terms))
    return bool(wide)


def _most(term: Term) -> tuple[Sides, int]:
    """Returns the bits of a value, and the most that any step to it needs."""
    below = parts(term)
    found = [_most(part) for part in below]
    most = max((bits for _, bits in found), default=0)
    sides = [own for (own, _), part in zip(found, below, strict=True) if part.type.kind in NUMERIC]
    unit = _unit_bits([term.type, *(part.type for part in below)])
    operator = term.operator if isinstance(term, Operation) else ""
    if not any(one.type.quotient for one in (term, *below)):
        own: Sides = _bits(term.type) + unit, 0
        return own, max(most, own[0])
    if operator == "*":
        own = sides[0][0] + sides[1][0], sides[0][1] + sides[1][1]
    elif operator == "/" and known_constant(below[1]) is None:
        own = sides[0][0] + sides[1][1] + unit, sides[0][1] + sides[1][0] + unit
    else:
        crossed = sum(one[1] for one in sides) + max((one[0] - one[1] for one in sides), default=0)
        own = crossed + unit + _SPARE, sum(one[1] for one in sides) + unit + _SPARE
    most = max(most, own[0], own[1])
    return ((_bits(term.type), 0) if operator in ROUNDINGS else own), most + _SPARE


def _bits(type_: Type) -> int:
    """Returns the bits of the whole number of grid steps that a value is, at most; two too many at times."""
    low, high, unit = type_.low, type_.high, type_.unit or 1
    if low is None or high is None or type_.quotient:
        return 0
    whole = max(low.numerator.bit_length() - low.denominator.bit_length(),
                high.numerator.bit_length() - high.denominator.bit_length())  # fmt: skip
    return max(0, whole + 2 + unit.denominator.bit_length() - unit.numerator.bit_length())


def _unit_bits(types: list[Type]) -> int:
    """Returns the bits that values of these types may gain when they are brought to one grid."""
    units = [one.unit for one in types if one.unit]
    if len(units) < 2 or all(unit == units[0] for unit in units):
        return 0
    common = Fraction(grid_of(*units))
    return max(int(unit / common) for unit in units).bit_length()
