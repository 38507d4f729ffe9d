"""The made-up rules with large tables come out alike in rows and in DuckDB, with towns and with grades."""

from __future__ import annotations

import pytest

from bench.columns import alike
from bench.large_tables.households import made
from bench.large_tables.rules import text
from calc.engine.facts import Household, Member
from calc.engine.python.row_engine import RowEngine
from calc.engine.sql.annotated_sql import sql_text
from calc.engine.sql.duckdb_engine import ColumnEngine
from calc.engine.sql.duckdb_session import connect, load
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    path = tmp_path_factory.mktemp("large") / "rules.toml"
    path.write_text(text(), encoding="utf-8")
    return plan_for(read_rules(str(path)), 202406)


def households(count: int, with_grades: bool) -> list[Household]:
    found = []
    for number, (facts, members) in enumerate(made(count)):
        given = {name: value for name, value in facts.items() if with_grades or name not in ("grade", "place")}
        found.append(Household(f"H{number}", given, tuple(Member(f"m{at}", one) for at, one in enumerate(members))))
    return found


def test_towns_and_grades_give_the_same_in_both_engines(plan: Plan) -> None:
    found = []
    connection, rows = connect(threads=1), RowEngine(plan)
    for with_grades in (False, True):
        some = households(400, with_grades)
        engine = ColumnEngine(plan, connection, load(connection, plan, some))
        found.append([alike(raw) for _, raw in engine.raws()])
        found.append([alike(rows.raw(one)) for one in some])
    assert found[0] == found[1] == found[2] == found[3]
    statuses = {outcome[0] for _, outcomes, _ in found[0] for outcome in [outcomes[0], *outcomes[1]]}
    assert statuses >= {0, 1, 2}


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
def test_the_query_has_no_branch_for_places_without_cells(dialect: str, plan: Plan) -> None:
    """It was 88,003 branches for a country of 886 towns."""
    printed = sql_text(plan, dialect)
    assert printed.count("WHEN") < 400 and len(printed) < 250_000
    assert printed.count("/* housing_limit */") == 2
