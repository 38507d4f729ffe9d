"""Assess a ledger household by household: scan every block, then assess every block, in order.

The blocks are divided among processes where a job asks for several; what is written is the same, to the byte.
"""

from __future__ import annotations

from collections import Counter

from calc.batch.assess_block import BlockAssessor
from calc.batch.fork_pool import WorkerLost, in_order
from calc.batch.job import BatchError, BatchJob, ResultSink, ResultSpec, Summary
from calc.engine.totals import Totals
from calc.ledger.ledger import Ledger
from calc.ledger.prescan import BlockScan
from calc.rules.plan import Plan


def assess_by_rows(job: BatchJob, ledger: Ledger, sink: ResultSink) -> Summary:
    """Scan and assess a ledger. Raises BatchError where a process ended before its time."""
    try:
        scan(ledger, job.jobs, sink)
        return assess(ledger, list(job.plans), job.spec(), job.jobs, sink)
    except WorkerLost:
        raise BatchError("worker-lost") from None


def scan(ledger: Ledger, jobs: int, sink: ResultSink) -> list[BlockScan]:
    """Look at every block once, or twice where rows name no household; returns what was seen in each, in order."""
    is_done = False
    seen: list[BlockScan] = []
    while not is_done:
        seen = []
        for one in in_order(lambda key: ledger.scanner.seen(*key), ledger.order, jobs):
            seen.append(one)
            sink.progress("scan", len(seen), len(ledger.order), 0)
        is_done = ledger.apply_scan(seen)
    return seen


def assess(ledger: Ledger, plans: list[Plan], spec: ResultSpec, jobs: int, sink: ResultSink) -> Summary:
    """Assess every block of a ledger that was scanned, in order, and give the sink what comes of it."""
    assessor = BlockAssessor(ledger, plans, spec)
    totals, blanks = Totals(), Counter[str]()
    assessed = rejected = 0
    for at, done in enumerate(in_order(assessor.block, ledger.order, jobs), 1):
        sink.write(done.out)
        assessed += done.assessed
        rejected += len(done.rejected)
        totals.add(done.tally)
        blanks.update(done.blanks)
        for one in done.rejected:
            sink.reject(one)
        for household, findings in done.warnings:
            sink.warn(household, findings)
        sink.progress("assess", at, len(ledger.order), assessed + rejected)
    for one in ledger.without_members():
        rejected += 1
        sink.reject(one)
        for plan in plans:
            totals.rejected(plan.month, "")
    undetermined = sum(group.undetermined for group in totals.groups.values())
    scan = ledger.scan
    return Summary(
        assessed, rejected, undetermined, scan.rows, totals,
        set_aside=scan.set_aside, filled=scan.filled, blanks=blanks,
    )  # fmt: skip
