"""Sorts households by what changed between two pictures: each is of exactly one kind."""

from __future__ import annotations

from calc.record import Record
from calc.rules.plan import Plan
from calc.vary.answers import Answer, HouseholdPicture, money

NEW, GONE, ENTERED, LEFT, RAISED, LOWERED, MOVED, SAME, UNSETTLED, REJECTED = KINDS = (
    "new", "gone", "entered", "left", "raised", "lowered", "moved", "same", "unsettled", "rejected",
)  # fmt: skip

MONTHLY, APART = ("month",), ("once", "year")
"""Kinds follow the amounts of a month; one-off and yearly amounts count where those are the same."""


class Side(Record):
    """A household in one picture: its facts, its answer, the number of its people, its group.

    The answer is None where it is rejected there; the facts are also None where only amounts are known.
    """

    facts: HouseholdPicture | None
    answer: Answer | None
    people: int
    group: str = ""


def kind_of(before: Side | None, after: Side | None, old: Plan, new: Plan) -> str:
    """Finds the kind of a change; a side is None where a picture does not have the household.

    A household is `rejected` if it is on either side, else `unsettled` if anything is undetermined on a side that
    it is on, else `new` or `gone`. `moved` are other benefits for the same money.
    """
    sides = [one for one in (before, after) if one is not None]
    if any(one.answer is None for one in sides):
        return REJECTED
    if any(one.answer is not None and one.answer.open for one in sides):
        return UNSETTLED
    if before is None or after is None:
        return NEW if before is None else GONE
    assert before.answer is not None and after.answer is not None
    if not before.answer.grants or not after.answer.grants:
        if before.answer.grants or after.answer.grants:
            return LEFT if before.answer.grants else ENTERED
        return SAME
    for per in (MONTHLY, APART):
        change = money(after.answer, new, per) - money(before.answer, old, per)
        if change:
            return RAISED if change > 0 else LOWERED
    return SAME if before.answer.grants == after.answer.grants else MOVED
