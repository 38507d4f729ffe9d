"""The rules of the comparison come out as the query written by hand has them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from bench import columns
from bench.openfisca import files
from bench.openfisca.by_duckdb import BY_HAND, RULES, of_doudi
from bench.openfisca.relations import make_views
from calc.cases import load_cases, run_cases
from calc.engine.sql.duckdb_session import connect
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules


@pytest.mark.slow
@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_the_query_of_the_rules_gives_what_the_one_by_hand_gives(tmp_path: Path, format: str) -> None:
    files.make(str(tmp_path), 3000, csv=True)
    connection = duckdb.connect(config={"threads": 1})
    make_views(connection, str(tmp_path), format)
    found = connection.execute(f"FROM ({of_doudi(connection)}) ORDER BY household").fetchall()
    assert found == connection.execute(f"FROM ({BY_HAND}) ORDER BY household").fetchall()
    assert len(found) == 3000
    assert {row[1] for row in found} == {1, 2} and {row[3] for row in found} == {0, 1, 2, 3}


@pytest.mark.slow
def test_ranges_of_households_hold_each_of_them_once(tmp_path: Path) -> None:
    files.make(str(tmp_path), 1000)
    connection = duckdb.connect(config={"threads": 1})
    make_views(connection, str(tmp_path), "parquet")
    query = of_doudi(connection)
    whole = connection.execute(f"FROM ({query}) ORDER BY household").fetchall()
    parts = []
    for first in range(0, 1000, 300):
        make_views(connection, str(tmp_path), "parquet", (first, first + 300))
        parts += connection.execute(f"FROM ({query}) ORDER BY household").fetchall()
    assert parts == whole


def test_the_cases_of_the_rules_hold() -> None:
    rulebook = read_rules(RULES)
    outcomes = list(run_cases(rulebook, load_cases(rulebook)))
    assert outcomes
    for outcome in outcomes:
        assert not outcome.differences and not outcome.diagnostics, outcome


@pytest.mark.slow
def test_the_shipped_rules_are_compared_before_they_are_timed(tmp_path: Path) -> None:
    plan = plan_for(read_rules(columns.RULES), columns.MONTH)
    assert columns.make(plan, str(tmp_path), 300) == 0
    columns.repeat(str(tmp_path), 300, 3)
    columns.assess(connect(), plan, str(tmp_path))
    query = f"SELECT count(*), count(DISTINCT household) FROM read_parquet('{tmp_path}/results')"
    ((rows, households),) = duckdb.connect().execute(query).fetchall()
    assert households == 900 and rows > 900
