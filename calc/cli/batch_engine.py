"""Which engine a run of `doudi batch` takes, and why not the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from calc.batch.block import Wanted
    from calc.batch.run import Summary
    from calc.intake.ledger.ledger import Ledger
    from calc.rules.plan import Plan

ROWS, DUCKDB, AUTO = "rows", "duckdb", "auto"
Assess = Callable[..., "Summary"]


def chosen(engine: str, ledger: Ledger, plans: list[Plan], wanted: Wanted, form: str) -> str:
    """The engine of a run. Raises a usage error where `duckdb` was asked for and cannot do it."""
    from calc.batch.columns.fit import is_installed, is_large, unfit
    from calc.present.words import say

    if engine == ROWS:
        return ROWS
    reason = unfit(ledger, plans, wanted, form)
    if engine == DUCKDB:
        if not is_installed():
            values = {"package": "duckdb", "extra": "columns"}
            raise click.ClickException(say("missing-extra", wanted.language, **values))
        if reason is not None:
            why = say(reason, wanted.language)
            raise click.UsageError(say("not-for-duckdb", wanted.language, reason=why))
        return DUCKDB
    return DUCKDB if reason is None and is_installed() and is_large(ledger) else ROWS


def by_duckdb(memory: str | None, jobs: int, language: str) -> Assess:
    """What assesses through DuckDB; its own errors are told in one line."""
    import duckdb

    from calc.batch.columns.run import assess
    from calc.present.words import say

    def run(ledger: Ledger, plans: list[Plan], wanted: Wanted, jobs_: int, *hands: Any) -> Summary:
        try:
            return assess(ledger, plans, wanted, memory, jobs if jobs > 1 else None, *hands)
        except duckdb.OutOfMemoryException:
            raise click.ClickException(say("duckdb-memory", language)) from None
        except duckdb.Error as error:
            text = str(error).splitlines()[0]
            raise click.ClickException(say("duckdb-failed", language, reason=text)) from error

    return run
