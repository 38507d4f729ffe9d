"""What a query reads: two relations, the column of each fact in them, and how often each fact is stated."""

from __future__ import annotations

from collections.abc import Mapping

from calc.engine.specialize import MAYBE, Pattern
from calc.engine.sql.dialects import LONG, NARROW, TRUTH, WORD
from calc.engine.sql.identifiers import HOUSEHOLD, ID, PLACE
from calc.engine.sql.sql_value import whole_bounds, width_of
from calc.language.types import DATE, MEMBER, NUMERIC, YES_NO, smallest_step
from calc.record import Record
from calc.rules.plan import FactPlan, Plan


class Inputs(Record):
    """The relations: `households` with a row a household, `members` with a row a member, or None without members.

    Both have the column `household`, a whole number that is a household's own; `members` also `place`, 0, 1, … in the
    order of the file, and `id`. `columns` names the column of every fact that has one. Numbers are whole multiples of
    the fact's smallest step, dates numbers like 20220531; NULL is not stated.
    """

    households: str
    members: str | None
    columns: dict[str, str]
    pattern: Pattern = {}

    @classmethod
    def of(cls, plan: Plan, columns: Mapping[str, str] | None = None) -> Inputs:
        """The relations `households` and `members` with a column for each fact, named like it where that can be."""
        named = dict(columns) if columns is not None else column_names(plan)
        return cls("households", "members" if plan.has_members else None, named, dict.fromkeys(named, MAYBE))


def column_names(plan: Plan) -> dict[str, str]:
    """A column for each fact: its name, with a number where a relation has that name already."""
    found: dict[str, str] = {}
    taken: dict[bool, set[str]] = {False: {HOUSEHOLD}, True: {HOUSEHOLD, PLACE, ID}}
    for name, fact in plan.facts.items():
        names, number, column = taken[fact.type.level == MEMBER], 1, name
        while column.casefold() in names:
            number += 1
            column = f"{name} {number}"
        names.add(column.casefold())
        found[name] = column
    return found


def column_type(fact: FactPlan) -> int | str:
    """How the column of a fact holds its values: bits of a whole number, a truth or a word."""
    kind = fact.type.kind
    if kind == DATE:
        return NARROW
    if kind not in NUMERIC:
        return TRUTH if kind == YES_NO else WORD
    bounds = whole_bounds(fact.type.low, fact.type.high, smallest_step(kind, fact.decimals))
    assert bounds is not None, "a fact without bounds"
    return max(LONG, width_of(*bounds, fact.name))
