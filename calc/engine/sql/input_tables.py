"""Describes the input of a query: two relations, the column of each fact, and the frequency of each fact."""

from __future__ import annotations

from collections.abc import Mapping

from calc.engine.simple_plan import MAYBE, Pattern
from calc.engine.sql.dialects import LONG, NARROW, TRUTH, WORD
from calc.engine.sql.identifiers import HOUSEHOLD, ID, PLACE
from calc.engine.sql.sql_value import whole_bounds, width_of
from calc.language.types import DATE, MEMBER, NUMERIC, YES_NO, smallest_step
from calc.record import Record
from calc.rules.plan import FactPlan, Plan


class Inputs(Record):
    """The relations: `households` with a row for each household, `members` with a row for each member, or None.

    Both have the column `household`, the ordinal of a household; `members` also `place`, 0, 1, … in the order of the
    file, and `id`. `columns` has the column of every fact that has one. Numbers are whole multiples of the smallest
    step of the fact, dates numbers like 20220531; NULL is a fact that is not stated.
    """

    households: str
    members: str | None
    columns: dict[str, str]
    pattern: Pattern = {}

    @classmethod
    def of(cls, plan: Plan, columns: Mapping[str, str] | None = None) -> Inputs:
        """Makes the relations `households` and `members` with a column for each fact, of its name if free."""
        named = dict(columns) if columns is not None else column_names(plan)
        return cls("households", "members" if plan.has_members else None, named, dict.fromkeys(named, MAYBE))


def column_names(plan: Plan) -> dict[str, str]:
    """Names a column for each fact: by its name, with a number added where it is used already."""
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
    """Returns the type of a fact's column: bits of a whole number, TRUTH or WORD."""
    kind = fact.type.kind
    if kind == DATE:
        return NARROW
    if kind not in NUMERIC:
        return TRUTH if kind == YES_NO else WORD
    bounds = whole_bounds(fact.type.low, fact.type.high, smallest_step(kind, fact.decimals))
    assert bounds is not None, "a fact without bounds"
    return max(LONG, width_of(*bounds, fact.name))
