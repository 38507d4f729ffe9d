"""Section 4 of the design, row by row, through the trace, the general and the specialised code.

`assessed` runs all three and fails where they differ. Facts end in what is stated of them by default: `yes`, `no`,
`three` are stated, `a`, `b` (yes/no) and `x`, `y` (numbers) are not.
"""

from __future__ import annotations

from typing import Any

import pytest

from calc.engine.outcomes import DENIED, GRANTED, NOT_APPLICABLE, UNDETERMINED, Outcome, Result
from calc.engine.traced.interpreter import Trace
from tests.support.small import assessed, codes_of, household, plan_of

RULES = """
[parameters]
euro = { kind = "money/month", cite = "d 1", from.2024-01 = 1 }
open = { kind = "count", basis = "unset", note = "n", cite = "d 1" }
guess = { kind = "count", basis = "assumed", note = "n", from.2024-01 = 2 }
rows = { kind = "count", axes = ["n"], cite = "d 1", from.2024-01 = [[0, 0], [1, "unset"], ["2..", 5]] }
[facts.household]
yes = { kind = "yes/no" }
no = { kind = "yes/no" }
a = { kind = "yes/no" }
b = { kind = "yes/no" }
three = { kind = "count", min = 0, max = 9 }
x = { kind = "count", min = 0, max = 9 }
y = { kind = "count", min = 0, max = 9 }
half = { kind = "number", decimals = 1, min = -9, max = 9 }
plain = { kind = "count", min = 0, max = 9, default = "7", note = "n" }
asks = { kind = "count", min = 0, max = 9, default = "unknown if yes else 0", note = "n" }
[facts.member]
key = { kind = "count", min = 0, max = 9 }
on = { kind = "yes/no" }
day = { kind = "date" }
"""
STATED = {"yes": True, "no": False, "three": 3}


def benefit(name: str = "t", **keys: str) -> str:
    keys = {"to": "household", "cite": "d 1", "per": "month", **keys}
    lines = [f"{key} = {value if value[:1] == '[' else repr(value)}" for key, value in keys.items()]
    return "\n".join([f"[benefits.{name}]", *lines, ""])


def result_of(text: str, *members: dict[str, Any], month: int = 202406, **facts: Any) -> Result:
    return assessed(plan_of(RULES + text, month), household({**STATED, **facts}, *members))


def outcome_of(text: str, *members: dict[str, Any], name: str = "t", **facts: Any) -> Outcome:
    return next(one for one in result_of(text, *members, **facts).outcomes if one.benefit == name)


def told(condition: str, *members: dict[str, Any], **facts: Any) -> Any:
    """True, False, or what a condition needs, facts and unset parameters together."""
    outcome = outcome_of(benefit(requires=f"['{condition}']"), *members, **facts)
    answers = {GRANTED: True, DENIED: False}
    return answers.get(outcome.status, " ".join((*outcome.needs, *outcome.unset)))


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("x + 1 > 0", "x"), ("x * 0 == 0", "x"), ("-x <= 0", "x"), ("x / 3 < 9", "x"), ("x + y > 1", "x y"),
        ("x == x", "x"), ("x <= 9", "x"), ("0 <= x", "x"), ("min(x, 0) == 0", "x"), ("max(three, x) == 9", "x"),
        ("abs(x) >= 0", "x"), ("clamp(x, 1, 1) == 1", "x"), ("rows[x] >= 0", "x"), ("x in rows", "x"),
        ("round_up(x / 2, to=1) >= 0", "x"), ("x in (0, 1)", "x"), ("three in (3, x)", "x"), ("open > 0", "open"),
        ("open + x > 0", "x open"), ("rows[1] > 0", "rows"), ("rows[three] == 5", True), ("plain == 7", True),
        ("asks == 0", "asks"), ("plain + asks > 0", "asks"), ("(three / x if x > 0 else 0) < 9", "x"),
    ],
)  # fmt: skip
def test_unknown_in_arithmetic_comparison_extremes_look_up_and_rounding(condition: str, answer: Any) -> None:
    assert told(condition) == answer


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("yes and a", "a"), ("no and a", False), ("a and no", False), ("a and b", "a b"), ("a and b and no", False),
        ("yes or a", True), ("a or yes", True), ("no or a", "a"), ("a or b", "a b"), ("not a", "a"),
        ("not (no and a)", True), ("a and not a", "a"), ("a or not a", "a"), ("(a or yes) and (b or no)", "b"),
        ("x > 1 and no", False), ("1 < x < three", "x"), ("1 < x < 0", "x"), ("x < three < 0", False),
        ("open > 1 and no", False),
    ],
)  # fmt: skip
def test_and_or_not_are_kleenes(condition: str, answer: Any) -> None:
    assert told(condition) == answer


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("(3 if a else three) == 3", True), ("(2 if a else three) == 3", "a"), ("(x if a else three) == 3", "a x"),
        ("(x if a else y) == 3", "a x y"), ("(x if yes else y) == 3", "x"), ("(x if no else three) == 3", True),
        ("(three if yes else open) == 3", True), ("yes if a else yes", True), ("yes if a else no", "a"),
        ("b if a else b", "a b"), ("((3 if a else 3) if b else three) == 3", True),
        ("((6 / three if three > 0 else 2) if a else (8 / (three + 1))) == 2", True),
    ],
)  # fmt: skip
def test_an_unknown_test_needs_both_branches_known_and_equal(condition: str, answer: Any) -> None:
    assert told(condition) == answer


