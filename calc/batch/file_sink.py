"""Write results, rejects and totals of a run to the files that its job names; they appear together at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from calc.batch.atomic_files import Outputs
from calc.batch.job import BatchJob, ResultSink, Summary
from calc.batch.writers.formats import format_of
from calc.batch.writers.open_writers import rejects_to, results_to, write_totals
from calc.diagnostics.diagnostic import Reject
from calc.report.result_rows import ResultTable, table
from calc.report.translated_rows import RowTranslator


class FileSink(ResultSink):
    """Writes the files of a job under temporary names and moves all to their places at the end.

    Raises InputErrors where a file cannot be written.
    """

    def __init__(self, job: BatchJob) -> None:
        self.job = job
        self.files = Outputs()

    @property
    def table(self) -> ResultTable:
        """The columns of the results."""
        job = self.job
        return table(job.by, job.plans[0], job.kept, job.explain, job.plans)

    def begin(self, headings: Sequence[str]) -> None:
        job, columns = self.job, self.table
        self.files.abandon()
        self.files = Outputs()
        shown = RowTranslator(columns, job.language).headings if job.labels else headings
        output = None if job.output == "-" else job.output
        if job.facts_to is None:
            self.write_results = results_to(self.files, output, job.form, job.bom, columns, shown)
        self.write_reject = rejects_to(self.files, job.rejects, job.bom, job.kept, job.language)

    def write(self, results: Any) -> None:
        self.write_results(results)

    def results_file(self) -> str | None:
        from calc.batch.writers.parquet import ParquetOutput

        output = self.write_results
        return output.left_to_engine() if isinstance(output, ParquetOutput) else None

    def reject(self, household: Reject) -> None:
        self.write_reject(household)

    def end(self, summary: Summary) -> None:
        job = self.job
        if job.totals is not None:
            path = None if job.totals == "-" else job.totals
            write_totals(self.files, path, format_of(job.totals), job.bom, summary.totals, job.plans)
        self.files.place()

    def abandon(self) -> None:
        self.files.abandon()
