"""Find the households of a ledger in which something changes by itself as the months go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from calc.batch.job import BatchJob, ResultSink
from calc.batch.pipeline import few_collections
from calc.compare.read_picture import facts_of, opened_picture, scanned_picture
from calc.diagnostics.diagnostic import Reject
from calc.engine.facts import Household
from calc.engine.outcomes import DENIED, NOT_APPLICABLE
from calc.ledger.ledger import LedgerHousehold
from calc.vary.answers import PictureEngine
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
    """
    with few_collections(), opened_picture(job) as opened, scanned_picture(opened, sink) as picture:
        finder = NextChanges(timeline, lambda plan: PictureEngine(plan, picture.engine.expected))
        for entry in picture.entries(sink):
            raw = picture.raw(entry)
            if raw is not None:
                assert isinstance(entry, LedgerHousehold)
                facts = facts_of(entry)
                changes = [*finder.of(facts, entry.shape, raw)]
                if any(map(_matters, changes)):
                    take(facts.household(), changes)
        return picture.rejects, opened.unknown


def _matters(change: MonthChange) -> bool:
    """Says whether anything but the reason for which nothing is granted changes."""
    settled = NOT_APPLICABLE, DENIED
    return bool(change.failed_checks) or any(
        old.status not in settled or new.status not in settled for old, new in change.lines
    )
