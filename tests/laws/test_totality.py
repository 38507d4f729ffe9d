"""Evaluating a checked plan never fails, and its bounds hold: every rules file here was once a counterexample.

Each must be refused by the checker or be answered alike by all engines.
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from calc.diagnostics.diagnostic import InputErrors
from calc.engine.facts import Household
from tests.support.small import assessed, household, plan_of

FACTS = """
[facts.household]
n = { kind = "count", min = 0, max = 100 }
m = { kind = "count", min = 0, max = 100 }
x = { kind = "money/month", min = 0, max = 1000 }
y = { kind = "money/month", min = 1, max = 1000 }
z = { kind = "money/month", min = -5, max = 5 }
f = { kind = "number", decimals = 1, min = 0, max = 10 }
[facts.member]
hours = { kind = "count", min = 0, max = 100 }
wage  = { kind = "money/month", min = 0 }
[parameters]
five  = { kind = "money/month", cite = "d 1", from.2024-01 = 5 }
open  = { kind = "count", basis = "unset", note = "n", cite = "d 1" }
rest  = { kind = "money/month", axes = ["n"], cite = "d 1", from.2024-01 = [["1..", 5]] }
more  = { kind = "money/month", axes = ["n"], cite = "d 1", from.2024-01 = [[0, 100], ["each more", 25]] }
[definitions]
above = { formula = "open + 1" }
pay   = { formula = "sum(wage)" }
"""
MONTHLY = '[benefits.b]\nto = "{to}"\nper = "month"\namount = "{formula}"\ncite = "d 1"\n'
STATUS = '[benefits.b]\nto = "household"\nrequires = ["{formula}"]\ncite = "d 1"\n'


def outcomes_or_codes(text: str, given: Household) -> Any:
    """What all engines answer, or the codes of what is wrong with the rules; never anything else."""
    try:
        plan = plan_of(text)
    except InputErrors as faulty:
        return [diagnostic.code for diagnostic in faulty.diagnostics]
    return assessed(plan, given).outcomes


@pytest.mark.parametrize(
    ("to", "formula", "facts", "members"),
    [
        pytest.param(
            "member", "sum(round_down(x / hours, to=1)) if hours > 0 else 0", {"x": 100}, [{"hours": 2}, {"hours": 0}],
            id="a guard about one member says nothing about the others inside an aggregate",
        ),
        pytest.param(
            "household", "round_down(x / n, to=1) if n > m else 0", {"x": 100, "n": 0}, [],
            id="a comparison with an unknown guards nothing",
        ),
        pytest.param(
            "household", "rest[n] if n > m else 0", {"n": 0}, [],
            id="a comparison with an unknown does not narrow a look-up",
        ),
        pytest.param(
            "household", "rest[n] if n > above - above else 0", {"n": 0}, [],
            id="nor does a comparison with an unset parameter",
        ),
        pytest.param(
            "household", "sum(round_down(wage / hours, to=1), where=hours > m)", {}, [{"hours": 0, "wage": 100}],
            id="nor in where",
        ),
        pytest.param(
            "household", "max_of(wage, where=hours > 5, empty=wage)", {}, [{"hours": 1, "wage": 100}],
            id="empty= is of the household",
        ),
        pytest.param("household", "more[f]", {"f": 5}, [], id="each more is for whole numbers"),
        pytest.param(
            "household", "round_down(x / above, to=1) if above == 5 else 0", {"x": 100}, [],
            id="a fixed divisor that is unset and guarded to one value",
        ),
        pytest.param(
            "household", "max(0, x / above) if above == 5 else 0", {"x": 100}, [],
            id="a fixed divisor that is unset and guarded to one value, travelling",
        ),
    ],
)  # fmt: skip
def test_an_amount_is_refused_or_all_engines_give_it(to: str, formula: str, facts: Any, members: Any) -> None:
    outcomes_or_codes(FACTS + MONTHLY.format(to=to, formula=formula), household(facts, *members))


@pytest.mark.parametrize(
    ("formula", "facts"),
    [
        pytest.param("n > m and x / n >= five", {"n": 0, "x": 100}, id="an unknown operand of `and` guards nothing"),
        pytest.param("x / y in (0, 1)", {"x": 500}, id="an unknown quotient in a list of numbers"),
        pytest.param("abs(x / y - 1) > 0", {"x": 100, "y": 100}, id="abs of a quotient"),
        pytest.param("abs(x / y - 1) > 0", {"x": 100}, id="abs of an unknown quotient"),
    ],
)
def test_a_condition_is_refused_or_all_engines_give_it(formula: str, facts: Any) -> None:
    outcomes_or_codes(FACTS + STATUS.format(formula=formula), household(facts))


@pytest.mark.parametrize("members", [[], [{"hours": 1, "wage": 100}], [{"hours": 9, "wage": 100}]])
def test_a_long_empty_value_is_computed_in_the_household(members: Any) -> None:
    """Long expressions go by way of a local, which must not land in the loop over the members."""
    empty = " + ".join(["pay", *(f"n * pay * {factor}" for factor in range(2, 40))])
    text = FACTS + STATUS.format(formula=f"max_of(wage, where=hours > 5, empty={empty}) >= pay")
    outcomes_or_codes(text, household({"n": 1}, *members))


def test_bounds_of_a_quotient_by_a_small_quotient_are_not_too_narrow() -> None:
    """`n / m` may be much closer to zero than 1, so `z / (n / m)` may be far below `z`, and the amount negative."""
    formula = "(round_down(z / (n / (m + 1)), to=1) if n / (m + 1) > 0 else 0) + five"
    text = FACTS + MONTHLY.format(to="household", formula=formula)
    found = outcomes_or_codes(text, household({"z": -500, "n": 1, "m": 99}))
    assert isinstance(found[0], str) or found[0].amount >= 0


@pytest.mark.parametrize("formula", ["{d} * {d}", "{d} * {d} * 0.0001", "max({d} * {d}, 0)"])
def test_numbers_that_square_themselves_twenty_times_are_answered_or_refused_at_once(formula: str) -> None:
    lines = [f'd{at} = {{ formula = "{formula.format(d=f"d{at - 1}")}" }}' for at in range(1, 20)]
    text = FACTS + 'd0 = { formula = "f" }\n' + "\n".join(lines) + "\n" + STATUS.format(formula="d19 > 1")
    started = time.perf_counter()
    outcomes_or_codes(text, household({"f": 15}))
    assert time.perf_counter() - started < 2


def test_a_chain_of_a_thousand_products_and_sums_is_answered_or_refused() -> None:
    """Python prints no whole number of more than 4300 digits, and generated code is text."""
    lines = [f'd{at} = {{ formula = "d{at - 1} * 0.99999 + 0.1" }}' for at in range(1, 1000)]
    text = FACTS + 'd0 = { formula = "f" }\n' + "\n".join(lines) + "\n" + STATUS.format(formula="d999 > 0")
    outcomes_or_codes(text, household({"f": 15}))


@pytest.mark.slow
def test_a_deep_formula_inside_a_long_scale_is_answered_or_refused() -> None:
    steps = ", ".join(f"[{at}, 0.01]" for at in range(60))
    scale = f'[parameters.s]\nkind = "scale"\ncite = "d 1"\nfrom.2024-01 = [{steps}]\n'
    deep = "n"
    for _ in range(97):
        deep = f"clamp({deep}, 0, 5)"
    outcomes_or_codes(FACTS + scale + STATUS.format(formula=f"scale({deep}, s) > 0"), household({"n": 3}))
