"""What no answer can change any more is the same for every answer; what can change an outcome is among its needs."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from calc import plan_for, read_rules
from calc.engine.facts import Household, Member, not_known
from calc.engine.outcomes import Need, Outcome
from calc.engine.traced.interpreter import Trace
from calc.language.types import MEMBER
from calc.rules.plan import Plan
from calc.vary.pieces import with_value
from calc.vary.possible_trace import PossibleTrace
from tests.support.households import Generator
from tests.support.seeds import seeds
from tests.support.small import generated_plan, household, plan_of

ROOT = Path(__file__).parents[2]


def possible(plan: Plan, given: Household, opened: set[Need]) -> PossibleTrace:
    """The household with some facts open; every other default stands."""
    return PossibleTrace(plan, given, plan.steps, plan.benefits, lambda trace, name, place: (name, place) not in opened)


def completed(plan: Plan, given: Household, make: Generator) -> Household:
    """States every fact without default, and none as not known."""
    make.count = len(given.members)

    def facts(stated: dict[str, object], level: int) -> dict[str, object]:
        found = {name: one for name, one in stated.items() if name in plan.facts}
        for fact in plan.facts.values():
            if fact.type.level == level and fact.default is None and fact.name not in found:
                found[fact.name] = make.value(fact)
        return found

    members = tuple(Member(one.id, facts(dict(one.facts), MEMBER)) for one in given.members)  # type: ignore[arg-type]
    return Household(given.id, facts(dict(given.facts), 1), members)  # type: ignore[arg-type]


def changed(outcome: Outcome, other: Outcome) -> bool:
    return (outcome.status, outcome.amount) != (other.status, other.amount)


def must_be_sound(plan: Plan, seed: int, times: int = 6) -> None:
    make, random = Generator(plan, seed), Random(seed)
    for at in range(times):
        whole = completed(plan, make.household(at), make)
        cells: list[Need] = [(name, None) for name in whole.facts]
        cells += [(name, place) for place, one in enumerate(whole.members) for name in one.facts]
        opened = set(random.sample(cells, min(len(cells), random.choice((1, 2, 4, 100)))))
        base = whole
        for name, place in opened:
            base = with_value(base, plan.facts[name], place, None)
        found = possible(plan, base, opened)
        outcomes = [one for name in plan.benefits for one in Trace(plan, whole).outcomes[name]]
        prospects = {(one.benefit, one.member): one for one in found.prospects}
        for name, place in random.sample(sorted(opened, key=str), min(len(opened), 8)):
            other = with_value(whole, plan.facts[name], place, make.value(plan.facts[name]))
            trace = Trace(plan, other)
            for outcome in outcomes:
                after = trace.outcomes[outcome.benefit][outcome.member or 0]
                if changed(outcome, after) and not outcome.missing and not after.missing:
                    needs = prospects[outcome.benefit, outcome.member].needs
                    assert (name, place) in found.cells(needs), (seed, at, outcome, after, name, place)


@pytest.mark.parametrize("seed", seeds(range(400), few=60))
def test_whatever_changes_an_outcome_is_among_its_needs(seed: int) -> None:
    must_be_sound(generated_plan(seed), seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(60), few=12))
def test_so_it_is_with_the_shipped_rules(seed: int) -> None:
    must_be_sound(plan_for(read_rules(str(ROOT / "rules.toml")), (202206, 202211, 202607)[seed % 3]), seed, 3)


RULES = """
[parameters.line]
kind = "money/month"
value = 500
cite = "d 1"
note = "n"
[facts.member.wage]
kind = "money/month"
min = 0
default = "0"
note = "n"
[facts.member.other]
kind = "money/month"
min = 0
default = "0"
note = "n"
[facts.household.checked]
kind = "yes/no"
[definitions.income]
formula = "sum(wage + other)"
[benefits.help]
to = "household"
per = "month"
cite = "d 1"
requires = ["income < line", "checked"]
amount = "line - income if income < line else 0"
"""


def test_a_wage_that_cannot_bring_the_income_below_the_line_is_not_needed() -> None:
    plan = plan_of(RULES)
    opened: set[Need] = {("wage", 1), ("other", 0), ("other", 1), ("checked", None)}
    rich = household({}, {"wage": 90000}, {})
    (prospect,) = possible(plan, rich, opened).prospects
    assert prospect.needs == 0
    poor = household({}, {"wage": 10000}, {})
    found = possible(plan, poor, opened)
    assert set(found.cells(found.prospects[0].needs)) == opened


def test_a_default_is_open_until_it_is_closed() -> None:
    plan = plan_of(RULES)
    given = household({"checked": True}, {})
    assert possible(plan, given, {("wage", 0)}).prospects[0].needs
    assert not possible(plan, given, set()).prospects[0].needs


def test_what_is_not_known_stays_open_and_is_not_needed() -> None:
    plan = plan_of(RULES)
    given = household({"checked": True}, {not_known("wage"): True})
    found = possible(plan, given, {("other", 0)})
    assert found.cells(found.prospects[0].needs) == [("other", 0)]
