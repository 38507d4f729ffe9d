"""Describe a folder of facts in tables: `doudi batch LEDGER --facts-to DIR` writes one, `--engine spark` reads it.

    facts.json            this description
    households/*.parquet  household (a number), id, file, line, size, a column for each fact, columns to keep
    members/*.parquet     household, place, id, a column for each fact
    rejects/*.parquet     a row a mistake of the households that cannot be assessed
    warnings/*.parquet    the same for mistakes that do not keep a household from being assessed

Numbers are whole multiples of a fact's smallest step, dates numbers like 20220531; NULL is not stated. A fact with a
default that somebody states as not known has a second column, TRUE where it is so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from typing import Any

from calc.batch.job import BatchError
from calc.engine.fact_keys import distinct_columns
from calc.language.types import MEMBER
from calc.record import Record
from calc.rules.plan import FactPlan, Plan

SCHEMA = "doudi.facts/1"
DESCRIPTION = "facts.json"
HOUSEHOLDS, MEMBERS, REJECTS, WARNINGS = TABLES = ("households", "members", "rejects", "warnings")
HOUSEHOLD_COLUMNS = ("household", "id", "file", "line", "size")
MEMBER_COLUMNS = ("household", "place", "id")
MISTAKE_COLUMNS = (
    "household", "place", "id", "file", "line", "column", "code", "fact", "message_en", "message_zh",
)  # fmt: skip
"""`household` and `place` are numbers that order the mistakes; all other columns are those of a file of rejects."""


class FactsFolder(Record):
    """The content of facts.json. `facts` has an entry for each fact that the tables may state, `columns` its column.

    A fact that has an entry and no column is stated by nobody. The column that says of a fact that it is not known is
    there by its key (`calc.engine.facts`). `kept` are the headings of the columns `kept_1`, ….
    `rows` are those of the ledger, `households` those in the tables, `rejected` those with rows in `rejects`.
    """

    facts: dict[str, dict[str, Any]]
    columns: dict[str, str]
    kept: tuple[str, ...]
    months: tuple[int, ...]
    rows: int
    households: int
    rejected: int

    def write(self, folder: str) -> None:
        """Write the description into a folder."""
        content = {"schema": SCHEMA, **{name: getattr(self, name) for name in self._fields if name != "facts"}}
        facts = [f"  {_json(name)}: {_json(described)}" for name, described in self.facts.items()]
        lines = [*(f" {_json(name)}: {_json(value)}" for name, value in content.items()),
                 ' "facts": {\n' + ",\n".join(facts) + "\n }"]  # fmt: skip
        with open(os.path.join(folder, DESCRIPTION), "w", encoding="utf-8") as file:
            file.write("{\n" + ",\n".join(lines) + "\n}\n")

    def require_facts(self, plans: Iterable[Plan], used: Iterable[str]) -> None:
        """Raises BatchError for a fact that a plan uses and that the tables do not hold, or hold as another kind."""
        used = set(used)
        for plan in plans:
            for name, fact in plan.facts.items():
                known = self.facts.get(name)
                if (known is None and name in used) or (known is not None and known != describe_fact(fact)):
                    months = ", ".join(f"{one // 100}-{one % 100:02}" for one in self.months)
                    raise BatchError("spark-other-facts", name=name, months=months)

    def kept_column(self, heading: str) -> str:
        """The column that holds what a heading of the ledger kept. Raises BatchError for a heading that was not."""
        if heading not in self.kept:
            headings = ", ".join(f"`{one}`" for one in self.kept) or "-"
            raise BatchError("spark-not-kept", name=heading, headings=headings)
        return kept_columns(self.kept)[self.kept.index(heading)]


def is_script(path: str | None) -> bool:
    """Says whether facts are written to a path as a script for a database, not as a folder."""
    return path is not None and path.lower().endswith(".sql")


def is_facts_folder(path: str) -> bool:
    """Says whether a path is a folder of facts."""
    return os.path.isfile(os.path.join(path, DESCRIPTION))


def read_facts_folder(folder: str) -> FactsFolder:
    """The description in a folder. Raises BatchError for what is no folder of facts."""
    try:
        with open(os.path.join(folder, DESCRIPTION), encoding="utf-8") as file:
            content = json.load(file)
        if content.pop("schema") != SCHEMA:
            raise ValueError
        given: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in content.items()}
        return FactsFolder(**given)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise BatchError("spark-tables-only", path=folder) from None


def describe_fact(fact: FactPlan) -> dict[str, Any]:
    """Everything that the values in a fact's column depend on."""
    of = fact.type
    bounds = [None if one is None else str(one) for one in (of.low, of.high)]
    level = "member" if of.level == MEMBER else "household"
    return {"level": level, "kind": of.kind, "decimals": fact.decimals, "bounds": bounds, "options": list(of.options)}


def fact_columns(plan: Plan, keys: Iterable[str], kept: Sequence[str]) -> dict[str, str]:
    """A column for each key of a fact: its name, with a number where a table has a column of that name already."""
    return distinct_columns(plan, keys, {True: set(MEMBER_COLUMNS), False: {*HOUSEHOLD_COLUMNS, *kept_columns(kept)}})


def kept_columns(kept: Sequence[str]) -> list[str]:
    """The columns that hold what headings of the ledger kept."""
    return [f"kept_{at}" for at in range(1, len(kept) + 1)]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
