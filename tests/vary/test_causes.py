"""Causes add up to the difference between two answers, exactly, whatever the rules and the households are."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from calc import plan_for, read_rules
from calc.diagnostics.diagnostic import InputErrors
from calc.engine.facts import Household
from calc.rules.plan import Plan
from calc.rules.rulebook import Rulebook
from calc.vary.answers import NOTHING, Answer, HouseholdPicture, PictureEngine
from calc.vary.causes import FACTS, PEOPLE, RULES, TIME, Cause, Causes
from calc.vary.kinds import LEFT, RAISED, SAME, Side, kind_of
from calc.vary.people import with_ids_of
from calc.vary.rule_steps import changed_entries, held, rule_steps
from tests.support.households import Generator
from tests.support.rulefiles import rules_file
from tests.support.seeds import seeds
from tests.support.small import HEAD

SMALLVILLE = Path(__file__).parents[1] / "smallville.toml"


def as_facts(household: Household) -> HouseholdPicture:
    return HouseholdPicture(household.id, household.facts, {one.id: one.facts for one in household.members})


def neighbour(random: Random, make: Generator, one: HouseholdPicture) -> HouseholdPicture:
    """The household some time later: a few facts of another one, a member less, a member more."""
    other = as_facts(make.household())
    own = {**one.own, **{name: value for name, value in other.own.items() if random.random() < 0.3}}
    members = {id: dict(facts) for id, facts in one.members.items() if len(one.members) < 2 or random.random() < 0.8}
    for id, facts in other.members.items():
        if id in members:
            members[id] |= {name: value for name, value in facts.items() if random.random() < 0.2}
        elif random.random() < 0.3:
            members[id] = facts
    return HouseholdPicture(one.id, own, members)


def must_add_up(causes: list[Cause], start: Answer, end: Answer) -> None:
    for line in {*start.grants, *end.grants}:
        old, new = start.grant(line), end.grant(line)
        if old is None or new is None:
            assert all(line not in one.parts for one in causes)
            continue
        parts = [one.parts.get(line, NOTHING) for one in causes]
        found = old[0] + sum(count for count, _ in parts), old[1] + sum(amount for _, amount in parts)
        assert found == new, line


@pytest.mark.parametrize("seed", seeds(range(40), 10))
def test_causes_add_up_in_generated_rules(seed: int, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(rules_file(seed), encoding="utf-8")
    try:
        book = held(read_rules(str(tmp_path / "rules.toml")), 202409)
        old_plan, new_plan = plan_for(book, 202406), plan_for(book, 202409)
    except InputErrors:
        return
    engines = PictureEngine(old_plan), PictureEngine(new_plan)
    causes = Causes(*engines, [], True)
    random, make = Random(seed), Generator(old_plan, seed)
    for _ in range(6):
        old = as_facts(make.household())
        new = neighbour(random, make, old)
        start, end = engines[0].answer(old), engines[1].answer(new)
        must_add_up(causes.between(old, new, start, end), start, end)


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(20), 6))
def test_causes_add_up_from_one_year_of_rules_to_the_next(seed: int) -> None:
    book = read_rules(str(SMALLVILLE))
    plans = plan_for(book, 202412), plan_for(book, 202501)
    causes = _causes(plans)
    random, make = Random(seed), Generator(plans[0], seed, stated=0.9, doubt=0.0)
    for _ in range(20):
        old = as_facts(make.household())
        new = neighbour(random, make, old)
        start, end = causes.before.answer(old), causes.after.answer(new)
        found = causes.between(old, new, start, end)
        must_add_up(found, start, end)
        back = _causes(plans[::-1]).between(new, old, end, start)
        assert sum(one.amount for one in back) == -sum(one.amount for one in found)


def _causes(plans: tuple[Plan, ...]) -> Causes:
    book = read_rules(str(SMALLVILLE))
    steps = rule_steps(book, plans[0].month, book, plans[1].month, {})
    return Causes(PictureEngine(plans[0]), PictureEngine(plans[1]), steps, plans[0].month != plans[1].month)


@pytest.mark.parametrize("seed", seeds(range(10), 4))
def test_one_changed_fact_is_the_only_cause(seed: int) -> None:
    plan = plan_for(read_rules(str(SMALLVILLE)), 202501)
    engine, make = PictureEngine(plan), Generator(plan, seed, stated=0.95, doubt=0.0)
    causes = Causes(engine, engine, [], False)
    for at in range(20):
        old = as_facts(make.household())
        fact = Random(at).choice([one for one in plan.facts.values() if one.type.level == 1 or not old.members])
        member = next(iter(old.members))
        facts = {**old.members[member], fact.name: make.value(fact)}
        new = HouseholdPicture(old.id, old.own, {**old.members, member: facts})
        start, end = engine.answer(old), engine.answer(new)
        found = causes.between(old, new, start, end)
        assert all([(one.kind, one.name, one.member) for one in cause.changes] == [(FACTS, fact.name, member)]
                   for cause in found)  # fmt: skip
        must_add_up(found, start, end)
        assert causes.between(old, old, start, start) == []


def test_entries_that_differ_are_named_in_the_order_of_the_file() -> None:
    book = read_rules(str(SMALLVILLE))
    names = [one.name for one in changed_entries(book, 202412, book, 202501)]
    assert names == ["disregard_cap", "care_rate", "need_line", "child_rate"]
    assert changed_entries(book, 202501, book, 202506) == []


def test_rules_that_are_held_are_the_same_in_every_month() -> None:
    book = held(read_rules(str(SMALLVILLE)), 202501)
    assert plan_for(book, 202401).parameters["care_rate"].value == plan_for(book, 202512).parameters["care_rate"].value


AID = """
[parameters.rate]
label = "Rate"
kind = "money/month"
cite = "d 1"
from.2024-01 = 100
from.2024-07 = 150

