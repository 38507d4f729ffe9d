"""Choose the engine of a run, and say in words why."""

from __future__ import annotations

from collections.abc import Callable

from calc.batch.duckdb import eligibility
from calc.batch.job import AUTO, DUCKDB, ROWS, SPARK, BatchError, BatchJob, ResultSink, Summary
from calc.ledger.ledger import Ledger
from calc.record import Record
from calc.report.ui_text import say

Assess = Callable[[BatchJob, Ledger, ResultSink], Summary]


class Choice(Record):
    """An engine, and why it was taken, in words; "" for the one that needs no reason."""

    engine: str
    why: str


def choose_engine(job: BatchJob, ledger: Ledger) -> Choice:
    """The engine of a job: `rows` for all that `duckdb` or `spark` cannot do. Raises BatchError for a missing extra.

    Standard output cannot be begun a second time, so `auto` stays with `rows` there.
    """
    language = job.language
    if job.engine == ROWS:
        return Choice(ROWS, "")
    reason = eligibility.why_not_sql(ledger, list(job.plans), job.spec(), job.form)
    if job.engine in (DUCKDB, SPARK):
        package, extra = ("duckdb", "columns") if job.engine == DUCKDB else ("pyspark", "spark")
        if not eligibility.is_installed() or (job.engine == SPARK and not eligibility.is_spark_installed()):
            raise BatchError("missing-extra", package=package, extra=extra)
        if reason is not None:
            return Choice(ROWS, say(reason, language, engine=job.engine))
        return Choice(job.engine, say("why-asked", language))
    assert job.engine == AUTO
    megabytes = {"size": eligibility.size(ledger) >> 20, "worth": eligibility.WORTH >> 20}
    if not eligibility.is_parquet(ledger) and eligibility.size(ledger) < eligibility.WORTH:
        return Choice(ROWS, say("why-small", language, **megabytes))
    if reason is not None:
        return Choice(ROWS, say(reason, language, engine=DUCKDB))
    if job.writes_to_stdout:
        return Choice(ROWS, say("why-stdout", language))
    if not eligibility.is_installed():
        return Choice(ROWS, say("why-missing", language))
    return Choice(DUCKDB, say("why-parquet" if eligibility.is_parquet(ledger) else "why-large", language, **megabytes))


def engine_named(name: str) -> Assess:
    """The function of an engine, which assesses a ledger into a sink; heavy packages are imported here."""
    if name == DUCKDB:
        from calc.batch.duckdb.pipeline import assess_by_duckdb

        return assess_by_duckdb
    if name == SPARK:
        from calc.batch.spark.pipeline import assess_by_spark

        return assess_by_spark
    from calc.batch.row_pipeline import assess_by_rows

    return assess_by_rows
