"""The nearest change of a fact gives the benefit or more of it, and nothing nearer does."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from calc import assess, plan_for, read_rules
from calc.engine.facts import Household
from calc.engine.outcomes import DENIED, GRANTED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.exact import divide
from calc.language.printer import to_text
from calc.language.typed_tree import Definition, Term
from calc.language.types import CHOICE, DATE, NOBODY, REFERENCE, YES_NO
from calc.rules.plan import FactPlan, Plan
from calc.vary.nearest import NearChange, Nearest
from calc.vary.pieces import places_of, with_value
from calc.vary.scales import scale_of
from calc.vary.ways import MOST_WAYS, ways
from tests.support.households import Generator
from tests.support.seeds import seeds
from tests.support.small import HEAD, generated_plan, household, plan_of

ROOT = Path(__file__).parents[2]
WIDE = 40
"""Steps on either side of the present value that are tried one by one."""


def given_with(plan: Plan, given: Household, outcome: Outcome, fact: FactPlan, at: int | None, value: object) -> Any:
    """What a benefit brings with another value of a fact; None where it is not granted or a check fails."""
    result = Trace(plan, with_value(given, fact, at, value)).result
    own = [one for one in result.outcomes if (one.benefit, one.member) == (outcome.benefit, outcome.member)]
    return own[0].amount if own[0].status == GRANTED and not result.failed_checks else None


def words(fact: FactPlan, given: Household, at: int | None) -> list[object]:
    if fact.type.kind == REFERENCE:
        return [NOBODY, *(one for one in range(len(given.members)) if one != at)]
    return [*{YES_NO: (True, False), CHOICE: fact.type.options}.get(fact.type.kind, ())]


def must_be_nearest(
    plan: Plan, given: Household, outcome: Outcome, fact: FactPlan, at: int | None, found: list[NearChange]
) -> None:
    present = Trace(plan, given).value(fact.name, at)
    known = None if present.__class__ is Unknown else present

    def does(value: object) -> bool:
        amount = given_with(plan, given, outcome, fact, at, value)
        return amount is not None and (outcome.status == DENIED or amount > outcome.amount)

    for one in found:
        assert does(one.value)
        assert one.amount == given_with(plan, given, outcome, fact, at, one.value)
    scale = scale_of(fact)
    if scale is None:
        assert [one.value for one in found] == [one for one in words(fact, given, at) if one != known and does(one)]
        return
    if known is None and fact.type.kind == DATE:
        middle = int(scale.place(plan.month * 100 + 1))
    else:
        middle = scale.low if known is None else int(scale.place(known))
    reach = WIDE + 1
    for one in found:
        place = int(scale.place(one.value if fact.type.kind == DATE else divide(one.value, scale.unit)))
        reach = abs(place - middle)
        assert place == middle or not does(scale.stated(place + (1 if place < middle else -1)))
    for place in range(max(scale.low, middle - WIDE), min(scale.high, middle + WIDE) + 1):
        if abs(place - middle) < reach:
            assert not does(scale.stated(place)), (fact.name, at, place)


def must_bring_the_most(
    plan: Plan, given: Household, outcome: Outcome, fact: FactPlan, change: NearChange, random: Random
) -> None:
    scale = scale_of(fact)
    assert scale is not None and change.amount is not None
    top = change if change.most is None else change.most
    places = {scale.low, scale.high, *(random.randint(scale.low, scale.high) for _ in range(30))}
    present = Trace(plan, given).value(fact.name, change.member)
    if present.__class__ is not Unknown:
        middle = int(scale.place(present))
        places |= {max(scale.low, min(scale.high, middle + random.randint(-2000, 2000))) for _ in range(30)}
    amounts = [given_with(plan, given, outcome, fact, change.member, scale.stated(one)) for one in places]
    ends = [given_with(plan, given, outcome, fact, change.member, scale.stated(one)) for one in (scale.low, scale.high)]
    is_endless = change.most is None and any(one is not None and one > change.amount for one in ends)
    assert is_endless or all(one is None or one <= top.amount for one in amounts)
    if change.most is not None:
        assert given_with(plan, given, outcome, fact, change.member, top.value) == top.amount > change.amount
        nearer = int(scale.place(top.value if fact.type.kind == DATE else divide(top.value, scale.unit)))
        nearer -= 1 if (top.distance or 1) > 0 else -1
        less = given_with(plan, given, outcome, fact, change.member, scale.stated(nearer))
        assert less is None or less < top.amount


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(300), 12))
def test_nothing_nearer_gives_a_benefit_or_more_of_it(seed: int) -> None:
    plan = generated_plan(seed)
    given = Generator(plan, seed, doubt=0).household()
    nearest = Nearest(plan, given)
    outcomes = nearest.denied()[:2] + nearest.granted()[:2]
    if nearest.base.result.failed_checks or not outcomes:
        return
    for outcome, changes in zip(outcomes, nearest.changes(outcomes, plan.facts), strict=True):
        assert len({(one.fact, one.member, one.value) for one in changes}) == len(changes)
        for fact in plan.facts.values():
            for at in [*places_of(fact, given)][:2]:
                if (fact.name, at) not in nearest.given_up:
                    own = [one for one in changes if (one.fact, one.member) == (fact.name, at)]
                    must_be_nearest(plan, given, outcome, fact, at, own)
                    if outcome.status == GRANTED and own and scale_of(fact) is not None:
                        must_bring_the_most(plan, given, outcome, fact, own[0], Random(seed))


def family(wage: int) -> tuple[Plan, Household]:
    plan = plan_for(read_rules(str(ROOT / "rules.toml")), 202205)
    (trace,) = assess(plan, str(ROOT / "examples" / "household.toml")).traces
    return plan, with_value(trace.household, plan.facts["工资"], 0, wage)


@pytest.mark.slow
def test_dibao_is_1068_01_away_by_thirteen_facts_and_the_wage() -> None:
    plan, given = family(360_000)
    nearest = Nearest(plan, given)
    (found,) = nearest.changes(nearest.denied(["dibao"]), plan.facts)
    assert {(one.fact, one.member): one.distance for one in found if one.fact == "工资"} == {("工资", 0): -106_801}
    assert {one.distance for one in found if one.fact != "工资"} == {106_801}
    assert len(found) == 16
    assert not nearest.given_up


@pytest.mark.slow
def test_all_facts_of_a_family_take_few_evaluations() -> None:
    plan, given = family(360_000)
    nearest = Nearest(plan, given)
    nearest.changes([*nearest.denied(), *nearest.granted()], plan.facts)
    assert nearest.runs <= 3514 and not nearest.given_up  # what takes 0.4 s of processor time


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
    found = ways(trace, [plan.benefits["x"].conditions[0].term], None)
    assert sorted([to_text(leaf.term.node) for leaf in way] for way in found) == sorted(expected)


LEAVES = "abcdef"


def nested(random: Random, depth: int) -> str:
    if not depth or random.random() < 0.2:
        return random.choice(LEAVES)
    if random.random() < 0.25:
        return f"not ({nested(random, depth - 1)})"
    operands = [nested(random, depth - 1) for _ in range(random.randint(2, 3))]
    return "(" + random.choice((" and ", " or ")).join(operands) + ")"


def nested_plan(random: Random) -> Plan:
    """Rules of two conditions of nested and/or/not, of which parts are definitions of their own."""
    text = "".join(f'[facts.household."{one}"]\nkind = "yes/no"\n' for one in LEAVES)
    text += '[parameters.on]\nkind = "yes/no"\nvalue = true\ncite = "d 1"\n'
    for name in ("first", "second"):
        text += f'[definitions."part_{name}"]\nformula = "{nested(random, 2)}"\n'
        part = random.choice((" and ", " or ")) + random.choice(("", "not ")) + f"part_{name}"
        text += f'[definitions."{name}"]\ncite = "d 1"\nformula = "on and ({nested(random, 2)}{part})"\n'
    return plan_of(
        text + '[benefits.x]\nto = "household"\nper = "month"\ncite = "d 1"\nrequires = ["first", "second"]\n'
    )


def leaf_name(plan: Plan, term: Term) -> str:
    while isinstance(term, Definition):
        term = plan.definitions[term.name].term
    return to_text(term.node)


@pytest.mark.parametrize("seed", seeds(range(200), 12))
def test_the_sets_that_decide_are_all_the_smallest_ones(seed: int) -> None:
    """Against every household that has other answers to some of the leaves."""
    random = Random(seed)
    plan = nested_plan(random)
    stated = {one: random.random() < 0.5 for one in LEAVES if random.random() < 0.8}
    (outcome,) = Trace(plan, household(stated)).result.outcomes
    if outcome.status != DENIED:
        return
    terms = [one.term for one in plan.benefits["x"].conditions if one.name in outcome.failed]
    found = {
        frozenset((leaf_name(plan, leaf.term), leaf.wanted) for leaf in way)
        for way in ways(Trace(plan, household(stated)), terms, None)
    }
    enough: list[frozenset[tuple[str, bool]]] = []
    choices = [[value for value in (None, True, False) if value is not stated.get(one, 0)] for one in LEAVES]
    for answers in sorted(product(*choices), key=lambda each: sum(one is not None for one in each)):
        changed = {one: value for one, value in zip(LEAVES, answers, strict=True) if value is not None}
        trace = Trace(plan, household({**stated, **changed}))
        literals = frozenset(changed.items())
        if all(trace.evaluate(one, None) is True for one in terms) and not any(one <= literals for one in enough):
            enough.append(literals)
    assert found == set(enough) or len(enough) > MOST_WAYS


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


DAYS = """
[facts.household."d"]
kind = "date"
[parameters.rate]
kind = "money/month"
cite = "d 1"
from.2024-01 = 10
[benefits.x]
to = "household"
per = "month"
cite = "d 1"
requires = ["FORMULA"]
amount = "rate * max(0, full_years(d, month_start))"
"""


@pytest.mark.parametrize(
    ("formula", "present", "expected"),
    [
        ("full_years(d, month_start) >= 18", 2006_09_20, 2006_06_01),
        ("full_years(d, month_start) >= 18 and full_years(d, month_start) < 60", 1950_01_01, 1964_06_02),
        ("full_months(d, month_start) > 12", 2024_02_29, 2023_05_01),
        ("year(d) == 2000", 1990_05_05, 2000_01_01),
        ("month(d) == 2", 2001_06_15, 2001_02_28),
        ("month(d) == 2 and year(d) > 2003", 2001_06_15, 2004_02_01),
        ("(year(month_start) - year(d)) * 12 + month(month_start) - month(d) >= 30", 2023_05_17, 2021_12_31),
        ("d >= date(2020, 2, 29)", 2019_01_01, 2020_02_29),
        ("d < date(1850, 1, 1)", 2019_01_01, None),
    ],
)
def test_a_date_is_moved_to_its_nearest_day(formula: str, present: int, expected: int | None) -> None:
    nearest = Nearest(plan_of(DAYS.replace("FORMULA", formula)), household({"d": present}))
    (found,) = nearest.changes(nearest.denied(), ["d"])
    assert [one.value for one in found] == ([] if expected is None else [expected])
    assert not nearest.given_up


def test_more_by_a_date_and_the_most() -> None:
    nearest = Nearest(plan_of(DAYS.replace("FORMULA", "full_years(d, month_start) < 30")), household({"d": 2010_01_01}))
    ((one,),) = nearest.changes(nearest.granted(), ["d"])
    assert (one.value, one.amount) == (2009_06_01, 150)
    assert one.most is not None and (one.most.value, one.most.amount) == (1995_06_01, 290)


def test_a_search_that_is_given_up_says_so() -> None:
    nearest = Nearest(small("n * n > 5000"), household({"a": False, "b": False, "c": False, "n": 100}))
    assert nearest.changes(nearest.denied(), ["n"]) == [[]]
    assert nearest.given_up == [("n", None)]


WAVES = """
[facts.household."n"]
kind = "count"
max = 150
[benefits.x]
to = "household"
per = "month"
cite = "d 1"
amount = "AMOUNT"
"""


@pytest.mark.parametrize(
    "amount",
    [
        "max(0, round_up(n, to=7) - round_up(n, to=5) + 20) * 1",
        "max(0, round_half_up(n, to=30) - n + 10)",
        "max(0, 100 - n) if n != 3 else 500",
        "min(n, 120)",
    ],
)
@pytest.mark.parametrize("present", [0, 33, 140])
def test_the_most_is_the_most_of_every_value(amount: str, present: int) -> None:
    rate = '[parameters.one]\nkind = "money/month"\nvalue = 1\ncite = "d 1"\n'
    plan = plan_of(rate + WAVES.replace("AMOUNT", f"one * ({amount})"))
    nearest = Nearest(plan, household({"n": present}))
    brought = [Trace(plan, household({"n": one})).result.outcomes[0].amount or 0 for one in range(151)]
    (found,) = nearest.changes(nearest.granted(), ["n"])
    assert not nearest.given_up
    top = max(brought)
    if brought[present] == top:
        assert found == []
        return
    (one,) = found
    distance = min(abs(at - present) for at, each in enumerate(brought) if each > brought[present])
    assert abs(one.value - present) == distance and one.amount == brought[one.value] > brought[present]
    last = one.most or one
    assert last.amount == top
    assert abs(last.value - present) == min(abs(at - present) for at, each in enumerate(brought) if each == top)
