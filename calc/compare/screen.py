"""Screen the households of a list one by one: this is the whole of `doudi screen`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Union

from calc.batch.job import BatchJob, ResultSink
from calc.batch.pipeline import few_collections, open_ledger
from calc.batch.row_pipeline import scan
from calc.compare.received import ReceivedAmounts, ReceivedColumns
from calc.diagnostics.diagnostic import Reject
from calc.engine.python.row_engine import RowEngine
from calc.households.failed_checks import checks_in
from calc.ledger.ledger import Ledger, LedgerHousehold
from calc.ledger.parquet_to_csv import in_blocks
from calc.record import Record
from calc.vary.screening import NOTHING_RECEIVED, REJECTED, UNCLEAR, Screened, Screener

if TYPE_CHECKING:
    from calc.ledger.unclear_columns import UnknownColumn

Take = Callable[[Screened], None]
Receipts = Union[ReceivedColumns, ReceivedAmounts, None]


class ScreenJob(Record):
    """A list to screen: `job` says how it is read, `received` what its households receive.

    `benefits` are those that count; None for all.
    """

    job: BatchJob
    received: Receipts = None
    benefits: tuple[str, ...] | None = None


def screen(wanted: ScreenJob, sink: ResultSink, take: Take) -> Sequence[tuple[str, UnknownColumn]]:
    """Screens a list; `take` gets every household of it once, in its order.

    Returns the headings that mean nothing. Raises InputErrors and BatchError as `run_batch` does.
    """
    job, plan = wanted.job, wanted.job.plans[0]
    with few_collections(), open_ledger(job) as (ledger, unknown), in_blocks(ledger.files) as files:
        if files != ledger.files:
            ledger = Ledger(files, ledger.plan, ledger.asked, ledger.owns)
        scan(ledger, job.jobs, sink)
        screener = Screener(RowEngine(plan, expected=ledger.facts_expected()), wanted.benefits)
        seen = 0
        for at, key in enumerate(ledger.order, 1):
            for entry in ledger.households(*key):
                seen += 1
                take(_screened(entry, ledger, screener, wanted.received))
            sink.progress("assess", at, len(ledger.order), seen)
        for one in ledger.without_members():
            take(rejected(one))
    return unknown


def _screened(entry: LedgerHousehold | Reject, ledger: Ledger, screener: Screener, receipts: Receipts) -> Screened:
    if not isinstance(entry, LedgerHousehold):
        return rejected(entry)
    raw = screener.engine.run(entry.facts, entry.members, entry.ids, entry.shape)
    if raw[0]:
        return rejected(ledger.failing(entry, screener.plan, checks_in(screener.plan, raw[0])))
    received, mistakes = (NOTHING_RECEIVED, ()) if receipts is None else receipts.of(ledger, entry)
    if mistakes:
        return Screened(entry.id, UNCLEAR, entry.ids, entry.cells, mistakes=mistakes)
    return screener.screened(entry.id, (entry.facts, entry.members, entry.ids), raw, received, entry.cells)


def rejected(one: Reject) -> Screened:
    """The group of a household that cannot be assessed."""
    return Screened(one.id, REJECTED, (), one.cells, mistakes=tuple(one.mistakes))
