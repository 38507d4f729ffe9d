"""Writes simplified terms as Python expressions over scaled whole numbers.

A number is held as `value / unit`, a whole number, where `unit` is the grid proven by the checker.
A quotient by a value that is not fixed in the month stays a pair of whole numbers until it is rounded or compared.
The text consists of names made here and digits; names and words of a rules file are never in it.

Over 300 lines: one class writes every form of term, and the forms call each other.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from calc.engine.python.python_expression import (
    LONG,
    MOST_NESTED,
    Code,
    Lowered,
    QuotientCode,
    added,
    depth,
    grid,
    multiplied,
    nested,
    number,
    over_one_denominator,
    paired,
    scaled,
    times,
)
from calc.engine.python.table_memory import TableCode
from calc.engine.simple_plan import ASK_AFTER, Missing
from calc.engine.unknown import Unknown
from calc.exact import divide
from calc.language.typed_tree import (
    Aggregate,
    Amount,
    Constant,
    Definition,
    Fact,
    HasRow,
    If,
    Logic,
    Lookup,
    Me,
    Operation,
    Received,
    Term,
)
from calc.language.types import FIXED, NUMERIC


class PythonLowering:
    """Writes the code of terms; `names` has that of values computed before, `keep` gives a value a global name.

    Where a value may be unknown, the code tests it by identity (`x is True`) and calls a function of
    `calc.engine.unknown` only for one that is unknown: known values stay fast.
    """

    def __init__(self, keep: Callable[[Any], str], bits: dict[str, int]) -> None:
        self.keep = keep
        self.bits = bits
        self.lines: list[str] = []
        self.names: dict[str, Code] = {}
        self.received: dict[str, Code] = {}
        self.aggregates: dict[int, Code] = {}
        self.temporaries = 0
        self.uses_place = False
        """True if code uses the place of the member, `i`."""

    def temporary(self) -> str:
        """Makes a new local name."""
        self.temporaries += 1
        return f"t{self.temporaries}"

    def spill(self, text: str) -> str:
        """Assigns a part of an expression to a local, in a line before it; returns the name.

        Python reads no more than 200 brackets inside each other, and a part used twice is computed once.
        """
        name = self.temporary()
        self.lines.append(f"{name} = {text}")
        return name

    def apart(self, term: Term) -> tuple[Lowered, list[str]]:
        """Writes a term, and returns the lines it needs before it instead of adding them."""
        before, self.lines = self.lines, []
        lowered = self.lower(term)
        own, self.lines = self.lines, before
        return lowered, own

    def branch(self, test: str, then: list[str], otherwise: list[str]) -> None:
        """Writes lines of which only one side is run."""
        self.lines.append(f"if {test}:")
        self.lines += [f"    {line}" for line in then]
        self.lines.append("else:")
        self.lines += [f"    {line}" for line in otherwise]

    def code(self, term: Term) -> Code:
        """Writes a term that is not a quotient."""
        lowered = self.lower(term)
        assert isinstance(lowered, Code), "a quotient passed the checker"
        return lowered

    def lower(self, term: Term) -> Lowered:
        """Writes a term; assigns a long one to a local."""
        lowered = self.form(term)
        if isinstance(lowered, QuotientCode):
            return QuotientCode(self.short(lowered.numerator), self.short(lowered.denominator))
        return self.short(lowered)

    def short(self, code: Code) -> Code:
        """Assigns the code to a local if its text is long."""
        return code if len(code.text) < LONG else Code(self.spill(code.text), code.unit, code.unknown, code.constant)

    def atom(self, text: str) -> str:
        """Assigns a text to a local unless it is a name or a number: for use more than once."""
        return text if text.isidentifier() or text.isdigit() else self.spill(text)

    def form(self, term: Term) -> Lowered:
        """Writes a term by its form."""
        match term:
            case Constant(value=value):
                return self.constant(value, term.type.kind in NUMERIC)
            case Missing(unknown=unknown):
                numeric = term.type.kind in NUMERIC or term.type.kind == "unknown"  # `unknown` fits any kind
                return Code(self.keep(unknown), 0 if numeric else None, True)
            case Fact(name=name) | Definition(name=name) | Amount(name=name):
                return self.names[name]
            case Me():
                self.uses_place = True
                return Code("i")
            case Received(name=name):
                return self.received[name]
            case Operation():
                return self.operation(term)
            case Logic(operator="not", operands=(operand,)):
                return self.negation(self.code(operand))
            case Logic(operator=operator, operands=operands):
                return self.logic(operator, operands)
            case If():
                return self.choice(term)
            case Lookup() | HasRow():
                return self.looked_up(term)
            case Aggregate():
                return self.aggregates[id(term)]
        raise AssertionError(f"no code for {term!r}")

    def constant(self, value: Any, numeric: bool) -> Code:
        """Writes a known value."""
        if isinstance(value, bool):
            return Code(str(value), None, False, value)
        if isinstance(value, str):
            return Code(self.keep(value), None, False, value)
        if not numeric:
            return Code(str(int(value)), None, False, value)
        return number(value)

    # strict operations

    def operation(self, term: Operation) -> Lowered:
        operator = term.operator
        if operator == ASK_AFTER:
            first, missing = (self.code(operand) for operand in term.operands)
            one = self.atom(first.text)
            return Code(f"({one} if {one}.__class__ is Unknown else {missing.text})", 0, True)
        operands = [self.lower(operand) for operand in term.operands]
        if operator in ("+", "-"):
            return added(operator, *operands)
        if operator == "*":
            return multiplied(*operands)
        if operator == "/":
            return self.quotient(operands[0], operands[1], term.operands[1])
        if operator == "negative":
            return multiplied(operands[0], number(-1))
        if operator in ("min", "max"):
            return self.extreme(operator, operands)
        if operator in ("<", "<=", ">", ">=", "==", "!="):
            return self.comparison(operator, *operands)
        if operator.startswith("round"):
            return self.rounding(operator, operands[0], term.operands[1])
        if operator == "in":
            return self.membership(operands)
        if operator == "abs" and isinstance(operands[0], QuotientCode):
            above = self.absolute(operands[0].numerator)
            return QuotientCode(above, operands[0].denominator)
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
        """Writes the absolute value of a number."""
        unit = grid(code)
        return Code(self.strictly("abs", [scaled(code, unit)], code.unknown), unit, code.unknown)

    def strictly(self, function: str, texts: list[str], unknown: bool) -> str:
        """Writes a call of a function that does not take unknowns itself."""
        joined = ", ".join(texts)
        return f"strict({function}, {joined})" if unknown else f"{function}({joined})"

    def quotient(self, left: Lowered, right: Lowered, divisor: Term) -> Lowered:
        if isinstance(right, Code) and right.constant and divisor.type.level == FIXED:
            return multiplied(left, number(divide(1, right.constant)))
        one, other = paired(left), paired(right)
        numerator = multiplied(one.numerator, other.denominator)
        denominator = multiplied(one.denominator, other.numerator)
        if divisor.type.low is None or divisor.type.low < 0:  # the sign is not known: multiply both by it
            numerator, denominator = multiplied(numerator, denominator), multiplied(denominator, denominator)
        return QuotientCode(numerator, denominator)  # type: ignore[arg-type]

    def extreme(self, function: str, operands: list[Lowered]) -> Lowered:
        if any(isinstance(one, QuotientCode) for one in operands):
            numerators, denominator = over_one_denominator([paired(one) for one in operands])
            return QuotientCode(self.extreme(function, numerators), denominator)  # type: ignore[arg-type]
        codes: list[Code] = operands  # type: ignore[assignment]
        unknown = any(one.unknown for one in codes)
        unit = None if codes[0].unit is None else grid(*codes)
        texts = [one.text if unit is None else scaled(one, unit) for one in codes]
        if unknown:
            texts = [self.atom(text) for text in texts]
        if len(texts) > 2:
            known = f"{function}({', '.join(texts)})"
        else:
            sign = "<" if function == "min" else ">"
            one, other = texts if unknown else (self.temporary(), self.temporary())
            first, second = texts if unknown else (f"({one} := {texts[0]})", f"({other} := {texts[1]})")
            known = f"{one} if {first} {sign} {second} else {other}"
        return Code(self.guarded(function, known, texts, codes), unit, unknown)

    def guarded(self, function: str, known: str, texts: list[str], codes: list[Code]) -> str:
        """Writes the code for known operands, and a strict call for the case that one is unknown."""
        unsure = [text for text, code in zip(texts, codes, strict=True) if code.unknown]
        if not unsure:
            return f"({known})"
        if len(unsure) == 1:
            return f"({unsure[0]} if {unsure[0]}.__class__ is Unknown else {known})"
        test = " or ".join(f"{text}.__class__ is Unknown" for text in unsure)
        return f"(strict({function}, {', '.join(texts)}) if {test} else {known})"

    def comparison(self, operator: str, left: Lowered, right: Lowered) -> Code:
        if isinstance(left, QuotientCode) or isinstance(right, QuotientCode):
            (left, right), _ = over_one_denominator([paired(left), paired(right)])
        assert isinstance(left, Code) and isinstance(right, Code)
        unknown = left.unknown or right.unknown
        if left.unit is None or right.unit is None:
            return Code(f"({left.text} {operator} {right.text})", None, unknown)
        unit = grid(left, right)
        return Code(f"({scaled(left, unit)} {operator} {scaled(right, unit)})", None, unknown)

    def membership(self, operands: list[Lowered]) -> Code:
        left = operands[0]
        fixed = all(isinstance(one, Code) and one.constant is not None for one in operands[1:])
        if fixed and isinstance(left, Code) and left.unit is None:
            items = self.keep(tuple(one.constant for one in operands[1:]))  # type: ignore[union-attr]
            value = self.atom(left.text) if left.unknown else left.text
            known = f"{value} in {items}"
            text = f"({value} if {value}.__class__ is Unknown else {known})" if left.unknown else f"({known})"
            return Code(text, None, left.unknown)
        equal = [self.comparison("==", left, one) for one in operands[1:]]
        if not any(one.unknown for one in equal):
            return Code(f"({' or '.join(one.text for one in equal)})")
        atoms = [self.atom(one.text) for one in equal]  # strict: one unknown operand makes it unknown
        return Code(f"strict(one_of, {', '.join(atoms)})", None, True)

    def rounding(self, mode: str, operand: Lowered, step: Term) -> Code:
        size = step.value  # type: ignore[attr-defined]
        if isinstance(operand, QuotientCode):
            one, other = operand.numerator, operand.denominator
            unknown = one.unknown or other.unknown
            ratio = Fraction(grid(one)) / grid(other) / size
            top = times(scaled(one, grid(one)), ratio.numerator)
            below = times(scaled(other, grid(other)), ratio.denominator)
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

    # forms that can absorb an unknown

    def negation(self, operand: Code) -> Code:
        if not operand.unknown:
            return Code(f"(not {operand.text})")
        truth = self.atom(operand.text)
        return Code(f"(False if {truth} is True else True if {truth} is False else {truth})", None, True)

    def logic(self, operator: str, operands: tuple[Term, ...]) -> Code:
        decisive, other, combine = ("False", "True", "both") if operator == "and" else ("True", "False", "either")
        certain: list[str] = []
        unsure: list[str] = []
        lines: list[str] = []
        for operand in operands:
            lowered, own = self.apart(operand)
            assert isinstance(lowered, Code)
            if lowered.unknown:
                lines += own
                if not lowered.text.isidentifier():
                    name = self.temporary()
                    lines.append(f"{name} = {lowered.text}")
                    lowered = Code(name, None, True)
                unsure.append(lowered.text)
            else:
                self.lines += own
                certain.append(lowered.text)
        known = f" {operator} ".join(certain)
        if not unsure:
            return Code(f"({known})")
        combine = f"{combine}_of" if len(unsure) == 2 else combine
        text = unsure[0]
        if 1 < len(unsure) < MOST_NESTED > depth(lines):
            name = self.temporary()
            all_known = " and ".join(f"{one} is {other}" for one in unsure)
            combined = f"{name} = {other} if {all_known} else {combine}({', '.join(unsure)})"
            tests = [f"{one} is not {decisive}" for one in unsure]
            lines += nested(tests, [combined], [f"{name} = {decisive}"])
            text = name
        elif len(unsure) > 1:
            settled = " or ".join(f"{one} is {decisive}" for one in unsure)
            all_known = " and ".join(f"{one} is {other}" for one in unsure)
            combined = f"{combine}({', '.join(unsure)})"
            text = f"({decisive} if {settled} else {other} if {all_known} else {combined})"
        if not certain:
            self.lines += lines
            return Code(text, None, True)
        if not lines:
            return Code(f"(({known}) {operator} {text})", None, True)
        name = self.temporary()  # what may be unknown is computed only where the rest does not settle it
        test = known if operator == "and" else f"not ({known})"
        self.branch(test, [*lines, f"{name} = {text}"], [f"{name} = {decisive}"])
        return Code(name, None, True)

    def choice(self, term: If) -> Lowered:
        test = self.code(term.test)
        then, then_lines = self.apart(term.then)
        otherwise, otherwise_lines = self.apart(term.otherwise)
        lines = then_lines or otherwise_lines
        if not lines or test.unknown or isinstance(then, QuotientCode) or isinstance(otherwise, QuotientCode):
            self.lines += [*then_lines, *otherwise_lines]
            if isinstance(then, QuotientCode) or isinstance(otherwise, QuotientCode):
                return self.chosen_quotient(test, paired(then), paired(otherwise))
            return self.chosen(test, then, otherwise)
        numeric = then.unit is not None and otherwise.unit is not None
        unit = grid(then, otherwise) if numeric else None
        left, right = (scaled(one, unit) if unit is not None else one.text for one in (then, otherwise))
        name = self.temporary()
        self.branch(test.text, [*then_lines, f"{name} = {left}"], [*otherwise_lines, f"{name} = {right}"])
        return Code(name, unit, then.unknown or otherwise.unknown)

    def chosen_quotient(self, test: Code, then: QuotientCode, otherwise: QuotientCode) -> QuotientCode:
        """Writes a choice of quotients; the denominator of the branch not taken may be zero or unknown."""
        if not test.unknown:
            return QuotientCode(
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
        return QuotientCode(Code(f"{pair}[0]", above, True), Code(f"{pair}[1]", below, True))

    def chosen(self, test: Code, then: Lowered, otherwise: Lowered) -> Code:
        assert isinstance(then, Code) and isinstance(otherwise, Code)
        numeric = then.unit is not None and otherwise.unit is not None
        unit = grid(then, otherwise) if numeric else None
        left, right = (scaled(one, unit) if unit is not None else one.text for one in (then, otherwise))
        if test.unknown:
            truth, left, right = self.atom(test.text), self.atom(left), self.atom(right)
            text = f"({left} if {truth} is True else {right} if {truth} is False else choose({truth}, {left}, {right}))"
            return Code(text, unit, True)
        unknown = then.unknown or otherwise.unknown
        return Code(f"({left} if {test.text} else {right})", unit, unknown)

    def looked_up(self, term: Lookup | HasRow) -> Code:
        codes = [self.code(key) for key in term.keys]
        unset = Unknown(self.bits[term.name]) if isinstance(term, Lookup) else None
        table = TableCode(term, codes, unset)
        memory = self.keep(table.memory)
        varying = [code for code in codes if code.constant is None]
        texts = [code.text if code.unit is None else scaled(code, grid(code)) for code in varying]
        if any(code.unknown for code in varying):
            texts = [self.atom(text) for text in texts]
        keys = [f"bisect_right({self.keep(key.edges)}, {text})" if key.edges else text
                for key, text in zip(table.varying, texts, strict=True)]  # fmt: skip
        known = f"{memory}[{', '.join(keys) or '()'}]"
        unknown = any(code.unknown for code in varying)
        if isinstance(term, Lookup) and any(cell is None for cell in term.table.cells.values()):
            unknown = True
        return Code(self.guarded(memory, known, texts, varying), table.unit, unknown)
