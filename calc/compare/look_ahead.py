"""Find the households of a ledger in which something changes by itself as the months go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from calc.batch.job import BatchJob, ResultSink
from calc.batch.pipeline import few_collections
from calc.compare.read_picture import opened_picture, scanned_picture
from calc.diagnostics.diagnostic import Reject
from calc.engine.facts import Household
from calc.vary.answers import HouseholdPicture, PictureEngine
from calc.vary.months import Timeline
from calc.vary.next_changes import MonthChange, NextChanges

if TYPE_CHECKING:
    from calc.ledger.unclear_columns import UnknownColumn

Take = Callable[[Household, Sequence[MonthChange]], None]


def look_ahead(
    job: BatchJob, timeline: Timeline, sink: ResultSink, take: Take
) -> tuple[list[Reject], Sequence[tuple[str, UnknownColumn]]]:
    """Looks ahead for each household of a ledger; `take` gets those in which a benefit changes, in ledger order.

    Returns the households that cannot be assessed, and the headings that mean nothing. Raises as `run_batch` does.
    The compiled engine finds the households that change; only these are explained.
    """
    finder, engines = NextChanges(timeline), _Engines(timeline)
    with few_collections(), opened_picture(job) as opened, scanned_picture(opened, sink) as picture:
        for _, side in picture.households(sink):
            if side.facts is None or not engines.has_changes(side.facts):
                continue
            household = side.facts.household()
            changes = [*finder.of(household)]
            if changes:
                take(household, changes)
        return picture.rejects, opened.unknown


class _Engines:
    """The engines of the months in which something may change, made when they are needed."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._engines: dict[int, PictureEngine] = {}

    def has_changes(self, household: HouseholdPicture) -> bool:
        """Says whether the answer of any later month is another one, or cannot be given."""
        timeline = self.timeline
        months = timeline.events(household.own, household.members)
        if not months:
            return False
        ids, facts = list(household.members), list(household.members.values())
        first = None
        for month in (timeline.months[0], *months):
            engine = self._engines.get(month)
            if engine is None:
                engine = self._engines[month] = PictureEngine(timeline.plan(month))
            raw = engine.engine.run(household.own, facts, ids)
            answer = engine.of_raw(raw, ids)
            names = {line: engine.needs(needs) for line, needs in answer.open.items()}
            found = answer.grants, names
            if raw[0] or (first is not None and found != first):
                return True
            first = found
        return False
