"""Types of values in a query: a tree with its grid, bounds, width and needs; and quotients of two of these."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Union

from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.dialects import LONG, MOST, NARROW, TRUTH, WIDE, WORD
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.exact import Number, grid_of, magnitude, simplify
from calc.language.types import DATE, NUMERIC, REFERENCE, YES_NO, Type
from calc.record import Record

Needs = dict[int, Tree]
"""The words of a set of needs that are not always 0, by their number."""
NUMBER = "number"


class Cell(Record):
    """A value of one row.

    A number is `value` times `unit`; `value` is a whole number of `width` bits, proven to be from `low` to `high`.
    `value` is NULL where it is unknown, which is possible only with `needs`; these are 0 where it is known.
    """

    value: Tree
    kind: str = NUMBER
    unit: Number = 1
    low: int = 0
    high: int = 0
    width: int = NARROW
    needs: Needs = {}
    constant: Any = None

    @property
    def unknown(self) -> bool:
        """True if the value can be unknown."""
        return bool(self.needs)

    @property
    def is_never_known(self) -> bool:
        """True if the value is unknown in every row."""
        return build.is_null_value(self.value)


class SqlQuotient(Record):
    """A quotient not yet rounded or compared; the denominator is above zero wherever the quotient is used."""

    numerator: Cell
    denominator: Cell

    @property
    def unknown(self) -> bool:
        """True if either can be unknown."""
        return self.numerator.unknown or self.denominator.unknown


Lowered = Union[Cell, SqlQuotient]


def kind_of(type_: Type) -> str:
    """Returns the kind of cell for values of a type."""
    if type_.kind in NUMERIC or type_.kind in (DATE, REFERENCE):
        return NUMBER
    return TRUTH if type_.kind == YES_NO else WORD


def width_of(low: int, high: int, about: str) -> int:
    """Returns the bits of whole numbers within bounds. Raises UnsupportedPlan where 38 digits may not be enough."""
    most = max(high, -low)
    for width in (NARROW, LONG, WIDE):
        if most <= MOST[width]:
            return width
    raise UnsupportedPlan("too-wide", about)


def constant(value: Number | bool | str, numeric: bool = True) -> Cell:
    """Makes a known value; a date is a number with the unit 1."""
    if isinstance(value, bool):
        return Cell(build.truth(value), TRUTH, constant=value)
    if isinstance(value, str):
        return Cell(build.word(value), WORD, constant=value)
    unit = magnitude(value) if numeric and value else 1
    count = int(Fraction(value) / unit)
    return Cell(build.whole(count), NUMBER, unit, count, count, width_of(count, count, ""), {}, value)


def never_known(kind: str, needs: Needs) -> Cell:
    """Makes a value that is unknown in every row."""
    return Cell(build.null(), kind, needs=needs)


def grid(*cells: Cell) -> Number:
    """Finds a unit of which the units of all numbers are multiples."""
    return grid_of(*(cell.unit for cell in cells if cell.constant != 0 or cell.constant is False)) or 1


def paired(lowered: Lowered) -> SqlQuotient:
    """Makes a quotient of a number."""
    return lowered if isinstance(lowered, SqlQuotient) else SqlQuotient(lowered, constant(1))


def whole_bounds(low: Number | None, high: Number | None, unit: Number) -> tuple[int, int] | None:
    """Returns the least and greatest multiple of a unit between two numbers; None where one is None."""
    if low is None or high is None:
        return None
    least, most = Fraction(low) / unit, Fraction(high) / unit
    return -(-least.numerator // least.denominator), most.numerator // most.denominator


def ratio(left: Number, right: Number) -> int:
    """Divides the left unit by the right one; the quotient is whole."""
    factor = simplify(Fraction(left) / right)
    assert isinstance(factor, int), "a unit that is not a multiple of the grid"
    return factor
