"""Finds changes of a household that come by themselves as the months go on, and says where each comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from calc.engine.outcomes import UNDETERMINED, Outcome
from calc.engine.python.row_engine import StatedShape
from calc.record import Record
from calc.rules.dependency_order import reachable
from calc.rules.plan import Plan
from calc.rules.toml_document import month_before
from calc.vary.answers import Assessed, HouseholdPicture, PictureEngine, TracedEngine
from calc.vary.causes import TIME, Cause, Causes, Change, of_entry
from calc.vary.months import Reached, Timeline
from calc.vary.rule_steps import rule_steps

_Pair = tuple[Outcome, Outcome]


class MonthChange(Record):
    """The outcomes of a month that differ from those of the month before it.

    `lines` are outcomes before and after. `reached` are counts of dates that come to a value at which something is
    decided. `causes` split the money; `failed_checks` are those by which the household can no longer be assessed.
    """

    month: int
    before: Assessed
    after: Assessed
    lines: tuple[tuple[Outcome, Outcome], ...]
    reached: tuple[Reached, ...]
    causes: tuple[Cause, ...]
    failed_checks: tuple[str, ...] = ()


class NextChanges:
    """Finds what changes by itself, for one household after another; engines of months are kept between them."""

    def __init__(self, timeline: Timeline, engine: Callable[[Plan], PictureEngine] = TracedEngine) -> None:
        """`engine` makes the engine of a month: for many households one that compiles the plan."""
        self.timeline = timeline
        self._make = engine
        self._engines: dict[int, PictureEngine] = {}
        self._alike: dict[tuple[int, int], int] = {}
        self._causes: dict[int, Causes] = {}
        self._named: dict[tuple[int, tuple[str, ...]], tuple[Change, ...]] = {}

    def of(
        self, household: HouseholdPicture, shape: StatedShape | None = None, first: Any = None
    ) -> Iterator[MonthChange]:
        """Yields the months in which anything changes; the last one is that in which a check of the data fails.

        `shape` and `first`, what an engine like ours gives for the first month, are given by callers that know them.
        """
        last = self.timeline.months[0]
        engine = self._engine(last)
        before = Assessed(engine, household, engine.raw(household, shape) if first is None else first)
        for month, reached in self.timeline.events(household.own, household.members).items():
            engine = self._engine(month)
            after = Assessed(engine, household, engine.raw(household, shape))
            failed = after.failed_checks
            if failed:
                yield MonthChange(month, before, after, (), tuple(reached), (), failed)
                return
            lines = _changed(before, after, self._reads_alike(last, month))
            if lines:
                causes = self._of_month(month, before, after, lines, bool(reached))
                is_time = any(change.kind == TIME for one in causes for change in one.changes)
                yield MonthChange(month, before, after, lines, tuple(reached) if is_time else (), tuple(causes))
            before, last = after, month

    def _engine(self, month: int) -> PictureEngine:
        found = self._engines.get(month)
        if found is None:
            found = self._engines[month] = self._make(self.timeline.plan(month))
        return found

    def _reads_alike(self, one: int, other: int) -> int:
        key = one, other
        if key not in self._alike:
            self._alike[key] = self._engine(one).reads_alike(self._engine(other))
        return self._alike[key]

    def _of_month(
        self, month: int, before: Assessed, after: Assessed, lines: Sequence[_Pair], is_time: bool
    ) -> list[Cause]:
        """Splits a change between the rules and time, unless there is only one thing that it can come from."""
        time = Cause((Change(TIME),), {})
        named = self._changes_behind(month, tuple(dict.fromkeys(new.benefit for _, new in lines)))
        if not named:
            return [time]
        if all(not old.amount and not new.amount for old, new in lines) or (len(named) == 1 and not is_time):
            return [Cause(named, {})]
        if month not in self._causes:
            book, last = self.timeline.rulebook, month_before(month)
            old, new = (self._engine(one) for one in (last, month))
            self._causes[month] = Causes(old, new, rule_steps(book, last, book, month, {}), True, self._make)
        household = before.household
        found = self._causes[month].between(household, household, before.answer, after.answer)
        return found or [Cause(named, {}), *([time] if is_time else [])]  # where all lines are open, nothing is split

    def _changes_behind(self, month: int, benefits: tuple[str, ...]) -> tuple[Change, ...]:
        """Lists the changes of rules in a month that benefits may come from."""
        key = month, benefits
        if key not in self._named:
            changes = self.timeline.rule_changes.get(month, [])
            used = reachable(benefits, self.timeline.plan(month).needs) if changes else ()
            self._named[key] = tuple(of_entry(one) for one in changes if one.name in used)
        return self._named[key]


def _changed(before: Assessed, after: Assessed, alike: int) -> tuple[_Pair, ...]:
    """Pairs the outcomes that differ in status, in amount, or in what they lack."""
    sides = (
        before.engine.outcomes(before.raw, after.raw, alike),
        after.engine.outcomes(after.raw, before.raw, alike),
    )
    return tuple(
        (old, new) for old, new in zip(*sides, strict=True)
        if (old.status, old.amount) != (new.status, new.amount)
        or (new.status == UNDETERMINED and (old.needs, old.unset) != (new.needs, new.unset))
    )  # fmt: skip
