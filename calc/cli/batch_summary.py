"""Print what a person should know of a run of `doudi batch`: unknown headings, progress, mistakes, the summary."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from calc.batch.file_sink import FileSink
from calc.batch.job import BatchError, BatchJob, Summary
from calc.batch.writers.formats import XLSX
from calc.cli.options import remark, terminal_width
from calc.cli.progress import progress_bar
from calc.diagnostics.diagnostic import Diagnostic, Reject
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.engine.totals import HOUSEHOLDS
from calc.households.household_reader import quoted, shown_id
from calc.report import totals
from calc.report.as_text import warning
from calc.report.ledger_needs import needs_lines
from calc.report.rejects import Examples, format_mistake
from calc.report.result_rows import merge_orders
from calc.report.ui_text import say

if TYPE_CHECKING:
    from calc.ledger.ledger import Ledger
    from calc.ledger.unclear_columns import UnknownColumn
    from calc.ledger.xlsx.to_csv import SheetsRead
    from calc.rules.plan import Plan

_MOST_BLANKS = 12
"""Facts whose blank cells are listed, in the order of the rules."""
_MOST_UNKNOWN = 30
"""Unknown headings that are printed; the others are counted."""
_MOST_REASONS = 6
"""Reasons listed for which DuckDB left households to the row engine."""


def warn_of_unknown_columns(unknown_ones: Iterable[tuple[str, UnknownColumn]], language: str) -> None:
    """Prints unknown headings and keys, each once, with its file and the most similar known one; counts many."""
    from calc.diagnostics.messages import LEVELS, help_text, message
    from calc.diagnostics.punctuation import colon, semicolon

    printed: set[tuple[str, str]] = set()
    for path, unknown in unknown_ones:
        key = unknown.heading, path if unknown.code == "unknown-column/elsewhere" else ""
        if key in printed:
            continue
        printed.add(key)
        if len(printed) > _MOST_UNKNOWN:
            continue
        level = LEVELS[language][False]
        text = message(unknown.code, {"heading": quoted(unknown.heading), "path": unknown.path}, language)
        if unknown.near:
            text += f"{semicolon(language)}{help_text('did-you-mean', {'name': unknown.near}, language)}"
        remark(f"{path}{_position(unknown)}: {level}[unknown-column]{colon(language)}{text}", False)
    if len(printed) > _MOST_UNKNOWN:
        remark(say("more-of-these", language, count=len(printed) - _MOST_UNKNOWN, code="unknown-column"), False)


def _position(unknown: UnknownColumn) -> str:
    """Writes the line and column of a heading, where they are known."""
    if unknown.place is None:
        return ""
    line, column = unknown.place.source.position(unknown.place.offsets()[0])
    return f":{line}:{column}"


def print_mistakes(found: Iterable[tuple[str, Iterable[Diagnostic]]], show_ids: bool, language: str) -> None:
    """Prints some mistakes of rejected households, which are named by their ids, with a count of the others.

    A mistake that two months of one ledger share is one.
    """
    examples, seen = Examples(), set[str]()
    for id, mistakes in found:
        shown = shown_id(id, show_ids)
        for one in mistakes:
            text = format_mistake(shown, one, True, language)
            if text not in seen:
                seen.add(text)
                examples.add(shown, (one,), True)
    for line in examples.lines(language):
        remark(line, False)


class TerminalSink(FileSink):
    """Writes the files of a job and prints remarks on standard error, none if `quiet`."""

    def __init__(self, job: BatchJob, quiet: bool) -> None:
        super().__init__(job)
        self.quiet = quiet
        self.examples = Examples()
        self.bar = progress_bar(quiet, job.language)
        self.sheets: list[SheetsRead] = []

    def open(self, ledger: Ledger, unknown: Sequence[tuple[str, UnknownColumn]]) -> None:
        self.sheets = ledger.sheets
        if not self.quiet:
            warn_of_unknown_columns(unknown, self.job.language)

    def begin(self, headings: Sequence[str]) -> None:
        super().begin(headings)
        self.examples = Examples()

    def progress(self, stage: str, done: int, whole: int, households: int) -> None:
        if self.bar is not None:
            self.bar.show(stage, done, whole, households)

    def reject(self, household: Reject) -> None:
        super().reject(household)
        self.examples.add(shown_id(household.id, self.job.show_ids), household.mistakes, True)

    def warn(self, household: str, findings: tuple[Diagnostic, ...]) -> None:
        self.examples.add(household, findings, False)

    def engine_failed(self, reason: BatchError | UnsupportedPlan) -> None:
        language = self.job.language
        remark(say("engine-instead", language, reason=reason.message(language)), False)

    def end(self, summary: Summary) -> None:
        super().end(summary)
        self._stop_bar()
        if not self.quiet:
            for line in self.examples.lines(self.job.language):
                remark(line, False)
            print_summary(summary, self.job, self.sheets)
        elif summary.rejected:
            where = summary.rejects or self.job.rejects or say("rejects-unlisted", self.job.language)
            where = say("standard-output", self.job.language) if where == "-" else where
            values = {"rejected": summary.rejected, "read": summary.read, "path": where}
            remark(say("rejects-though-quiet", self.job.language, **values), False)

    def abandon(self) -> None:
        super().abandon()
        self._stop_bar()

    def _stop_bar(self) -> None:
        if self.bar is not None:
            self.bar.stop()


def sheets_line(sheets: SheetsRead, language: str) -> str:
    """Says which sheets of a workbook were read, and which were not and why."""
    comma = "、" if language == "zh" else ", "
    line = say("sheets-read", language, path=sheets.workbook, sheets=comma.join(map(quoted, sheets.read)))
    own = [quoted(name) for name in sheets.read if name in sheets.of_households]
    line += say("sheets-of-households", language, sheets=comma.join(own)) if own else ""
    left_out = [say(reason, language, sheet=quoted(name)) for name, reason in sheets.left_out]
    return line + (say("sheets-left-out", language, sheets=comma.join(left_out)) if left_out else "")


def blanks_line(blanks: Mapping[str, int], job: BatchJob) -> str:
    """Says how many cells were blank and taken for the default of their fact, by fact."""
    language, facts = job.language, {name: fact for plan in job.plans for name, fact in plan.facts.items()}
    names = [name for name in facts if name in blanks]
    listed = [f"{facts[name].about.label_in(language)} {blanks[name]}" for name in names[:_MOST_BLANKS]]
    if len(names) > _MOST_BLANKS:
        more = sum(blanks[name] for name in names[_MOST_BLANKS:])
        listed.append(say("blanks-more", language, count=len(names) - _MOST_BLANKS, cells=more))
    return say("blanks", language, listed=("、" if language == "zh" else ", ").join(listed))


def _has_no_persons(name: str, summary: Summary, plans: Sequence[Plan]) -> bool:
    """Says whether a benefit was granted for which nothing says how many people it is for."""
    groups = summary.totals.groups.values()
    return any(name in group.benefits and group.benefits[name][HOUSEHOLDS] for group in groups) and any(
        not plan.has_members and name in plan.benefits and plan.benefits[name].persons is None for plan in plans
    )


def left_line(left: Mapping[str, int], job: BatchJob) -> str:
    """Says how many households DuckDB left to the row engine, by reason."""
    language, facts = job.language, {name: fact for plan in job.plans for name, fact in plan.facts.items()}
    listed = [say("left-cell", language, fact=facts[key].about.label_in(language), count=count) if key in facts
              else say(key, language, count=count) for key, count in left.items()]  # fmt: skip
    if len(listed) > _MOST_REASONS:
        rest = sum([*left.values()][_MOST_REASONS - 1 :])
        listed[_MOST_REASONS - 1 :] = [say("left-other", language, count=rest)]
    joined = ("，" if language == "zh" else ", ").join(listed)
    return say("left-to-rows", language, count=sum(left.values()), listed=joined)


def print_summary(summary: Summary, job: BatchJob, sheets: Iterable[SheetsRead] = ()) -> None:
    """Prints the totals and, last, how many households were read, assessed and rejected, and by which engine."""
    language, plans = job.language, job.plans
    warn_of_unknown_columns(summary.unknown_keys, language)
    plan = plans[-1]
    labels = {
        name: next(one.benefits[name] for one in reversed(plans) if name in one.benefits).about.label_in(language)
        for name in merge_orders(one.benefits for one in plans)
    }
    if summary.totals.groups:
        currency = str(plan.title["currency"])
        remark(
            totals.text(summary.totals, labels, plan.decimals, currency, language, terminal_width(sys.stderr)) + "\n",
            False,
        )
    lines: list[Any] = [warning(plan, language), *(sheets_line(one, language) for one in sheets)]
    uncounted = [label for name, label in labels.items() if _has_no_persons(name, summary, plans)]
    if uncounted:
        lines.append(say("no-persons", language, listed=("、" if language == "zh" else ", ").join(uncounted)))
    if summary.scattered:
        lines.append(say("scattered", language, count=summary.scattered))
    if summary.set_aside:
        lines.append(say("rows-set-aside", language, count=summary.set_aside))
    if summary.filled:
        lines.append(say("rows-filled", language, count=summary.filled))
    if summary.blanks:
        lines.append(blanks_line(summary.blanks, job))
    numbers = {"rows": summary.rows, "read": summary.read, "assessed": summary.assessed, "rejected": summary.rejected}
    key = "batch-summary" if job.facts_to is None else "facts-summary"
    lines.append(say(key, language, path=job.facts_to, **numbers))
    if summary.undetermined:
        lines.append(say("batch-undetermined", language, count=summary.undetermined))
        lines += needs_lines(summary.totals, plans, language)
    if summary.rejected:
        workbook = f"{job.output}[{say('sheet-rejects', language)}]" if job.form == XLSX else None
        rejects = summary.rejects or job.rejects or workbook
        lines.append(say("rejects-in", language, path=rejects) if rejects else say("rejects-nowhere", language))
    if summary.left:
        lines.append(left_line(summary.left, job))
    if summary.why:
        lines.append(say("engine-ran", language, engine=summary.engine, why=summary.why))
    for line in filter(None, lines):
        remark(line, False)
