"""Checks calls of functions on numbers, periods, dates, benefits and scales, and makes their terms.

Each function here takes the context and a call with the right number of arguments. It returns the term, or None
where it has noted a mistake.
"""

from __future__ import annotations

import datetime

from calc.exact import Number, magnitude, round_to
from calc.language.check_context import CheckContext
from calc.language.narrowing import known_constant
from calc.language.primitives import full_months, full_years, month, year
from calc.language.symbols import ScaleSymbol, Silent
from calc.language.syntax_tree import Call, Name, Numeral
from calc.language.type_inference import Mismatch, arithmetic_type, extreme_type, negative_type
from calc.language.typed_tree import Amount, Composed, Constant, Operation, Parameter, Received, Term, UnknownTerm, walk
from calc.language.types import (
    COUNT,
    DATE,
    FIXED,
    LITERAL,
    MONEY,
    MONEY_PER_MONTH,
    MONEY_PER_YEAR,
    NUMERIC,
    PURE,
    YES_NO,
    Type,
)
from calc.record import replace

# numbers


def ask_after(context: CheckContext, node: Call) -> Term | None:
    """Checks `ask_after`, which is written in defaults only, as `unknown` is."""
    operand = context.check(node.arguments[0])
    if not context.in_default:
        return context.problem("unknown-name/unknown", node, name=node.function)
    if operand is None:
        return None
    if operand.type.quotient:
        return context.problem("stray-quotient", node.arguments[0], ("round-it", {}))
    return UnknownTerm(Type("unknown", operand.type.level), node, operand)


def extreme(context: CheckContext, node: Call) -> Term | None:
    """Checks `min` and `max`."""
    terms = context.check_all(node.arguments)
    if terms is None:
        return None
    try:
        return Operation(extreme_type(node.function, [one.type for one in terms]), node, node.function, tuple(terms))
    except Mismatch as mismatch:
        return context.mismatch(mismatch, node)


def absolute(context: CheckContext, node: Call) -> Term | None:
    """Checks `abs`."""
    operand = context.check(node.arguments[0])
    if operand is None:
        return None
    try:
        type_ = extreme_type("max", [operand.type, negative_type(operand.type)])
    except Mismatch as mismatch:
        return context.mismatch(mismatch, node)
    low, high = operand.type.low, operand.type.high
    assert low is not None and high is not None
    least: Number = 0 if low <= 0 <= high else min(magnitude(low), magnitude(high))
    return Operation(replace(type_, low=least), node, "abs", (operand,))


def clamp(context: CheckContext, node: Call) -> Term | None:
    """Checks `clamp`, which is defined by `min` and `max`."""
    terms = context.check_all(node.arguments)
    if terms is None:
        return None
    try:
        meaning = clamped(*terms)
    except Mismatch as mismatch:
        return context.mismatch(mismatch, node)
    return Composed(meaning.type, node, "clamp", tuple(terms), meaning)


def clamped(value: Term, low: Term, high: Term) -> Operation:
    """Makes the term `min(max(value, low), high)`."""
    raised = Operation(extreme_type("max", [value.type, low.type]), value.node, "max", (value, low))
    return Operation(extreme_type("min", [raised.type, high.type]), value.node, "min", (raised, high))


def rounding(context: CheckContext, node: Call) -> Term | None:
    """Checks the four roundings; the step is a positive constant."""
    operand, step = context.check(node.arguments[0]), context.check(node.named[0][1])
    if operand is None or step is None:
        return None
    if operand.type.kind not in NUMERIC:
        return context.wrong_argument(node.arguments[0], "number", operand)
    size = known_constant(step)
    if size is None or size <= 0 or step.type.kind not in (LITERAL, operand.type.kind, *PURE):
        context.problem("wrong-kind/step", node.named[0][1])
        return None
    low, high = operand.type.low, operand.type.high
    assert low is not None and high is not None
    type_ = replace(
        operand.type,
        unit=size,
        low=round_to(node.function, low, size),
        high=round_to(node.function, high, size),
        quotient=False,
    )
    fixed = Constant(Type(LITERAL, FIXED, size, size, size), step.node, size)
    return Operation(type_, node, node.function, (operand, fixed))


# periods


def _converted(context: CheckContext, node: Call, source: str, target: str, operator: str) -> Term | None:
    operand = context.check(node.arguments[0])
    if operand is None:
        return None
    if operand.type.kind != source:
        return context.wrong_argument(node.arguments[0], source, operand)
    twelve = Constant(Type(LITERAL, FIXED, 12, 12, 12), node, 12)
    type_ = replace(arithmetic_type(operator, operand.type, twelve.type, 12), kind=target)
    return Composed(type_, node, node.function, (operand,), Operation(type_, node, operator, (operand, twelve)))


def monthly(context: CheckContext, node: Call) -> Term | None:
    """Checks `monthly`: a twelfth of an amount a year."""
    return _converted(context, node, MONEY_PER_YEAR, MONEY_PER_MONTH, "/")


def yearly(context: CheckContext, node: Call) -> Term | None:
    """Checks `yearly`: twelve times an amount a month."""
    return _converted(context, node, MONEY_PER_MONTH, MONEY_PER_YEAR, "*")


