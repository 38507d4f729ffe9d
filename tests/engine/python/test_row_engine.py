"""Code made for what households have stated so far, met by households that state something else."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

import calc.engine.python.member_functions as member_functions
import calc.engine.python.row_engine as rows
from calc.engine.traced.interpreter import Trace
from calc.rules.in_force import change_months
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.households import Generator
from tests.support.small import bare, household, plan_of

OF_HOUSEHOLD = '[facts.household]\nx = { kind = "yes/no" }\ny = { kind = "yes/no" }\n'
OF_MEMBER = '[facts.member]\non = { kind = "yes/no" }\noff = { kind = "yes/no" }\n'
ASKING = '[benefits.b]\nto = "household"\nrequires = ["{}"]\ncite = "d 1"\n'
ALONE = OF_HOUSEHOLD + ASKING.format("x or y")
TOGETHER = OF_HOUSEHOLD + OF_MEMBER + ASKING.format("x or any(on and not off)")
DEFAULTS = OF_HOUSEHOLD.replace('" }', '", default = "False", note = "n" }') + OF_MEMBER + ASKING.format("x or any(on)")
ON, OFF, BOTH = {"on": True}, {"off": True}, {"on": True, "off": False}


@pytest.mark.parametrize(
    ("rules", "given"),
    [
        pytest.param(ALONE, [({},), ({},)], id="nobody states anything, and there are no members"),
        pytest.param(ALONE, [({"x": False},), ({"y": True},), ({},)], id="no members, other facts"),
        pytest.param(TOGETHER, [({},), ({},), ({}, ON)], id="a household without members, then one with"),
        pytest.param(TOGETHER, [({}, BOTH, BOTH), ({}, ON, BOTH), ({}, OFF), ({"x": True},)], id="members state less"),
        pytest.param(DEFAULTS, [({}, OFF, OFF), ({"x?": True}, OFF, OFF), ({"x?": True},)], id="default not known"),
        pytest.param(TOGETHER, [({"x": False}, ON), ({}, ON), ({"y": True}, BOTH)], id="the household states less"),
    ],
)  # fmt: skip
def test_all_households_agree_with_the_trace(rules: str, given: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(rules)
    for frequent in (0, 1, 2):
        monkeypatch.setattr(rows, "FREQUENT", frequent)
        monkeypatch.setattr(rows, "WORTH", frequent)
        engine = rows.RowEngine(plan)
        for facts, *members in given * 3:
            one = household(facts, *members)
            assert engine.assess(one) == bare(Trace(plan, one).result)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["rules.toml", "tests/smallville.toml"])
@pytest.mark.parametrize(
    ("share", "frequent", "shapes"),
    [
        pytest.param(0.0, 3, 1000, id="no fact was expected"),
        pytest.param(0.5, 3, 1000, id="half of the facts were expected"),
        pytest.param(0.5, 2, 5, id="more shapes than are remembered"),
        pytest.param(0.5, 2, 10, id="few households of one shape"),
    ],
)
def test_facts_that_were_not_expected_count(
    path: str, share: float, frequent: int, shapes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code without facts of the household, or of members, that a ledger does not have is only for those without."""
    for module, name, value in (
        (rows, "FREQUENT", frequent),
        (rows, "WORTH", frequent),
        (rows, "MOST_SHAPES", shapes),
        (rows, "FIRST_SHAPES", 10),
        (member_functions, "MOST_COUNTED", shapes),
    ):
        monkeypatch.setattr(module, name, value)
    rulebook = read_rules(str(Path(__file__).parents[3] / path))
    plan, random = plan_for(rulebook, change_months(rulebook)[-1]), Random(4)
    expected = frozenset(name for name in plan.facts if random.random() < share)
    engine = rows.RowEngine(plan, expected=expected)
    for stated in (0.02, 0.2, None):
        generator = Generator(plan, 11, stated)
        for place in range(25):
            one = generator.household(place)
            assert engine.assess(one) == bare(Trace(plan, one).result)
    assert len(engine._shapes) <= shapes


@pytest.mark.parametrize(("households", "remembered"), [(1, 5), (4, 9)])
def test_shapes_are_remembered_where_households_share_them(
    households: int, remembered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one household of each shape no more than the first shapes are remembered; the answers stay the same."""
    monkeypatch.setattr(rows, "FIRST_SHAPES", 5)
    plan = plan_of(TOGETHER)
    engine = rows.RowEngine(plan)
    for on, off in product((None, True, False), repeat=2):
        facts = {name: value for name, value in (("on", on), ("off", off)) if value is not None}
        for _ in range(households):
            assert engine.assess(household({}, facts)) == bare(Trace(plan, household({}, facts)).result)
    assert len(engine._shapes) == remembered


def test_code_is_shorter_without_what_is_not_expected() -> None:
    plan = plan_of(TOGETHER + '[checks.c]\nformula = "x or y"\n')
    keys = []
    for expected in (frozenset(plan.facts), frozenset({"on"})):
        engine = rows.RowEngine(plan, expected=expected)
        engine.assess(household({}, ON, ON))
        ((possible, run),) = engine._general.items()
        texts = [value for value in run.__globals__.values() if value.__class__ is str]
        keys.append((possible, "x" in texts))
    assert keys == [(frozenset({"x", "y", "on", "off"}), True), (frozenset({"on"}), False)]