ON, OFF, OPEN = {"on": True, "key": 4}, {"on": False, "key": 0}, {"key": 2}


@pytest.mark.parametrize(
    ("condition", "members", "answer"),
    [
        ("sum(key) == 0", [], True), ("count() == 0", [], True), ("any(on)", [], False), ("all(on)", [], True),
        ("max_of(key, empty=7) == 7", [], True), ("min_of(key, empty=x) == 7", [], "x"),
        ("max_of(key, empty=x) == 4", [ON], True), ("max_of(key, where=on, empty=7) == 7", [OFF], True),
        ("sum(key, where=on) == 4", [ON, OFF], True), ("sum(key, where=on) >= 4", [ON, OPEN], "on"),
        ("sum(key, where=on) == 4", [ON, {"key": 0}], True), ("sum(key, where=on) == 4", [ON, {"on": False}], True),
        ("sum(key, where=on) == 4", [ON, {"on": True}], "key"), ("sum(key, where=on) == 4", [ON, {}], "key on"),
        ("sum(key) == 4", [ON, {}], "key"), ("count(where=on) == 1", [ON, OFF], True),
        ("count(where=on) >= 1", [ON, OPEN], "on"), ("count() == 2", [ON, {}], True),
        ("max_of(key, where=on, empty=0) >= 4", [ON, OPEN], "on"), ("max_of(key, empty=0) >= 4", [ON, {}], "key"),
        ("min_of(key, where=on, empty=0) == 4", [ON, {"on": False}], True),
        ("any(on)", [ON, OPEN], True), ("any(on)", [OFF, OPEN], "on"), ("any(on)", [OFF, OFF], False),
        ("all(on)", [OFF, OPEN], False), ("all(on)", [ON, OPEN], "on"), ("all(on)", [ON, ON], True),
        ("any(key > 1, where=on)", [{"key": 0}], False), ("any(key > 1, where=on)", [OPEN], "on"),
        ("all(key > 1, where=on)", [OPEN], True), ("all(key > 5, where=on)", [OPEN], "on"),
        ("any(key > 1, where=on)", [{"on": False}], False), ("all(key > 1, where=on)", [{"on": False}], True),
    ],
)  # fmt: skip
def test_aggregates_over_nobody_and_over_the_unknown(condition: str, members: list[Any], answer: Any) -> None:
    assert told(condition, *members) == answer


