"""Lists the functions of the language: signature, help, examples, and the check that makes the term of a call.

Checker, documentation and tests read this table. A function *defined in the language* builds its meaning from
other terms and keeps its name (`Composed`); a primitive adds one operation to `calc.language.primitives`.
"""

from __future__ import annotations

from collections.abc import Callable

from calc.language import check_aggregates, check_calls
from calc.language.check_context import CheckContext
from calc.language.expression_error import Help, did_you_mean
from calc.language.syntax_tree import Call
from calc.language.typed_tree import Term
from calc.record import Record

Build = Callable[[CheckContext, Call], "Term | None"]


class Function(Record):
    """One function of the language.

    `en` and `zh` say what it gives; `build` checks a call and makes its term.
    `least` and `most` count the arguments without a name; `named` are those with one, `required` those of them
    that a call must have. `examples` are expressions that are true.
    """

    signature: str
    en: str
    zh: str
    build: Build
    least: int
    most: int
    named: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name used in formulas."""
        return self.signature.partition("(")[0]


def check_call(context: CheckContext, node: Call) -> Term | None:
    """Checks a call of any function; None where a mistake was noted."""
    function = TABLE.get(node.function)
    if function is None:
        return context.problem("unknown-function", node, did_you_mean(node.function, TABLE), name=node.function)
    signature: Help = ("signature", {"signature": function.signature})
    given = {name for name, _ in node.named}
    for name, argument in node.named:
        if name not in function.named:
            return context.problem("unknown-argument", argument, signature, name=name)
    count = len(node.arguments)
    if not function.least <= count <= function.most or len(given) < len(node.named):
        return context.problem("wrong-number-of-arguments", node, signature, name=node.function, given=count)
    for name in function.required:
        if name not in given:
            return context.problem(f"missing-{name}", node, signature, name=node.function)
    return function.build(context, node)


_MANY = 40

# fmt: off
_FUNCTIONS = (
    Function("min(a, b, …)", "the least of the values", "其中最小的值",
             check_calls.extreme, 2, _MANY, (), (), ("min(3, 2) == 2",)),
    Function("max(a, b, …)", "the greatest of the values", "其中最大的值",
             check_calls.extreme, 2, _MANY, (), (), ("max(0, 2 - 3) == 0",)),
    Function("abs(x)", "the value without its sign", "绝对值",
             check_calls.absolute, 1, 1, (), (), ("abs(2 - 5) == 3",)),
    Function("clamp(x, low, high)", "x, but not below low and not above high", "x 限于 low 与 high 之间",
             check_calls.clamp, 3, 3, (), (), ("clamp(7, 0, 5) == 5", "clamp(0 - 1, 0, 5) == 0")),
    Function("round_up(x, to=step)", "x on the grid of the step, towards +∞",
             "按 step 取整，向正无穷方向（见角进元：to=1）",
             check_calls.rounding, 1, 1, ("to",), ("to",),
             ("round_up(7.01, to=1) == 8", "round_up(-7.99, to=1) == -7")),
    Function("round_down(x, to=step)", "x on the grid of the step, towards −∞", "按 step 取整，向负无穷方向",
             check_calls.rounding, 1, 1, ("to",), ("to",),
             ("round_down(7.99, to=1) == 7", "round_down(-7.01, to=1) == -8")),
    Function("round_half_up(x, to=step)", "x on the grid of the step, halves away from zero",
             "按 step 四舍五入，正好一半时向远离零的方向取",
             check_calls.rounding, 1, 1, ("to",), ("to",),
             ("round_half_up(2.5, to=1) == 3", "round_half_up(-2.5, to=1) == -3")),
    Function("round_half_even(x, to=step)", "x on the grid of the step, halves to the even step",
             "按 step 取整，正好一半时取 step 的偶数倍",
             check_calls.rounding, 1, 1, ("to",), ("to",),
             ("round_half_even(2.5, to=1) == 2", "round_half_even(3.5, to=1) == 4")),
    Function("full_years(start, end)",
             "complete years between two dates; the anniversary counts, 29 February is reached on 1 March",
             "两个日期之间的周年数；当日计满，2月29日出生者于3月1日计满",
             check_calls.between, 2, 2, (), (),
             ("full_years(date(2004, 2, 29), date(2022, 2, 28)) == 17",
              "full_years(date(2004, 2, 29), date(2022, 3, 1)) == 18")),
    Function("full_months(start, end)", "complete months between two dates, by the same rule",
             "两个日期之间的整月数，规则相同",
             check_calls.between, 2, 2, (), (),
             ("full_months(date(2022, 1, 31), date(2022, 2, 28)) == 0",
              "full_months(date(2022, 1, 31), date(2022, 3, 1)) == 1")),
    Function("year(d)", "the year of a date", "日期的年份",
             check_calls.date_part, 1, 1, (), (), ("year(date(2022, 7, 1)) == 2022",)),
    Function("month(d)", "the month of a date, 1 to 12", "日期的月份",
             check_calls.date_part, 1, 1, (), (), ("month(date(2022, 7, 1)) == 7",)),
    Function("date(year, month, day)", "a day, in whole numbers as written", "某一天，写作整数",
             check_calls.date_call, 3, 3, (), (), ("date(2022, 7, 1) < date(2022, 7, 2)",)),
    Function("monthly(x)", "money/year as money/month", "每年金额折为每月金额", check_calls.monthly, 1, 1),
    Function("yearly(x)", "money/month as money/year", "每月金额折为每年金额", check_calls.yearly, 1, 1),
    Function("for_months(x, n)", "n months of money/month, as money", "n 个月的每月金额合计",
             check_calls.for_months, 2, 2),
    Function("scale(x, name)", "the marginal scale applied to x", "按分段累进费率计算", check_calls.scale, 2, 2),
    Function("receives(benefit)", "whether the benefit is granted", "是否享受该项待遇", check_calls.receives, 1, 1),
    Function("ask_after(x)", "in a default: unknown; as long as x is not known, x has to be asked first",
             "只用于默认值：未知；x 未知时先问 x", check_calls.ask_after, 1, 1),
    Function("sum(x, where=…)", "the sum over the members; 0 over nobody", "对成员求和；无人时为 0",
             check_aggregates.aggregate, 1, 1, ("where",)),
    Function("count(where=…)", "how many members", "成员人数", check_aggregates.aggregate, 0, 0, ("where",)),
    Function("any(x, where=…)", "whether it is so for some member; no over nobody", "是否有成员如此；无人时为否",
             check_aggregates.aggregate, 1, 1, ("where",)),
    Function("all(x, where=…)", "whether it is so for every member; yes over nobody", "是否所有成员如此；无人时为是",
             check_aggregates.aggregate, 1, 1, ("where",)),
    Function("max_of(x, where=…, empty=value)", "the greatest over the members; `empty` over nobody",
             "成员中最大的值；无人时为 empty", check_aggregates.aggregate, 1, 1, ("where", "empty"), ("empty",)),
    Function("min_of(x, where=…, empty=value)", "the least over the members; `empty` over nobody",
             "成员中最小的值；无人时为 empty", check_aggregates.aggregate, 1, 1, ("where", "empty"), ("empty",)),
    Function("value_of(x, where=me == r, empty=value)", "x of the member whom r names; `empty` over nobody",
             "r 所指成员的 x；无人时为 empty", check_aggregates.aggregate, 1, 1, ("where", "empty"), ("empty",)),
    Function("rank(x, where=…)", "1, 2, 3 … by ascending x, ties by member id; 0 outside `where`",
             "按 x 升序的名次，相同时按成员编号；where 之外为 0", check_aggregates.aggregate, 1, 1, ("where",)),
)
# fmt: on

TABLE: dict[str, Function] = {function.name: function for function in _FUNCTIONS}
RESERVED = frozenset(TABLE) | {"month_start", "month_end", "unknown", "me", "nobody", "True", "False"}
"""Names a rules file cannot use."""
