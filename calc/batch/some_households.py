"""Assess some households of a ledger with all their values traceable: as `run_batch` does, but only these."""

from __future__ import annotations

from collections.abc import Sequence

from calc.batch.check_job import require_possible
from calc.batch.job import BatchJob, ResultSink
from calc.batch.pipeline import few_collections, open_ledger
from calc.batch.row_pipeline import scan
from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Reject
from calc.engine.facts import household_of
from calc.engine.traced.interpreter import Trace
from calc.households.overrides import Settings, unmatched
from calc.ledger.find_households import households_named, near_ids, with_settings
from calc.ledger.ledger import Ledger, LedgerHousehold
from calc.ledger.parquet_to_csv import in_blocks
from calc.record import Record
from calc.rules.plan import Plan


class SomeHouseholds(Record):
    """Households of a ledger in the order in which they were named; `before` are those of the other job.

    `absent` are ids that the ledger does not have, each with those most like it; `warnings` are findings that do not
    keep a household from being assessed, with its id.
    """

    traces: tuple[Trace, ...]
    rejects: tuple[Reject, ...]
    before: tuple[Trace, ...]
    absent: tuple[tuple[str, tuple[str, ...]], ...]
    warnings: tuple[tuple[str, Diagnostic], ...]


def assess_some(
    job: BatchJob, ids: Sequence[str], sink: ResultSink | None = None, unchanged: BatchJob | None = None
) -> SomeHouseholds:
    """Assess the households with these ids for the first month of a job; its results, rejects and totals are unused.

    `unchanged` is the same job without settings, for what the households are entitled to before them. Of the
    sink only `open` and `progress` are called. Raises as `run_batch` does.
    """
    require_possible(job)
    sink = ResultSink() if sink is None else sink
    with few_collections(), open_ledger(job) as (opened, unknown):
        sink.open(opened, unknown)
        with in_blocks(opened.files) as files:
            ledger = opened if files == opened.files else Ledger(files, opened.plan, opened.asked, opened.owns)
            seen = scan(ledger, job.jobs, sink)
            order = {id: at for at, id in enumerate(dict.fromkeys(ids))}
            found = sorted(households_named(ledger, seen, order), key=lambda one: order[one[0]])
            _require_members(job.settings, [entry for _, entry in found])
            answers = [_assessed(ledger, job.plans[0], entry) for _, entry in found]
            before: list[Trace | Reject] = []
            if unchanged is not None:
                plain = with_settings(ledger, unchanged.settings)
                entries = households_named(plain, seen, order)
                before = [_assessed(plain, unchanged.plans[0], entry) for _, entry in entries]
            there = {id for id, _ in found}
            return SomeHouseholds(
                tuple(one for one in answers if isinstance(one, Trace)),
                tuple(one for one in answers if isinstance(one, Reject)),
                tuple(one for one in before if isinstance(one, Trace)),
                tuple((id, tuple(near_ids(ledger, id))) for id in order if id not in there),
                tuple((one.id, each) for _, one in found if isinstance(one, LedgerHousehold) for each in one.warnings),
            )


def _require_members(settings: Settings, entries: Sequence[LedgerHousehold | Reject]) -> None:
    """Raises InputErrors for settings of members that none of the households has."""
    read = [one for one in entries if isinstance(one, LedgerHousehold)]
    missing = unmatched(settings, [id for one in read for id in one.ids]) if read and len(read) == len(entries) else []
    if missing:
        raise InputErrors(missing)


def _assessed(ledger: Ledger, plan: Plan, entry: LedgerHousehold | Reject) -> Trace | Reject:
    if isinstance(entry, Reject):
        return entry
    trace = Trace(plan, household_of(entry.id, entry.facts, entry.ids, entry.members))
    failed = trace.result.failed_checks
    return ledger.failing(entry, plan, failed) if failed else trace
