"""The households that letters are written to, of household files or of a ledger, and the same ones earlier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from calc.cli.asked_households import FileHouseholds, is_household_file, require_no_ledger_options

if TYPE_CHECKING:
    from calc.diagnostics.diagnostic import Diagnostic, Reject
    from calc.engine.facts import Household
    from calc.rules.plan import Plan


class LetterHouseholds:
    """Households in one month.

    After `each` has come to its end, `rejects` has those that cannot be assessed, `warnings` what is doubtful in files.

    `given` are the options of reading by name. Raises InputErrors and click.UsageError.
    """

    def __init__(self, language: str, paths: tuple[str, ...], month: str | None, given: Mapping[str, Any]) -> None:
        self.rejects: list[Reject] = []
        self.warnings: list[Diagnostic] = []
        self._files: FileHouseholds | None = None
        self._job: Any = None
        options = {**given, "month": month}
        if all(map(is_household_file, paths)) or paths == ("-",):
            require_no_ledger_options(given, language)
            self._files = FileHouseholds(language, paths, (), options)
            self.plan: Plan = self._files.plan
        else:
            from calc.cli.batch_options import job_of

            self._job = job_of(language, {**options, "ledgers": paths, "keep": (), "engine": "rows"})
            self.plan = self._job.plans[0]
        self.language = language

    def each(self) -> Iterator[Household]:
        """Yields the households that can be assessed, in their order."""
        if self._files is not None:
            self._files.assess(False)
            self.rejects += self._files.answers.rejects
            self.warnings += self._files.answers.warnings
            yield from (one.household for one in self._files.answers.traces)
            return
        from calc.batch.job import BatchError, ResultSink
        from calc.compare.read_picture import opened_picture, scanned_picture

        try:
            with opened_picture(self._job) as opened, scanned_picture(opened, ResultSink()) as picture:
                for _, side in picture.households(ResultSink()):
                    if side.facts is not None:
                        yield side.facts.household()
                self.rejects += picture.rejects
        except BatchError as error:
            raise click.UsageError(error.message(self.language)) from None
