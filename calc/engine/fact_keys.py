"""List the keys under which households state facts, each with its fact, and name columns for them."""

from __future__ import annotations

from collections.abc import Iterable

from calc.engine.facts import NOT_KNOWN, not_known
from calc.language.types import MEMBER
from calc.rules.plan import FactPlan, Plan


def fact_keys(plan: Plan, level: int | None = None) -> list[str]:
    """Lists the keys that facts may have a column for: the names of facts, and those of facts as not known.

    Whether a fact without default is stated as not known is no matter. `level`: of MEMBER, or of households.
    """
    facts = [one for one in plan.facts.values() if level is None or (one.type.level == MEMBER) == (level == MEMBER)]
    open_ = [not_known(one.name) for one in facts if one.default is not None]
    return [*(one.name for one in facts), *open_]


def fact_of(plan: Plan, key: str) -> FactPlan:
    """Returns the fact of a key."""
    return plan.facts[key.removesuffix(NOT_KNOWN)]


def distinct_columns(plan: Plan, keys: Iterable[str], taken: dict[bool, set[str]]) -> dict[str, str]:
    """Names a column for each key; `taken` are the names used already, in tables of households and of members."""
    found: dict[str, str] = {}
    for key in keys:
        fact = fact_of(plan, key)
        wanted = key if key == fact.name else f"{fact.name}_not_known"
        names, number, column = taken[fact.type.level == MEMBER], 1, wanted
        while column.casefold() in names:
            number += 1
            column = f"{wanted} {number}"
        names.add(column.casefold())
        found[key] = column
    return found
