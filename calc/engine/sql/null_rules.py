"""Writes strict operations on cells, which are unknown if any operand is; makes those strict that are not in SQL."""

from __future__ import annotations

from fractions import Fraction

from sqlglot import exp

from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.dialects import TRUTH
from calc.engine.sql.integer_arithmetic import COMPARED
from calc.engine.sql.shared_columns import ColumnAllocator
from calc.engine.sql.sql_value import (
    NUMBER,
    Cell,
    Lowered,
    SqlQuotient,
    constant,
    grid,
    never_known,
    paired,
)
from calc.exact import Number, divide, simplify
from calc.language.typed_tree import Operation, Term
from calc.language.types import FIXED
from calc.record import replace


class Strict(ColumnAllocator):
    """Writes the strict operations of the language."""

    def applied(self, term: Operation, operands: list[Lowered]) -> Lowered:
        """Writes the operation of a term on its operands."""
        operator = term.operator
        if operator in ("+", "-"):
            return self.sums.added(operator, *operands)
        if operator == "*":
            return self.sums.multiplied(*operands)
        if operator == "/":
            return self.quotient(operands[0], operands[1], term.operands[1])
        if operator == "negative":
            return self.sums.multiplied(operands[0], constant(-1))
        if operator in ("min", "max"):
            return self.extreme(operator, operands)
        if operator in COMPARED:
            return self.comparison(operator, *operands)
        if operator.startswith("round"):
            return self.rounding(operator, operands[0], term.operands[1].value)  # type: ignore[attr-defined]
        if operator == "in":
            return self.membership(operands)
        if operator == "abs":
            if isinstance(operands[0], SqlQuotient):
                return SqlQuotient(self.absolute(operands[0].numerator), operands[0].denominator)
            return self.absolute(operands[0])
        return self.of_days(operator, [self.atom(one) for one in operands if isinstance(one, Cell)])

    def absolute(self, cell: Cell) -> Cell:
        """Writes the absolute value of a number."""
        if cell.is_never_known or cell.low >= 0:
            return cell
        tree, most = build.call("ABS", cell.value), max(-cell.low, cell.high)
        return replace(cell, value=tree, low=0, high=most, constant=None)

    def of_days(self, operator: str, days: list[Cell]) -> Cell:
        """Writes years and months of dates, which are numbers like 20220531."""
        needs = self.sums.united(*(day.needs for day in days))
        if any(day.is_never_known for day in days):
            return never_known(NUMBER, needs)
        if operator in ("year", "month"):
            part = self.part_of_day(days[0], operator)
            bounds = (1, 12) if operator == "month" else (days[0].low // 10000, days[0].high // 10000)
            return Cell(part, NUMBER, 1, *bounds, days[0].width, needs)
        start, end = days
        if operator == "full_years":
            between = self.atom(self.sums.added("-", end, start))  # type: ignore[arg-type]
            return replace(self.sums.divided("round_down", between, constant(10000, False)), needs=needs)
        assert operator == "full_months", operator
        low = (end.low // 10000 - start.high // 10000) * 12 - 12
        high = (end.high // 10000 - start.low // 10000) * 12 + 12
        years = build.binary(exp.Sub, self.part_of_day(end, "year"), self.part_of_day(start, "year"))
        months = build.binary(exp.Sub, self.part_of_day(end, "month"), self.part_of_day(start, "month"))
        is_short = build.binary(exp.LT, self.part_of_day(end, "day"), self.part_of_day(start, "day"))
        whole = build.binary(exp.Add, build.binary(exp.Mul, years, build.whole(12)), months)
        tree = build.binary(exp.Sub, whole, build.case([(is_short, build.whole(1))], build.whole(0)))
        return Cell(tree, NUMBER, 1, low, high, max(start.width, end.width), needs)

    def part_of_day(self, day: Cell, part: str) -> Tree:
        """Writes the year, month or day of a date."""
        if part == "day":
            return build.binary(exp.Mod, day.value, build.whole(100))
        if part == "year":
            return self.dialect.truncated(day.value, build.whole(10000), day.width)
        months = self.dialect.truncated(day.value, build.whole(100), day.width)
        return build.binary(exp.Mod, months, build.whole(100))

    def quotient(self, left: Lowered, right: Lowered, divisor: Term) -> Lowered:
        """Writes `left / right`; a constant changes the unit only."""
        if isinstance(right, Cell) and right.constant and divisor.type.level == FIXED:
            return self.sums.multiplied(left, constant(divide(1, right.constant)))
        one, other = paired(left), paired(right)
        above, below = one.numerator, other.numerator
        if below.constant is None and below.low < 0:  # it must be above zero: the sign goes to the numerator
            below, above = self.atom(below), self.atom(above)
            if not below.is_never_known and not above.is_never_known:
                test = build.binary(exp.LT, below.value, build.whole(0))
                turned = build.case([(test, self.sums.negative(above).value)], build.own(above.value))
                most = max(abs(above.low), abs(above.high))
                above = replace(above, value=turned, low=-most, high=most, constant=None)
            below = self.absolute(below)
        numerator = self.sums.multiplied(above, other.denominator)
        return SqlQuotient(numerator, self.sums.multiplied(one.denominator, below))  # type: ignore[arg-type]

    def extreme(self, function: str, operands: list[Lowered]) -> Lowered:
        """Writes `min` or `max`. `LEAST` and `GREATEST` leave NULL out in most databases: they take known ones."""
        if any(isinstance(one, SqlQuotient) for one in operands):
            numerators, denominator = self.sums.over_one_denominator([paired(one) for one in operands])
            return SqlQuotient(self.extreme(function, numerators), denominator)  # type: ignore[arg-type,list-item]
        cells: list[Cell] = operands  # type: ignore[assignment]
        needs = self.sums.united(*(one.needs for one in cells))
        if any(one.is_never_known for one in cells):
            return never_known(NUMBER, needs)
        unit = grid(*cells)
        cells = [self.sums.in_unit(one, unit) for one in cells]
        pick = min if function == "min" else max
        low, high = pick(one.low for one in cells), pick(one.high for one in cells)
        width = max(one.width for one in cells)
        if not needs or not self.dialect.least_skips_null:
            known = build.call("LEAST" if function == "min" else "GREATEST", *(one.value for one in cells))
            return Cell(known, NUMBER, unit, low, high, width, needs)
        cells = [self.atom(one) for one in cells]
        known = build.call("LEAST" if function == "min" else "GREATEST", *(one.value for one in cells))
        unsure = [build.is_null(one.value) for one in cells if one.unknown]
        tree = build.case([(build.either(*unsure), build.null())], known)
        return Cell(tree, NUMBER, unit, low, high, width, needs)

    def comparison(self, operator: str, left: Lowered, right: Lowered) -> Cell:
        if isinstance(left, SqlQuotient) or isinstance(right, SqlQuotient):
            (left, right), _ = self.sums.over_one_denominator([paired(left), paired(right)])
        assert isinstance(left, Cell) and isinstance(right, Cell)
        needs = self.sums.united(left.needs, right.needs)
        if left.is_never_known or right.is_never_known:
            return never_known(TRUTH, needs)
        if left.kind == NUMBER:
            unit = grid(left, right)
            left, right = self.sums.in_unit(left, unit), self.sums.in_unit(right, unit)
        return Cell(build.binary(COMPARED[operator], left.value, right.value), TRUTH, needs=needs)

    def membership(self, operands: list[Lowered]) -> Cell:
        """Writes `left in (…)`: one unknown operand makes it unknown even where another is equal."""
        left = operands[0]
        if isinstance(left, Cell):
            items = self.listed(left, operands[1:])
            if items is not None:
                return Cell(exp.In(this=build.operand(left.value), expressions=items), TRUTH, needs=left.needs)
            left = self.atom(left)
        equal = [self.atom(self.comparison("==", left, one)) for one in operands[1:]]
        needs = self.sums.united(*(one.needs for one in equal))
        if any(one.is_never_known for one in equal):
            return never_known(TRUTH, needs)
        found = build.either(*(one.value for one in equal))
        unsure = [build.is_null(one.value) for one in equal if one.unknown]
        if unsure:
            found = build.case([(build.either(*unsure), build.null())], found)
        return Cell(found, TRUTH, needs=needs)

    def listed(self, left: Cell, items: list[Lowered]) -> list[Tree] | None:
        """Lists the values of `in (…)`; None unless all are known in advance and on the grid of `left`."""
        found: list[Tree] = []
        for item in items:
            if not isinstance(item, Cell) or item.constant is None or left.is_never_known:
                return None
            if left.kind == NUMBER:
                if simplify(Fraction(item.constant) / left.unit).__class__ is not int:
                    return None
                item = self.sums.in_unit(item, left.unit)
            found.append(build.own(item.value))
        return found

    def rounding(self, mode: str, operand: Lowered, size: Number) -> Cell:
        """Rounds a value to multiples of `size`."""
        if isinstance(operand, SqlQuotient):
            above, below = operand.numerator, operand.denominator
            if above.is_never_known or below.is_never_known:
                return never_known(NUMBER, self.sums.united(above.needs, below.needs))
            share = Fraction(above.unit) / below.unit / size
            above = replace(above, unit=1, constant=None)
            below = replace(below, unit=1, constant=None)
            top = self.atom(self.sums.times(above, share.numerator))
            bottom = self.atom(self.sums.times(below, share.denominator))
            return replace(self.sums.divided(mode, top, bottom), unit=size)
        if operand.is_never_known:
            return operand
        share = Fraction(grid(operand)) / size
        top = self.sums.times(self.sums.in_unit(operand, grid(operand)), share.numerator)
        if share.denominator == 1:
            return replace(top, unit=size, constant=None)
        whole = self.sums.divided(mode, self.atom(top), constant(share.denominator, False))
        return replace(whole, unit=size)