@pytest.mark.parametrize(
    ("formula", "members", "ranks"),
    [
        ("rank(key)", [{"key": 3}, {"key": 1}, {"key": 3}], [2, 1, 3]),
        ("rank(key, where=on)", [ON, OFF, {"on": True, "key": 1}], [2, 0, 1]),
        ("rank(key, where=on)", [ON, {"on": False}], [1, 0]),
        ("rank(key)", [ON, {}], [None, None]),
        ("rank(key, where=on)", [ON, OFF, OPEN], [None, 0, None]),
        ("rank(day)", [{"day": 20200229}, {"day": 20200228}], [2, 1]),
    ],
)
def test_rank_is_distinct_zero_outside_and_unknown_for_all(formula: str, members: Any, ranks: list[Any]) -> None:
    text = benefit(to="member", amount=f"euro * {formula}")
    found = [one.amount for one in result_of(text, *members).outcomes]
    assert found == ranks


DENYING = benefit("p", requires="['no']", amount="euro")
WAITING = benefit("p", requires="['a']", amount="euro")
OPEN_AMOUNT = benefit("p", amount="euro * x")
NOBODY = benefit("p", applies_to="no", amount="euro")
GIVING = benefit("p", amount="euro * 0")
ENDED = benefit("p", amount="euro") + 'from.2024-03 = "ends"\n'


@pytest.mark.parametrize(
    ("other", "amount", "received"),
    [(DENYING, 0, False), (NOBODY, 0, False), (ENDED, 0, False), (GIVING, 0, True), (WAITING, None, None),
     (OPEN_AMOUNT, None, True)],
    ids=["denied", "not applicable", "ended", "granted with 0.00", "undetermined", "amount unknown"],
)  # fmt: skip
def test_a_benefit_in_a_formula(other: str, amount: int | None, received: bool | None) -> None:
    """Its amount is unknown when it is undetermined; it is received once its conditions are."""
    assert outcome_of(other + benefit(amount="p + euro")).amount == (None if amount is None else amount + 1)
    status = outcome_of(other + benefit(requires="['receives(p)']")).status
    assert status == {True: GRANTED, False: DENIED, None: UNDETERMINED}[received]


@pytest.mark.parametrize(
    ("keys", "status", "failed", "needs"),
    [
        ({"requires": "['no', 'a', 'three > 5']"}, DENIED, ("no", "three > 5"), ()),
        ({"requires": "['yes', 'a', 'b']", "amount": "euro * x"}, UNDETERMINED, (), ("a", "b", "x")),
        ({"requires": "['yes']", "amount": "euro * x"}, UNDETERMINED, (), ("x",)),
        ({"requires": "['yes']", "amount": "euro * 0"}, GRANTED, (), ()),
        ({"requires": "[]"}, GRANTED, (), ()),
        ({"applies_to": "no", "requires": "['no', 'a']", "amount": "euro * x"}, NOT_APPLICABLE, (), ()),
        ({"applies_to": "a", "requires": "['no']", "amount": "euro * x"}, DENIED, ("no",), ()),
        ({"applies_to": "a", "requires": "['b']", "amount": "euro * x"}, UNDETERMINED, (), ("a", "b", "x")),
        ({"applies_to": "a", "requires": "['yes']", "amount": "euro"}, UNDETERMINED, (), ("a",)),
        ({"requires": "['yes']", "amount": "euro * (x if three > 5 else y)"}, UNDETERMINED, (), ("y",)),
    ],
)
def test_the_result_of_a_benefit(keys: dict[str, str], status: int, failed: Any, needs: Any) -> None:
    outcome = outcome_of(benefit(**keys))
    assert (outcome.status, outcome.failed, outcome.needs) == (status, failed, needs)
    assert outcome.amount == (None if status == UNDETERMINED else 0)


def test_needs_name_the_member_and_unset_parameters_stand_beside() -> None:
    plan = plan_of(RULES + benefit(requires="['sum(key, where=on) > open', 'a']"))
    given = household(STATED, {"on": True, "key": 1}, {"key": 2}, {"on": True})
    (outcome,) = Trace(plan, given).result.outcomes
    assert outcome.missing == (("a", None), ("key", 2), ("on", 1))
    assert (outcome.needs, outcome.unset) == (("a", "key", "on"), ("open",))
    assert assessed(plan, given).outcomes[0].unset == ("open",)


