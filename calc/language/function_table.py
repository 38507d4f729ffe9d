"""The table of functions: name, signature, help, examples, and what makes a checked term of a call.

Checker, documentation and tests read this table. A function *defined in the language* builds its meaning from
other terms and keeps its name (`Composed`); a primitive adds one operation to `calc.language.primitives`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from calc.language.expression_error import close_match
from calc.language.syntax_tree import Call
from calc.language.typed_tree import Term
from calc.record import Record

if TYPE_CHECKING:
    from calc.language.checker import Checker

from calc.language import check_aggregates, check_calls

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


_MANY = 40

_FUNCTIONS = (
    Function(
        "min",
        "min(a, b, …)",
        "the least of the values",
        "其中最小的值",
        ("min(3, 2) == 2",),
        check_calls.extreme,
        2,
        _MANY,
    ),
    Function(
        "max",
        "max(a, b, …)",
        "the greatest of the values",
        "其中最大的值",
        ("max(0, 2 - 3) == 0",),
        check_calls.extreme,
        2,
        _MANY,
    ),
    Function("abs", "abs(x)", "the value without its sign", "绝对值", ("abs(2 - 5) == 3",), check_calls.absolute, 1, 1),
    Function(
        "clamp",
        "clamp(x, low, high)",
        "x, but not below low and not above high",
        "x 限于 low 与 high 之间",
        ("clamp(7, 0, 5) == 5", "clamp(0 - 1, 0, 5) == 0"),
        check_calls.clamp,
        3,
        3,
    ),
    Function(
        "round_up",
        "round_up(x, to=step)",
        "x on the grid of the step, towards +∞",
        "按 step 取整，向正无穷方向（见角进元：to=1）",
        ("round_up(7.01, to=1) == 8", "round_up(-7.99, to=1) == -7"),
        check_calls.rounding,
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
        check_calls.rounding,
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
        check_calls.rounding,
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
        check_calls.rounding,
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
        check_calls.between,
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
        check_calls.between,
        2,
        2,
    ),
    Function(
        "year",
        "year(d)",
        "the year of a date",
        "日期的年份",
        ("year(date(2022, 7, 1)) == 2022",),
        check_calls.date_part,
        1,
        1,
    ),
    Function(
        "month",
        "month(d)",
        "the month of a date, 1 to 12",
        "日期的月份",
        ("month(date(2022, 7, 1)) == 7",),
        check_calls.date_part,
        1,
        1,
    ),
    Function(
        "date",
        "date(year, month, day)",
        "a day, in whole numbers as written",
        "某一天，写作整数",
        ("date(2022, 7, 1) < date(2022, 7, 2)",),
        check_calls.date_call,
        3,
        3,
    ),
    Function(
        "monthly", "monthly(x)", "money/year as money/month", "每年金额折为每月金额", (), check_calls.monthly, 1, 1
    ),
    Function("yearly", "yearly(x)", "money/month as money/year", "每月金额折为每年金额", (), check_calls.yearly, 1, 1),
    Function(
        "for_months",
        "for_months(x, n)",
        "n months of money/month, as money",
        "n 个月的每月金额合计",
        (),
        check_calls.for_months,
        2,
        2,
    ),
    Function(
        "scale", "scale(x, name)", "the marginal scale applied to x", "按分段累进费率计算", (), check_calls.scale, 2, 2
    ),
    Function(
        "receives",
        "receives(benefit)",
        "whether the benefit is granted",
        "是否享受该项待遇",
        (),
        check_calls.receives,
        1,
        1,
    ),
    Function(
        "sum",
        "sum(x, where=…)",
        "the sum over the members; 0 over nobody",
        "对成员求和；无人时为 0",
        (),
        check_aggregates.aggregate,
        1,
        1,
        ("where",),
    ),
    Function(
        "count", "count(where=…)", "how many members", "成员人数", (), check_aggregates.aggregate, 0, 0, ("where",)
    ),
    Function(
        "any",
        "any(x, where=…)",
        "whether it is so for some member; no over nobody",
        "是否有成员如此；无人时为否",
        (),
        check_aggregates.aggregate,
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
        check_aggregates.aggregate,
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
        check_aggregates.aggregate,
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
        check_aggregates.aggregate,
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
        check_aggregates.aggregate,
        1,
        1,
        ("where",),
    ),
)

TABLE: dict[str, Function] = {function.name: function for function in _FUNCTIONS}
RESERVED = frozenset(TABLE) | {"month_start", "month_end", "unknown", "True", "False"}
"""Names a rules file cannot use."""
