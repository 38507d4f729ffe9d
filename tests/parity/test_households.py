"""Rows and DuckDB agree on worked cases and on generated households, in every month in which anything changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from calc.engine.facts import Household
from calc.engine.sql.duckdb_session import Connection
from calc.rules.in_force import change_months
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.cases import cases_by_plan
from tests.support.columns import by_rows, must_agree, some_households
from tests.support.seeds import FULL, few_or_all, seeds, spread

ROOT = Path(__file__).parents[2]
SYSTEMS = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests/systems").glob("*.toml"))
FILES = ["rules.toml", "tests/smallville.toml", *SYSTEMS]
PER_FILE = few_or_all(200, 9000)
"""Households of a rules file, over its months."""
STATED = (None, None, None, 1.0, 0.05, 0.0) if FULL else (None, 1.0, 0.05)
"""How much of its facts a household states; households of one query share it, so that queries differ."""


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES)
def test_cases_come_out_alike(path: str, connection: Connection) -> None:
    rulebook = read_rules(str(ROOT / path))
    by_plan = cases_by_plan(rulebook, 2)
    assert by_plan
    for plan, households in by_plan:
        must_agree(connection, plan, households, path)


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES)
def test_generated_households_come_out_alike_in_every_month_of_change(path: str, connection: Connection) -> None:
    rulebook = read_rules(str(ROOT / path))
    months = spread(change_months(rulebook), 2)
    each = -(-PER_FILE // len(months) // len(STATED))
    text = None if "extends" in rulebook.title else (ROOT / path).read_text("utf-8")
    for month in months:
        plan = plan_for(rulebook, month)
        base = range(month * 10, month * 10 + len(STATED))
        for seed, stated in zip(seeds(base, len(base)), STATED, strict=False):
            must_agree(connection, plan, some_households(plan, seed, each, stated), f"{path}, seed {seed}", text)


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES)
def test_generated_households_meet_every_status_and_fail_checks(path: str) -> None:
    """What the test above compares is not all of one sort."""
    rulebook = read_rules(str(ROOT / path))
    plan = plan_for(rulebook, change_months(rulebook)[-1])
    raws = by_rows(plan, some_households(plan, 1, 2000))
    outcomes = [one for _, found, _ in raws for row in found for one in (row if isinstance(row, list) else [row])]
    assert {one[0] for one in outcomes} == {0, 1, 2, 3} or path != "rules.toml"
    assert {one[0] for one in outcomes} >= {1, 3}
    assert any(failed for failed, _, _ in raws) or not plan.checks


@pytest.mark.parametrize("path", FILES)
def test_nobody_at_all_comes_out_alike(path: str, connection: Connection) -> None:
    rulebook = read_rules(str(ROOT / path))
    plan = plan_for(rulebook, rulebook.first_month)
    must_agree(connection, plan, [], path)
    must_agree(connection, plan, [Household("h", {}, ())], path)
