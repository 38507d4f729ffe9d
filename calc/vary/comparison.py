"""The changes of households between two pictures, and their sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from calc.diagnostics.diagnostic import Reject
from calc.record import Record
from calc.rules.plan import Plan
from calc.vary.answers import NO_ANSWER, Answer, Grant, Line, money
from calc.vary.causes import Cause
from calc.vary.kinds import KINDS, MONTHLY, REJECTED, SAME, UNSETTLED, Side

ChangedLine = tuple[Line, "Grant | None", "Grant | None"]
"""A line with its grant before and after; None while it is undetermined."""


Range = tuple[int, int]
"""1 for a gain and -1 for a loss, and the place of its amount among STEPS."""
STEPS = (0, 50, 100, 200, 500, 1000)
"""Ends of the ranges of gains and losses, in units of the currency."""


class HouseholdChange(Record):
    """A household in two pictures: a side is None where that picture does not have it."""

    id: str
    kind: str
    before: Side | None
    after: Side | None
    causes: tuple[Cause, ...] = ()

    @property
    def group(self) -> str:
        """The group of the earlier picture, else of the later one."""
        side = self.before or self.after
        return "" if side is None else side.group

    def monthly(self, old: Plan, new: Plan) -> tuple[int, int]:
        """Adds up what the household gets by the month before and after, in steps of the currency."""
        before, after = self.answers()
        return money(before, old, MONTHLY), money(after, new, MONTHLY)

    def gain(self, old: Plan, new: Plan) -> int:
        """Subtracts before from after, of what it gets by the month; 0 while that is not settled on both sides."""
        if self.kind in (UNSETTLED, REJECTED):
            return 0
        before, after = self.monthly(old, new)
        return after - before

    @property
    def size(self) -> int:
        """The number of its people in the earlier picture, else in the later one."""
        side = self.before or self.after
        return 0 if side is None else side.people

    def answers(self) -> tuple[Answer, Answer]:
        """Both answers; nothing where there is none."""
        return tuple(  # type: ignore[return-value]
            NO_ANSWER if side is None or side.answer is None else side.answer for side in (self.before, self.after)
        )

    def lines(self) -> list[ChangedLine]:
        """Lists the lines that differ or are open."""
        old, new = self.answers()
        keys = dict.fromkeys((*old.grants, *old.open, *new.grants, *new.open))
        found = [(line, old.grant(line), new.grant(line)) for line in keys]
        return [(line, one, other) for line, one, other in found if one != other or one is None]


class ChangeSums:
    """Counts and money of some households, of amounts paid by the month, before and after."""

    __slots__ = ("after", "before", "households", "people")

    def __init__(self) -> None:
        self.households = self.people = self.before = self.after = 0


class ComparisonSummary:
    """The sums by kind, by benefit and by kind of cause. Every household is of one kind.

    `sizes` has the sums by the number of people, `spread` counts households by what they gain or lose by the month.
    `engine` compared the pictures, `why` says in words why it was taken ("" where nobody asked). Without `has_causes`
    nothing is known of causes, so there are no sums of them.
    """

    def __init__(self, old: Plan, new: Plan, has_causes: bool = True) -> None:
        self.old, self.new = old, new
        self.has_causes = has_causes
        self.kinds = {kind: ChangeSums() for kind in KINDS}
        self.benefits: dict[str, ChangeSums] = {}
        self.groups: dict[str, dict[str, ChangeSums]] = {}
        self.sizes: dict[int, ChangeSums] = {}
        self.spread: Counter[Range] = Counter()
        self.causes: Counter[str] = Counter()
        self.rejects: tuple[list[Reject], list[Reject]] = ([], [])
        self.unknown: tuple[list[Any], list[Any]] = ([], [])
        self.engine, self.why = "", ""
        self.in_both = self.before_count = self.after_count = 0

    def whole(self) -> ChangeSums:
        """All kinds together."""
        return added(self.kinds.values())

    def add_same(self, group: str, size: int, households: int, people: int, benefits: Mapping[str, int]) -> None:
        """Counts households of a group and size that are the same, with what they get of each benefit.

        More than six parameters: all that they have in common.
        """
        monthly = sum(amount for name, amount in benefits.items() if self.new.benefits[name].per in MONTHLY)
        every = self.groups.setdefault(group, {})
        sizes = self.sizes.setdefault(size, ChangeSums())
        for sums in (self.kinds[SAME], every.setdefault(SAME, ChangeSums()), sizes):
            sums.households += households
            sums.people += people
            sums.before += monthly
            sums.after += monthly
        for name, amount in benefits.items():
            sums = self.benefits.setdefault(name, ChangeSums())
            sums.before += amount
            sums.after += amount
        self.before_count += households
        self.after_count += households
        self.in_both += households

    def add(self, change: HouseholdChange) -> None:
        """Counts a household."""
        self.before_count += change.before is not None
        self.after_count += change.after is not None
        self.in_both += change.before is not None and change.after is not None
        old, new = change.answers()
        before, after = change.monthly(self.old, self.new)
        people = max(side.people if side is not None else 0 for side in (change.before, change.after))
        every = self.groups.setdefault(change.group, {})
        sizes = self.sizes.setdefault(change.size, ChangeSums())
        if gain := change.gain(self.old, self.new):
            self.spread[spread_of(gain, self.new)] += 1
        for sums in (self.kinds[change.kind], every.setdefault(change.kind, ChangeSums()), sizes):
            sums.households += 1
            sums.people += people
            sums.before += before
            sums.after += after
        for answer, name in ((old, "before"), (new, "after")):
            for (benefit, _), (_, amount) in answer.grants.items():
                sums = self.benefits.setdefault(benefit, ChangeSums())
                setattr(sums, name, getattr(sums, name) + amount)
        for cause in change.causes if self.has_causes else ():
            for (benefit, _), (_, amount) in cause.parts.items():
                plan = self.new if benefit in self.new.benefits else self.old
                if plan.benefits[benefit].per in MONTHLY:
                    self.causes[cause.kind] += amount


def spread_of(gain: int, plan: Plan) -> Range:
    """Finds the range of what a household gains, or loses."""
    unit = 10**plan.decimals
    return (1 if gain > 0 else -1), max(at for at, end in enumerate(STEPS) if abs(gain) > end * unit)


def added(several: Iterable[ChangeSums]) -> ChangeSums:
    """Adds sums up."""
    whole = ChangeSums()
    for one in several:
        for name in ChangeSums.__slots__:
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
    return whole
