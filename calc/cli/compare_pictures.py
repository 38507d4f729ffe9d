"""Write the changes that `doudi compare` finds, and print what they come to."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from calc.batch.atomic_files import Outputs
from calc.batch.job import BatchError
from calc.batch.writers.file_form import FileForm
from calc.batch.writers.formats import CSV, JSON_LINES, XLSX, format_of
from calc.batch.writers.open_writers import rows_to
from calc.cli.changes_workbook import ChangesWorkbook
from calc.cli.options import echo_lines, remark
from calc.cli.progress import progress_bar
from calc.compare.compare import ChangeTaker
from calc.compare.unlike_ids import UnlikeIds
from calc.engine.outcomes import DENIED, GRANTED, UNDETERMINED
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.engine.traced.interpreter import Trace
from calc.households.household_reader import quoted
from calc.report.cause_text import CauseWords
from calc.report.comparison import AMOUNTS, ChangeRows, cost_lines, group_lines, size_lines, summary_lines
from calc.report.comparison_page import ComparisonPage
from calc.report.encode_rows import csv_text, json_text
from calc.report.format_values import currency_name
from calc.report.reason_column import Reasons
from calc.report.table_shape import changes_shape
from calc.report.ui_text import say
from calc.rules.plan import Plan
from calc.vary.answers import Line, PictureEngine
from calc.vary.comparison import ComparisonSummary, HouseholdChange, added


class ChangeSink(ChangeTaker):
    """Takes changes: writes them, counts those in a hole, keeps the largest to print. A context manager."""

    def __init__(
        self, old: Plan, new: Plan, quiet: bool, form: FileForm, output: str | None, format_: str | None,
        hole: int | None, examples: int, html: str | None, is_paid: bool,
    ) -> None:  # fmt: skip
        """More than six parameters: the options of the command."""
        self.language = language = form.language
        self.quiet, self.most = quiet, examples
        self.words = CauseWords(old, new, language)
        self.rows = ChangeRows(self.words, self.needs, self.reason)
        self.engines = PictureEngine(old), PictureEngine(new)
        self.hole = hole
        self.in_hole = self.changed = 0
        self.summary: ComparisonSummary | None = None
        self.largest: list[tuple[int, int, HouseholdChange]] = []
        self.bar = progress_bar(quiet, language)
        self.files = Outputs()
        self.format = format_ or format_of(output)
        self.html, self.is_paid = html, is_paid
        self.page = ComparisonPage(self.words, is_paid)
        self.write: Any = None
        self.workbook: ChangesWorkbook | None = None
        if output is not None:
            path = None if output == "-" else output
            self.shape = changes_shape(old, new, is_paid, form.words(self.format))
            if self.format == XLSX:
                self.workbook = ChangesWorkbook(self.files, output, self.words, is_paid, form)
                self.write = self.workbook.write
            else:
                self.write = rows_to(self.files, path, self.format, form, self.shape, new.decimals)

    def __enter__(self) -> ChangeSink:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.bar is not None:
            self.bar.stop()
        if error is None:
            if self.html is not None and self.summary is not None:
                currency = currency_name(str(self.words.new.title["currency"]), self.language)
                self.files.open(self.html).write(self.page.text(self.summary, currency))
            if self.workbook is not None and self.summary is not None:
                self.workbook.close(self.summary)
            self.files.place()
        else:
            self.files.abandon()

    def engine_failed(self, reason: BatchError | UnsupportedPlan) -> None:
        remark(say("engine-instead", self.language, reason=reason.message(self.language)), False)

    def unlike_ids(self, unlike: UnlikeIds) -> None:
        language = self.language
        old, new = (quoted(one) for one in (unlike.old, unlike.new))
        reason = say(unlike.kind, language, old=old, new=new)
        if unlike.people:
            reason = say("ids-people", language, reason=reason, count=unlike.people)
        key = "compare-few-in-both" if unlike.both else "compare-none-in-both"
        remark(say(key, language, count=unlike.both, households=unlike.households, reason=reason), False)

    def progress(self, stage: str, done: int, whole: int, households: int) -> None:
        if self.bar is not None:
            self.bar.show(stage, done, whole, households)

    def needs(self, change: HouseholdChange, line: Line) -> tuple[list[str], list[str]]:
        """Lists what an open line lacks: in the later picture, else in the earlier one."""
        for answer, engine in zip(reversed(change.answers()), reversed(self.engines), strict=True):
            if line in answer.open:
                return engine.needs(answer.open[line])
        return [], []

    def reason(self, change: HouseholdChange, benefit: str) -> str:
        """Says why a household gets a benefit in the later picture, or does not."""
        facts = change.after.facts if change.after is not None else None
        if facts is None:
            return ""
        trace = Trace(self.words.new, facts.household())
        outcomes = trace.outcomes.get(benefit, [])
        for status in (GRANTED, UNDETERMINED, DENIED):
            for one in outcomes:
                if one.status == status:
                    return Reasons(trace, self.language).of_benefit(benefit, one.member)
        return say("not_applicable", self.language)

    def take(self, change: HouseholdChange) -> None:
        """Takes a household that is not the same."""
        self.changed += 1
        if self.hole is not None and -change.gain(self.words.old, self.words.new) > self.hole:
            self.in_hole += 1
        if self.most:
            size = sum(abs(amount) for one in change.causes for _, amount in one.parts.values())
            entry = size, -self.changed, change
            (heapq.heappush if len(self.largest) < self.most else heapq.heappushpop)(self.largest, entry)
        if self.html is not None:
            self.page.add(list(self.rows.page_rows(change, self.is_paid)))
        if self.write is not None:
            if self.format == JSON_LINES:
                self.write(json_text([self.rows.object(change)]))
            else:
                rows = [*self.rows.rows(change)]
                if self.format != XLSX:
                    rows = [[*self.shape.row(row)] for row in rows]
                self.write(csv_text(rows, AMOUNTS) if self.format == CSV else rows)

    def examples(self) -> list[str]:
        """The lines of the households with the largest changes."""
        found = sorted(self.largest, key=lambda one: (-one[0], -one[1]))
        lines = [line for _, _, change in found for line in self.rows.sentences(change)]
        if lines and self.changed > len(found):
            lines.append(say("compare-examples", self.language, count=self.changed - len(found)))
        return lines


def print_comparison(
    summary: ComparisonSummary, sink: ChangeSink, by_size: bool, is_draft: bool, twice: Sequence[Sequence[str]] = ()
) -> None:
    """Prints the sums on standard output, and remarks on standard error; what it costs if other rules are a draft."""
    language, words = sink.language, sink.words
    currency = currency_name(str(words.new.title["currency"]), language)
    lines = summary_lines(summary, words, currency, sink.is_paid)
    if not summary.has_causes:
        lines += ["", say("compare-no-causes", language)]
    if set(summary.groups) != {""}:
        sums = {name: added(kinds.values()) for name, kinds in summary.groups.items()}
        lines += ["", *group_lines(sums, words)]
    if by_size:
        lines += ["", *size_lines(summary, words)]
    if is_draft:
        lines += ["", *cost_lines(summary, words, currency)]
    if sink.hole is not None:
        lines += ["", say("compare-holes", language, amount=words.amounts[sink.hole], count=sink.in_hole)]
    examples = sink.examples()
    lines += ["", *examples] if examples else []
    echo_lines(lines)
    for places in twice:
        remark(say("paid-twice", language, places=words.comma.join(places)), False)
