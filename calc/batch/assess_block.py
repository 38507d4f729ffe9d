"""Assess one block of a ledger: the text or rows of its results, its totals, its rejected households."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from calc.batch.blank_cells import count_blanks, counted_facts
from calc.batch.job import ResultSpec
from calc.diagnostics.diagnostic import Diagnostic, Reject
from calc.engine.facts import household_of
from calc.engine.household_summary import Summarizer
from calc.engine.python.function_writer import Emitter
from calc.engine.python.row_engine import RawOutcome, RowEngine
from calc.engine.python.summary_writer import SummaryEmitter
from calc.engine.totals import Group, NeedNames, Totals
from calc.engine.traced.interpreter import Trace
from calc.households.failed_checks import checks_in
from calc.households.household_reader import shown_id
from calc.ledger.ledger import Ledger, LedgerHousehold
from calc.report import encode_rows
from calc.report.reason_column import Reasons
from calc.report.result_objects import household_object, row_objects
from calc.report.result_rows import BenefitTable, HouseholdTable, table
from calc.report.translated_rows import RowTranslator
from calc.rules.plan import Plan

Key = tuple[int, int]


class BlockResult:
    """Results, totals, rejects and warnings of a block. `out` is text, or rows for a workbook.

    `blanks` counts the cells of assessed households that mean the default of their fact, by fact.
    """

    __slots__ = ("assessed", "blanks", "out", "rejected", "tally", "warnings")

    def __init__(self) -> None:
        self.out: Any = ""
        self.assessed = 0
        self.blanks: Counter[str] = Counter()
        self.tally = Totals()
        self.rejected: list[Reject] = []
        self.warnings: list[tuple[str, tuple[Diagnostic, ...]]] = []


class MonthAssessor:
    """The plan of a month with its row engine and its columns of results."""

    def __init__(
        self,
        plan: Plan,
        wanted: ResultSpec,
        plans: Sequence[Plan] = (),
        expected: frozenset[str] | None = None,
    ) -> None:
        self.plan = plan
        self.is_brief = wanted.by == "household" and wanted.format != "jsonl"
        self.engine = RowEngine(plan, SummaryEmitter if self.is_brief else Emitter, expected)
        self.digester = Summarizer(plan)
        self.table: HouseholdTable | BenefitTable = table(wanted.by, plan, wanted.kept, wanted.explain, plans)
        self.labels = RowTranslator(self.table, wanted.language) if wanted.labels else None
        self.names = list(plan.benefits)
        self.needs = NeedNames(plan)


class BlockAssessor:
    """Assesses blocks of a ledger for one month or several."""

    def __init__(self, ledger: Ledger, plans: list[Plan], wanted: ResultSpec) -> None:
        self.ledger = ledger
        self.wanted = wanted
        self.months = [MonthAssessor(plan, wanted, plans, ledger.facts_expected()) for plan in plans]
        self.counted = counted_facts(ledger, plans)
        self.households: list[dict[str, Any]] = []
        self.members: list[dict[str, Any]] = []
        self.is_plain = (
            len(plans) == 1 and self.months[0].is_brief and wanted.format == "csv"
            and not (wanted.explain or wanted.labels or wanted.kept)
        )  # fmt: skip

    def block(self, key: Key) -> BlockResult:
        """Assess the households that begin in a block."""
        done = BlockResult()
        if self.is_plain:
            return self._plain_block(key, done)
        rows: list[list[str]] = []
        objects: list[dict[str, Any]] = []
        for entry in self.ledger.households(*key):
            self.take(entry, done, rows, objects)
        self.count_blanks(done, key[0])
        if self.wanted.format == "csv":
            done.out = encode_rows.csv_text(rows)
        elif self.wanted.format == "jsonl":
            done.out = encode_rows.json_text(objects)
        else:
            done.out = rows
        return done

    def take(
        self, entry: LedgerHousehold | Reject, done: BlockResult, rows: list[list[str]], objects: list[dict[str, Any]]
    ) -> None:
        """Assess or reject one household and add it to the result of the block."""
        if entry.__class__ is LedgerHousehold:
            self._assess(entry, done, rows, objects)
        else:
            self._reject(entry, done)  # type: ignore[arg-type]

    def count_blanks(self, done: BlockResult, file: int) -> None:
        """Count the blank cells of the households of a file that were assessed since the last time."""
        done.blanks.update(count_blanks(self.counted[file], self.households, self.members))
        self.households, self.members = [], []

    def _plain_block(self, key: Key, done: BlockResult) -> BlockResult:
        """Assess a block in the most frequent form, a line of CSV a household: the result of `_assess`."""
        (month,) = self.months
        run, table, own = month.engine.run, month.table, Group()
        assert isinstance(table, HouseholdTable)
        line, is_plain = table.line, encode_rows.is_plain
        count, names, needs = own.assess, month.names, month.needs
        written: list[str] = []
        households, members = self.households, self.members
        for entry in self.ledger.households(*key):
            if not isinstance(entry, LedgerHousehold):
                self._reject(entry, done)
                continue
            failed, digest = run(entry.facts, entry.members, entry.ids, entry.shape)
            if failed:
                self._reject(self._failed(entry, month.plan, failed), done)
                continue
            done.assessed += 1
            if entry.warnings:
                done.warnings.append((shown_id(entry.id, self.wanted.show_ids), entry.warnings))
            count(digest, names, needs)
            households.append(entry.facts)
            members += entry.members
            if is_plain(entry.id):
                written.append(line(entry.id, len(entry.members), digest))
            else:
                written.append(encode_rows.csv_text(table.rows(entry.id, entry.ids, None, digest, [], None)))
        done.out = "".join(written)
        self.count_blanks(done, key[0])
        if own.assessed:  # a block may have only empty rows, which count for no month
            done.tally.group(month.plan.month, "").add(own)
        return done

    def _assess(
        self, entry: LedgerHousehold, done: BlockResult, rows: list[list[str]], objects: list[dict[str, Any]]
    ) -> None:
        found: list[tuple[MonthAssessor, RawOutcome]] = []
        for month in self.months:
            raw = month.engine.run(entry.facts, entry.members, entry.ids, entry.shape)
            if raw[0]:
                self._reject(self._failed(entry, month.plan, raw[0]), done)
                return
            found.append((month, raw))
        wanted, cells = self.wanted, entry.cells
        done.assessed += 1
        self.households.append(entry.facts)
        self.members += entry.members
        if entry.warnings:
            done.warnings.append((shown_id(entry.id, wanted.show_ids), entry.warnings))
        group = "" if wanted.group is None else cells[wanted.group]
        for month, raw in found:
            digest = raw[1] if month.is_brief else month.digester.digest(raw, len(entry.members))
            done.tally.assessed(month.plan.month, group, digest, month.names, month.needs)
            reasons = self._reasons(entry, month.plan) if wanted.explain else None
            made = month.table.rows(entry.id, entry.ids, raw, digest, list(cells), reasons)
            if wanted.format == "jsonl":
                objects += (
                    [household_object(month.table, made[0], entry.ids, raw, reasons)]
                    if isinstance(month.table, HouseholdTable)
                    else row_objects(month.table, made)
                )
            elif month.labels is not None:
                rows += map(month.labels.row, made)
            else:
                rows += made

    def _reasons(self, entry: LedgerHousehold, plan: Plan) -> Reasons:
        return Reasons(Trace(plan, household_of(entry.id, entry.facts, entry.ids, entry.members)), self.wanted.language)

    def _failed(self, entry: LedgerHousehold, plan: Plan, bits: int) -> Reject:
        """Makes the reject of a household whose data fail a check of the rules."""
        return self.ledger.failing(entry, plan, checks_in(plan, bits))

    def _reject(self, rejected: Reject, done: BlockResult) -> None:
        done.rejected.append(rejected)
        group = "" if self.wanted.group is None else rejected.cells[self.wanted.group] if rejected.cells else ""
        for month in self.months:
            done.tally.rejected(month.plan.month, group)
