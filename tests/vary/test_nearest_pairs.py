"""Two changes together give a benefit that neither gives, and not with either of them a step nearer."""

from __future__ import annotations

from itertools import combinations

import pytest

from calc.engine.facts import Household
from calc.engine.outcomes import GRANTED, Need, Outcome
from calc.engine.traced.interpreter import Trace
from calc.exact import divide
from calc.language.types import DATE
from calc.rules.plan import Plan
from calc.vary.nearest import NearChange, Nearest
from calc.vary.nearest_pairs import NearestPairs, NearPair
from calc.vary.pieces import places_of, with_value
from calc.vary.scales import scale_of
from tests.support.households import Generator
from tests.support.seeds import seeds
from tests.support.small import generated_plan, household, plan_of

Statement = tuple[str, "int | None", object]


def gives(plan: Plan, given: Household, outcome: Outcome, *statements: Statement) -> bool:
    for name, place, value in statements:
        given = with_value(given, plan.facts[name], place, value)
    result = Trace(plan, given).result
    own = [one for one in result.outcomes if (one.benefit, one.member) == (outcome.benefit, outcome.member)]
    return own[0].status == GRANTED and not result.failed_checks


def stated(change: NearChange) -> Statement:
    return change.fact, change.member, change.value


def nearer(plan: Plan, change: NearChange) -> Statement | None:
    """A step less of a number or a date; None for words, and where that is what is so now."""
    fact = plan.facts[change.fact]
    scale = scale_of(fact)
    if scale is None or change.distance is None or abs(change.distance) < 2:
        return None
    place = int(scale.place(change.value if fact.type.kind == DATE else divide(change.value, scale.unit)))
    return change.fact, change.member, scale.stated(place + (-1 if change.distance > 0 else 1))


def must_be_a_pair(plan: Plan, given: Household, outcome: Outcome, pair: NearPair) -> None:
    first, second = stated(pair.first), stated(pair.second)
    assert gives(plan, given, outcome, first, second), pair
    assert not gives(plan, given, outcome, first) and not gives(plan, given, outcome, second), pair
    for less, other in ((nearer(plan, pair.first), second), (nearer(plan, pair.second), first)):
        assert less is None or not gives(plan, given, outcome, less, other), pair


def words(nearest: Nearest) -> list[Statement]:
    """Everything that may be stated of facts of words."""
    cells: list[Need] = [
        (name, place)
        for name, fact in nearest.plan.facts.items()
        if scale_of(fact) is None
        for place in places_of(fact, nearest.household)
    ]
    return [(*cell, value) for cell in cells for value in nearest.words(nearest.plan.facts[cell[0]], cell[1])]


@pytest.mark.parametrize("seed", seeds(range(300), 10))
def test_pairs_do_it_and_no_pair_of_words_is_left_out(seed: int) -> None:
    plan = generated_plan(seed)
    given = Generator(plan, seed, doubt=0).household()
    nearest = Nearest(plan, given)
    if nearest.base.result.failed_checks:
        return
    outcomes = nearest.denied()
    singles = nearest.changes(outcomes, plan.facts)
    for outcome in [one for one, found in zip(outcomes, singles, strict=True) if not found and not nearest.given_up]:
        pairs = NearestPairs(nearest, plan.facts, 3_000)
        found = pairs.pairs(outcome)
        for pair in found[:10]:
            must_be_a_pair(plan, given, outcome, pair)
        sets = {frozenset((stated(one.first), stated(one.second))) for one in found}
        for one, other in [*combinations(words(nearest), 2)][: 0 if pairs.is_cut else 200]:
            if one[:2] != other[:2] and gives(plan, given, outcome, one, other):
                assert frozenset((one, other)) in sets, (seed, one, other)


RULES = """
[parameters.rate]
kind = "money/month"
cite = "d 1"
value = 10
[facts.household.a]
kind = "yes/no"
[facts.household.b]
kind = "yes/no"
[facts.household.n]
kind = "count"
max = 100000
[facts.household.m]
kind = "count"
max = 100000
[benefits.x]
to = "household"
per = "month"
cite = "d 1"
requires = ["FORMULA"]
amount = "rate"
"""
PRESENT = {"a": False, "b": False, "n": 0, "m": 0}


def pairs_of(formula: str, most: int = 8_000) -> tuple[set[tuple[object, ...]], bool]:
    plan = plan_of(RULES.replace("FORMULA", formula))
    nearest = Nearest(plan, household(PRESENT))
    (outcome,) = nearest.denied()
    pairs = NearestPairs(nearest, plan.facts, most)
    found = pairs.pairs(outcome)
    for pair in found:
        must_be_a_pair(plan, nearest.household, outcome, pair)
    return {(one.first.fact, one.first.value, one.second.fact, one.second.value) for one in found}, pairs.is_cut


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("a and b", {("a", True, "b", True)}),
        ("a and n > 41", {("a", True, "n", 42)}),
        ("n >= 5 and m >= 700", {("n", 5, "m", 700)}),
        ("min(n, 10) + min(m, 10) >= 15", {("n", 10, "m", 5)}),
        ("a and b and n > 1", set()),
        ("a and b or a and m >= 3 and n < 5", {("a", True, "b", True), ("a", True, "m", 3)}),
    ],
)
def test_pairs_of_words_and_numbers(formula: str, expected: set[tuple[object, ...]]) -> None:
    assert pairs_of(formula) == (expected, False)


def test_a_search_that_is_cut_says_so() -> None:
    assert pairs_of("a and b or a and n > 5", 25)[1]
