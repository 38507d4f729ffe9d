"""Numbers are as wide as their bounds ask: 64 bits, 128 bits, or no query at all; never a wrong amount."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from sqlglot import exp

from calc.engine.facts import Household
from calc.engine.simple_plan import MAYBE
from calc.engine.specialize import simplified
from calc.engine.sql.compile_plan import program
from calc.engine.sql.dialects import dialect_named
from calc.engine.sql.duckdb_engine import ColumnEngine
from calc.engine.sql.duckdb_session import Connection, connect, load, read_parquet, stated
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.query import Query
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.record import replace
from calc.rules.plan import Plan
from tests.support.columns import by_duckdb, by_rows, must_agree, some_households
from tests.support.small import household, plan_of

FACTS = """
[facts.household]
x = { kind = "money/month", min = -999999999999, max = 999999999999 }
n = { kind = "count", max = 999999 }
s = { kind = "number", decimals = 3, min = -1000000000, max = 1000000000 }
t = { kind = "number", decimals = 6, min = -1000000000, max = 1000000000 }
[facts.member]
w = { kind = "money/month" }
"""


def plan_for_amount(formula: str) -> Plan:
    text = f"{FACTS}[definitions]\nd = {{ formula = '{formula}' }}\n"
    text += '[benefits.b]\nto = "household"\nper = "month"\ncite = "d"\n'
    return plan_of(f'{text}amount = "max(0, round_down(d, to=1))"\n')


def tree_of(plan: Plan, dialect: str = "duckdb") -> exp.Query:
    inputs = Inputs.of(plan)
    lowered = program(simplified(plan, dict.fromkeys(plan.facts, MAYBE)), dialect_named(dialect), inputs.columns)
    return Query(lowered).all_rows()


def widest_of(plan: Plan) -> set[str]:
    return {cast.to.sql(dialect="duckdb") for cast in tree_of(plan).find_all(exp.Cast)}


@pytest.mark.parametrize(
    ("formula", "is_wide"),
    [
        ("x * 2", False),
        ("sum(w)", False),
        ("x * 5000", False),
        ("x * 500000", True),
        ("x * n", True),
        ("x * s", True),
        ("sum(w * n)", True),
        ("x * s * n", True),
        ("round_half_even(x / (n + 1), to=0.01)", False),
        ("round_half_up(x * s / (n + 1), to=0.01)", True),
        ("x * n - x * (n + 1)", True),
        ("round_up(x / 7, to=5)", False),
    ],
)
def test_wide_numbers_are_held_where_bounds_ask_for_it_and_only_there(
    formula: str, is_wide: bool, connection: Connection
) -> None:
    plan = plan_for_amount(formula)
    assert ("INT128" in widest_of(plan)) == is_wide, "128 bits are used otherwise than expected"
    must_agree(connection, plan, some_households(plan, 5, 400), formula)
    ends = [household({"x": x, "n": n, "s": s}, {"w": w}, {"w": -w})
            for x in (10**14 - 1, -(10**14) + 1, 1, 0) for n in (0, 999999) for s in (10**12, -(10**12), 1)
            for w in (10**14 - 1, 0)]  # fmt: skip
    ends = [one for one in ends if plan.facts["w"].type.low is not None]
    must_agree(connection, plan, ends, formula)


@pytest.mark.parametrize("formula", ["x * s * t * n", "sum(w * s * t)", "round_up(x * s * t / (n + 1), to=1)"])
def test_what_may_need_more_than_38_digits_is_refused_by_name(formula: str) -> None:
    with pytest.raises(UnsupportedPlan) as caught:
        tree_of(plan_for_amount(formula))
    assert caught.value.reason == "too-wide" and caught.value.name == "d"
    assert "38" in str(caught.value) and "38" in caught.value.message("zh")


@pytest.mark.parametrize("dialect", ["spark", "mysql"])
def test_a_wide_quotient_is_refused_where_the_database_has_none(dialect: str) -> None:
    plan = plan_for_amount("round_half_up(x * n / (n + 1), to=0.01)")
    with pytest.raises(UnsupportedPlan) as caught:
        tree_of(plan, dialect)
    assert caught.value.reason == "wide-quotient" and caught.value.name == "d"
    assert tree_of(plan, "postgres") is not None


def test_what_data_beyond_its_bounds_overflows_is_an_error(connection: Connection) -> None:
    plan = plan_for_amount("x * 5000")
    inputs = load(connection, plan, [household({"x": 1})])
    connection.execute("UPDATE households SET x = 9000000000000000000")
    with pytest.raises(duckdb.OutOfRangeException):
        list(ColumnEngine(plan, connection, inputs).raws())


def test_a_deep_formula_has_a_query_or_is_refused(connection: Connection) -> None:
    formula = "x"
    for at in range(25):
        formula = f"(x if n > {at} else {formula} + 1 * x)"
    plan = plan_for_amount(formula)
    given = [household({"x": 100, "n": n}) for n in range(30)] + [Household("h", {"x": 5}, ())]
    try:
        assert by_duckdb(connection, plan, given) == by_rows(plan, given)
    except UnsupportedPlan as refused:
        assert refused.reason == "too-deep"


@pytest.mark.parametrize("kind", ["DOUBLE", "FLOAT", "DECIMAL(12, 2)", "VARCHAR", "BOOLEAN"])
def test_a_column_that_would_have_to_be_rounded_or_guessed_at_is_refused(
    kind: str, connection: Connection, tmp_path: Path
) -> None:
    plan = plan_for_amount("x * 2")
    paths = [str(tmp_path / f"{name}.parquet") for name in ("households", "members")]
    connection.execute(f"COPY (SELECT 0 AS household, CAST(1 AS {kind}) AS x, NULL AS n) TO '{paths[0]}'")
    connection.execute(f"COPY (SELECT 0 AS household, 0 AS place, 'm' AS id, 5 AS w) TO '{paths[1]}'")
    with connect(threads=1) as other, pytest.raises(UnsupportedPlan) as caught:
        read_parquet(other, plan, paths[0], paths[1])
    assert caught.value.reason == "wrong-column" and caught.value.name == "x" and kind[:6] in str(caught.value)


def test_a_column_without_values_may_have_any_type(connection: Connection, tmp_path: Path) -> None:
    plan = plan_for_amount("x * 2")
    paths = [str(tmp_path / f"{name}.parquet") for name in ("households", "members")]
    connection.execute(f"COPY (SELECT 0 AS household, CAST(NULL AS DOUBLE) AS x, 1 AS n) TO '{paths[0]}'")
    connection.execute(f"COPY (SELECT 0 AS household, 0 AS place, 'm' AS id, 5 AS w) TO '{paths[1]}'")
    with connect(threads=1) as other:
        assert read_parquet(other, plan, paths[0], paths[1]).columns == {"n": "n", "w": "w"}


def test_parquet_files_give_the_same_as_tables(connection: Connection, tmp_path: Path) -> None:
    plan = plan_for_amount("sum(w) + x * 2")
    households = some_households(plan, 9, 300)
    load(connection, plan, households)
    paths = [str(tmp_path / f"{name}.parquet") for name in ("households", "members")]
    for name, path in zip(("households", "members"), paths, strict=True):
        connection.execute(f"COPY {name} TO '{path}'")
    with connect(threads=1) as other:
        inputs = read_parquet(other, plan, paths[0], paths[1])
        for pattern in (inputs.pattern, stated(other, plan, inputs)):
            engine = ColumnEngine(plan, other, replace(inputs, pattern=pattern))
            assert [raw for _, raw in engine.raws()] == by_rows(plan, households)
