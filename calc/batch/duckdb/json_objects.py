"""Results as JSON, in SQL: rows of results as objects, or a household with its rows of benefits in it.

Ids and extra columns hold nothing that JSON escapes, for a household with such a cell goes to the row path.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlglot import exp

from calc.batch.duckdb.sql_templates import joined_text, named, phrase, select, within
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.report.result_rows import HouseholdTable


def json_row(headings: Sequence[str], columns: Sequence[str]) -> Tree:
    """A row as an object whose values are texts; NULL is null."""
    parts: list[Tree] = []
    for heading, name in zip(headings, columns, strict=True):
        parts += [build.word(f"{_before(parts)}{_quoted(heading)}: "), _value(build.column(name))]
    return joined_text([*parts, build.word("}")])


def household_objects(table: HouseholdTable, household_rows: Tree, benefit_rows: Tree) -> exp.Select:
    """An object a household: its row, with the list of its benefits in it, as `doudi assess --format json` has it."""
    listed = phrase("string_agg(:object, ', ' ORDER BY turn, place)", object=_benefit())
    rows = within(benefit_rows, "rows_of_benefits")
    benefits = select(rows, [build.column("first"), named(listed, "benefits")])
    benefits = benefits.group_by(build.column("first"), copy=False)
    own = ["status", "total", "total_at_least", *(["yearly"] if table.is_yearly else [])]
    parts = [build.word('{"id": '), _value(build.column("household")), build.word(', "month": '),
             _value(build.column("month")), build.word(', "members": '), build.column("members")]  # fmt: skip
    for name in own:
        parts += [build.word(f", {_quoted(name)}: "), _value(build.column(name))]
    parts += [build.word(', "benefits": ['), build.column("benefits"), build.word("]")]
    for at, name in enumerate(table.kept):
        cell = build.coalesce(build.column(f"k{at}"), build.word(""))
        before = ", " if at else ', "kept": {'
        parts += [build.word(f"{before}{_quoted(name)}: "), _value(cell)]
    parts.append(build.word("}}" if table.kept else "}"))
    households = within(household_rows, "own")
    columns = [build.column("first", "own"), build.column("turn"), named(joined_text(parts), "object")]
    on = build.binary(exp.EQ, build.column("first", "own"), build.column("first", "of_benefits"))
    joined = within(benefits, "of_benefits")
    return select(households, columns).join(joined, on=on, join_type="left", copy=False)


def _benefit() -> Tree:
    """The object of a row of a benefit. Its lists are written as members of JSON lists."""
    parts: list[Tree] = []
    for name in ("benefit", "member", "status", "amount", "per"):
        parts += [build.word(f"{_before(parts)}{_quoted(name)}: "), _value(build.column(name))]
    persons = phrase("CASE WHEN persons = '?' THEN 'null' ELSE persons END")
    is_granted = phrase("member IS NULL AND persons IS NOT NULL")
    is_failed, is_open = phrase("failed IS NOT NULL"), phrase("status = 'undetermined'")
    return joined_text([
        *parts, _where(is_granted, [build.word(', "persons": '), persons]),
        _where(is_failed, [build.word(', "failed": ['), build.column("failed"), build.word("]")]),
        _where(is_open, [build.word(', "needs": ['), build.column("needs"), build.word('], "unset": ['),
                         build.column("unset"), build.word("]")]),
        build.word("}"),
    ])  # fmt: skip


def _before(parts: list[Tree]) -> str:
    return ", " if parts else "{"


def _where(test: Tree, parts: list[Tree]) -> Tree:
    return build.case([(test, joined_text(parts))], build.word(""))


def _value(cell: Tree) -> Tree:
    """A cell as a string, or null."""
    is_null = build.is_null(cell)
    return build.case([(is_null, build.word("null"))], joined_text([build.word('"'), cell, build.word('"')]))


def _quoted(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)
