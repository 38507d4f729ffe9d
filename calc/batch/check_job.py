"""Check that a job can be done: that its options go together, and that no file is read or written twice."""

from __future__ import annotations

import os
import re

from calc.batch.facts_folder import is_script
from calc.batch.job import SPARK, BatchJob, WrongJob
from calc.batch.writers.formats import (
    FORMATS,
    JSON,
    JSON_LINES,
    PARQUET,
    TOTALS,
    ending_mistake,
    endings_for,
    format_of,
)
from calc.batch.writers.formats import XLSX as WORKBOOK

_DATABASE = re.compile(r"\w{2,}:(?!\\)|.*\.(duckdb|db|sqlite3?|mdb|accdb)$", re.IGNORECASE)
"""The address of a database, which is no path, or the name of a file of one, which would be a folder."""
_ENDINGS = (".csv", ".jsonl", ".ndjson", ".json", ".xlsx")


def require_possible(job: BatchJob) -> None:
    """Raises WrongJob for options that exclude each other and for files that are read or written twice."""
    if sum(path == "-" for path in (*job.ledgers, *job.household_facts)) > 1:
        raise WrongJob("one-stdin")
    if job.master is not None and job.engine != SPARK:
        raise WrongJob("master-without-spark")
    if job.facts_to is not None or job.engine == SPARK:
        _require_folder(job)
        return
    if job.form in (WORKBOOK, PARQUET) and job.output in (None, "-"):
        raise WrongJob(f"{job.form}-to-file")
    _require_endings(job)
    if job.form == "jsonl" and job.labels:
        raise WrongJob("labels-are-for-people")
    seen = {os.path.realpath(path) for path in (*job.ledgers, *job.household_facts) if path != "-"}
    for path in (job.output or "-", job.rejects, job.totals):
        if path is None:
            continue
        real = "-" if path == "-" else os.path.realpath(path)
        if real in seen:
            raise WrongJob("same-file", path=path)
        if real == "-" or not os.path.exists(real) or os.path.isfile(real):  # others, as /dev/null, take everything
            seen.add(real)


def _require_endings(job: BatchJob) -> None:
    """Raises WrongJob for a file whose ending is that of another format than what is written to it."""
    totals = format_of(job.totals)
    for path, format, possible in (
        (job.output, job.form, FORMATS if job.format is None else (job.format,)),
        (job.rejects, format_of(job.rejects), FORMATS),
        (job.totals, JSON if totals == JSON_LINES else totals, TOTALS),
    ):
        mistake = ending_mistake(path, format, len(possible) == 1)
        if mistake:
            raise WrongJob(mistake, path=path, endings=endings_for(*possible))


def _require_folder(job: BatchJob) -> None:
    """Raises WrongJob for what cannot be had of a job that writes facts, or results by Spark, as tables."""
    refused: dict[str, object]
    if job.facts_to is not None:
        folder, key = job.facts_to, "facts-to-alone"
        refused = {"--engine spark": job.engine == SPARK, "-o": job.output, "--totals": job.totals}
    else:
        folder, key = job.output or "-", "spark-without"
        ending = os.path.splitext(folder)[1].lower()
        if folder == "-" or job.format not in (None, PARQUET) or ending in _ENDINGS:
            raise WrongJob("spark-to-folder")
        refused = {
            "--rejects": job.rejects, "--households": job.household_facts, "--map": job.columns, "--bom": job.bom,
            "--columns": job.ledger_map, "--without": job.without, "--fill-down": job.fill_down,
            "--household-by": job.household_by, "--encoding": job.encoding, "--delimiter": job.delimiter,
            "--sheet": job.sheet, "--set": job.settings.household or job.settings.members,
            "--duplicates": not job.reject_duplicates,
        }  # fmt: skip
    for option, value in {"--explain": job.explain, "--labels": job.labels, **refused}.items():
        if value:
            raise WrongJob(key, option=option)
    if job.facts_to is not None and _DATABASE.match(folder):
        raise WrongJob("facts-to-database", path=folder)
    if is_script(job.facts_to):
        if os.path.realpath(folder) in {os.path.realpath(path) for path in (*job.ledgers, *job.household_facts)}:
            raise WrongJob("same-file", path=folder)
        if not os.path.isdir(folder):
            return
    if os.path.exists(folder) and not (os.path.isdir(folder) and not os.listdir(folder)):
        raise WrongJob("folder-exists", path=folder)
