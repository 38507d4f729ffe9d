"""Read the households of one picture with their answers, in the order of its ledger."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from calc.batch.job import BatchJob, ResultSink
from calc.batch.pipeline import open_ledger
from calc.batch.row_pipeline import scan
from calc.diagnostics.diagnostic import Reject
from calc.households.failed_checks import checks_in
from calc.ledger.ledger import Ledger, LedgerHousehold
from calc.ledger.parquet_to_csv import in_blocks
from calc.ledger.unclear_columns import UnknownColumn
from calc.record import Record
from calc.rules.plan import Plan
from calc.rules.rulebook import Rulebook
from calc.vary.answers import Answer, HouseholdPicture, PictureEngine
from calc.vary.kinds import Side


class Picture(Record):
    """Rules, month and ledger; `job` has the plan of the month."""

    rulebook: Rulebook
    job: BatchJob

    @property
    def plan(self) -> Plan:
        """The plan of the month."""
        return self.job.plans[0]


class PictureLedger:
    """The ledger of a picture, opened and scanned, with the engine of its month."""

    def __init__(self, plan: Plan, ledger: Ledger, unknown: Sequence[tuple[str, UnknownColumn]]) -> None:
        self.plan = plan
        self.ledger = ledger
        self.unknown = unknown
        self.engine = PictureEngine(plan, ledger.facts_expected())
        self.rejects: list[Reject] = []

    def households(self, sink: ResultSink) -> Iterator[tuple[str, Side]]:
        """Yields every household of the ledger, once; `rejects` gets those that cannot be assessed."""
        return ((one.id, self.side(one)) for one in self.entries(sink))

    def entries(self, sink: ResultSink) -> Iterator[LedgerHousehold | Reject]:
        """Yields every household of the ledger, once."""
        seen = 0
        for at, key in enumerate(self.ledger.order, 1):
            for entry in self.ledger.households(*key):
                seen += 1
                yield entry
            sink.progress("assess", at, len(self.ledger.order), seen)
        yield from self.ledger.without_members()

    def side(self, entry: LedgerHousehold | Reject, answer: Answer | None = None) -> Side:
        """Assesses a household of the ledger unless its answer is known; `rejects` gets it if it cannot be assessed."""
        group = entry.cells[0] if entry.cells else ""
        if answer is None or not isinstance(entry, LedgerHousehold):
            raw = self.raw(entry)
            if raw is None:
                return Side(None, None, 0, group)
            assert isinstance(entry, LedgerHousehold)
            answer = self.engine.of_raw(raw, entry.ids)
        return Side(facts_of(entry), answer, len(entry.ids), group)

    def raw(self, entry: LedgerHousehold | Reject) -> Any:
        """Runs the engine on a household; None where it cannot be assessed, and `rejects` gets it."""
        if isinstance(entry, LedgerHousehold):
            raw = self.engine.engine.run(entry.facts, entry.members, entry.ids, entry.shape)
            if not raw[0]:
                return raw
            entry = self.ledger.failing(entry, self.plan, checks_in(self.plan, raw[0]))
        self.rejects.append(entry)
        return None


def facts_of(entry: LedgerHousehold) -> HouseholdPicture:
    """The facts of a household of a ledger."""
    return HouseholdPicture(entry.id, entry.facts, dict(zip(entry.ids, entry.members, strict=True)))


class OpenedPicture(Record):
    """A picture whose ledger is open; `unknown` are headings that mean nothing, each with its file."""

    job: BatchJob
    ledger: Ledger
    unknown: Sequence[tuple[str, UnknownColumn]]


@contextlib.contextmanager
def opened_picture(job: BatchJob) -> Iterator[OpenedPicture]:
    """Opens the ledger of a picture. Raises as `calc.batch.pipeline.run_batch` does."""
    with open_ledger(job) as (ledger, unknown):
        yield OpenedPicture(job, ledger, unknown)


@contextlib.contextmanager
def scanned_picture(opened: OpenedPicture, sink: ResultSink) -> Iterator[PictureLedger]:
    """Scans the ledger of a picture for the row engine."""
    job, ledger = opened.job, opened.ledger
    with in_blocks(ledger.files) as files:
        if files != ledger.files:
            ledger = Ledger(files, ledger.plan, ledger.asked, ledger.owns)
        scan(ledger, job.jobs, sink)
        yield PictureLedger(job.plans[0], ledger, opened.unknown)
