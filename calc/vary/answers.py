"""Answers that can be subtracted: what a household gets in a picture, benefit by benefit, as whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from calc.engine.facts import Declared, Household, household_of
from calc.engine.outcomes import GRANTED, UNDETERMINED, Outcome, Result
from calc.engine.python.row_engine import RowEngine, StatedShape
from calc.engine.simple_plan import need_bits, needed_names
from calc.engine.traced.interpreter import Trace
from calc.households.failed_checks import checks_in
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
        return self.of_raw(self.raw(household), list(household.members))

    def raw(self, household: HouseholdPicture, shape: Optional[StatedShape] = None) -> Any:
        """Computes whatever the engine gives, for its other functions to read.

        `shape` spares the engine looking for it: see `RowEngine.run`.
        """
        return self.engine.run(household.own, list(household.members.values()), list(household.members), shape)

    def result(self, household: HouseholdPicture, raw: Any) -> Result:
        """Turns what the engine gives for a household into its outcomes, with what they lack by name."""
        return self.engine.result(household.household(), raw)

    def failed_checks(self, raw: Any) -> tuple[str, ...]:
        """Names the checks of the data that fail."""
        return tuple(checks_in(self.plan, raw[0])) if raw[0] else ()

    def outcomes(self, raw: Any, beside: Any, alike: int) -> Sequence[Outcome]:
        """Names the outcomes of a household, at least those that differ from what the engine of other rules gave.

        `alike` is `reads_alike` of both engines.
        """
        return self.engine.outcomes(raw, beside, alike)

    def reads_alike(self, other: PictureEngine) -> int:
        """Finds the first bit of needs that means something else in another engine; above all others if none does."""
        pairs = zip(self._bits, other._bits, strict=False)
        return 1 << next((place for place, (one, its) in enumerate(pairs) if one != its), len(self._bits))

    def of_raw(self, raw: Any, ids: list[str]) -> Answer:
        """Turns what the engine gives for a household with these members into an answer."""
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

    def raw(self, household: HouseholdPicture, shape: Optional[StatedShape] = None) -> Any:
        return Trace(self.plan, household.household()).result

    def result(self, household: HouseholdPicture, raw: Any) -> Result:
        found: Result = raw
        return found

    def failed_checks(self, raw: Any) -> tuple[str, ...]:
        found: tuple[str, ...] = raw.failed_checks
        return found

    def outcomes(self, raw: Any, beside: Any, alike: int) -> Sequence[Outcome]:
        found: tuple[Outcome, ...] = raw.outcomes
        return found

    def reads_alike(self, other: PictureEngine) -> int:
        return 0

    def of_raw(self, raw: Any, ids: list[str]) -> Answer:
        grants: dict[Line, Grant] = {}
        opened: dict[Line, int] = {}
        for one in raw.outcomes:
            line = one.benefit, "" if one.member is None else ids[one.member]
            if one.status == GRANTED:
                grants[line] = 1, int((one.amount or 0) * 10**self.plan.decimals)
            elif one.status == UNDETERMINED:
                opened[line] = 1
        return Answer(grants, opened)


class Assessed(Record):
    """A household as an engine has assessed it."""

    engine: PictureEngine
    household: HouseholdPicture
    raw: Any

    @property
    def result(self) -> Result:
        """All outcomes, with what they lack by name."""
        return self.engine.result(self.household, self.raw)

    @property
    def answer(self) -> Answer:
        """The benefits, as numbers that can be subtracted."""
        return self.engine.of_raw(self.raw, list(self.household.members))

    @property
    def failed_checks(self) -> tuple[str, ...]:
        """The checks of the data that fail."""
        return self.engine.failed_checks(self.raw)


def money(answer: Answer, plan: Plan, per: Optional[tuple[str, ...]] = None) -> int:
    """Adds up what is granted, of benefits paid by `month`, `once` or `year`."""
    benefits = plan.benefits
    return sum(
        amount for (name, _), (_, amount) in answer.grants.items()
        if per is None or (name in benefits and benefits[name].per in per)
    )  # fmt: skip
