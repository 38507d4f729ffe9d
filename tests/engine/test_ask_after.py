"""A default `ask_after(x)` is unknown: as long as x is not known it needs x, and then the fact itself."""

from __future__ import annotations

from typing import Any

import pytest

from calc.engine.facts import not_known
from calc.engine.python.row_engine import RowEngine
from calc.engine.traced.interpreter import Trace
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.both_engines import RULES
from tests.support.columns import must_agree, one_thread
from tests.support.small import household, plan_of

PLAN = plan_of("""
[facts.household]
state = { kind = "choice", options = ["well", "ill"], default = "well", note = "n" }
level = { kind = "count", default = "ask_after(state)", note = "n" }
[parameters]
rate = { kind = "money/month", cite = "d 1", from.2024-01 = 10 }
[definitions]
is_bad = { formula = "state == ill and level <= 2", cite = "d 1" }
[benefits.aid]
to = "household"
per = "month"
requires = ["is_bad"]
amount = "rate"
cite = "d 1"
""")


@pytest.mark.parametrize(("facts", "needs"), [
    ({}, ()), ({"state": "ill"}, ("level",)), ({not_known("state"): True}, ("state",)),
    ({not_known("state"): True, "level": 1}, ("state",)), ({not_known("state"): True, "level": 3}, ()),
    ({"state": "ill", not_known("level"): True}, ("level",)),
    ({not_known("state"): True, not_known("level"): True}, ("state", "level")), ({"state": "well"}, ()),
])  # fmt: skip
def test_needs(facts: dict[str, Any], needs: tuple[str, ...]) -> None:
    one = household(facts)
    assert Trace(PLAN, one).result.outcomes[0].needs == needs
    assert RowEngine(PLAN).assess(one).outcomes[0].needs == needs
    with one_thread() as connection:
        must_agree(connection, PLAN, [one, household({})], "ask_after")


def test_a_parent_of_whom_nothing_is_known_is_one_question() -> None:
    plan = plan_for(read_rules(RULES), 202205)
    child = {"与户主关系": "孙子女", "出生日期": 20120401, "父亲情况": "死亡", not_known("母亲情况"): True}
    members = [{"与户主关系": "户主", "出生日期": 19650101, "养老金": 289800}, child]
    result = Trace(plan, household({"家庭经济状况已核对": True}, *members)).result
    found = {one.benefit: one.needs for one in result.outcomes if one.member == 1}
    assert found["orphan"] == found["unattended_child"] == ("母亲情况",)
