"""Simplified terms → Python expressions over scaled whole numbers.

A number is held as `value / unit`, a whole number, where `unit` is the grid the checker proved.
A quotient by something not fixed stays a pair of whole numbers until it is rounded or compared.
Only names made here and digits enter the text; names and words of a rules file never do.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Union

from calc.engine.simplify import Missing
from calc.engine.unknown import Unknown
from calc.exact import Number, divide, grid_of, simplify
from calc.language.kinds import FIXED, NUMERIC
from calc.language.terms import (
    Aggregate,
    Amount,
    Constant,
    Definition,
    Fact,
    HasRow,
    If,
    Logic,
    Lookup,
    Operation,
    Received,
    Term,
)
from calc.record import Record

LONG = 400
"""Characters of an expression after which it is put in a local."""


class Code(Record):
    """A Python expression; `unit` is None for what is not a number; `unknown` where it may be one."""

    text: str
    unit: Number | None = None
    unknown: bool = False
    constant: Any = None


class Quotient(Record):
    """A quotient not yet rounded or compared; the denominator is above zero."""

    numerator: Code
    denominator: Code


Lowered = Union[Code, Quotient]


class Lowering:
    """Lowers terms; `names` gives the code of what was computed before, `keep` a global name for a value."""

    def __init__(self, keep: Callable[[Any], str], spill: Callable[[str], str], bits: dict[str, int]) -> None:
        self.keep = keep
        self.spill = spill
        self.bits = bits
        self.names: dict[str, Code] = {}
        self.received: dict[str, Code] = {}
        self.aggregates: dict[int, Code] = {}
        self.temporaries = 0

    def temporary(self) -> str:
        """A fresh local name."""
        self.temporaries += 1
        return f"t{self.temporaries}"

    def code(self, term: Term) -> Code:
        """The code of a term that is not a travelling quotient."""
        lowered = self.lower(term)
        assert isinstance(lowered, Code), "a quotient passed the checker"
        return lowered

    def lower(self, term: Term) -> Lowered:
        """The code of a term; a long one is put in a local first."""
        lowered = self.form(term)
        if isinstance(lowered, Quotient):
            return Quotient(self.short(lowered.numerator), self.short(lowered.denominator))
        return self.short(lowered)

    def short(self, code: Code) -> Code:
        """The code, by way of a local if its text is long."""
        return code if len(code.text) < LONG else Code(self.spill(code.text), code.unit, code.unknown, code.constant)

    def form(self, term: Term) -> Lowered:
        """The code of a term, form by form."""
        match term:
            case Constant(value=value):
                return self.constant(value, term.type.kind in NUMERIC)
            case Missing(unknown=unknown):
                numeric = term.type.kind in NUMERIC or term.type.kind == "unknown"  # `unknown` fits any kind
                return Code(self.keep(unknown), 1 if numeric else None, True)
            case Fact(name=name) | Definition(name=name) | Amount(name=name):
                return self.names[name]
            case Received(name=name):
                return self.received[name]
            case Operation():
                return self.operation(term)
            case Logic(operator=operator, operands=operands):
                return self.logic(operator, [self.code(operand) for operand in operands])
            case If():
                return self.choice(term)
            case Lookup() | HasRow():
                return self.looked_up(term)
            case Aggregate():
                return self.aggregates[id(term)]
        raise AssertionError(f"no code for {term!r}")

    def constant(self, value: Any, numeric: bool) -> Code:
        """The code of a known value."""
        if isinstance(value, bool):
            return Code(str(value), None, False, value)
        if isinstance(value, str):
            return Code(self.keep(value), None, False, value)
        if not numeric:
            return Code(str(int(value)), None, False, value)
        return Code("1" if value > 0 else "-1" if value < 0 else "0", abs(value), False, value)

    # strict operations

    def operation(self, term: Operation) -> Lowered:
        operator = term.operator
        operands = [self.lower(operand) for operand in term.operands]
        if operator in ("+", "-"):
            return self.sum(operator, *operands)
        if operator == "*":
            return self.product(*operands)
        if operator == "/":
            return self.quotient(operands[0], operands[1], term.operands[1])
        if operator == "negative":
            return self.product(operands[0], self.constant(-1, True))
        if operator in ("min", "max"):
            return self.extreme(operator, operands)
        if operator in ("<", "<=", ">", ">=", "==", "!="):
            return self.comparison(operator, *operands)
        if operator.startswith("round"):
            return self.rounding(operator, operands[0], term.operands[1])
        if operator == "in":
            return self.membership(operands)
        if operator == "abs" and isinstance(operands[0], Quotient):
            above = self.absolute(operands[0].numerator)
            return Quotient(above, operands[0].denominator)
        codes = [one for one in operands if isinstance(one, Code)]
        unknown = any(one.unknown for one in codes)
        texts = [one.text if one.unit is None else scaled(one, grid(one)) for one in codes]
        if operator == "abs":
            return self.absolute(codes[0])
        if operator == "full_years":
            return Code(f"(({texts[1]} - {texts[0]}) // 10000)", 1, unknown)
        if operator == "full_months":
            return Code(self.strictly("full_months", texts, unknown), 1, unknown)
        if operator == "year":
            return Code(f"({texts[0]} // 10000)", 1, unknown)
        assert operator == "month", operator
        return Code(f"({texts[0]} // 100 % 100)", 1, unknown)

    def absolute(self, code: Code) -> Code:
        """The number without its sign."""
        unit = grid(code)
        return Code(self.strictly("abs", [scaled(code, unit)], code.unknown), unit, code.unknown)

    def strictly(self, function: str, texts: list[str], unknown: bool) -> str:
        """A call of a function that does not take unknowns itself."""
        joined = ", ".join(texts)
        return f"strict({function}, {joined})" if unknown else f"{function}({joined})"

    def sum(self, operator: str, left: Lowered, right: Lowered) -> Lowered:
        if isinstance(left, Quotient) or isinstance(right, Quotient):
            one, other = paired(left), paired(right)
            numerator = self.sum(
                operator,
                self.product(one.numerator, other.denominator),
                self.product(other.numerator, one.denominator),
            )
            denominator = self.product(one.denominator, other.denominator)
            return Quotient(numerator, denominator)  # type: ignore[arg-type]
        if left.constant is not None and right.constant is not None:
            value = left.constant + right.constant if operator == "+" else left.constant - right.constant
            return self.constant(simplify(value), True)
        if right.constant == 0:
            return left
        if left.constant == 0 and operator == "+":
            return right
        unit = grid(left, right)
        text = f"({scaled(left, unit)} {operator} {scaled(right, unit)})"
        return Code(text, unit, left.unknown or right.unknown)

    def product(self, left: Lowered, right: Lowered) -> Lowered:
        if isinstance(left, Quotient) or isinstance(right, Quotient):
            one, other = paired(left), paired(right)
            return Quotient(
                self.product(one.numerator, other.numerator),  # type: ignore[arg-type]
                self.product(one.denominator, other.denominator),  # type: ignore[arg-type]
            )
        if left.constant is not None:
            left, right = right, left
        unknown = left.unknown or right.unknown
        if right.constant is not None:
            factor = right.constant
            if left.constant is not None:
                return self.constant(simplify(left.constant * factor), True)
            if factor == 0:
                return Code(f"({left.text} * 0)", 1, True) if unknown else self.constant(0, True)
            unit = simplify(left.unit * abs(factor))  # type: ignore[operator]
            return Code(left.text if factor > 0 else f"(-{left.text})", unit, unknown)
        unit = simplify(left.unit * right.unit)  # type: ignore[operator]
        return Code(f"({left.text} * {right.text})", unit, unknown)

    def quotient(self, left: Lowered, right: Lowered, divisor: Term) -> Lowered:
        if isinstance(right, Code) and right.constant and divisor.type.level == FIXED:
            return self.product(left, self.constant(divide(1, right.constant), True))
        one, other = paired(left), paired(right)
        numerator = self.product(one.numerator, other.denominator)
        denominator = self.product(one.denominator, other.numerator)
        if divisor.type.low is None or divisor.type.low < 0:  # the sign is not known: multiply both by it
            numerator, denominator = self.product(numerator, denominator), self.product(denominator, denominator)
        return Quotient(numerator, denominator)  # type: ignore[arg-type]

    def extreme(self, function: str, operands: list[Lowered]) -> Lowered:
        if any(isinstance(one, Quotient) for one in operands):
            numerators, denominator = self.over_one_denominator([paired(one) for one in operands])
            return Quotient(self.extreme(function, numerators), denominator)  # type: ignore[arg-type]
        codes: list[Code] = operands  # type: ignore[assignment]
        unknown = any(one.unknown for one in codes)
        unit = None if codes[0].unit is None else grid(*codes)
        texts = [one.text if unit is None else scaled(one, unit) for one in codes]
        if unknown or len(texts) > 2:
            return Code(self.strictly(function, texts, unknown), unit, unknown)
        sign = "<" if function == "min" else ">"
        left, right = self.temporary(), self.temporary()
        text = f"({left} if ({left} := {texts[0]}) {sign} ({right} := {texts[1]}) else {right})"
        return Code(text, unit)

    def over_one_denominator(self, pairs: list[Quotient]) -> tuple[list[Lowered], Code]:
        """The numerators of quotients once all have the product of the denominators."""
        denominator: Lowered = self.constant(1, True)
        for one in pairs:
            denominator = self.product(denominator, one.denominator)
        numerators: list[Lowered] = []
        for one in pairs:
            numerator: Lowered = one.numerator
            for other in pairs:
                if other is not one:
                    numerator = self.product(numerator, other.denominator)
            numerators.append(numerator)
        return numerators, denominator  # type: ignore[return-value]

    def comparison(self, operator: str, left: Lowered, right: Lowered) -> Code:
        if isinstance(left, Quotient) or isinstance(right, Quotient):
            (left, right), _ = self.over_one_denominator([paired(left), paired(right)])
        assert isinstance(left, Code) and isinstance(right, Code)
        unknown = left.unknown or right.unknown
        if left.unit is None or right.unit is None:
            return Code(f"({left.text} {operator} {right.text})", None, unknown)
        unit = grid(left, right)
        return Code(f"({scaled(left, unit)} {operator} {scaled(right, unit)})", None, unknown)

    def membership(self, operands: list[Lowered]) -> Code:
        equal = [self.comparison("==", operands[0], one) for one in operands[1:]]
        if any(one.unknown for one in equal):  # strict: one unknown operand makes it unknown
            pairs = [(one,) if isinstance(one, Code) else (one.numerator, one.denominator) for one in operands]
            texts = ", ".join(code.text for pair in pairs for code in pair)
            return Code(f"strict(lambda *_: {' or '.join(one.text for one in equal)}, {texts})", None, True)
        return Code(f"({' or '.join(one.text for one in equal)})")

    def rounding(self, mode: str, operand: Lowered, step: Term) -> Code:
        size = step.value  # type: ignore[attr-defined]
        if isinstance(operand, Quotient):
            one, other = operand.numerator, operand.denominator
            unknown = one.unknown or other.unknown
            ratio = Fraction(grid(one)) / grid(other) / size
            top = f"{scaled(one, grid(one))} * {ratio.numerator}"
            below = f"{scaled(other, grid(other))} * {ratio.denominator}"
            return Code(self.strictly("round_quotient", [f"{mode}", top, below], unknown), size, unknown)
        unit = grid(operand)
        ratio = Fraction(unit) / size
        text = scaled(operand, unit)
        if ratio.denominator == 1:
            return Code(times(text, ratio.numerator), size, operand.unknown)
        top = times(text, ratio.numerator)
        if mode == "round_down":
            return Code(f"({top} // {ratio.denominator})", size, operand.unknown)
        if mode == "round_up":
            return Code(f"(-(-{top} // {ratio.denominator}))", size, operand.unknown)
        return Code(self.strictly(mode, [top, str(ratio.denominator)], operand.unknown), size, operand.unknown)

    # what can absorb an unknown

    def logic(self, operator: str, operands: list[Code]) -> Code:
        if operator == "not":
            (one,) = operands
            return Code(f"negation({one.text})", None, True) if one.unknown else Code(f"(not {one.text})")
        certain = [one.text for one in operands if not one.unknown]
        unsure = [one.text for one in operands if one.unknown]
        if not unsure:
            return Code(f"({f' {operator} '.join(certain)})")
        combine = "both" if operator == "and" else "either"
        open_part = f"{combine}({', '.join(unsure)})"
        return Code(f"({f' {operator} '.join([*certain, open_part])})", None, True)

    def choice(self, term: If) -> Lowered:
        test, then, otherwise = self.code(term.test), self.lower(term.then), self.lower(term.otherwise)
        if isinstance(then, Quotient) or isinstance(otherwise, Quotient):
            return self.chosen_quotient(test, paired(then), paired(otherwise))
        return self.chosen(test, then, otherwise)

    def chosen_quotient(self, test: Code, then: Quotient, otherwise: Quotient) -> Quotient:
        """One of two quotients; the denominator of the branch not taken may be zero or unknown and must not matter."""
        if not test.unknown:
            return Quotient(
                self.chosen(test, then.numerator, otherwise.numerator),
                self.chosen(test, then.denominator, otherwise.denominator),
            )
        above, below = grid(then.numerator, otherwise.numerator), grid(then.denominator, otherwise.denominator)
        texts = ", ".join(
            (
                scaled(then.numerator, above),
                scaled(then.denominator, below),
                scaled(otherwise.numerator, above),
                scaled(otherwise.denominator, below),
            )
        )
        pair = self.spill(f"choose_quotient({test.text}, {texts})")
        return Quotient(Code(f"{pair}[0]", above, True), Code(f"{pair}[1]", below, True))

    def chosen(self, test: Code, then: Lowered, otherwise: Lowered) -> Code:
        assert isinstance(then, Code) and isinstance(otherwise, Code)
        numeric = then.unit is not None and otherwise.unit is not None
        unit = grid(then, otherwise) if numeric else None
        left, right = (scaled(one, unit) if unit is not None else one.text for one in (then, otherwise))
        if test.unknown:
            return Code(f"choose({test.text}, {left}, {right})", unit, True)
        return Code(f"({left} if {test.text} else {right})", unit, then.unknown or otherwise.unknown)

    def looked_up(self, term: Lookup | HasRow) -> Code:
        keys = [self.code(key) for key in term.keys]
        units = [None if key.unit is None else grid(key) for key in keys]
        texts = [key.text if unit is None else scaled(key, unit) for key, unit in zip(keys, units, strict=True)]
        unknown = any(key.unknown for key in keys)
        if isinstance(term, HasRow):
            return Code(self.strictly(self.keep(has_row(term, units)), texts, unknown), None, unknown)
        unit = (term.type.unit or 1) if term.type.kind in NUMERIC else None
        unset = any(cell is None for cell in term.table.cells.values())
        look = self.keep(lookup(term, units, unit, Unknown(self.bits[term.name])))
        return Code(self.strictly(look, texts, unknown), unit, unknown or unset)


def grid(*codes: Code) -> Number:
    """A unit all the codes can be written in."""
    return grid_of(*(code.unit or 0 for code in codes)) or 1


def times(text: str, factor: int) -> str:
    """The text times a whole number."""
    return text if factor == 1 else f"({text} * {factor})"


def scaled(code: Code, unit: Number) -> str:
    """The whole number that stands for the value in the given unit."""
    if code.constant is not None and not isinstance(code.constant, (bool, str)):
        value = simplify(Fraction(code.constant) / unit)
        return f"({value})" if value < 0 else str(value)
    assert code.unit is not None
    factor = simplify(Fraction(code.unit) / unit)
    assert isinstance(factor, int), "a unit that is not a multiple of the grid"
    return times(code.text, factor)


def paired(lowered: Lowered) -> Quotient:
    """A number as a quotient."""
    return lowered if isinstance(lowered, Quotient) else Quotient(lowered, Code("1", 1, False, 1))


def has_row(term: HasRow, units: list[Number | None]) -> Callable[..., bool]:
    """Whether the table of the term has a row, as a function of scaled keys."""
    table = term.table

    def look(*keys: Any) -> bool:
        return table.has(unscaled(keys, units))

    return look


def lookup(term: Lookup, units: list[Number | None], unit: Number | None, unset: Any) -> Callable[..., Any]:
    """The cell of the term's table as a function of scaled keys; keys a guard keeps out, without a row, give 0."""
    table = term.table
    memory: dict[tuple[Any, ...], Any] = {}

    def look(*keys: Any) -> Any:
        found = memory.get(keys)
        if found is None:
            values = unscaled(keys, units)
            cell = table.cell(values) if table.has(values) else 0
            found = unset if cell is None else cell
            if unit is not None and cell is not None:
                found = int(Fraction(cell) / unit)  # type: ignore[arg-type]
            if len(memory) < 10_000:
                memory[keys] = found
        return found

    return look


def unscaled(keys: tuple[Any, ...], units: Any) -> tuple[Any, ...]:
    """Keys as the table knows them."""
    return tuple(key if unit is None else simplify(key * unit) for key, unit in zip(keys, units, strict=True))
