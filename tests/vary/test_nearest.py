"""The nearest change of a fact gives the benefit, and nothing nearer does."""

from __future__ import annotations

from pathlib import Path

import pytest

from calc import assess, plan_for, read_rules
from calc.diagnostics.diagnostic import InputErrors
from calc.engine.facts import Household
from calc.engine.outcomes import GRANTED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.language.types import CHOICE, YES_NO
from calc.rules.plan import FactPlan, Plan
from calc.vary.nearest import NearChange, Nearest
from calc.vary.pieces import can_move, places_of, with_value
from calc.vary.ways import ways
from tests.support.households import Generator
from tests.support.rulefiles import rules_file
from tests.support.seeds import seeds
from tests.support.small import HEAD, household, plan_of

ROOT = Path(__file__).parents[2]
WIDE = 40
"""Steps on either side of the present value that are tried one by one."""


def is_granted(plan: Plan, given: Household, outcome: Outcome) -> bool:
    result = Trace(plan, given).result
    own = [one for one in result.outcomes if (one.benefit, one.member) == (outcome.benefit, outcome.member)]
    return own[0].status == GRANTED and not result.failed_checks


def must_be_nearest(
    plan: Plan, given: Household, outcome: Outcome, fact: FactPlan, at: int | None, found: list[NearChange]
) -> None:
    present = Trace(plan, given).value(fact.name, at)
    known = None if present.__class__ is Unknown else present

    def granted(value: object) -> bool:
        return is_granted(plan, with_value(given, fact, at, value), outcome)

    if not can_move(fact):
        values = {YES_NO: (True, False), CHOICE: fact.type.options}.get(fact.type.kind, ())
        assert [one.value for one in found] == [one for one in values if one != known and granted(one)]
        return
    unit = 10**fact.decimals
    low, high = (int(one * unit) for one in fact.stated_bounds)
    middle = low if known is None else int(known * unit)
    for one in found:
        assert granted(one.value)
        assert one.value == middle or not granted(one.value + (1 if one.value < middle else -1))
    reach = abs(found[0].value - middle) if found else WIDE + 1
    for value in range(max(low, middle - WIDE), min(high, middle + WIDE) + 1):
        if abs(value - middle) < reach:
            assert not granted(value), (fact.name, at, value)


@pytest.mark.parametrize("seed", seeds(range(300), 12))
def test_nothing_nearer_gives_a_benefit(seed: int) -> None:
    try:
        plan = plan_of(rules_file(seed), head="")
    except InputErrors:
        return
    given = Generator(plan, seed, doubt=0).household()
    nearest = Nearest(plan, given)
    denied = nearest.denied()[:2]
    if nearest.base.result.failed_checks or not denied:
        return
    for outcome, changes in zip(denied, nearest.changes(denied, plan.facts), strict=True):
        assert len({(one.fact, one.member, one.value) for one in changes}) == len(changes)
        for fact in plan.facts.values():
            for at in [*places_of(fact, given)][:2]:
                if (fact.name, at) not in nearest.given_up:
                    own = [one for one in changes if (one.fact, one.member) == (fact.name, at)]
                    must_be_nearest(plan, given, outcome, fact, at, own)


def family(wage: int) -> tuple[Plan, Household]:
    plan = plan_for(read_rules(str(ROOT / "rules.toml")), 202205)
    (trace,) = assess(plan, str(ROOT / "examples" / "household.toml")).traces
    return plan, with_value(trace.household, plan.facts["工资"], 0, wage)


def test_dibao_is_1068_01_away_by_thirteen_facts_and_the_wage() -> None:
    plan, given = family(360_000)
    nearest = Nearest(plan, given)
    (found,) = nearest.changes(nearest.denied(["dibao"]), plan.facts)
    assert {(one.fact, one.member): one.distance for one in found if one.fact == "工资"} == {("工资", 0): -106_801}
    assert {one.distance for one in found if one.fact != "工资"} == {106_801}
    assert len(found) == 16
    assert not nearest.given_up


def test_all_facts_of_a_family_take_few_evaluations() -> None:
    plan, given = family(360_000)
    nearest = Nearest(plan, given)
    nearest.changes(nearest.denied(), plan.facts)
    assert nearest.runs <= 2669 and not nearest.given_up  # what takes 0.4 s of processor time


RULES = (
    HEAD
    + """
[parameters.rate]
kind = "money/month"
cite = "d 1"
from.2024-01 = 10
[facts.household."a"]
kind = "yes/no"
[facts.household."b"]
kind = "yes/no"
[facts.household."c"]
kind = "yes/no"
[facts.household."n"]
kind = "number"
decimals = 2
min = 0
max = 100000
[definitions."both"]
formula = "b and c"
[definitions."fits"]
cite = "d 1"
formula = '''FORMULA'''
[benefits.x]
to = "household"
per = "month"
cite = "d 1"
requires = ["fits"]
amount = "rate"
"""
)


def small(formula: str) -> Plan:
    return plan_of(RULES.replace("FORMULA", formula), head="")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("a or both", [["a"], ["b", "c"]]),
        ("a and both", [["a", "b", "c"]]),
        ("a or b or a and c", [["a"], ["b"]]),
        ("not (not a and not both)", [["a"], ["b", "c"]]),
        ("(a or b) and (a or c)", [["a"], ["b", "c"]]),
        ("both if n > 5 else a", [["a"]]),
        ("n > 5 and n < 3 or b", [["b"], ["n > 5"]]),
    ],
)
def test_the_smallest_sets_of_conditions(formula: str, expected: list[list[str]]) -> None:
    plan = small(formula)
    trace = Trace(plan, household({"a": False, "b": False, "c": False, "n": 100}))
    found = ways(trace, plan.benefits["x"].conditions[0].term, None)
    assert sorted([str(leaf.key[0]) for leaf in way] for way in found) == sorted(expected)


@pytest.mark.parametrize(
    ("formula", "present", "expected"),
    [
        ("n >= 12.35", 100, 1235),
        ("n < 12.35", 5000, 1234),
        ("n < 1 or n > 20", 1000, 99),
        ("n == 33.33", 0, 3333),
        ("n >= 5 and n <= 6", 900, 600),
        ("n > 99999.99", 0, 10_000_000),
        ("round_up(n, to=1) == 8", 900, 800),
        ("n >= 5 and n < 5", 100, None),
        ("n >= 5 and a", 100, None),
    ],
)
def test_a_number_is_moved_to_its_nearest_value(formula: str, present: int, expected: int | None) -> None:
    plan = small(formula)
    nearest = Nearest(plan, household({"a": False, "b": False, "c": False, "n": present}))
    (found,) = nearest.changes(nearest.denied(), ["n"])
    assert [one.value for one in found] == ([] if expected is None else [expected])


def test_a_search_that_is_given_up_says_so() -> None:
    nearest = Nearest(small("n * n > 5000"), household({"a": False, "b": False, "c": False, "n": 100}))
    assert nearest.changes(nearest.denied(), ["n"]) == [[]]
    assert nearest.given_up == [("n", None)]
