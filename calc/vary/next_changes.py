"""Finds changes of a household that come by themselves as the months go on, and says where each comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calc.engine.facts import Household
from calc.engine.outcomes import UNDETERMINED, Outcome, Result
from calc.engine.traced.interpreter import Trace
from calc.record import Record
from calc.rules.dependency_order import reachable
from calc.rules.toml_document import month_before
from calc.vary.answers import TracedEngine, picture_of
from calc.vary.causes import TIME, Cause, Causes, Change, of_entry
from calc.vary.months import Reached, Timeline
from calc.vary.rule_steps import rule_steps

_Pair = tuple[Outcome, Outcome]


class MonthChange(Record):
    """The outcomes of a month that differ from those of the month before it.

    `lines` are outcomes before and after. `reached` are counts of dates that come to a value at which something is
    decided. `causes` split the money; `after` has failed checks where the household can no longer be assessed.
    """

    month: int
    before: Result
    after: Result
    lines: tuple[tuple[Outcome, Outcome], ...]
    reached: tuple[Reached, ...]
    causes: tuple[Cause, ...]


class NextChanges:
    """Finds what changes by itself, for one household after another; engines of months are kept between them."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._causes: dict[int, Causes] = {}

    def of(self, household: Household) -> Iterator[MonthChange]:
        """Yields the months in which anything changes; the last one is that in which a check of the data fails."""
        timeline = self.timeline
        members = {one.id: one.facts for one in household.members}
        before = Trace(timeline.plan(timeline.months[0]), household).result
        for month, reached in timeline.events(household.facts, members).items():
            after = Trace(timeline.plan(month), household).result
            lines = _changed(before, after)
            if after.failed_checks:
                yield MonthChange(month, before, after, (), tuple(reached), ())
                return
            if lines:
                causes = self._of_month(household, month, lines, bool(reached))
                is_time = any(change.kind == TIME for one in causes for change in one.changes)
                yield MonthChange(month, before, after, lines, tuple(reached) if is_time else (), tuple(causes))
            before = after

    def _of_month(self, household: Household, month: int, lines: Sequence[_Pair], is_time: bool) -> list[Cause]:
        """Splits a change between the rules and time, unless there is only one thing that it can come from."""
        time = Cause((Change(TIME),), {})
        changes = self.timeline.rule_changes.get(month)
        if changes is None:
            return [time]
        used = reachable([new.benefit for _, new in lines], self.timeline.plan(month).needs)
        named = tuple(of_entry(one) for one in changes if one.name in used)
        if not named:
            return [time]
        if all(not old.amount and not new.amount for old, new in lines) or (len(named) == 1 and not is_time):
            return [Cause(named, {})]
        if month not in self._causes:
            book, last = self.timeline.rulebook, month_before(month)
            old, new = (TracedEngine(self.timeline.plan(one)) for one in (last, month))
            self._causes[month] = Causes(old, new, rule_steps(book, last, book, month, {}), True, TracedEngine)
        causes = self._causes[month]
        picture = picture_of(household)
        found = causes.between(picture, picture, causes.before.answer(picture), causes.after.answer(picture))
        return found or [Cause(named, {}), *([time] if is_time else [])]  # where all lines are open, nothing is split


def _changed(before: Result, after: Result) -> tuple[_Pair, ...]:
    """Pairs the outcomes that differ in status, in amount, or in what they lack."""
    pairs = zip(before.outcomes, after.outcomes, strict=True)
    return tuple(
        (old, new) for old, new in pairs
        if (old.status, old.amount) != (new.status, new.amount)
        or (new.status == UNDETERMINED and (old.missing, old.unset) != (new.missing, new.unset))
    )  # fmt: skip
