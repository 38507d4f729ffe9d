"""Ledgers in tests: written to real files, read in blocks of any size, assessed in this process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from calc.batch.assess_block import Assessor, Month, Wanted
from calc.batch.row_pipeline import Summary, assess, survey
from calc.engine.totals import Tally
from calc.ledger.csv_blocks import BLOCK, cut
from calc.ledger.household_facts_file import read_owns
from calc.ledger.ledger import Asked, Entry, Ledger
from calc.ledger.ledger_error import Finding, Rejected
from calc.ledger.open_files import Reading, opened
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules

ROOT = Path(__file__).parent.parent.parent
SMALLVILLE = str(ROOT / "tests" / "smallville.toml")
PEOPLE = str(ROOT / "tests" / "households" / "people.toml")
DISTRICT = str(ROOT / "rules.toml")
MONTHS = {SMALLVILLE: 202401, PEOPLE: 202206, DISTRICT: 202206}
WANTED = Wanted("household", "csv", (), None, False, "en", False)


@cache
def plan_in(rules: str, month: int | None = None) -> Plan:
    """The plan of a rules file, made once."""
    return plan_for(read_rules(rules), MONTHS[rules] if month is None else month)


_months: dict[tuple[int, Wanted], Month] = {}


def month_of(plan: Plan, wanted: Wanted) -> Month:
    """What is made once of a plan of `plan_in`, kept for all ledgers of a test."""
    return _months.get((id(plan), wanted)) or _months.setdefault((id(plan), wanted), Month(plan, wanted))


def resized(ledger: Ledger, size: int) -> None:
    """Cut the files of a ledger into blocks of about `size` bytes."""
    for part in ledger.parts:
        if part.blocks:
            part.blocks = cut(part.file, part.blocks[0].start, size)
            part.carried = [None] * len(part.blocks)
            part.continues = [False] * len(part.blocks)
    ledger.order = ledger.surveyor.order()


class Run:
    """What came of a ledger: its result text, its rejects and warnings, its summary."""

    def __init__(
        self,
        paths: Sequence[str],
        plan: Plan,
        asked: Asked | None = None,
        *,
        reading: Reading | None = None,
        owns: Sequence[str] = (),
        size: int = BLOCK,
        jobs: int = 1,
        wanted: Wanted = WANTED,
        plans: Sequence[Plan] = (),
    ) -> None:
        asked, reading = asked or Asked(), reading or Reading()
        self.rejected: list[Rejected] = []
        self.warned: list[tuple[str, tuple[Finding, ...]]] = []
        out: list[str] = []
        with opened(tuple(paths), reading) as files, opened(tuple(owns), reading) as own_files:
            own = read_owns(own_files, plan, asked.mapped, asked.show_ids)[0] if owns else None
            ledger = Ledger(files, plan, asked, own)
            if size != BLOCK:
                resized(ledger, size)
            self.ledger = ledger
            survey(ledger, jobs)
            self.entries: list[Entry | Rejected] = []
            self.summary: Summary = assess(
                ledger, list(plans or [plan]), wanted, jobs, out.append, self.rejected.append,
                lambda household, findings: self.warned.append((household, findings)),
            )  # fmt: skip
        self.out = "".join(out)

    @property
    def codes(self) -> dict[str, list[str]]:
        """The codes of what is wrong, by household."""
        found: dict[str, list[str]] = {}
        for one in self.rejected:
            found.setdefault(one.id, []).extend(finding.code for finding in one.findings)
        return found

    @property
    def everything(self) -> tuple[Any, ...]:
        """All that a run gives, to compare runs by."""
        sums = self.summary
        rejected = [(one.id, one.path, one.line, one.findings, one.cells) for one in self.rejected]
        return self.out, rejected, self.warned, sums.assessed, sums.rejected, sums.rows, numbers_of(sums.tally)


def numbers_of(tally: Tally) -> dict[Any, Any]:
    """Totals as plain values."""
    return {key: group.__getstate__() for key, group in tally.groups.items()}


def read(
    paths: Sequence[str], plan: Plan, asked: Asked | None = None, size: int = BLOCK, reading: Reading | None = None
) -> list[Entry | Rejected]:
    """The households of a ledger, unassessed."""
    with opened(tuple(paths), reading or Reading()) as files:
        ledger = Ledger(files, plan, asked or Asked())
        if size != BLOCK:
            resized(ledger, size)
        survey(ledger, 1)
        return [one for key in ledger.order for one in ledger.households(*key)]


def told(found: Iterable[Entry | Rejected]) -> list[tuple[Any, ...]]:
    """Entries and rejects as plain values, to compare."""
    return [
        (one.id, one.line, one.facts, one.members, one.ids, one.cells)
        if isinstance(one, Entry)
        else (one.id, one.path, one.line, one.findings, one.cells)
        for one in found
    ]


def assessor_for(ledger: Ledger, plan: Plan, wanted: Wanted) -> Assessor:
    """An assessor whose code is not compiled anew for each ledger."""
    assessor = Assessor(ledger, [], wanted)
    assessor.months = [month_of(plan, wanted)]
    return assessor
