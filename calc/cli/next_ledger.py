"""Print what changes by itself in the households of a ledger, with the money and the causes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from calc.batch.atomic_files import Outputs
from calc.batch.job import BatchError, BatchJob, ResultSink
from calc.batch.writers.file_form import FileForm
from calc.batch.writers.formats import CSV, JSON_LINES, format_of
from calc.batch.writers.open_writers import rows_to
from calc.cli.batch_summary import print_mistakes, warn_of_unknown_columns
from calc.cli.options import echo_lines, remark
from calc.cli.progress import progress_bar
from calc.compare.look_ahead import look_ahead
from calc.engine.outcomes import UNDETERMINED
from calc.record import replace
from calc.report.aligned import aligned, thousands
from calc.report.encode_rows import csv_text, json_text
from calc.report.next_text import AMOUNTS, HEADINGS, NextWords
from calc.report.table_shape import TableShape
from calc.report.ui_text import say
from calc.rules.toml_document import month_text
from calc.vary.months import Timeline

_PRINTED = 20


class _Ahead(ResultSink):
    """Collects the rows of households that change, and the sums of each month."""

    def __init__(self, timeline: Timeline, language: str, quiet: bool) -> None:
        self.timeline, self.language = timeline, language
        self.bar = progress_bar(quiet, language)
        self.rows: list[list[str]] = []
        self.households: Counter[int] = Counter()
        self.money: Counter[int] = Counter()
        self.unset: dict[tuple[str, ...], set[int]] = {}

    def progress(self, stage: str, done: int, whole: int, households: int) -> None:
        if self.bar is not None:
            self.bar.show(stage, done, whole, households)

    def take(self, household: Any, changes: Any) -> None:
        """Takes a household with its changes; a figure that is not published is named once."""
        words = NextWords(self.timeline, household, self.language)
        for one in changes:
            kept = []
            for line in one.lines:
                if line[1].status == UNDETERMINED and not line[1].needs:
                    self.unset.setdefault(line[1].unset, set()).add(one.month)
                else:
                    kept.append(line)
            if not kept and not one.failed_checks:
                continue
            self.rows += words.rows([replace(one, lines=tuple(kept))])
            self.households[one.month] += 1
            for old, new in kept:
                if UNDETERMINED not in (old.status, new.status):
                    self.money[one.month] += (new.amount or 0) - (old.amount or 0)

    def remarks(self) -> list[str]:
        """Names the figures that are not published for a month."""
        found = []
        for names, months in self.unset.items():
            plan = self.timeline.plan(min(months))
            labels = ("、" if self.language == "zh" else ", ").join(
                plan.about(name).label_in(self.language) for name in names
            )
            found.append(say("next-unset", self.language, month=month_text(min(months)), figures=labels))
        return found

    def lines(self) -> list[str]:
        """The sums by month, and the changes, the next months first."""
        decimals = self.timeline.plan(self.timeline.months[0]).decimals
        table = [["", say("households-n", self.language), say("compare-change", self.language)]]
        for month in sorted(self.households):
            table.append([month_text(month), f"{self.households[month]:,}", _signed(self.money[month], decimals)])
        lines = aligned(table) if self.households else [
            say("next-nothing", self.language, last=month_text(self.timeline.months[-1]))
        ]  # fmt: skip
        labels = {name: one.about.label_in(self.language)
                  for name, one in self.timeline.plan(self.timeline.months[0]).benefits.items()}  # fmt: skip
        if self.rows:
            lines.append("")
        for row in self.rows[:_PRINTED]:
            id, shown, benefit, member, before, after, old, new, change, causes, *_ = row
            name = labels.get(benefit, benefit)
            whose = say("of", self.language, fact=name, member=member) if member else name
            sides = [old if old and before == "granted" else say(before, self.language) if before else "",
                     new if new and after == "granted" else say(after, self.language)]  # fmt: skip
            sign = "−" if change.startswith("-") else "+"
            amount = f"  {sign}{change.lstrip('-')}" if change.strip("-0.") else ""
            lines.append(f"{shown}  {id}  {whose} {' → '.join(filter(None, sides))}{amount}  {causes}".rstrip())
        if len(self.rows) > _PRINTED:
            lines.append(say("next-more", self.language, count=len(self.rows) - _PRINTED))
        return lines


def _signed(amount: Any, decimals: int) -> str:
    from calc.exact import magnitude, plain

    text = thousands(plain(magnitude(amount), decimals))
    return f"{'−' if amount < 0 else '+'}{text}" if amount else "0"


def next_of_ledger(
    job: BatchJob, timeline: Timeline, output: str | None, format_: str | None, form: FileForm, quiet: bool
) -> int:
    """Look ahead over a ledger and print; the changes of a month are together, in the order of the ledger."""
    language, ahead = form.language, _Ahead(timeline, form.language, quiet)
    files = Outputs()
    try:
        try:
            rejects, unknown = look_ahead(job, timeline, ahead, ahead.take)
        finally:
            if ahead.bar is not None:
                ahead.bar.stop()
        ahead.rows.sort(key=lambda row: row[1])
        if output is not None:
            chosen = format_ if format_ == CSV else format_of(output)
            shape = TableShape("next", HEADINGS, AMOUNTS)
            path = None if output == "-" else output
            write = rows_to(files, path, chosen, form, shape, job.plans[0].decimals)
            if chosen == JSON_LINES:
                write(json_text(dict(zip(HEADINGS, row, strict=True)) for row in ahead.rows))
            else:
                write(csv_text(ahead.rows, AMOUNTS) if chosen == CSV else ahead.rows)
        files.place()
    except BatchError as error:
        files.abandon()
        raise click.UsageError(error.message(language)) from None
    except BaseException:
        files.abandon()
        raise
    echo_lines(ahead.lines(), err=output == "-")
    print_mistakes(((one.id, one.mistakes) for one in rejects), job.show_ids, language)
    if not quiet:
        for line in ahead.remarks():
            remark(line, False)
        warn_of_unknown_columns(unknown, language)
    return 1 if rejects else 0
