"""Ledgers in tests: written to real files, read in blocks of any size, assessed in this process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from calc.batch.assess_block import BlockAssessor, MonthAssessor
from calc.batch.job import Collected, ResultSink, ResultSpec, Summary
from calc.batch.row_pipeline import assess, scan
from calc.diagnostics.diagnostic import Diagnostic, Reject
from calc.engine.totals import Totals
from calc.ledger.csv_blocks import BLOCK, cut
from calc.ledger.household_facts_file import read_household_facts
from calc.ledger.ledger import Ledger, LedgerHousehold
from calc.ledger.open_files import FileOptions, opened
from calc.ledger.read_options import ReadOptions
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules

ROOT = Path(__file__).parent.parent.parent
SMALLVILLE = str(ROOT / "tests" / "smallville.toml")
PEOPLE = str(ROOT / "tests" / "households" / "people.toml")
DISTRICT = str(ROOT / "rules.toml")
MONTHS = {SMALLVILLE: 202401, PEOPLE: 202206, DISTRICT: 202206}
WANTED = ResultSpec("household", "csv", (), None, False, "en", False)


@cache
def plan_in(rules: str, month: int | None = None) -> Plan:
    """The plan of a rules file, made once."""
    return plan_for(read_rules(rules), MONTHS[rules] if month is None else month)


_months: dict[tuple[int, ResultSpec], MonthAssessor] = {}


def month_of(plan: Plan, wanted: ResultSpec) -> MonthAssessor:
    """What is made once of a plan of `plan_in`, kept for all ledgers of a test."""
    return _months.get((id(plan), wanted)) or _months.setdefault((id(plan), wanted), MonthAssessor(plan, wanted))


def resized(ledger: Ledger, size: int) -> None:
    """Cut the files of a ledger into blocks of about `size` bytes."""
    for part in ledger.parts:
        if part.blocks:
            part.blocks = cut(part.file, part.blocks[0].start, size)
            part.carried = [None] * len(part.blocks)
            part.continues = [False] * len(part.blocks)
    ledger.order = ledger.scanner.order()


class Run:
    """What came of a ledger: its result text, its rejects and warnings, its summary."""

    def __init__(
        self,
        paths: Sequence[str],
        plan: Plan,
        asked: ReadOptions | None = None,
        *,
        reading: FileOptions | None = None,
        owns: Sequence[str] = (),
        size: int = BLOCK,
        jobs: int = 1,
        wanted: ResultSpec = WANTED,
        plans: Sequence[Plan] = (),
    ) -> None:
        asked, reading = asked or ReadOptions(), reading or FileOptions()
        sink = Collected()
        with opened(tuple(paths), reading) as files, opened(tuple(owns), reading) as own_files:
            own = read_household_facts(own_files, plan, asked.mapped, asked.show_ids)[0] if owns else None
            ledger = Ledger(files, plan, asked, own)
            if size != BLOCK:
                resized(ledger, size)
            self.ledger = ledger
            scan(ledger, jobs, sink)
            self.entries: list[LedgerHousehold | Reject] = []
            self.summary: Summary = assess(ledger, list(plans or [plan]), wanted, jobs, sink)
        self.out = sink.text
        self.rejected: list[Reject] = sink.rejected
        self.warned: list[tuple[str, tuple[Diagnostic, ...]]] = sink.warnings

    @property
    def codes(self) -> dict[str, list[str]]:
        """The codes of what is wrong, by household."""
        found: dict[str, list[str]] = {}
        for one in self.rejected:
            found.setdefault(one.id, []).extend(finding.code for finding in one.mistakes)
        return found

    @property
    def everything(self) -> tuple[Any, ...]:
        """All that a run gives, to compare runs by."""
        sums = self.summary
        rejected = [(one.id, one.path, one.line, one.mistakes, one.cells) for one in self.rejected]
        return self.out, rejected, self.warned, sums.assessed, sums.rejected, sums.rows, numbers_of(sums.totals)


def numbers_of(tally: Totals) -> dict[Any, Any]:
    """Totals as plain values."""
    return {key: group.__getstate__() for key, group in tally.groups.items()}


def read(
    paths: Sequence[str],
    plan: Plan,
    asked: ReadOptions | None = None,
    size: int = BLOCK,
    reading: FileOptions | None = None,
) -> list[LedgerHousehold | Reject]:
    """The households of a ledger, unassessed."""
    with opened(tuple(paths), reading or FileOptions()) as files:
        ledger = Ledger(files, plan, asked or ReadOptions())
        if size != BLOCK:
            resized(ledger, size)
        scan(ledger, 1, ResultSink())
        return [one for key in ledger.order for one in ledger.households(*key)]


def told(found: Iterable[LedgerHousehold | Reject]) -> list[tuple[Any, ...]]:
    """Entries and rejects as plain values, to compare."""
    return [
        (one.id, one.line, one.facts, one.members, one.ids, one.cells)
        if isinstance(one, LedgerHousehold)
        else (one.id, one.path, one.line, one.mistakes, one.cells)
        for one in found
    ]


def assessor_for(ledger: Ledger, plan: Plan, wanted: ResultSpec) -> BlockAssessor:
    """An assessor whose code is not compiled anew for each ledger."""
    assessor = BlockAssessor(ledger, [], wanted)
    assessor.months = [month_of(plan, wanted)]
    return assessor
