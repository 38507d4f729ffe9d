"""Which engine a run of `doudi batch` takes, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from calc.record import Record

if TYPE_CHECKING:
    from calc.batch.block import Wanted
    from calc.batch.run import Summary
    from calc.intake.ledger.ledger import Ledger
    from calc.rules.plan import Plan

ROWS, DUCKDB, AUTO = "rows", "duckdb", "auto"
Assess = Callable[..., "Summary"]


class Choice(Record):
    """An engine, and why it was taken, in words."""

    engine: str
    why: str


class EngineFailed(click.ClickException):
    """DuckDB could not do a run; another engine may."""


def chosen(engine: str, ledger: Ledger, plans: list[Plan], wanted: Wanted, form: str, to_stdout: bool) -> Choice:
    """The engine of a run. Raises a usage error where `duckdb` was asked for and cannot do it.

    What goes to standard output cannot be begun anew, so `auto` does not risk it there.
    """
    from calc.batch.columns.fit import WORTH, is_installed, is_parquet, size, unfit
    from calc.present.words import say

    language = wanted.language
    if engine == ROWS:
        return Choice(ROWS, say("why-asked", language))
    reason = unfit(ledger, plans, wanted, form)
    if engine == DUCKDB:
        if not is_installed():
            raise click.ClickException(say("missing-extra", language, package="duckdb", extra="columns"))
        if reason is not None:
            why = say(reason, language)
            raise click.UsageError(say("not-for-duckdb", language, reason=why))
        return Choice(DUCKDB, say("why-asked", language))
    megabytes = {"size": size(ledger) >> 20, "worth": WORTH >> 20}
    if not is_parquet(ledger) and size(ledger) < WORTH:
        return Choice(ROWS, say("why-small", language, **megabytes))
    if reason is not None:
        return Choice(ROWS, say(reason, language))
    if to_stdout:
        return Choice(ROWS, say("why-stdout", language))
    if not is_installed():
        return Choice(ROWS, say("why-missing", language))
    return Choice(DUCKDB, say("why-parquet" if is_parquet(ledger) else "why-large", language, **megabytes))


def by_duckdb(memory: str | None, jobs: int, language: str) -> Assess:
    """What assesses through DuckDB; its own errors are told in one line."""
    import duckdb

    from calc.batch.columns.run import assess
    from calc.present.words import say

    def run(ledger: Ledger, plans: list[Plan], wanted: Wanted, jobs_: int, *hands: Any) -> Summary:
        try:
            return assess(ledger, plans, wanted, memory, jobs if jobs > 1 else None, *hands)
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except duckdb.OutOfMemoryException:
            raise EngineFailed(say("duckdb-memory", language)) from None
        except duckdb.Error as error:
            text = str(error).splitlines()[0]
            raise EngineFailed(say("duckdb-failed", language, reason=text)) from error

    return run