def test_totals_are_open_while_anything_is() -> None:
    monthly, yearly = benefit("p", amount="euro * 3"), benefit("q", per="year", amount="yearly(euro)")
    once = benefit("r", per="once", amount="for_months(euro, 2)")
    result = result_of(monthly + yearly + once)
    assert (result.total, result.total_at_least, result.yearly) == (5, 5, 12)
    result = result_of(monthly + yearly + once + WAITING.replace(".p", ".s"))
    assert (result.total, result.total_at_least, result.yearly) == (None, 5, 12)
    result = result_of(monthly + once + yearly.replace("yearly(euro)", "yearly(euro) * x"))
    assert (result.total, result.total_at_least, result.yearly) == (None, 5, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (benefit(amount="euro / 3"), "off-grid"),
        (benefit(amount="euro * abs(half) / 7"), "off-grid"),
        (benefit(amount="round_down(euro * three - euro, to=1)"), "possibly-negative"),
        (benefit(amount="euro / three if three > 0 else 0"), "stray-quotient"),
        (benefit(amount="euro * rows[three - 5]"), "table-gap"),
        (benefit(amount="p") + benefit("p", amount="t"), "circular-definition"),
    ],
)
def test_what_could_fail_is_refused(text: str, code: str) -> None:
    assert code in codes_of(RULES + text)


@pytest.mark.parametrize(
    ("mode", "results"),
    [("round_up", [3, -2, 1, 0]), ("round_down", [2, -3, 0, -1]), ("round_half_up", [3, -3, 1, -1]),
     ("round_half_even", [2, -2, 0, 0])],
)  # fmt: skip
def test_rounding_of_halves_of_either_sign(mode: str, results: list[int]) -> None:
    for value, wanted in zip((25, -25, 5, -5), results, strict=True):
        assert told(f"{mode}(half, to=1) == {wanted}", half=value) is True
        assert told(f"{mode}((half / three if three > 0 else 0) * 3, to=1) == {wanted}", half=value) is True


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [(20040229, "date(2022, 2, 28)", 17), (20040229, "date(2022, 3, 1)", 18), (20040229, "date(2024, 2, 29)", 20),
     (20040601, "month_start", 20), (20040602, "month_start", 19), (20040630, "month_end", 20)],
)  # fmt: skip
def test_a_birthday_counts_and_29_february_is_reached_on_1_march(born: int, day: str, years: int) -> None:
    assert told(f"sum(full_years(day, {day})) == {years}", {"day": born}) is True


def test_a_check_that_is_false_rejects_and_an_unknown_one_passes() -> None:
    check = '[checks.c]\nformula = "key < 5"\n[checks.h]\nformula = "x < 5"\n'
    text = benefit(amount="euro") + check
    assert result_of(text, {"key": 4}, {}).failed_checks == ()
    assert result_of(text, {"key": 4}, {"key": 6}).failed_checks == ("c",)
    assert result_of(text, {"key": 9}, x=7).failed_checks == ("c", "h")


def test_assumptions_are_what_a_benefit_can_reach() -> None:
    plan = plan_of(RULES + benefit(requires="['d > 9 and no']") + benefit("p", amount="euro")
                   + '[definitions.d]\nformula = "guess + three"\n')  # fmt: skip
    assert {name: one.assumptions for name, one in plan.benefits.items()} == {"t": ("guess",), "p": ()}


@pytest.mark.parametrize(("month", "amount"), [(202402, 1), (202403, 2), (202408, 2), (202409, None)])
def test_the_month_settles_what_is_in_force(month: int, amount: int | None) -> None:
    dated = '[parameters.z]\nkind = "money/month"\ncite = "d 1"\nfrom.2024-01 = 1\nfrom.2024-03 = 2\n'
    dated += 'from.2024-09 = { basis = "unset", note = "n" }\n'
    assert result_of(dated + benefit(amount="max(0, z)"), month=month).outcomes[0].amount == amount