[parameters]
limit = { label = "Limit", kind = "money/month", value = 1000, cite = "d 3" }
extra_rate = { label = "Extra rate", kind = "money/month", value = 40, cite = "d 3" }

[facts.member]
wage = { label = "Wage", kind = "money/month", min = 0 }
born = { label = "Born", kind = "date" }
student = { label = "Student", kind = "yes/no" }

[definitions]
minor = { label = "Minor", formula = "full_years(born, month_start) < 17", cite = "d 2" }

poor = { label = "Poor", formula = "sum(wage) < limit", cite = "d 3" }
extra = { label = "Extra", formula = "extra_rate if minor or student else 0", cite = "d 3" }

[benefits.aid]
label = "Aid"
to = "household"
per = "month"
requires = ["poor"]
amount = "rate + sum(extra)"
cite = "d 4"
"""


@pytest.fixture
def book(tmp_path: Path) -> Rulebook:
    path = tmp_path / "rules.toml"
    path.write_text(HEAD + AID, encoding="utf-8")
    return read_rules(str(path))


def person(wage: int, born: int, student: bool = False) -> dict[str, Any]:
    return {"wage": wage, "born": born, "student": student}


def causes_in(
    book: Rulebook, months: tuple[int, int], old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]]
) -> list[tuple[list[tuple[str, str, str]], int]]:
    """The causes of a change: what changed, and what it brings in whole units."""
    engines = [PictureEngine(plan_for(book, month)) for month in months]
    steps = rule_steps(book, months[0], book, months[1], {})
    causes = Causes(engines[0], engines[1], steps, months[0] != months[1])
    sides = HouseholdPicture("h", {}, old), HouseholdPicture("h", {}, new)
    start, end = (engine.answer(side) for engine, side in zip(engines, sides, strict=True))
    found = causes.between(*sides, start, end)
    must_add_up(found, start, end)
    return [([(each.kind, each.name, each.member) for each in cause.changes], cause.amount // 100) for cause in found]


HEADS = {"a": person(50000, 19800101), "b": person(0, 20070615)}
"""The younger one turns 17 in June 2024."""


def test_a_birthday_is_time(book: Rulebook) -> None:
    assert causes_in(book, (202406, 202407), HEADS, HEADS) == [([(RULES, "rate", "")], 50), ([(TIME, "", "")], -40)]


def test_a_wage_is_a_fact(book: Rulebook) -> None:
    richer = {**HEADS, "a": person(100000, 19800101)}
    assert causes_in(book, (202405, 202405), HEADS, richer) == [([(FACTS, "wage", "a")], -140)]


def test_somebody_who_left_is_people(book: Rulebook) -> None:
    assert causes_in(book, (202405, 202405), HEADS, {"a": HEADS["a"]}) == [([(PEOPLE, "", "b")], -40)]


def test_a_birthday_and_college_are_one_cause_that_brings_nothing(book: Rulebook) -> None:
    student = {**HEADS, "b": person(0, 20070615, True)}
    assert causes_in(book, (202407, 202408), HEADS, student) == [([(FACTS, "student", "b")], 40)]  # 17 already
    found = causes_in(book, (202406, 202407), HEADS, student)
    assert found == [([(RULES, "rate", "")], 50)]


def test_causes_that_act_on_one_another_are_one_line(book: Rulebook) -> None:
    poorer = {"a": person(90000, 19800101), "b": person(20000, 20070615)}
    both = {"a": person(70000, 19800101), "b": person(5000, 20070615)}
    found = causes_in(book, (202405, 202405), poorer, both)  # either alone brings the income below the limit
    assert found == [([(FACTS, "wage", "a"), (FACTS, "wage", "b")], 140)]


def test_people_are_known_by_their_numbers() -> None:
    old = HouseholdPicture("h", {}, {"1": {"n": "A"}, "2": {"n": "B"}})
    new = HouseholdPicture("h", {}, {"1": {"n": "B"}})
    answer = Answer({("aid", "2"): (1, 5), ("aid", "1"): (1, 7)}, {})
    renamed, same = with_ids_of(old, answer, new, "n")
    assert renamed.members == {"1′": {"n": "A"}, "1": {"n": "B"}}
    assert same.grants == {("aid", "1"): (1, 5), ("aid", "1′"): (1, 7)}


def test_kinds_of_a_household(book: Rulebook) -> None:
    plan = plan_for(book, 202405)
    facts = HouseholdPicture("h", {}, {"a": {}})
    nothing = Side(facts, Answer({}, {}), 1)
    some, more = (Side(facts, Answer({("aid", ""): (1, amount)}, {}), 1) for amount in (5, 7))
    open_ = Side(facts, Answer({}, {("aid", ""): 1}), 1)
    refused = Side(None, None, 0)
    pairs = {
        "entered": (nothing, some), LEFT: (some, nothing), RAISED: (some, more), "lowered": (more, some),
        SAME: (some, some), "new": (None, some), "gone": (some, None), "unsettled": (open_, some),
        "rejected": (open_, refused),
    }  # fmt: skip
    assert {kind: kind_of(*pair, plan, plan) for kind, pair in pairs.items()} == {kind: kind for kind in pairs}
