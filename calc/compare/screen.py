"""Screen the households of a list one by one: this is the whole of `doudi screen`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Union

from calc.batch.job import BatchJob, ResultSink
from calc.batch.pipeline import few_collections, open_ledger
from calc.batch.row_pipeline import scan
from calc.compare.join_registers import Registers
from calc.compare.received import ReceivedAmounts, ReceivedColumns
from calc.diagnostics.diagnostic import Reject
from calc.engine.python.row_engine import RowEngine
from calc.households.failed_checks import checks_in
from calc.ledger.ledger import Ledger, LedgerHousehold
from calc.ledger.parquet_to_csv import in_blocks
from calc.record import Record
from calc.vary.screening import CONTRADICTED, NOTHING_RECEIVED, REJECTED, UNCLEAR, Screened, Screener

if TYPE_CHECKING:
    from calc.ledger.unclear_columns import UnknownColumn

Take = Callable[[Screened], None]
Receipts = Union[ReceivedColumns, ReceivedAmounts, None]


class ScreenJob(Record):
    """A list to screen: `job` says how it is read, `received` what its households receive.

    `benefits` are those that count; None for all. `registers` state more of the people on the list.
    """

    job: BatchJob
    received: Receipts = None
    benefits: tuple[str, ...] | None = None
    registers: Registers | None = None


def screen(wanted: ScreenJob, sink: ResultSink, take: Take) -> Sequence[tuple[str, UnknownColumn]]:
    """Screens a list; `take` gets every household of it once, in its order.

    Returns the headings that mean nothing. Raises InputErrors and BatchError as `run_batch` does.
    """
    job, plan, registers = wanted.job, wanted.job.plans[0], wanted.registers
    others = frozenset[str]() if registers is None else registers.facts
    with few_collections(), open_ledger(job, others) as (ledger, unknown), in_blocks(ledger.files) as files:
        if files != ledger.files:
            ledger = Ledger(files, ledger.plan, ledger.asked, ledger.owns)
        scan(ledger, job.jobs, sink)
        screener = Screener(RowEngine(plan, expected=ledger.facts_expected() | others), wanted.benefits)
        seen = 0
        for at, key in enumerate(ledger.order, 1):
            for entry in _entries(ledger, key, registers):
                seen += 1
                take(_screened(entry, ledger, screener, wanted))
            sink.progress("assess", at, len(ledger.order), seen)
        for one in ledger.without_members():
            take(rejected(one))
    return unknown


def _entries(
    ledger: Ledger, key: tuple[int, int], registers: Registers | None
) -> Iterator[LedgerHousehold | Reject]:  # fmt: skip
    if registers is None:
        return ledger.households(*key)
    return ledger.entries(key[0], registers.noted(ledger.runs(*key), ledger.scanner.people[key[0]]))


def _screened(entry: LedgerHousehold | Reject, ledger: Ledger, screener: Screener, wanted: ScreenJob) -> Screened:
    if not isinstance(entry, LedgerHousehold):
        return rejected(entry)
    registers, receipts, shape = wanted.registers, wanted.received, entry.shape
    own, members = entry.facts, entry.members
    joined = registers.joined(entry) if registers is not None else None
    if joined is not None:
        own, members, shape = joined.facts, joined.members, None
        if joined.contradictions or joined.unread:
            group = CONTRADICTED if joined.contradictions else UNCLEAR
            mistakes = (*joined.contradictions, *joined.unread)
            return Screened(entry.id, group, entry.ids, entry.cells, mistakes=mistakes)
    raw = screener.engine.run(own, members, entry.ids, shape)
    if raw[0] and registers is not None and joined is not None:
        return rejected(registers.failing(entry, joined, screener.plan, raw[0]))
    if raw[0]:
        return rejected(ledger.failing(entry, screener.plan, checks_in(screener.plan, raw[0])))
    received, mistakes = (NOTHING_RECEIVED, ()) if receipts is None else receipts.of(ledger, entry)
    if mistakes:
        return Screened(entry.id, UNCLEAR, entry.ids, entry.cells, mistakes=mistakes)
    return screener.screened(entry.id, (own, members, entry.ids), raw, received, entry.cells)


def rejected(one: Reject) -> Screened:
    """The group of a household that cannot be assessed."""
    return Screened(one.id, REJECTED, (), one.cells, mistakes=tuple(one.mistakes))
