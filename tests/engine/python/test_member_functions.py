"""Code for members by what they state: who gets code of their own, and that nobody's outcome depends on it."""

from __future__ import annotations

import random

import pytest

import calc.engine.python.row_engine as rows
from calc.engine.python.member_functions import MemberCode
from calc.engine.traced.interpreter import Trace
from tests.support.small import bare, household, plan_of

RULES = """
[parameters]
allowance = { kind = "money/month", cite = "d 1", from.2024-01 = 10 }
[facts.household]
rent = { kind = "money/month", min = 0, max = 1000 }
[facts.member]
wage    = { kind = "money/month", min = 0, max = 1000, default = 0, note = "none" }
born    = { kind = "date" }
carer   = { kind = "yes/no" }
idle    = { kind = "yes/no" }
keen    = { kind = "yes/no", default = false, note = "few are" }
part    = { kind = "share", default = 0.5, note = "half" }
[benefits.b]
to       = "household"
requires = ["any(carer) or rent > sum(wage)"]
amount   = "max(0, rent - sum(wage, where=carer)) + allowance * count(where=not carer)"
per      = "month"
cite     = "d 1"
[benefits.c]
to       = "member"
requires = ["not carer", "rank(born) <= 2", "wage <= max_of(wage, where=carer, empty=allowance)"]
amount   = "allowance * rank(born, where=wage > 0)"
per      = "month"
cite     = "d 1"
[benefits.e]
to       = "member"
requires = ["keen and rank(wage * part) <= 2"]
cite     = "d 1"
"""


def code_of(engine: rows.RowEngine) -> list[MemberCode]:
    runs = [kind.run for kind in engine._kinds.values() if kind.run is not None]
    runs += engine._general.values()
    return [run.__globals__["K"] for run in runs if "K" in run.__globals__]


def test_members_who_state_the_same_get_code_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "FREQUENT", 2)
    engine = rows.RowEngine(plan_of(RULES))
    both = household({"rent": 5}, {"wage": 1}, {"carer": True, "idle": False})
    made = []
    for _ in range(6):
        engine.assess(both)
        made.append({stated for code in code_of(engine) for stated in code.functions})
    # from the third household on there is code for the household, from its third members on for them
    assert made[:4] == [set()] * 4
    # `wage` is 0 where it is not stated, and nothing uses `idle`
    assert made[4:] == [{frozenset(), frozenset({"carer"})}] * 2, "sums and unused facts do not tell members apart"


def test_where_there_is_no_room_for_more_the_general_code_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "FREQUENT", 0)
    monkeypatch.setattr(rows, "MOST_MADE", 2)
    plan = plan_of(RULES)
    engine = rows.RowEngine(plan)
    for one in ({"wage": 1}, {"carer": True}, {"carer": False, "keen": True}):
        given = household({"rent": 5}, one, one)
        assert engine.assess(given) == bare(Trace(plan, given).result)
    (code,) = code_of(engine)
    assert [found is code.general for found in code.functions.values()] == [False, True, True]


@pytest.mark.slow
@pytest.mark.parametrize("frequent", [0, 1, 3])
def test_members_of_every_sort_together(frequent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranks, extremes and sums over members of whom some have code of their own and some are unknown."""
    monkeypatch.setattr(rows, "FREQUENT", frequent)
    plan, chance = plan_of(RULES), random.Random(frequent)
    engine = rows.RowEngine(plan)
    values = {"wage": [0, 100, 40000], "born": [19500101, 20100630, 20000229], "carer": [True, False],
              "keen": [True], "part": [0, 30, 100]}  # fmt: skip
    for _ in range(400):
        members = [
            {name: chance.choice(some) for name, some in values.items() if chance.random() < 0.7}
            for _ in range(chance.randrange(5))
        ]
        given = household({"rent": chance.randrange(100000)} if chance.random() < 0.8 else {}, *members)
        assert engine.assess(given) == bare(Trace(plan, given).result), given
