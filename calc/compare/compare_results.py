"""Compare the results of one run with those of another: what each household got, with neither ledger assessed."""

from __future__ import annotations

import os

from calc.batch.choose_engine import Choice, require_duckdb_installed, require_spark_installed
from calc.batch.duckdb import eligibility
from calc.batch.job import AUTO, DUCKDB, ROWS, SPARK, EngineFailed, NotWorthIt
from calc.batch.pipeline import few_collections
from calc.compare.compare import ID, ChangeTaker, fill, pairs_of, require_one_currency, take_change
from calc.compare.find_changes import ResultChangeFinder
from calc.compare.known_results import KnownResults
from calc.compare.spool import Spool
from calc.report.cause_text import CauseWords
from calc.report.ui_text import say
from calc.vary.comparison import ComparisonSummary


def compare_results(before: KnownResults, after: KnownResults, sink: ChangeTaker) -> ComparisonSummary:
    """Compares two pictures of results; the sink takes each household that is not the same, the later ones first.

    There are no facts, so no change has a cause. The engine is that of the later picture's job.
    Raises InputErrors with the line of what is no result, and WrongJob where amounts are counted in other steps.
    """
    require_one_currency(before.plan, after.plan)
    summary = ComparisonSummary(before.plan, after.plan, has_causes=False)
    with few_collections():
        choice = _choice(before, after)
        if choice.engine == SPARK:
            from calc.compare.results_by_spark import compare_by_spark

            compare_by_spark(before, after, summary, CauseWords(before.plan, after.plan, after.job.language))
        if choice.engine == DUCKDB:
            from calc.compare.results_by_duckdb import compare_by_duckdb

            try:
                compare_by_duckdb(before, after, summary, sink)
            except EngineFailed as failed:
                if after.job.engine == DUCKDB and not isinstance(failed, NotWorthIt):
                    raise
                choice = Choice(ROWS, failed.message(after.job.language))
        if choice.engine == ROWS:
            _by_rows(before, after, summary, sink)
    summary.engine, summary.why = choice.engine, choice.why
    return summary


def _choice(before: KnownResults, after: KnownResults) -> Choice:
    """Chooses the engine: DuckDB where it is asked for, or both sides are large."""
    asked, language = after.job.engine, after.job.language
    if asked == ROWS:
        return Choice(ROWS, "")
    if asked == SPARK:
        require_spark_installed()
        return Choice(SPARK, say("why-asked", language))
    if asked == AUTO:
        size = min(sum(map(_bytes_of, one.paths)) for one in (before, after))
        megabytes = {"size": size >> 20, "worth": eligibility.WORTH >> 20}
        if size < eligibility.WORTH:
            return Choice(ROWS, say("why-small", language, **megabytes))
        if not eligibility.is_installed():
            return Choice(ROWS, say("why-missing", language))
        return Choice(DUCKDB, say("why-large", language, **megabytes))
    require_duckdb_installed()
    return Choice(DUCKDB, say("why-asked", language))


def _bytes_of(path: str) -> int:
    return os.path.getsize(path) if os.path.isfile(path) else 0


def _by_rows(before: KnownResults, after: KnownResults, summary: ComparisonSummary, sink: ChangeTaker) -> None:
    with Spool(None) as earlier, Spool(None) as later:
        fill(earlier, before.households())
        fill(later, after.households())
        finder = ResultChangeFinder(earlier, later, before.plan, after.plan)
        for change in finder.changes(pairs_of(earlier, later, ID, sink)):
            take_change(change, summary, sink)
