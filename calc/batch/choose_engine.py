"""Choose the engine of a run, and say in words why."""

from __future__ import annotations

from collections.abc import Callable

from calc.batch.duckdb import eligibility
from calc.batch.facts_folder import is_facts_folder, is_script
from calc.batch.job import AUTO, DUCKDB, ROWS, BatchError, BatchJob, ResultSink, Summary
from calc.ledger.ledger import Ledger
from calc.record import Record
from calc.report.ui_text import say

FACTS = "facts"
"""No engine of its own: DuckDB reads a ledger into tables of facts."""
Assess = Callable[[BatchJob, Ledger, ResultSink], Summary]


class Choice(Record):
    """An engine, and why it was taken, in words; "" for the one that needs no reason."""

    engine: str
    why: str


def choose_engine(job: BatchJob, ledger: Ledger) -> Choice:
    """The engine of a job over a ledger: `rows` for all that `duckdb` cannot do. Raises BatchError for a missing extra.

    Standard output cannot be begun a second time, so `auto` stays with `rows` there.
    """
    language = job.language
    if job.engine == ROWS:
        return Choice(ROWS, "")
    reason = eligibility.why_not_sql(ledger, list(job.plans), job.spec(), job.form)
    if job.engine == DUCKDB:
        require_duckdb_installed()
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


def require_duckdb_installed() -> None:
    """Raises BatchError where DuckDB is not installed."""
    if not eligibility.is_installed():
        raise BatchError("missing-extra", package="duckdb", extra="columns")


def require_spark_installed() -> None:
    """Raises BatchError where Spark is not installed, or what its queries are made with."""
    if not eligibility.is_installed() or not eligibility.is_spark_installed():
        raise BatchError("missing-extra", package="pyspark", extra="spark")


def require_duckdb(job: BatchJob, ledger: Ledger) -> None:
    """Raises BatchError where DuckDB cannot read a ledger into tables of facts."""
    require_duckdb_installed()
    reason = eligibility.why_not_sql(ledger, list(job.plans), job.spec(), job.form)
    if reason not in (None, "unfit-names"):  # no benefit is written yet
        raise BatchError(str(reason), engine=DUCKDB)


def require_spark(job: BatchJob) -> None:
    """Raises BatchError where Spark is not installed, or the ledger of a job is no folder of facts in tables."""
    require_spark_installed()
    if len(job.ledgers) != 1 or not is_facts_folder(job.ledgers[0]):
        raise BatchError("spark-tables-only", path=job.ledgers[0])


def engine_named(name: str) -> Assess:
    """The function of an engine, which assesses a ledger into a sink; heavy packages are imported here."""
    if name == DUCKDB:
        from calc.batch.duckdb.pipeline import assess_by_duckdb

        return assess_by_duckdb
    if name == FACTS:
        from calc.batch.duckdb.facts_script import write_script
        from calc.batch.duckdb.facts_tables import write_facts

        return lambda job, *rest: (write_script if is_script(job.facts_to) else write_facts)(job, *rest)
    from calc.batch.row_pipeline import assess_by_rows

    return assess_by_rows
