"""Which engine a run of `doudi batch` takes, and why."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from calc.record import Record

if TYPE_CHECKING:
    from calc.batch.assess_block import ResultSpec
    from calc.batch.row_pipeline import Summary
    from calc.ledger.ledger import Ledger
    from calc.rules.plan import Plan

ROWS, DUCKDB, SPARK, AUTO = "rows", "duckdb", "spark", "auto"
Assess = Callable[..., "Summary"]


class Choice(Record):
    """An engine, and why it was taken, in words; nothing for the one that needs no reason."""

    engine: str
    why: str


class EngineFailed(click.ClickException):
    """DuckDB or Spark could not do a run; another engine may."""


def chosen(engine: str, ledger: Ledger, plans: list[Plan], wanted: ResultSpec, form: str, to_stdout: bool) -> Choice:
    """The engine of a run: `rows` for all that `duckdb` or `spark` cannot do. Raises where an extra is missing.

    What goes to standard output cannot be begun anew, so `auto` does not risk it there.
    """
    from calc.batch.duckdb.eligibility import WORTH, is_installed, is_parquet, is_spark_installed, size, why_not_sql
    from calc.report.ui_text import say

    language = wanted.language
    if engine == ROWS:
        return Choice(ROWS, "")
    reason = why_not_sql(ledger, plans, wanted, form)
    if engine in (DUCKDB, SPARK):
        package, extra = ("duckdb", "columns") if engine == DUCKDB else ("pyspark", "spark")
        if not is_installed() or (engine == SPARK and not is_spark_installed()):
            raise click.ClickException(say("missing-extra", language, package=package, extra=extra))
        if reason is not None:
            return Choice(ROWS, say(reason, language, engine=engine))
        return Choice(engine, say("why-asked", language))
    megabytes = {"size": size(ledger) >> 20, "worth": WORTH >> 20}
    if not is_parquet(ledger) and size(ledger) < WORTH:
        return Choice(ROWS, say("why-small", language, **megabytes))
    if reason is not None:
        return Choice(ROWS, say(reason, language, engine=DUCKDB))
    if to_stdout:
        return Choice(ROWS, say("why-stdout", language))
    if not is_installed():
        return Choice(ROWS, say("why-missing", language))
    return Choice(DUCKDB, say("why-parquet" if is_parquet(ledger) else "why-large", language, **megabytes))


@contextlib.contextmanager
def signals_are_heard() -> Iterator[None]:
    """What a signal's handler raised within a query is raised again: DuckDB only says that it was interrupted."""
    raised: list[BaseException] = []

    def noting(handler: Callable[..., Any]) -> Callable[..., Any]:
        def noted(number: int, frame: Any) -> None:
            try:
                handler(number, frame)
            except BaseException as error:
                raised.append(error)
                raise

        return noted

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    heard = {number: handler for number, handler in before.items() if callable(handler)}
    if threading.current_thread() is not threading.main_thread():
        heard = {}
    for number, handler in heard.items():
        signal.signal(number, noting(handler))
    try:
        yield
    except Exception:
        if raised:
            raise raised[0] from None
        raise
    finally:
        for number, handler in heard.items():
            signal.signal(number, handler)


def by_duckdb(memory: str | None, jobs: int, language: str) -> Assess:
    """What assesses through DuckDB; its own errors are told in one line."""
    import duckdb

    from calc.batch.duckdb.pipeline import assess
    from calc.report.ui_text import say

    def run(ledger: Ledger, plans: list[Plan], wanted: ResultSpec, *hands: Any) -> Summary:
        try:
            with signals_are_heard():
                return assess(ledger, plans, wanted, memory, jobs if jobs > 1 else None, *hands)
        except duckdb.OutOfMemoryException:
            raise EngineFailed(say("duckdb-memory", language)) from None
        except duckdb.Error as error:
            text = str(error).splitlines()[0]
            raise EngineFailed(say("duckdb-failed", language, reason=text)) from error

    return run


def by_spark(master: str | None, memory: str | None, language: str, is_loud: bool) -> Assess:
    """What assesses through Spark; its own errors are told in one line."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    from calc.batch.spark.pipeline import assess
    from calc.batch.spark.run_session import session_on
    from calc.report.ui_text import say

    def run(ledger: Ledger, plans: list[Plan], wanted: ResultSpec, *hands: Any) -> Summary:
        try:
            with session_on(master, is_loud) as session:
                return assess(ledger, plans, wanted, session, memory, *hands)
        except (PySparkException, Py4JError) as error:
            reason = str(error).strip().splitlines()[0]
            raise EngineFailed(say("spark-failed", language, reason=reason)) from error

    return run
