"""A plan with everything known has nothing left to compute, and says what the trace says."""

from __future__ import annotations

import pytest

from calc.diagnostics.diagnostic import InputErrors
from calc.engine.outcomes import GRANTED, Result
from calc.engine.simple_plan import ALWAYS, MAYBE, Missing, SimpleBenefit, need_bits
from calc.engine.specialize import simplified
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import outcome
from calc.language.typed_tree import Constant, Definition, Fact, Term, walk
from calc.rules.plan import Plan
from tests.support.households import Generator
from tests.support.rulefiles import rules_file
from tests.support.seeds import seeds
from tests.support.small import plan_of

SEEDS = seeds(range(120), 40)


def plan_in(seed: int) -> Plan | None:
    """The plan of a generated file, or None where it has mistakes."""
    try:
        return plan_of(rules_file(seed), head="")
    except InputErrors:
        return None


def settled(term: Term) -> bool:
    return isinstance(term, (Constant, Missing))


def value(term: Term) -> object:
    return term.value if isinstance(term, Constant) else term.unknown  # type: ignore[attr-defined]


def answer(benefit: SimpleBenefit) -> tuple[int, object, int, int]:
    """The outcome of a benefit of which only constants are left."""
    terms = [benefit.applies_to, *benefit.conditions, benefit.amount]
    assert all(map(settled, terms)), f"{benefit.name} is not settled"
    applies, *conditions, amount = map(value, terms)
    return outcome(applies, tuple(conditions), amount)


def required(plan: Plan, result: Result, found: dict[str, SimpleBenefit]) -> None:
    bits = need_bits(plan)
    for one in result.outcomes:
        if one.member is not None or not plan.benefits[one.benefit].in_force:
            continue
        status, amount, failed, needs = answer(found[one.benefit])
        names = tuple(condition.name for condition in plan.benefits[one.benefit].conditions)
        assert status == one.status, one.benefit
        assert status != GRANTED or amount == one.amount, one.benefit
        assert {name for at, name in enumerate(names) if failed >> at & 1} == set(one.failed)
        assert needs == sum(bits[name] for name in {*one.needs, *one.unset}), one.benefit


RULES = """
[parameters]
open = { kind = "count", basis = "unset", note = "n", cite = "d 1" }
euro = { kind = "money/month", cite = "d 1", from.2024-01 = 7 }
[facts.household]
x = { kind = "count", max = 9 }
y = { kind = "count", max = 10, default = "x + 1", note = "n" }
w = { kind = "choice", options = ["p", "q"] }
on = { kind = "yes/no" }
[definitions]
d = { formula = "x * y if on else y - x" }
[benefits.a]
to = "household"
per = "month"
requires = ["d > 3", "w == 'p' or on", "x < open or y > 5"]
amount = "euro * (d if d > 0 else 1)"
cite = "d 1"
[benefits.b]
to = "household"
per = "month"
requires = ["not on", "x != 3"]
amount = "min(euro * y, euro * 3) + euro * x"
cite = "d 1"
"""


@pytest.mark.parametrize("seed", seeds(range(60), 30))
def test_with_every_fact_fixed_only_constants_are_left_and_they_are_the_outcome(seed: int) -> None:
    plan = plan_of(RULES)
    generator = Generator(plan, seed)
    for place in range(10):
        given = generator.household(place)
        doubts = {key: ALWAYS for key in given.facts if key not in plan.facts}
        simple = simplified(plan, doubts, given.facts)
        assert all(map(settled, simple.terms.values()))
        required(plan, Trace(plan, given).result, simple.benefits)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_nobody_states_is_not_asked_for(seed: int) -> None:
    """Of a generated plan nothing is left that uses a fact which its pattern has nobody state."""
    plan = plan_in(seed)
    if plan is None:
        return
    for at, name in enumerate(plan.facts):
        stated = [*plan.facts][at + 1 :]
        pattern = {other: (ALWAYS, MAYBE)[place % 2] for place, other in enumerate(stated)}
        simple = simplified(plan, pattern)
        left = [*simple.terms.values(), *simple.defaults.values(), *simple.checks]
        for benefit in simple.benefits.values():
            left += [benefit.applies_to, *benefit.conditions, benefit.amount]
        used = {part.name for term in left for part in walk(term) if isinstance(part, Fact)}
        asked = {other for other in used if isinstance(simple.terms[other], (Fact, Constant, Missing))}
        assert asked <= set(stated), f"{name} is not stated"  # others are what their default comes to
        assert set(simple.defaults) == {other for other, often in pattern.items() if often == MAYBE}


@pytest.mark.parametrize("seed", SEEDS)
def test_no_name_of_a_constant_is_left_in_a_term(seed: int) -> None:
    plan = plan_in(seed)
    if plan is None:
        return
    simple = simplified(plan, dict.fromkeys(plan.facts, ALWAYS))
    for name, term in simple.terms.items():
        for part in walk(term):
            if isinstance(part, Definition):
                assert not settled(simple.terms[part.name]), f"{part.name} in {name}"
