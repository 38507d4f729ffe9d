"""Households run through DuckDB and compared with the row engine: status, amount, failed conditions, needs, checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

import pytest

from bench.columns import alike
from calc.engine.facts import Household, Member
from calc.engine.python.row_engine import RowEngine
from calc.engine.sql.duckdb_engine import ColumnEngine
from calc.engine.sql.duckdb_session import Connection, connect, load
from calc.language.types import DATE, MEMBER, NUMERIC
from calc.record import replace
from calc.rules.plan import FactPlan, Plan
from tests.support.disagreement import as_case
from tests.support.households import Generator
from tests.support.shrink import shown, shrunk


def by_duckdb(connection: Connection, plan: Plan, households: list[Household]) -> list[Any]:
    """The bare outcomes of households by one query."""
    engine = ColumnEngine(plan, connection, load(connection, plan, households))
    found = list(engine.raws())
    assert [ordinal for ordinal, _ in found] == list(range(len(households))), "a household is lost or doubled"
    return [alike(raw) for _, raw in found]


def by_rows(plan: Plan, households: Iterable[Household]) -> list[Any]:
    """The same by the row engine."""
    engine = RowEngine(plan)
    return [alike(engine.raw(household)) for household in households]


def must_agree(
    connection: Connection, plan: Plan, households: list[Household], about: str, text: str | None = None
) -> None:
    """Fails with a household as small as it gets where DuckDB and the row engine differ.

    With the text of the rules file, as small as that gets too, printed as a file with a case.
    """
    wanted, found = by_rows(plan, households), by_duckdb(connection, plan, households)
    different = next((at for at, (one, other) in enumerate(zip(wanted, found, strict=True)) if one != other), None)
    if different is None:
        return
    household = households[different]
    alone = differs_alone(connection, plan)
    small = shrunk(household, alone) if alone(household) else household
    told = f"{about}, month {plan.month}, household {different}\n{shown(small)}\nrows:   {by_rows(plan, [small])[0]}\n"
    told += f"duckdb: {told_alone(connection, plan, small)}\nbefore: {found[different]}\n"
    if text is not None and alone(household):
        told += as_case(text, plan.month, small, lambda plan, one: differs_alone(connection, plan)(one))
    pytest.fail(told, pytrace=False)


def differs_alone(connection: Connection, plan: Plan) -> Callable[[Household], bool]:
    """Whether a household differs in a query of its own."""

    def differs(household: Household) -> bool:
        try:
            return by_rows(plan, [household]) != by_duckdb(connection, plan, [household])
        except Exception:  # an engine that fails has failed to agree
            return True

    return differs


def told_alone(connection: Connection, plan: Plan, household: Household) -> str:
    try:
        return repr(by_duckdb(connection, plan, [household])[0])
    except Exception as error:
        return repr(error)


def some_households(
    plan: Plan, seed: int, count: int, stated: float | None = None, doubt: float | None = None
) -> list[Household]:
    """Generated households, one in eight at the extremes of its facts, one in twenty without members."""
    random, generator = Random(seed), Generator(plan, seed, stated, doubt)
    found = []
    for place in range(count):
        household = generator.household(place)
        if place % 8 == 0:
            household = at_extremes(plan, random, household)
        if place % 5 == 0:  # places and ids in different order, and ids that are the same
            ids = [random.choice(("m0", "m1", "甲", "B", "b", "10", "9", one.id)) for one in household.members]
            members = tuple(Member(name, one.facts) for name, one in zip(ids, household.members, strict=True))
            household = replace(household, members=members)
        if place % 20 == 19:
            household = replace(household, members=())
        found.append(household)
    return found


def at_extremes(plan: Plan, random: Random, household: Household) -> Household:
    """The household with every fact that it states at one of its ends, or a day at the end of a month."""
    members = tuple(Member(one.id, _extreme(plan, random, one.facts)) for one in household.members)
    return replace(household, facts=_extreme(plan, random, household.facts), members=members)  # type: ignore[no-any-return]


def _extreme(plan: Plan, random: Random, facts: dict[str, Any]) -> dict[str, Any]:
    return {name: _end_of(plan.facts[name], random, value) if name in plan.facts else value
            for name, value in facts.items()}  # fmt: skip


def _end_of(fact: FactPlan, random: Random, value: Any) -> Any:
    low, high = fact.type.low, fact.type.high
    if low is None or high is None:
        return value
    if fact.type.kind == DATE:
        days = (low, high, 2024_02_29, 2023_02_28, 2022_05_31, 2022_06_30, 2024_12_31, 1900_02_28, 2000_03_01)
        return random.choice([int(day) for day in days if low <= day <= high])
    assert fact.type.kind in NUMERIC
    step = 10**fact.decimals
    return random.choice((int(low * step), int(high * step), max(int(low * step), 0), value))


def is_of_member(fact: FactPlan) -> bool:
    return fact.type.level == MEMBER


def one_thread() -> Connection:
    """A database for many small queries."""
    return connect(threads=1)
