"""Describes the input of a query: two relations, the column of each fact, and the frequency of each fact."""

from __future__ import annotations

from collections.abc import Mapping

from calc.engine.fact_keys import distinct_columns, fact_keys, fact_of
from calc.engine.facts import not_known
from calc.engine.simple_plan import MAYBE, Pattern
from calc.engine.sql.dialects import LONG, NARROW, TRUTH, WORD
from calc.engine.sql.identifiers import HOUSEHOLD, ID, PLACE
from calc.engine.sql.sql_value import whole_bounds, width_of
from calc.language.types import DATE, MEMBER, NUMERIC, REFERENCE, YES_NO, smallest_step
from calc.record import Record
from calc.rules.plan import FactPlan, Plan


class Inputs(Record):
    """The relations: `households` with a row for each household, `members` with a row for each member, or None.

    Both have the column `household`, the ordinal of a household; `members` also `place`, 0, 1, … in the order of the
    file, and `id`. `columns` has the column of every fact that has one. Numbers are whole multiples of the smallest
    step of the fact, dates numbers like 20220531, a reference to a member the place of that member, or -1 for nobody;
    NULL is a fact that is not stated. A fact with a default may have a
    second column, by the key of the fact as not known (`calc.engine.facts`): TRUE where it is stated so, else NULL.
    """

    households: str
    members: str | None
    columns: dict[str, str]
    pattern: Pattern = {}

    @classmethod
    def of(cls, plan: Plan, columns: Mapping[str, str] | None = None, states_not_known: bool = True) -> Inputs:
        """Makes the relations `households` and `members` with a column for each fact, of its name if free.

        `states_not_known`: with the columns that state facts as not known.
        """
        named = column_names(plan, columns)
        if not states_not_known:
            named = {name: column for name, column in named.items() if name in plan.facts}
        return cls("households", "members" if plan.has_members else None, named, dict.fromkeys(named, MAYBE))


def column_names(plan: Plan, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Names a column for each key of facts: by its name, with a number added where it is used already.

    `given` are the columns of the only facts that have one, where these are named by somebody else.
    """
    taken = {False: {HOUSEHOLD}, True: {HOUSEHOLD, PLACE, ID}}
    if given is None:
        return distinct_columns(plan, fact_keys(plan), taken)
    for name, column in given.items():
        taken[fact_of(plan, name).type.level == MEMBER].add(column.casefold())
    open_keys = [not_known(name) for name in given if name in plan.facts and plan.facts[name].default is not None]
    return {**given, **distinct_columns(plan, (key for key in open_keys if key not in given), taken)}


def column_type(fact: FactPlan, key: str | None = None) -> int | str:
    """Returns the type of a fact's column: bits of a whole number, TRUTH or WORD; `key`: that of the column."""
    kind = YES_NO if key is not None and key != fact.name else fact.type.kind
    if kind in (DATE, REFERENCE):
        return NARROW
    if kind not in NUMERIC:
        return TRUTH if kind == YES_NO else WORD
    bounds = whole_bounds(fact.type.low, fact.type.high, smallest_step(kind, fact.decimals))
    assert bounds is not None, "a fact without bounds"
    return max(LONG, width_of(*bounds, fact.name))
