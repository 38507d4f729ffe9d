"""Some households of a ledger, for `doudi assess --household`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from calc.assess_households import Assessment
from calc.batch.job import BatchError, ResultSink
from calc.batch.some_households import assess_some
from calc.cli.asked_households import AskedHouseholds
from calc.cli.batch_options import job_of
from calc.cli.batch_summary import sheets_line, warn_of_unknown_columns
from calc.cli.options import remark
from calc.cli.progress import progress_bar
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.households.household_reader import shown_id
from calc.report.rejects import format_mistake

if TYPE_CHECKING:
    from calc.ledger.ledger import Ledger
    from calc.ledger.unclear_columns import UnknownColumn


class LedgerHouseholds(AskedHouseholds):
    """The households of a ledger with some ids, read as `doudi batch` reads them."""

    def __init__(
        self, language: str, ledgers: tuple[str, ...], ids: tuple[str, ...], quiet: bool, given: Mapping[str, Any]
    ) -> None:
        super().__init__(language, given["show_ids"])
        self.ids, self.quiet = ids, quiet
        options = {**given, "ledgers": ledgers}
        self.job = job_of(language, options)
        self.unchanged = job_of(language, {**options, "settings": ()}) if given["settings"] else None
        self.plan = self.job.plans[0]

    def assess(self, with_before: bool) -> None:
        """Scans the ledger and assesses the households. Raises InputErrors and click.ClickException."""
        sink = _ScanSink(self.language, self.quiet)
        try:
            found = assess_some(self.job, self.ids, sink, self.unchanged if with_before else None)
        except BatchError as error:
            raise click.UsageError(error.message(self.language)) from None
        except UnsupportedPlan as unsupported:
            raise click.ClickException(unsupported.message(self.language)) from None
        finally:
            sink.stop()
        self.answers, self.before = Assessment(found.traces, found.rejects), found.before
        self.absent = found.absent
        for id, one in () if self.quiet else found.warnings:
            remark(format_mistake(shown_id(id, self.show_ids), one, False, self.language), False)


class _ScanSink(ResultSink):
    """Prints remarks about the columns of the ledger, and the progress of a long scan."""

    def __init__(self, language: str, quiet: bool) -> None:
        self.language, self.quiet = language, quiet
        self.bar = progress_bar(quiet, language)

    def open(self, ledger: Ledger, unknown: Sequence[tuple[str, UnknownColumn]]) -> None:
        if not self.quiet:
            warn_of_unknown_columns(unknown, self.language)
            for one in ledger.sheets:
                remark(sheets_line(one, self.language), False)

    def progress(self, stage: str, done: int, whole: int, households: int) -> None:
        if self.bar is not None:
            self.bar.show(stage, done, whole, households)

    def stop(self) -> None:
        """Takes the progress off the terminal."""
        if self.bar is not None:
            self.bar.stop()
