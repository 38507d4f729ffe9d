"""Compiled code with a bit for each member finds the same members whose fact is missing as the reference engine."""

from __future__ import annotations

import pytest

from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.language.types import MEMBER
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from calc.vary.whose_fact import WhoseFact
from tests.support.both_engines import RULES
from tests.support.households import Generator
from tests.support.seeds import few_or_all, seeds


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(6), 1))
def test_the_members_whose_fact_is_missing(seed: int) -> None:
    plan = plan_for(read_rules(RULES), 202206)
    generator, whose = Generator(plan, seed, stated=0.3, doubt=0.2), WhoseFact(plan)
    benefits = list(plan.benefits)
    defaulted = [one.name for one in plan.facts.values() if one.type.level == MEMBER and one.default is not None]
    lengths: set[tuple[int, int]] = set()
    for at in range(few_or_all(60, 300)):
        household = generator.household(at)
        members = [one.facts for one in household.members]
        parts = household.facts, members, [one.id for one in household.members]
        trace = Trace(plan, household)
        for name in defaulted:
            lacking = [
                place for place, value in enumerate(trace.of_members[name])
                if value.__class__ is Unknown and name not in members[place] and (name, place) in trace.missing(value)
            ]  # fmt: skip
            if not lacking:
                continue
            for asked in ([*range(len(benefits))], [at % len(benefits)]):
                missing = {
                    need for one in asked for outcome in trace.outcomes[benefits[one]] for need in outcome.missing
                }
                expected = [place for place in lacking if (name, place) in missing]
                assert whose.needed(name, lacking, parts, asked) == expected, (name, household)
                lengths.add((len(lacking), len(expected)))
    assert {(2, 0), (2, 1), (2, 2)} <= lengths
