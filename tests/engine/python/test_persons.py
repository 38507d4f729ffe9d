"""How many people a grant to the household counts for: the trace and the compiled rows say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from calc.engine.python.row_engine import RowEngine
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.households import Generator
from tests.support.seeds import few_or_all
from tests.support.small import codes_of, plan_of

BENEFIT = '[benefits.b]\nto = "{to}"\nper = "month"\nrequires = []\ncite = "d"\namount = "0"\npersons = "{persons}"\n'
FACTS = """
[facts.household]
guests = { kind = "count" }
spare  = { kind = "number", min = -3, default = "0", note = "none" }
[facts.member]
adult = { kind = "yes/no" }
"""


@pytest.mark.slow
@pytest.mark.parametrize("month", [202206, 202501])
def test_trace_and_rows_count_the_same_people(month: int) -> None:
    plan = plan_for(read_rules(str(Path(__file__).parents[3] / "rules.toml")), month)
    engine, generator = RowEngine(plan), Generator(plan, 5)
    seen = set()
    for place in range(few_or_all(100, 400)):
        household = generator.household(place)
        trace, (_, _, persons) = Trace(plan, household), engine.raw(household)
        for benefit, counted in zip(plan.benefits.values(), persons, strict=True):
            if benefit.persons is None:
                assert counted is None and trace.persons(benefit) == len(household.members)
                continue
            traced = trace.persons(benefit)
            seen.add(traced.__class__)
            assert counted.__class__ is traced.__class__
            assert counted.__class__ is Unknown or counted == traced
    assert seen == {int, Unknown}


@pytest.mark.parametrize(
    ("to", "persons", "codes"),
    [
        ("household", "count(where=adult) + guests", []),
        ("household", "2", []),
        ("household", "spare", ["possibly-negative"]),
        ("household", "adult", ["wrong-kind/argument"]),
        ("household", "count(where=adult) / 2", ["wrong-kind/argument"]),
        ("member", "guests", ["wrong-level/household"]),
        ("household", "1 if adult else 0", ["wrong-level/household"]),
    ],
)
def test_persons_are_a_whole_number_of_the_household(to: str, persons: str, codes: list[str]) -> None:
    assert codes_of(FACTS + BENEFIT.format(to=to, persons=persons)) == codes


def test_an_unknown_number_of_persons_does_not_touch_the_benefit() -> None:
    plan = plan_of(FACTS + BENEFIT.format(to="household", persons="guests"))
    from tests.support.small import assessed, household

    assert assessed(plan, household({}, {})).outcomes[0].status_name == "granted"
