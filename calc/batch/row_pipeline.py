"""A ledger from files to files: opened, surveyed, assessed block by block, written, summed up.

    files ─▶ Ledger ─ survey ─▶ what stands out ─ blocks ─▶ results, rejects, totals

The survey and the blocks are each divided among processes where more than one is asked for; what is written is
the same, to the byte, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from calc.batch.assess_block import BlockAssessor, BlockResult, ResultSpec
from calc.batch.fork_pool import in_order
from calc.engine.totals import Totals
from calc.ledger.ledger import Ledger
from calc.ledger.ledger_error import Finding, Rejected
from calc.record import Record, replace
from calc.rules.plan import Plan

ProgressReport = Callable[[str, int, int, int], None]
"""Progress: the stage, blocks done, blocks in all, households so far."""


class Summary(Record):
    """What a run came to. `read` households are `assessed` plus `rejected`, exactly."""

    assessed: int
    rejected: int
    undetermined: int
    rows: int
    tally: Totals

    @property
    def read(self) -> int:
        """Households read."""
        return self.assessed + self.rejected


def plan_of_reading(plans: list[Plan]) -> Plan | None:
    """A plan whose facts are those of all months; None where a fact changes what it may be between them."""
    facts: dict[str, Any] = {}
    for plan in plans:
        for name, fact in plan.facts.items():
            known = facts.setdefault(name, fact)
            for part in ("type", "decimals", "options_en", "format", "derives"):
                if getattr(known, part) != getattr(fact, part):
                    return None
            facts[name] = fact
    return replace(plans[-1], facts=facts)


def scan(ledger: Ledger, jobs: int, progress: ProgressReport | None = None) -> None:
    """Look at every block once."""
    seen = []
    for one in in_order(lambda key: ledger.scanner.seen(*key), ledger.order, jobs):
        seen.append(one)
        if progress is not None:
            progress("survey", len(seen), len(ledger.order), 0)
    ledger.apply_scan(seen)


def assess(
    ledger: Ledger,
    plans: list[Plan],
    wanted: ResultSpec,
    jobs: int,
    write: Callable[[Any], None],
    reject: Callable[[Rejected], None],
    warn: Callable[[str, tuple[Finding, ...]], None],
    progress: ProgressReport | None = None,
) -> Summary:
    """Assess every block in order and hand on what comes of it. The ledger was surveyed before."""
    assessor = BlockAssessor(ledger, plans, wanted)
    tally = Totals()
    assessed = rejected = 0
    for at, done in enumerate(_blocks(assessor, jobs), 1):
        write(done.out)
        assessed += done.assessed
        rejected += len(done.rejected)
        tally.add(done.tally)
        for one in done.rejected:
            reject(one)
        for household, findings in done.warnings:
            warn(household, findings)
        if progress is not None:
            progress("assess", at, len(ledger.order), assessed + rejected)
    for one in ledger.without_members():
        rejected += 1
        reject(one)
        for plan in plans:
            tally.rejected(plan.month, "")
    undetermined = sum(group.undetermined for group in tally.groups.values())
    return Summary(assessed, rejected, undetermined, ledger.scan.rows, tally)


def _blocks(assessor: BlockAssessor, jobs: int) -> Iterator[BlockResult]:
    return in_order(assessor.block, assessor.ledger.order, jobs)
