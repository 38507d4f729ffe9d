"""The table of functions: name, signature, help, examples, and how a call becomes a checked term.

Checker, documentation and tests read this table. A function *defined in the language* builds its meaning from
other terms and keeps its name (`Composed`); a primitive adds one operation to `calc.language.operations`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from calc.exact import Number, magnitude, round_to, simplify
from calc.language.guards import for_everybody, guards_from, known_constant
from calc.language.infer import Mismatch, arithmetic_type, common_type, extreme_type, negative_type
from calc.language.kinds import (
    COUNT,
    DATE,
    FIXED,
    HOUSEHOLD,
    LITERAL,
    MEMBER,
    MONEY,
    MONEY_PER_MONTH,
    MONEY_PER_YEAR,
    MOST_MEMBERS,
    NUMERIC,
    PURE,
    YES_NO,
    Type,
)
from calc.language.operations import full_months, full_years, month, year
from calc.language.problem import close_match
from calc.language.scope import ScaleSymbol
from calc.language.terms import Aggregate, Amount, Composed, Constant, Operation, Parameter, Received, Term, walk
from calc.language.tree import Call, Name, Node, Numeral
from calc.record import Record, replace

if TYPE_CHECKING:
    from calc.language.checker import Checker

Build = Callable[["Checker", Call], "Term | None"]


class Function(Record):
    """One function of the language. `least` and `most` count the plain arguments."""

    name: str
    signature: str
    en: str
    zh: str
    examples: tuple[str, ...]
    build: Build
    least: int
    most: int
    named: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


def check_call(checker: Checker, node: Call) -> Term | None:
    """The checked term of a call, or None where a mistake was noted."""
    function = TABLE.get(node.function)
    if function is None:
        near = close_match(node.function, list(TABLE))
        checker.problem(
            "unknown-function", node, ("did-you-mean", {"name": near}) if near else None, name=node.function
        )
        return None
    given = {name for name, _ in node.named}
    for name, argument in node.named:
        if name not in function.named:
            checker.problem("unknown-argument", argument, ("signature", {"signature": function.signature}), name=name)
            return None
    if not function.least <= len(node.arguments) <= function.most or len(given) < len(node.named):
        checker.problem(
            "wrong-number-of-arguments",
            node,
            ("signature", {"signature": function.signature}),
            name=node.function,
            given=len(node.arguments),
        )
        return None
    for name in function.required:
        if name not in given:
            checker.problem(
                f"missing-{name}", node, ("signature", {"signature": function.signature}), name=node.function
            )
            return None
    return function.build(checker, node)


def _terms(checker: Checker, nodes: tuple[Node, ...]) -> list[Term] | None:
    terms = [checker.check(node) for node in nodes]
    known = [term for term in terms if term is not None]
    return known if len(known) == len(terms) else None


def _wrong(checker: Checker, node: Node, wanted: str, term: Term) -> None:
    checker.problem("wrong-kind/argument", node, wanted=wanted, kind=term.type.kind)


# numbers


def _extreme(checker: Checker, node: Call) -> Term | None:
    terms = _terms(checker, node.arguments)
    if terms is None:
        return None
    try:
        return Operation(extreme_type(node.function, [one.type for one in terms]), node, node.function, tuple(terms))
    except Mismatch as mismatch:
        return checker.mismatch(mismatch, node)


def _absolute(checker: Checker, node: Call) -> Term | None:
    operand = checker.check(node.arguments[0])
    if operand is None:
        return None
    try:
        type_ = extreme_type("max", [operand.type, negative_type(operand.type)])
    except Mismatch as mismatch:
        return checker.mismatch(mismatch, node)
    low, high = operand.type.low, operand.type.high
    assert low is not None and high is not None
    least: Number = 0 if low <= 0 <= high else min(magnitude(low), magnitude(high))
    return Operation(replace(type_, low=least), node, "abs", (operand,))


def _clamp(checker: Checker, node: Call) -> Term | None:
    terms = _terms(checker, node.arguments)
    if terms is None:
        return None
    try:
        meaning = clamped(*terms)
    except Mismatch as mismatch:
        return checker.mismatch(mismatch, node)
    return Composed(meaning.type, node, "clamp", tuple(terms), meaning)


def clamped(value: Term, low: Term, high: Term) -> Operation:
    """`min(max(value, low), high)`."""
    raised = Operation(extreme_type("max", [value.type, low.type]), value.node, "max", (value, low))
    return Operation(extreme_type("min", [raised.type, high.type]), value.node, "min", (raised, high))


def _rounding(checker: Checker, node: Call) -> Term | None:
    operand, step = checker.check(node.arguments[0]), checker.check(node.named[0][1])
    if operand is None or step is None:
        return None
    if operand.type.kind not in NUMERIC:
        return _wrong(checker, node.arguments[0], "number", operand)
    size = known_constant(step)
    if size is None or size <= 0 or step.type.kind not in (LITERAL, operand.type.kind, *PURE):
        checker.problem("wrong-kind/step", node.named[0][1])
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


def _converted(checker: Checker, node: Call, source: str, target: str, operator: str) -> Term | None:
    operand = checker.check(node.arguments[0])
    if operand is None:
        return None
    if operand.type.kind != source:
        return _wrong(checker, node.arguments[0], source, operand)
    twelve = Constant(Type(LITERAL, FIXED, 12, 12, 12), node, 12)
    type_ = replace(arithmetic_type(operator, operand.type, twelve.type), kind=target)
    return Composed(type_, node, node.function, (operand,), Operation(type_, node, operator, (operand, twelve)))


def _monthly(checker: Checker, node: Call) -> Term | None:
    return _converted(checker, node, MONEY_PER_YEAR, MONEY_PER_MONTH, "/")


def _yearly(checker: Checker, node: Call) -> Term | None:
    return _converted(checker, node, MONEY_PER_MONTH, MONEY_PER_YEAR, "*")


def _for_months(checker: Checker, node: Call) -> Term | None:
    terms = _terms(checker, node.arguments)
    if terms is None:
        return None
    amount, months = terms
    if amount.type.kind != MONEY_PER_MONTH:
        return _wrong(checker, node.arguments[0], MONEY_PER_MONTH, amount)
    if months.type.kind not in PURE:
        return _wrong(checker, node.arguments[1], COUNT, months)
    type_ = replace(arithmetic_type("*", amount.type, months.type), kind=MONEY)
    return Composed(type_, node, "for_months", (amount, months), Operation(type_, node, "*", (amount, months)))


# dates


def _between(checker: Checker, node: Call) -> Term | None:
    terms = _terms(checker, node.arguments)
    if terms is None:
        return None
    for argument, term in zip(node.arguments, terms, strict=True):
        if term.type.kind != DATE:
            return _wrong(checker, argument, DATE, term)
    start, end = terms[0].type, terms[1].type
    measure = full_years if node.function == "full_years" else full_months
    low, high = measure(start.high, end.low), measure(start.low, end.high)  # type: ignore[arg-type]
    type_ = Type(COUNT, max(start.level, end.level), 1, low, high)
    return Operation(type_, node, node.function, (terms[0], terms[1]))


def _date_part(checker: Checker, node: Call) -> Term | None:
    term = checker.check(node.arguments[0])
    if term is None:
        return None
    if term.type.kind != DATE:
        return _wrong(checker, node.arguments[0], DATE, term)
    low, high = term.type.low, term.type.high
    assert isinstance(low, int) and isinstance(high, int)
    if node.function == "year":
        bounds = (year(low), year(high))
    else:
        bounds = (month(low), month(high)) if low // 10000 == high // 10000 else (1, 12)
    return Operation(Type(COUNT, term.type.level, 1, *bounds), node, node.function, (term,))


def _date(checker: Checker, node: Call) -> Term | None:
    numbers = [part.value for part in node.arguments if isinstance(part, Numeral) and part.value.__class__ is int]
    try:
        if len(numbers) != 3:
            raise ValueError
        day = datetime.date(*numbers)  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        checker.problem("wrong-value/date", node)
        return None
    value = day.year * 10000 + day.month * 100 + day.day
    return Constant(Type(DATE, FIXED, 0, value, value), node, value)


# benefits and scales


def _receives(checker: Checker, node: Call) -> Term | None:
    argument = node.arguments[0]
    symbol = checker.scope.find(argument.name) if isinstance(argument, Name) else None
    if isinstance(symbol, Amount):
        return Received(Type(YES_NO, symbol.type.level), node, symbol.name)
    if symbol is None and isinstance(argument, Name):
        checker.unknown_name(argument)
    elif symbol.__class__.__name__ != "Silent":
        checker.problem("wrong-kind/benefit", argument)
    return None


def _scale(checker: Checker, node: Call) -> Term | None:
    operand, name = checker.check(node.arguments[0]), node.arguments[1]
    symbol = checker.scope.find(name.name) if isinstance(name, Name) else None
    if operand is None:
        return None
    if not isinstance(symbol, ScaleSymbol):
        if symbol is None and isinstance(name, Name):
            checker.unknown_name(name)
        else:
            checker.problem("wrong-kind/not-a-scale", name)
        return None
    if operand.type.kind not in NUMERIC:
        return _wrong(checker, node.arguments[0], "number", operand)
    if any(isinstance(one, Composed) and one.function == "scale" for one in walk(operand)):
        checker.problem("not-allowed/scale", node.arguments[0])  # its meaning would grow with every nesting
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
    while len(pieces) > 1:  # added in pairs, so that a long scale is not a deep term
        pairs = zip(pieces[::2], pieces[1::2], strict=False)
        added: list[Term] = [Operation(arithmetic_type("+", a.type, b.type), node, "+", (a, b)) for a, b in pairs]
        pieces = added + pieces[len(added) * 2 :]
    total = pieces[0]
    return Composed(total.type, node, "scale", (operand,), total)


# aggregates


def _aggregate(checker: Checker, node: Call) -> Term | None:
    function, named = node.function, dict(node.named)
    if not checker.scope.has_members:
        checker.problem("wrong-level/no-members", node, name=function)
        return None
    before = checker.guards
    checker.guards = for_everybody(before)
    where = checker.truth(named["where"]) if "where" in named else None
    operand = None
    if node.arguments and (where is not None or "where" not in named):
        operand = checker.under(guards_from(where, True) if where is not None else {}, node.arguments[0])
    empty = checker.check(named["empty"]) if "empty" in named else None
    checker.guards = before
    if (
        ("where" in named and where is None)
        or (node.arguments and operand is None)
        or ("empty" in named and empty is None)
    ):
        return None
    if empty is not None and empty.type.level == MEMBER:
        checker.problem("wrong-level/household", named["empty"])
        return None
    levels = [one.type.level for one in (operand, where) if one is not None]
    if levels and max(levels) < MEMBER:
        checker.problem("wrong-level/aggregate", node, name=function)
        return None
    if operand is not None and operand.type.quotient:
        checker.problem("stray-quotient", node.arguments[0], ("round-it", {}))
        return None
    type_ = _aggregate_type(checker, node, operand, empty)
    return None if type_ is None else Aggregate(type_, node, function, operand, where, empty)


def _aggregate_type(checker: Checker, node: Call, operand: Term | None, empty: Term | None) -> Type | None:
    function = node.function
    if function == "count":
        return Type(COUNT, HOUSEHOLD, 1, 0, MOST_MEMBERS)
    assert operand is not None
    known = operand.type
    if function in ("any", "all"):
        if known.kind != YES_NO:
            return _wrong(checker, node.arguments[0], YES_NO, operand)
        return Type(YES_NO, HOUSEHOLD)
    if function == "rank":
        if known.low is None:
            return _wrong(checker, node.arguments[0], "number", operand)
        return Type(COUNT, MEMBER, 1, 0, MOST_MEMBERS)
    if function == "sum":
        if known.kind not in NUMERIC:
            return _wrong(checker, node.arguments[0], "number", operand)
        assert known.low is not None and known.high is not None
        kind = known.kind if known.kind != LITERAL else COUNT if simplify(known.unit).__class__ is int else "number"
        low, high = min(0, known.low * MOST_MEMBERS), max(0, known.high * MOST_MEMBERS)
        return Type(kind, HOUSEHOLD, known.unit, low, high)
    assert empty is not None
    try:
        both = common_type([known, empty.type])
    except Mismatch as mismatch:
        return checker.mismatch(mismatch, node)
    if both.low is None:
        return _wrong(checker, node.arguments[0], "number", operand)
    if both.quotient:
        checker.problem("stray-quotient", node, ("round-it", {}))
        return None
    return replace(both, level=HOUSEHOLD)  # type: ignore[no-any-return]


_MANY = 40

_FUNCTIONS = (
    Function("min", "min(a, b, …)", "the least of the values", "其中最小的值", ("min(3, 2) == 2",), _extreme, 2, _MANY),
    Function(
        "max", "max(a, b, …)", "the greatest of the values", "其中最大的值", ("max(0, 2 - 3) == 0",), _extreme, 2, _MANY
    ),
    Function("abs", "abs(x)", "the value without its sign", "绝对值", ("abs(2 - 5) == 3",), _absolute, 1, 1),
    Function(
        "clamp",
        "clamp(x, low, high)",
        "x, but not below low and not above high",
        "x 限于 low 与 high 之间",
        ("clamp(7, 0, 5) == 5", "clamp(0 - 1, 0, 5) == 0"),
        _clamp,
        3,
        3,
    ),
    Function(
        "round_up",
        "round_up(x, to=step)",
        "x on the grid of the step, towards +∞",
        "按 step 取整，向正无穷方向（见角进元：to=1）",
        ("round_up(7.01, to=1) == 8", "round_up(-7.99, to=1) == -7"),
        _rounding,
        1,
        1,
        ("to",),
        ("to",),
    ),
    Function(
        "round_down",
        "round_down(x, to=step)",
        "x on the grid of the step, towards −∞",
        "按 step 取整，向负无穷方向",
        ("round_down(7.99, to=1) == 7", "round_down(-7.01, to=1) == -8"),
        _rounding,
        1,
        1,
        ("to",),
        ("to",),
    ),
    Function(
        "round_half_up",
        "round_half_up(x, to=step)",
        "x on the grid of the step, halves away from zero",
        "按 step 四舍五入，一半时远离零",
        ("round_half_up(2.5, to=1) == 3", "round_half_up(-2.5, to=1) == -3"),
        _rounding,
        1,
        1,
        ("to",),
        ("to",),
    ),
    Function(
        "round_half_even",
        "round_half_even(x, to=step)",
        "x on the grid of the step, halves to the even step",
        "按 step 取整，一半时取偶",
        ("round_half_even(2.5, to=1) == 2", "round_half_even(3.5, to=1) == 4"),
        _rounding,
        1,
        1,
        ("to",),
        ("to",),
    ),
    Function(
        "full_years",
        "full_years(start, end)",
        "complete years between two dates; the anniversary counts, 29 February is reached on 1 March",
        "两个日期之间的周年数；当日计满，2月29日出生者于3月1日计满",
        (
            "full_years(date(2004, 2, 29), date(2022, 2, 28)) == 17",
            "full_years(date(2004, 2, 29), date(2022, 3, 1)) == 18",
        ),
        _between,
        2,
        2,
    ),
    Function(
        "full_months",
        "full_months(start, end)",
        "complete months between two dates, by the same rule",
        "两个日期之间的整月数，规则相同",
        (
            "full_months(date(2022, 1, 31), date(2022, 2, 28)) == 0",
            "full_months(date(2022, 1, 31), date(2022, 3, 1)) == 1",
        ),
        _between,
        2,
        2,
    ),
    Function(
        "year", "year(d)", "the year of a date", "日期的年份", ("year(date(2022, 7, 1)) == 2022",), _date_part, 1, 1
    ),
    Function(
        "month",
        "month(d)",
        "the month of a date, 1 to 12",
        "日期的月份",
        ("month(date(2022, 7, 1)) == 7",),
        _date_part,
        1,
        1,
    ),
    Function(
        "date",
        "date(year, month, day)",
        "a day, in whole numbers as written",
        "某一天，写作整数",
        ("date(2022, 7, 1) < date(2022, 7, 2)",),
        _date,
        3,
        3,
    ),
    Function("monthly", "monthly(x)", "money/year as money/month", "每年金额折为每月金额", (), _monthly, 1, 1),
    Function("yearly", "yearly(x)", "money/month as money/year", "每月金额折为每年金额", (), _yearly, 1, 1),
    Function(
        "for_months",
        "for_months(x, n)",
        "n months of money/month, as money",
        "n 个月的每月金额合计",
        (),
        _for_months,
        2,
        2,
    ),
    Function("scale", "scale(x, name)", "the marginal scale applied to x", "按分段累进费率计算", (), _scale, 2, 2),
    Function(
        "receives", "receives(benefit)", "whether the benefit is granted", "是否享受该项待遇", (), _receives, 1, 1
    ),
    Function(
        "sum",
        "sum(x, where=…)",
        "the sum over the members; 0 over nobody",
        "对成员求和；无人时为 0",
        (),
        _aggregate,
        1,
        1,
        ("where",),
    ),
    Function("count", "count(where=…)", "how many members", "成员人数", (), _aggregate, 0, 0, ("where",)),
    Function(
        "any",
        "any(x, where=…)",
        "whether it is so for some member; no over nobody",
        "是否有成员如此；无人时为否",
        (),
        _aggregate,
        1,
        1,
        ("where",),
    ),
    Function(
        "all",
        "all(x, where=…)",
        "whether it is so for every member; yes over nobody",
        "是否所有成员如此；无人时为是",
        (),
        _aggregate,
        1,
        1,
        ("where",),
    ),
    Function(
        "max_of",
        "max_of(x, where=…, empty=value)",
        "the greatest over the members; `empty` over nobody",
        "成员中最大的值；无人时为 empty",
        (),
        _aggregate,
        1,
        1,
        ("where", "empty"),
        ("empty",),
    ),
    Function(
        "min_of",
        "min_of(x, where=…, empty=value)",
        "the least over the members; `empty` over nobody",
        "成员中最小的值；无人时为 empty",
        (),
        _aggregate,
        1,
        1,
        ("where", "empty"),
        ("empty",),
    ),
    Function(
        "rank",
        "rank(x, where=…)",
        "1, 2, 3 … by ascending x, ties by member id; 0 outside `where`",
        "按 x 升序的名次，相同时按成员编号；where 之外为 0",
        (),
        _aggregate,
        1,
        1,
        ("where",),
    ),
)

TABLE: dict[str, Function] = {function.name: function for function in _FUNCTIONS}
RESERVED = frozenset(TABLE) | {"month_start", "month_end", "unknown", "True", "False"}
"""Names a rules file cannot use."""
