"""Says whether DuckDB or Spark can run a job, or why not, before anything heavy is loaded."""

from __future__ import annotations

import re

from calc.batch.job import ResultSpec
from calc.households.derived_facts import numbers_of
from calc.households.headings import MEMBERS, word_of
from calc.language.types import HOUSEHOLD
from calc.ledger.identity_facts import IdentityFacts
from calc.ledger.ledger import Ledger
from calc.ledger.open_files import PARQUET
from calc.rules.plan import Plan

WORTH = 4 << 20
"""Bytes of a ledger from which `auto` takes the second engine. Whole processes are as fast at some 2.6 MB of CSV
(14,000 households of the shipped rules, docs/benchmarks.md); below that loading DuckDB and sqlglot takes longer, and a
little above it is not worth the memory."""
_MOST_COLUMNS = 1000
"""Columns of a file above which DuckDB takes more memory than it is worth."""
_PLAIN = re.compile(r"\w[\w\-. ]*")
"""A name of a benefit that needs no quoting in any file of results."""


def is_installed() -> bool:
    """Says whether the extra `columns` is there."""
    from importlib.util import find_spec

    return find_spec("duckdb") is not None and find_spec("sqlglot") is not None


def is_spark_installed() -> bool:
    """Says whether the extra `spark` is there."""
    from importlib.util import find_spec

    return find_spec("pyspark") is not None


def is_parquet(ledger: Ledger) -> bool:
    """Says whether DuckDB has to read some file anyway."""
    return any(part.file.format == PARQUET for part in ledger.parts)


def size(ledger: Ledger) -> int:
    """The bytes of a ledger."""
    return sum(part.file.size for part in ledger.parts)


def why_not_sql(ledger: Ledger, plans: list[Plan], wanted: ResultSpec, form: str) -> str | None:
    """Why a run is not for the second engine: the key of a sentence in `calc.report.ui_text`; None if it is."""
    asked = ledger.asked
    if wanted.explain:
        return "unfit-explain"
    if form == "xlsx":
        return "unfit-xlsx"
    if wanted.labels:
        return "unfit-labels"
    if asked.settings.household or asked.settings.members:
        return "unfit-set"
    if any(word_of(name) == MEMBERS or ledger.is_fact_only(part, name) for part in ledger.parts for name in asked.kept):
        return "unfit-keep"
    if any(part.columns.width > _MOST_COLUMNS for part in ledger.parts):
        return "unfit-columns"
    if numbers_of(ledger.plan, HOUSEHOLD) or not IdentityFacts(ledger.plan).is_plain():
        return "unfit-numbers"
    if not all(_PLAIN.fullmatch(name) for plan in plans for name in plan.benefits):
        return "unfit-names"
    return None
