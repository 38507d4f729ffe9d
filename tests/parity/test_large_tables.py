"""Tables of several axes with thousands of rows come out alike in all engines, as CASE and as joins."""

from __future__ import annotations

from itertools import pairwise

import pytest

from calc.diagnostics.diagnostic import InputErrors
from calc.engine.python.row_engine import RowEngine
from calc.engine.sql import lookup_cells, lookup_join
from calc.engine.sql.duckdb_session import Connection
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.read_rows import query_of
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.engine.traced.interpreter import Trace
from tests.support.columns import must_agree, some_households
from tests.support.large_tables import large_tables
from tests.support.rulefiles import rules_file
from tests.support.seeds import few_or_all, seeds
from tests.support.small import assessed, bare, household, plan_of

EACH = few_or_all(150, 300)


@pytest.mark.parametrize("rows", [40, pytest.param(1000, marks=pytest.mark.slow)])
def test_large_tables_come_out_alike(rows: int, connection: Connection) -> None:
    joined = 0
    for seed in seeds(range(60_000, 60_060), 4 if rows < 1000 else 3):
        plan = plan_of(large_tables(seed, rows), head="")
        households = some_households(plan, seed, EACH, (0.9, 1.0, None, 0.5)[seed % 4])
        must_agree(connection, plan, households, f"large_tables({seed}, {rows})")
        joined += len(query_of(plan, Inputs.of(plan)).tables)
        engine = RowEngine(plan)
        for one in households[:25]:
            assert engine.assess(one) == bare(Trace(plan, one).result), f"large_tables({seed}, {rows}): {one}"
    assert rows < 1000 or joined > 4


@pytest.mark.slow
@pytest.mark.parametrize(("most", "across"), [(0, 24), (0, 0), (10**9, 24)])
def test_any_table_comes_out_alike_as_a_case_and_as_a_join(
    most: int, across: int, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup_cells, "MOST_IN_CASE", most)
    monkeypatch.setattr(lookup_join, "MOST_ACROSS", across)
    compared = 0
    for seed in seeds(range(61_000 + most % 7, 61_060 + most % 7), 6):
        try:
            plan = plan_of(rules_file(seed), 202406, head="")
            must_agree(connection, plan, some_households(plan, seed, 100), f"rules_file({seed})")
        except (InputErrors, UnsupportedPlan):
            continue
        compared += 1
    for seed in seeds(range(62_000, 62_040), 3):
        plan = plan_of(large_tables(seed, 25), head="")
        must_agree(connection, plan, some_households(plan, seed, EACH, 0.9), f"large_tables({seed}, 25)")
    assert compared >= 2


@pytest.mark.slow
def test_a_table_with_one_cell_almost_everywhere_is_a_case(connection: Connection) -> None:
    """A country's towns down and across: each word of a prefecture is tested once, and its own towns."""
    prefectures, towns = [f"p{at}" for at in range(40)], [f"t{at}" for at in range(600)]
    rows = [
        ["", *towns],
        *([p, *(at % 2 if at % 40 == n else 7 for at in range(600))] for n, p in enumerate(prefectures)),
    ]
    plan = plan_of(
        TOWNS.replace("PREFECTURES", str(prefectures)).replace("TOWNS", str(towns)).replace("ROWS", str(rows))
    )
    query = query_of(plan, Inputs.of(plan))
    text = query.sql(query.household_rows())
    assert not query.tables and text.count("WHEN") < 200 and len(text) < 30_000
    some = [household({"p": f"p{n}", "t": f"t{at}"}) for at in range(0, 600, 7) for n in {0, at % 40, (at + 1) % 40}]
    must_agree(connection, plan, some, "towns")


TOWNS = """
[facts.household]
p = { kind = "choice", options = PREFECTURES }
t = { kind = "choice", options = TOWNS }
[parameters.of_town]
kind = "money/month"
cite = "d"
axes = ["p", "t"]
from.2024-01 = ROWS
[benefits.b]
to = "household"
per = "month"
cite = "d"
amount = "of_town[p, t] if (p, t) in of_town else 0"
"""
BANDS = """
[facts.household]
income = { kind = "money/month", min = -20, max = 400 }
[parameters.steps]
kind = "money/month"
cite = "d"
axes = ["income"]
from.2024-01 = STEPS
[benefits.b]
to = "household"
per = "month"
cite = "d"
amount = "steps[income]"
"""


@pytest.mark.parametrize("count", [2, 8, 9, 17, 40])
def test_both_ends_of_each_band_come_out_alike(count: int, connection: Connection) -> None:
    edges = [at * 350 // count for at in range(count)]
    bands = [f"..<{edges[0]}", *(f"{low}..<{high}" for low, high in pairwise(edges)), f"{edges[-1]}.."]
    plan = plan_of(BANDS.replace("STEPS", str([[band, at % 7] for at, band in enumerate(bands)])))
    households = [household({"income": 100 * edge + beside}) for edge in edges for beside in (-1, 0, 1)]
    must_agree(connection, plan, households, f"{count} bands")
    for one in households:
        assessed(plan, one)
