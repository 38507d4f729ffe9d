"""Writes arithmetic on cells: exact whole numbers, wide enough for every value by proof, and quotients as pairs.

NULL passes through every operator here as an unknown does, so that only needs have to be united.
"""

from __future__ import annotations

from fractions import Fraction

from sqlglot import exp

from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.dialects import LONG, MOST, WIDE, Dialect
from calc.engine.sql.sql_value import (
    NUMBER,
    Cell,
    Lowered,
    Needs,
    SqlQuotient,
    constant,
    grid,
    never_known,
    paired,
    ratio,
    width_of,
)
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.exact import Number, simplify
from calc.record import replace

COMPARED: dict[str, type[exp.Binary]] = {
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
    "==": exp.EQ,
    "!=": exp.NEQ,
}


class IntegerArithmetic:
    """Writes operations in a dialect; `about` is the entry named in an UnsupportedPlan."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.about = ""

    # needs

    def united(self, *several: Needs) -> Needs:
        """Unites several needs."""
        found: Needs = {}
        for needs in several:
            for word, tree in needs.items():
                found[word] = tree if word not in found else self._union(found[word], tree)
        return found

    def _union(self, left: Tree, right: Tree) -> Tree:
        if isinstance(left, exp.Literal) and isinstance(right, exp.Literal):
            return build.whole(int(left.this) | int(right.this))
        return left if left == right else self.dialect.union(left, right)

    # whole numbers

    def widened(self, cell: Cell, width: int) -> Tree:
        """Casts a number to a type of at least `width` bits."""
        if cell.width >= width or isinstance(cell.value, exp.Literal):
            return cell.value
        return self.dialect.cast(cell.value, width)

    def made(self, kind: type[exp.Binary], left: Cell, right: Cell, low: int, high: int, unit: Number) -> Cell:
        """Writes an operation with the bounds of its result; widens one side if it may not hold the result."""
        needs = self.united(left.needs, right.needs)
        if left.is_never_known or right.is_never_known:
            return never_known(NUMBER, needs)
        needed = width_of(low, high, self.about)
        width = max(needed, left.width, right.width)
        sides = [left.value, right.value]
        if max(left.width, right.width) < needed:
            at = 1 if isinstance(left.value, exp.Literal) else 0
            sides[at] = self.dialect.cast(sides[at], needed)
        return Cell(build.binary(kind, *sides), NUMBER, unit, low, high, width, needs)

    def times(self, cell: Cell, factor: int) -> Cell:
        """Multiplies the whole number of a cell by a factor; its unit stays the same."""
        if factor == 1 or cell.is_never_known:
            return cell
        if isinstance(cell.value, exp.Literal):
            return replace(constant(int(cell.value.this) * factor, False), unit=cell.unit, constant=None)
        one, other = cell.low * factor, cell.high * factor
        return self.made(exp.Mul, cell, constant(factor, False), min(one, other), max(one, other), cell.unit)

    def in_unit(self, cell: Cell, unit: Number) -> Cell:
        """Converts a number to another unit."""
        if cell.is_never_known:
            return cell
        if cell.constant is not None:
            count = int(Fraction(cell.constant) / unit)
            tree, width = build.whole(count), width_of(count, count, self.about)
            return Cell(tree, NUMBER, unit, count, count, width, {}, cell.constant)
        return replace(self.times(cell, ratio(cell.unit, unit)), unit=unit)

    def negative(self, cell: Cell) -> Cell:
        """Changes the sign of a number."""
        if cell.constant is not None:
            return replace(cell, value=build.whole(-cell.low), low=-cell.low, high=-cell.low, constant=-cell.constant)
        if cell.is_never_known:
            return cell
        tree: Tree = exp.Neg(this=build.operand(cell.value))
        return Cell(tree, NUMBER, cell.unit, -cell.high, -cell.low, cell.width, cell.needs)

    def added(self, operator: str, left: Lowered, right: Lowered) -> Lowered:
        """Writes `left + right` or `left - right`."""
        if isinstance(left, SqlQuotient) or isinstance(right, SqlQuotient):
            one, other = paired(left), paired(right)
            numerator = self.added(
                operator,
                self.multiplied(one.numerator, other.denominator),
                self.multiplied(other.numerator, one.denominator),
            )
            return SqlQuotient(numerator, self.multiplied(one.denominator, other.denominator))  # type: ignore[arg-type]
        if left.constant is not None and right.constant is not None:
            value = left.constant + right.constant if operator == "+" else left.constant - right.constant
            return constant(simplify(value))
        if right.constant == 0:
            return left
        if left.constant == 0:
            return right if operator == "+" else self.negative(right)
        unit = grid(left, right)
        one_cell, other_cell = self.in_unit(left, unit), self.in_unit(right, unit)
        if operator == "+":
            low, high = one_cell.low + other_cell.low, one_cell.high + other_cell.high
            return self.made(exp.Add, one_cell, other_cell, low, high, unit)
        low, high = one_cell.low - other_cell.high, one_cell.high - other_cell.low
        return self.made(exp.Sub, one_cell, other_cell, low, high, unit)

    def multiplied(self, left: Lowered, right: Lowered) -> Lowered:
        """Writes `left * right`; a constant changes the unit only."""
        if isinstance(left, SqlQuotient) or isinstance(right, SqlQuotient):
            one, other = paired(left), paired(right)
            return SqlQuotient(
                self.multiplied(one.numerator, other.numerator),  # type: ignore[arg-type]
                self.multiplied(one.denominator, other.denominator),  # type: ignore[arg-type]
            )
        if left.constant is not None:
            left, right = right, left
        if right.constant is not None:
            factor = right.constant
            if left.constant is not None:
                return constant(simplify(left.constant * factor))
            if factor == 0:
                return self.times(left, 0) if left.unknown else constant(0)
            turned = left if factor > 0 else self.negative(left)
            return replace(turned, unit=simplify(left.unit * abs(factor)))
        corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
        unit = simplify(left.unit * right.unit)
        return self.made(exp.Mul, left, right, min(corners), max(corners), unit)

    def over_one_denominator(self, pairs: list[SqlQuotient]) -> tuple[list[Cell], Cell]:
        """Brings quotients over the product of their denominators; returns the numerators and that product."""
        denominator: Lowered = constant(1)
        for one in pairs:
            denominator = self.multiplied(denominator, one.denominator)
        numerators: list[Lowered] = []
        for one in pairs:
            numerator: Lowered = one.numerator
            for other in pairs:
                if other is not one:
                    numerator = self.multiplied(numerator, other.denominator)
            numerators.append(numerator)
        return numerators, denominator  # type: ignore[return-value]

    # whole quotients

    def divided(self, mode: str, top: Cell, below: Cell) -> Cell:
        """Writes the quotient of two whole numbers, each a column or a value, rounded by a mode.

        Databases round a quotient towards zero and give a remainder with the sign of the numerator; other modes are
        made from these here only. The result is NULL if one of them is NULL, or if the denominator is zero, which only
        a branch that is not taken can have.
        """
        numerator, denominator = top.value, below.value
        if below.low <= 0:
            denominator = exp.Nullif(this=build.own(denominator), expression=build.whole(0))
        most = max(abs(top.low), abs(top.high)) // max(1, below.low) + 1
        low, high = -most if top.low < 0 else 0, most
        width = max(top.width, below.width)
        needs = self.united(top.needs, below.needs)
        if mode == "round_half_up":
            return self._half_away(top, below, denominator, low, high, needs)
        whole = self.truncated(numerator, denominator, width, most)
        rest = build.binary(exp.Mod, numerator, denominator)
        if mode == "round_down" and top.low < 0:
            whole = build.binary(exp.Sub, whole, self._one_if(exp.LT, rest))
        elif mode == "round_up":
            whole = build.binary(exp.Add, whole, self._one_if(exp.GT, rest))
        elif mode == "round_half_even":
            whole = build.binary(exp.Add, whole, self._half_even(top, below, denominator, whole, rest))
        return Cell(whole, NUMBER, 1, low, high, width, needs)

    def truncated(self, numerator: Tree, denominator: Tree, width: int, most: int) -> Tree:
        """Writes a quotient rounded towards zero, at most `most`; in some databases it has no more than 64 bits."""
        if width == WIDE and most <= MOST[LONG] and not self.dialect.wide_quotients:
            return self.dialect.cast(self.dialect.truncated(numerator, denominator, LONG), WIDE)
        try:
            return self.dialect.truncated(numerator, denominator, width)
        except UnsupportedPlan as refused:
            raise UnsupportedPlan(refused.reason, self.about, **refused.values) from None

    def _one_if(self, kind: type[exp.Binary], rest: Tree) -> Tree:
        return build.case([(build.binary(kind, rest, build.whole(0)), build.whole(1))], build.whole(0))

    def _half_away(self, top: Cell, below: Cell, denominator: Tree, low: int, high: int, needs: Needs) -> Cell:
        """Rounds halves away from zero: (2 × numerator ± denominator) / (2 × denominator), truncated."""
        half = below.value
        if top.low < 0:
            turned = self.negative(below).value
            half = build.case([(build.binary(exp.LT, top.value, build.whole(0)), turned)], build.own(half))
        away = Cell(half, NUMBER, 1, -below.high, below.high, below.width)
        twice = self.times(replace(top, needs={}), 2)
        sum_low, sum_high = twice.low - below.high, twice.high + below.high
        above = self.made(exp.Add, twice, away, sum_low, sum_high, 1)
        under = self.times(Cell(denominator, NUMBER, 1, below.low, below.high, below.width), 2)
        width = max(above.width, under.width)
        tree = self.truncated(above.value, under.value, width, high)
        return Cell(tree, NUMBER, 1, low, high, width, needs)

    def _half_even(self, top: Cell, below: Cell, denominator: Tree, whole: Tree, rest: Tree) -> Tree:
        """Writes the 1, -1 or 0 to add to a quotient rounded towards zero."""
        left = Cell(rest, NUMBER, 1, -below.high, below.high, max(top.width, below.width))
        twice = self.times(left, 2).value
        zero, one = build.whole(0), build.whole(1)
        is_odd = build.binary(exp.NEQ, build.binary(exp.Mod, whole, build.whole(2)), zero)
        up = build.either(
            build.binary(exp.GT, twice, denominator),
            build.both(build.binary(exp.EQ, twice, denominator), is_odd),
        )
        branches = [(up, one)]
        if top.low < 0:
            turned = exp.Neg(this=build.operand(denominator))
            down = build.either(
                build.binary(exp.LT, twice, turned),
                build.both(build.binary(exp.EQ, twice, turned), is_odd),
            )
            branches.append((down, build.whole(-1)))
        return build.case(branches, zero)
