"""PostgreSQL puts relations into those that use them: it is kept from it where expressions grow, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from calc.engine.sql.annotated_sql import sql_text
from calc.engine.sql.input_tables import Inputs
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.small import chain, plan_of

ROOT = Path(__file__).parents[3]


def computed_once(plan: Plan, dialect: str = "postgres") -> tuple[int, int]:
    """How many relations of the query are computed once, and how many there are."""
    text = sql_text(plan, dialect, view="outcomes", inputs=Inputs.of(plan))
    return text.count(" AS MATERIALIZED (\n"), text.count(" AS MATERIALIZED (\n") + text.count(" AS (\n")


def test_a_longer_chain_has_more_relations_computed_once() -> None:
    short, longer, longest = (computed_once(plan_of(chain(steps)))[0] for steps in (1, 20, 40))
    assert short == 0
    assert 5 <= longer < longest <= 2 * longer + 1


@pytest.mark.slow
def test_most_relations_are_left_to_the_database() -> None:
    """Each that is computed once is held with all its columns: all of them take five times as long."""
    once, all_of_them = computed_once(plan_for(read_rules(str(ROOT / "rules.toml")), 202206))
    assert 0 < once < all_of_them / 5


def test_databases_that_do_not_inline_are_not_told() -> None:
    assert computed_once(plan_of(chain(20)), "duckdb")[0] == 0
