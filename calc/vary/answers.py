"""Answers that can be subtracted: what a household gets in a picture, benefit by benefit, as whole numbers."""

from __future__ import annotations

from typing import Optional

from calc.engine.facts import Declared, Household, household_of
from calc.engine.outcomes import GRANTED, UNDETERMINED
from calc.engine.python.row_engine import RawOutcome, RowEngine
from calc.engine.simple_plan import need_bits, needed_names
from calc.engine.traced.interpreter import Trace
from calc.language.types import MEMBER
from calc.record import Record
from calc.rules.plan import Plan

Line = tuple[str, str]
"""A benefit, and the id of the member whose it is; "" for a benefit of the household."""
Grant = tuple[int, int]
"""1 for a line that is granted, else 0, and its amount in steps of the currency: both can be added and subtracted."""
NOTHING: Grant = (0, 0)


class HouseholdPicture(Record):
    """A household in one picture: its facts, and those of each member by id, in the order of the ledger."""

    id: str
    own: dict[str, Declared]
    members: dict[str, dict[str, Declared]]

    def household(self) -> Household:
        """The household as engines take it."""
        return household_of(self.id, self.own, self.members, self.members.values())


def picture_of(household: Household) -> HouseholdPicture:
    """The picture of a household."""
    return HouseholdPicture(household.id, household.facts, {one.id: one.facts for one in household.members})


class Answer(Record):
    """The benefits of a household. `grants` has what is granted, `open` the needs of each line that is undetermined."""

    grants: dict[Line, Grant]
    open: dict[Line, int]

    def grant(self, line: Line) -> Optional[Grant]:
        """Finds what a line brings; None while it is undetermined."""
        return None if line in self.open else self.grants.get(line, NOTHING)


NO_ANSWER = Answer({}, {})


class PictureEngine:
    """The rules of a month as one function from households to answers."""

    def __init__(self, plan: Plan, expected: Optional[frozenset[str]] = None) -> None:
        self.plan = plan
        self.expected = expected
        self.engine = RowEngine(plan, expected=expected)
        self._benefits = [(one.name, one.type.level == MEMBER) for one in plan.benefits.values()]
        self._bits = need_bits(plan)

    def answer(self, household: HouseholdPicture) -> Answer:
        """Computes the answer; checks of the rules are left to those who read the household."""
        members = list(household.members.values())
        ids = list(household.members)
        raw: RawOutcome = self.engine.run(household.own, members, ids)
        return self.of_raw(raw, ids)

    def of_raw(self, raw: RawOutcome, ids: list[str]) -> Answer:
        """Turns what the row engine gives for a household with these members into an answer."""
        grants: dict[Line, Grant] = {}
        opened: dict[Line, int] = {}
        for (name, is_members), outcome in zip(self._benefits, raw[1], strict=True):
            for member, one in zip(ids, outcome, strict=True) if is_members else (("", outcome),):
                status = one[0]
                if status == GRANTED:
                    grants[name, member] = 1, one[1] or 0
                elif status == UNDETERMINED:
                    opened[name, member] = one[3]
        return Answer(grants, opened)

    def needs(self, bits: int) -> tuple[list[str], list[str]]:
        """Lists the facts and the unset parameters of a set of needs."""
        return needed_names(self.plan, self._bits, bits)


class TracedEngine(PictureEngine):
    """The same function by the reference engine: for few households, since nothing is compiled."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def answer(self, household: HouseholdPicture) -> Answer:
        trace = Trace(self.plan, household.household())
        grants: dict[Line, Grant] = {}
        opened: dict[Line, int] = {}
        for one in trace.result.outcomes:
            line = one.benefit, "" if one.member is None else trace.household.members[one.member].id
            if one.status == GRANTED:
                grants[line] = 1, int((one.amount or 0) * 10**self.plan.decimals)
            elif one.status == UNDETERMINED:
                opened[line] = 1
        return Answer(grants, opened)


def money(answer: Answer, plan: Plan, per: Optional[tuple[str, ...]] = None) -> int:
    """Adds up what is granted, of benefits paid by `month`, `once` or `year`."""
    benefits = plan.benefits
    return sum(
        amount for (name, _), (_, amount) in answer.grants.items()
        if per is None or (name in benefits and benefits[name].per in per)
    )  # fmt: skip
