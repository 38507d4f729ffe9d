"""Code made for what households have stated so far, met by households that state something else."""

from __future__ import annotations

from typing import Any

import pytest

import calc.engine.python.row_engine as rows
from calc.engine.traced.interpreter import Trace
from tests.support.small import bare, household, plan_of

OF_HOUSEHOLD = '[facts.household]\nx = { kind = "yes/no" }\ny = { kind = "yes/no" }\n'
OF_MEMBER = '[facts.member]\non = { kind = "yes/no" }\noff = { kind = "yes/no" }\n'
ASKING = '[benefits.b]\nto = "household"\nrequires = ["{}"]\ncite = "d 1"\n'
ALONE = OF_HOUSEHOLD + ASKING.format("x or y")
TOGETHER = OF_HOUSEHOLD + OF_MEMBER + ASKING.format("x or any(on and not off)")
ON, OFF, BOTH = {"on": True}, {"off": True}, {"on": True, "off": False}


@pytest.mark.parametrize(
    ("rules", "given"),
    [
        pytest.param(ALONE, [({},), ({},)], id="nobody states anything, and there are no members"),
        pytest.param(ALONE, [({"x": False},), ({"y": True},), ({},)], id="no members, other facts"),
        pytest.param(TOGETHER, [({},), ({},), ({}, ON)], id="a household without members, then one with"),
        pytest.param(TOGETHER, [({}, BOTH, BOTH), ({}, ON, BOTH), ({}, OFF), ({"x": True},)], id="members state less"),
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
