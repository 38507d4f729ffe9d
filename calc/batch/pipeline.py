"""Run a ledger from its files to its results: open, scan, assess, write. This is the whole of `doudi batch`.

files ─ open ▶ Ledger ─ choose ▶ engine ─ scan, assess ▶ results, rejects ─ sink ▶ files in place, Summary
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from typing import Any

from calc.batch.check_job import require_possible
from calc.batch.choose_engine import FACTS, Choice, choose_engine, engine_named, require_duckdb, require_spark
from calc.batch.file_sink import FileSink
from calc.batch.job import ROWS, SPARK, BatchJob, EngineFailed, NotWorthIt, ResultSink, Summary, WrongJob
from calc.diagnostics.diagnostic import InputErrors
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.ledger.header import Naming
from calc.ledger.heading_places import listed_headings
from calc.ledger.household_facts_file import HouseholdFacts, read_household_facts
from calc.ledger.households_by_head import joined_by_heads
from calc.ledger.ledger import Ledger
from calc.ledger.members_across import with_members_down
from calc.ledger.missing_topics import missing_topics, topic_named
from calc.ledger.open_files import FileOptions, LedgerFile, encoding_named, opened, sheets_of
from calc.ledger.parquet_to_csv import in_blocks
from calc.ledger.read_options import ReadOptions
from calc.ledger.unclear_columns import UnknownColumn
from calc.record import replace
from calc.report.result_rows import table
from calc.report.ui_text import say
from calc.rules.plan import Plan


def run_batch(job: BatchJob, sink: ResultSink | None = None) -> Summary:
    """Assess every household of a ledger; results go to the files of the job, or to a sink of your own.

    Raises InputErrors for a ledger that cannot be read and a file that cannot be written, BatchError (WrongJob,
    EngineFailed) for a job that cannot be done, UnsupportedPlan where the engine asked for cannot run the rules.
    Mistakes in a household's data are no errors: the household is rejected, with all of them.
    """
    require_possible(job)
    sink = FileSink(job) if sink is None else sink
    if job.engine == SPARK:
        return _assess_tables(job, sink)
    with few_collections(), open_ledger(job) as (ledger, unknown):
        sink.open(ledger, unknown)
        if job.facts_to is not None:
            require_duckdb(job, ledger)
            return _assess(job, ledger, Choice(FACTS, ""), sink)
        choice = choose_engine(job, ledger)
        if choice.engine != ROWS:
            try:
                return _assess(job, ledger, choice, sink)
            except (UnsupportedPlan, EngineFailed) as failed:
                if job.engine == choice.engine:
                    raise
                if isinstance(failed, NotWorthIt):
                    choice = Choice(ROWS, failed.message(job.language))
                else:
                    sink.engine_failed(failed)
                    choice = Choice(ROWS, say("why-failed", job.language))
        with in_blocks(ledger.files) as files:
            if files != ledger.files:
                ledger = Ledger(files, ledger.plan, ledger.asked, ledger.owns)
            return _assess(job, ledger, choice, sink)


@contextlib.contextmanager
def open_ledger(
    job: BatchJob, elsewhere: frozenset[str] = frozenset()
) -> Iterator[tuple[Ledger, list[tuple[str, UnknownColumn]]]]:
    """The ledger of a job and the headings in it that mean nothing. Raises as `run_batch` does.

    Facts that are stated `elsewhere` need no column in it.
    """
    reading_plan = plan_of_reading(job.plans)
    if reading_plan is None:
        raise WrongJob("facts-change")
    options = read_options(job)
    with ledger_files(job, reading_plan) as (files, facts, unknown, all_files):
        ledger = Ledger(files, reading_plan, options, facts)
        without = topics_without(job, reading_plan)
        missing = missing_topics(ledger.parts, facts, reading_plan, job.settings, without, elsewhere)
        if missing:
            raise InputErrors(missing)
        ledger.sheets = sheets_of(all_files)
        _require_columns(ledger, job.kept, job.language)
        yield ledger, [*ledger.unknown(), *unknown]


def read_options(job: BatchJob) -> ReadOptions:
    """The options of a job for reading households."""
    return ReadOptions(
        job.mapped, job.kept, job.fill_down, job.reject_duplicates, job.show_ids, job.settings, job.ledger_map
    )


def file_options(job: BatchJob) -> FileOptions:
    """The options of a job for reading files. Raises WrongJob for an encoding or delimiter that is none."""
    return FileOptions(_encoding(job.encoding), _delimiter(job.delimiter), job.sheet)


@contextlib.contextmanager
def ledger_files(
    job: BatchJob, plan: Plan
) -> Iterator[tuple[list[LedgerFile], HouseholdFacts | None, list[tuple[str, UnknownColumn]], list[LedgerFile]]]:
    """The files of a ledger with a row a member, each with its household; the facts of households from files and sheets
    of their own, with the headings in these that mean nothing; and all files as they were opened.
    """
    naming = Naming(plan, job.mapped)
    naming.heads_begin = job.household_by is not None
    reading = file_options(job)
    with (
        opened(job.ledgers, replace(reading, divides_sheets=True), naming) as opened_files,
        opened(job.household_facts, reading, naming) as own_files,
    ):
        facts = None
        unknown: list[tuple[str, UnknownColumn]] = []
        own_files += [one for one in opened_files if one.is_of_households]
        files = [one for one in opened_files if not one.is_of_households]
        if own_files:
            with in_blocks(own_files) as texts:
                facts, unknown = read_household_facts(texts, plan, job.mapped, job.show_ids)
        with joined_by_heads(files, facts, naming) as (numbered, joined), with_members_down(numbered, naming) as found:
            yield found, joined, unknown, [*opened_files, *own_files]


def plan_of_reading(plans: tuple[Plan, ...]) -> Plan | None:
    """A plan whose facts are those of all months; None where a fact changes what it may be between them."""
    facts: dict[str, Any] = {}
    for plan in plans:
        for name, fact in plan.facts.items():
            known = facts.setdefault(name, fact)
            for part in ("type", "decimals", "options_en", "format", "derives", "words", "unit"):
                if getattr(known, part) != getattr(fact, part):
                    return None
            facts[name] = fact
    return replace(plans[-1], facts=facts)


def topics_without(job: BatchJob, plan: Plan) -> set[str]:
    """The names of the topics of which no household has anything."""
    found = set()
    for name in job.without:
        topic = topic_named(plan.topics, name)
        if topic is None:
            known = [one.name for one in plan.topics.values() if one.expected]
            raise WrongJob("no-topic", name=name, topics=", ".join(known) or "—")
        found.add(topic.name)
    return found


def _assess(job: BatchJob, ledger: Ledger, choice: Choice, sink: ResultSink) -> Summary:
    """Have an engine assess the ledger into the sink."""
    try:
        sink.begin(table(job.by, job.plans[0], job.kept, job.explain, job.plans).headings)
        done = engine_named(choice.engine)(job, ledger, sink)
        in_files = sum(file.set_aside for file in ledger.files)
        summary = replace(
            done,
            scattered=len(ledger.scan.scattered),
            unknown_keys=ledger.unknown_keys(),
            engine=choice.engine,
            why=choice.why,
            rows=done.rows + in_files,
            set_aside=done.set_aside + in_files + (ledger.owns.set_aside if ledger.owns is not None else 0),
        )
        sink.end(summary)
    except BaseException:
        sink.abandon()
        raise
    return summary


def _assess_tables(job: BatchJob, sink: ResultSink) -> Summary:
    """Have Spark assess the facts in a folder of tables; no ledger is opened."""
    require_spark(job)
    from calc.batch.spark.pipeline import assess_by_spark

    try:
        summary = assess_by_spark(job, sink)
        sink.end(summary)
    except BaseException:
        sink.abandon()
        raise
    return summary


@contextlib.contextmanager
def few_collections() -> Iterator[None]:
    """Collect garbage seldom: rows come and go without circles."""
    thresholds = gc.get_threshold()
    gc.set_threshold(500_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


def _encoding(text: str | None) -> str | None:
    try:
        return encoding_named(text)
    except (LookupError, ValueError):
        raise WrongJob("wrong-encoding", text=str(text)) from None


def _delimiter(text: str | None) -> str | None:
    if text is None:
        return None
    delimiter = {"tab": "\t", "\\t": "\t"}.get(text.lower(), text)
    if len(delimiter) != 1 or delimiter in '"\r\n' or not delimiter.isascii():
        raise WrongJob("wrong-delimiter", text=text)
    return delimiter


def _require_columns(ledger: Ledger, kept: tuple[str, ...], language: str) -> None:
    """Every extra column exists in every file; JSON Lines have no headings to look at beforehand."""
    for name in kept:
        for part in ledger.parts:
            if part.columns.all and not ledger.has_column(part, name):
                headings = listed_headings(one.heading for one in part.columns.all)[language == "zh"]
                raise WrongJob("no-column", name=name, path=part.file.shown, headings=headings)
