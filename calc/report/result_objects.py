"""Turn rows of results into objects for JSON Lines; a household's has its benefits in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from calc.engine.outcomes import GRANTED, STATUS_NAMES, UNDETERMINED
from calc.engine.python.row_engine import RawOutcome
from calc.report.reason_column import Reasons
from calc.report.result_rows import HouseholdTable, ResultTable


def row_objects(table: ResultTable, rows: Sequence[list[str]]) -> list[dict[str, Any]]:
    """An object a row; an empty cell is null."""
    return [_object(table.headings, row) for row in rows]


def household_object(
    table: HouseholdTable, row: list[str], members: Sequence[str], raw: RawOutcome, reasons: Reasons | None
) -> dict[str, Any]:
    """The row of a household as `doudi assess --format json` has it. `members` are their ids."""
    headings = table.headings
    first = headings.index("total_at_least") + 1 + table.is_yearly
    found = {"id": row[0], **_object(headings[1:2], row[1:2]), "members": len(members)}
    found |= _object(headings[3:first], row[3:first])
    found["benefits"] = _benefits(table, members, raw)
    if reasons is not None:
        found["reason"] = reasons.of_household()
    if table.kept:
        found["kept"] = dict(zip(table.kept, row[len(row) - len(table.kept) :], strict=True))
    return found


def _object(headings: list[str], row: list[str]) -> dict[str, Any]:
    return {key: cell if cell != "" else None for key, cell in zip(headings, row, strict=True)}


def _benefits(table: ResultTable, members: Sequence[str], raw: RawOutcome) -> list[dict[str, Any]]:
    _, found, persons = raw
    objects = []
    for at, benefit in enumerate(table.benefits):
        outcomes = found[at] if isinstance(found[at], list) else None
        for place, (status, amount, failed, needs) in enumerate(outcomes if outcomes is not None else [found[at]]):
            one: dict[str, Any] = {
                "benefit": benefit.name,
                "member": members[place] if outcomes is not None else None,
                "status": STATUS_NAMES[status],
                "amount": None if amount is None else table.amounts[amount],
                "per": benefit.per,
            }
            if status == GRANTED and outcomes is None:
                counted = len(members) if persons[at] is None else persons[at]
                one["persons"] = counted if isinstance(counted, int) else None
            if failed:
                one["failed"] = [each.name for bit, each in enumerate(benefit.conditions) if failed >> bit & 1]
            if status == UNDETERMINED:
                one["needs"], one["unset"] = [names.split(";") if names else [] for names in table.needs(needs)]
            objects.append(one)
    return objects
