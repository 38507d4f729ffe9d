"""Write results, rejects and totals of a run to the files that its job names; they appear together at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from calc.batch.atomic_files import Outputs
from calc.batch.job import BatchJob, ResultSink, Summary
from calc.batch.writers.formats import XLSX, format_of
from calc.batch.writers.open_writers import (
    reject_rows,
    rejects_to,
    rows_to,
    totals_rows,
    workbook_to,
    write_totals,
)  # fmt: skip
from calc.diagnostics.diagnostic import Reject
from calc.report.ledger_needs import needs_rows
from calc.report.result_rows import ResultTable, table
from calc.report.table_shape import TableShape, needs_shape, rejects_shape, results_shape, totals_shape


class FileSink(ResultSink):
    """Writes the files of a job under temporary names and moves all to their places at the end.

    A workbook of results has sheets of totals and of rejects too, whether or not these have files of their own.
    Raises InputErrors where a file cannot be written.
    """

    def __init__(self, job: BatchJob) -> None:
        self.job = job
        self.form = job.file_form()
        self.files = Outputs()
        self.write_reject: list[Callable[[Reject], None]] = []
        self.write_totals: list[Callable[[Summary], None]] = []

    @property
    def table(self) -> ResultTable:
        """The columns of the results."""
        job = self.job
        return table(job.by, job.plans[0], job.kept, job.explain, job.plans)

    def begin(self, headings: Sequence[str]) -> None:
        job, columns = self.job, self.table
        self.files.abandon()
        self.files = Outputs()
        self.write_reject, self.write_totals = [], []
        output = None if job.output == "-" else job.output
        shape = results_shape(columns, self.form.words(job.form))
        if job.facts_to is None and job.form == XLSX:
            self._begin_workbook(str(output), shape)
        elif job.facts_to is None:
            self.write_results = rows_to(self.files, output, job.form, self.form, shape, columns.plan.decimals)
        if job.rejects is not None:
            self.write_reject.append(rejects_to(self.files, job.rejects, self.form, job.plans, job.kept))

    def _begin_workbook(self, path: str, results: TableShape) -> None:
        """Add the sheets: results, totals, rejects, what to ask first."""
        plans, language = self.job.plans, self.job.language
        words = self.form.words(XLSX)
        book = workbook_to(self.files, path, plans[-1].decimals)
        self.write_results = book.add_sheet(results)
        totals, rejects = totals_shape(plans, words), rejects_shape(plans, self.job.kept, words)
        add_totals, add_reject = book.add_sheet(totals), book.add_sheet(rejects)
        self.write_totals.append(lambda summary: add_totals(totals_rows(summary.totals, plans, totals)))
        needs = needs_shape(plans, words)
        add_needs = book.add_sheet(needs)
        self.write_totals.append(
            lambda summary: add_needs([needs.row(row) for row in needs_rows(summary.totals, plans, language)])
        )
        self.write_reject.append(lambda one: add_reject(reject_rows(one, rejects, language)))

    def write(self, results: Any) -> None:
        self.write_results(results)

    def results_file(self) -> str | None:
        from calc.batch.writers.parquet import ParquetOutput

        output = self.write_results
        return output.left_to_engine() if isinstance(output, ParquetOutput) else None

    def reject(self, household: Reject) -> None:
        for write in self.write_reject:
            write(household)

    def end(self, summary: Summary) -> None:
        job = self.job
        for write in self.write_totals:
            write(summary)
        if job.totals is not None:
            path = None if job.totals == "-" else job.totals
            write_totals(self.files, path, format_of(job.totals), self.form, summary.totals, job.plans)
        self.files.place()

    def abandon(self) -> None:
        self.files.abandon()