def for_months(context: CheckContext, node: Call) -> Term | None:
    """Checks `for_months`: an amount a month times a number of months."""
    terms = context.check_all(node.arguments)
    if terms is None:
        return None
    amount, months = terms
    if amount.type.kind != MONEY_PER_MONTH:
        return context.wrong_argument(node.arguments[0], MONEY_PER_MONTH, amount)
    if months.type.kind not in PURE:
        return context.wrong_argument(node.arguments[1], COUNT, months)
    type_ = replace(arithmetic_type("*", amount.type, months.type), kind=MONEY)
    return Composed(type_, node, "for_months", (amount, months), Operation(type_, node, "*", (amount, months)))


# dates


def between(context: CheckContext, node: Call) -> Term | None:
    """Checks `full_years` and `full_months`."""
    terms = context.check_all(node.arguments)
    if terms is None:
        return None
    for argument, term in zip(node.arguments, terms, strict=True):
        if term.type.kind != DATE:
            return context.wrong_argument(argument, DATE, term)
    start, end = terms[0].type, terms[1].type
    measure = full_years if node.function == "full_years" else full_months
    low, high = measure(start.high, end.low), measure(start.low, end.high)  # type: ignore[arg-type]
    type_ = Type(COUNT, max(start.level, end.level), 1, low, high)
    return Operation(type_, node, node.function, (terms[0], terms[1]))


def date_part(context: CheckContext, node: Call) -> Term | None:
    """Checks `year` and `month`."""
    term = context.check(node.arguments[0])
    if term is None:
        return None
    if term.type.kind != DATE:
        return context.wrong_argument(node.arguments[0], DATE, term)
    low, high = term.type.low, term.type.high
    assert isinstance(low, int) and isinstance(high, int)
    if node.function == "year":
        bounds = (year(low), year(high))
    else:
        bounds = (month(low), month(high)) if low // 10000 == high // 10000 else (1, 12)
    return Operation(Type(COUNT, term.type.level, 1, *bounds), node, node.function, (term,))


def date_call(context: CheckContext, node: Call) -> Term | None:
    """Checks `date`, a day written as three whole numbers."""
    numbers = [part.value for part in node.arguments if isinstance(part, Numeral) and part.value.__class__ is int]
    try:
        if len(numbers) != 3:
            raise ValueError
        day = datetime.date(*numbers)  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        context.problem("wrong-value/date", node)
        return None
    value = day.year * 10000 + day.month * 100 + day.day
    return Constant(Type(DATE, FIXED, 0, value, value), node, value)


# benefits and scales


def receives(context: CheckContext, node: Call) -> Term | None:
    """Checks `receives`."""
    argument = node.arguments[0]
    symbol = context.scope.find(argument.name) if isinstance(argument, Name) else None
    if isinstance(symbol, Amount):
        return Received(Type(YES_NO, symbol.type.level), node, symbol.name)
    if symbol is None and isinstance(argument, Name):
        context.unknown_name(argument)
    elif not isinstance(symbol, Silent):
        context.problem("wrong-kind/benefit", argument)
    return None


def scale(context: CheckContext, node: Call) -> Term | None:
    """Checks `scale`: the sum over the steps of rate times the part of the value within the step."""
    operand, name = context.check(node.arguments[0]), node.arguments[1]
    symbol = context.scope.find(name.name) if isinstance(name, Name) else None
    if operand is None:
        return None
    if not isinstance(symbol, ScaleSymbol):
        if symbol is None and isinstance(name, Name):
            context.unknown_name(name)
        else:
            context.problem("wrong-kind/not-a-scale", name)
        return None
    if operand.type.kind not in NUMERIC:
        return context.wrong_argument(node.arguments[0], "number", operand)
    if any(isinstance(one, Composed) and one.function == "scale" for one in walk(operand)):
        context.problem("not-allowed/scale", node.arguments[0])  # its term would grow with every nesting
        return None
    if symbol.scale is None:
        type_ = replace(operand.type, unit=1, quotient=False)
        return Parameter(type_, node, symbol.name, None)
    kind = operand.type.kind

    def fixed(value: Number, of: str) -> Constant:
        return Constant(Type(of, FIXED, magnitude(value), value, value), name, value)

    steps = symbol.scale.steps
    pieces: list[Term] = []
    for at, (start, rate) in enumerate(steps):
        first = fixed(start, kind)
        if at + 1 < len(steps):
            part = clamped(operand, first, fixed(steps[at + 1][0], kind))
        else:
            part = Operation(extreme_type("max", [operand.type, first.type]), node, "max", (operand, first))
        above = Operation(arithmetic_type("-", part.type, first.type), node, "-", (part, first))
        share = fixed(rate, LITERAL)
        pieces.append(Operation(arithmetic_type("*", above.type, share.type), node, "*", (above, share)))
    while len(pieces) > 1:  # added in pairs: a sum of many steps is then not a deep term
        pairs = zip(pieces[::2], pieces[1::2], strict=False)
        added: list[Term] = [Operation(arithmetic_type("+", a.type, b.type), node, "+", (a, b)) for a, b in pairs]
        pieces = added + pieces[len(added) * 2 :]
    total = pieces[0]
    return Composed(total.type, node, "scale", (operand,), total)
