"""Whether a run is for the second engine, asked before anything heavy is loaded; and if not, why."""

from __future__ import annotations

import re

from calc.batch.block import Wanted
from calc.batch.columns.derived import Persons
from calc.intake.derive import numbers_of
from calc.intake.ledger.files import JSON_LINES, PARQUET
from calc.intake.ledger.ledger import Ledger
from calc.language.kinds import HOUSEHOLD
from calc.rules.plan import Plan

WORTH = 8 << 20
"""Bytes of a ledger from which `auto` takes the second engine; to be measured anew."""
_PLAIN = re.compile(r"\w[\w\-. ]*")
"""A name of a benefit that needs no quoting in any file of results."""


def is_installed() -> bool:
    """Whether the extra `columns` is there."""
    from importlib.util import find_spec

    return find_spec("duckdb") is not None and find_spec("sqlglot") is not None


def is_large(ledger: Ledger) -> bool:
    """Whether loading the second engine pays; Parquet it has to read anyway."""
    files = [part.file for part in ledger.parts]
    return any(file.format == PARQUET for file in files) or sum(file.size for file in files) >= WORTH


def unfit(ledger: Ledger, plans: list[Plan], wanted: Wanted, form: str) -> str | None:
    """Why a run is not for the second engine: the key of a sentence in `calc.present.words`; None if it is."""
    asked = ledger.asked
    if wanted.explain:
        return "unfit-explain"
    if wanted.labels:
        return "unfit-labels"
    if form == "xlsx":
        return "unfit-xlsx"
    if asked.fill_down:
        return "unfit-fill-down"
    if asked.settings.household or asked.settings.members:
        return "unfit-set"
    if any(part.file.format == JSON_LINES for part in ledger.parts):
        return "unfit-jsonl"
    if any(ledger.is_fact_only(part, name) for part in ledger.parts for name in asked.kept):
        return "unfit-keep"
    if numbers_of(ledger.plan, HOUSEHOLD) or not Persons(ledger.plan).is_plain():
        return "unfit-numbers"
    if not all(_PLAIN.fullmatch(name) for plan in plans for name in plan.benefits):
        return "unfit-names"
    return None
