"""Each difference between databases, in each dialect: executed in DuckDB and PostgreSQL, parsed in the others."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from calc.cli.rules_sql import DIALECTS as OFFERED
from calc.diagnostics.diagnostic import InputErrors
from calc.engine.fact_keys import fact_keys, fact_of
from calc.engine.facts import Household, Member
from calc.engine.sql import build
from calc.engine.sql.annotated_sql import sql_text
from calc.engine.sql.dialects import DIALECTS, NARROW, dialect_named
from calc.engine.sql.duckdb_engine import ColumnEngine
from calc.engine.sql.duckdb_session import HOUSEHOLD_KEYS, MEMBER_KEYS, Connection, load
from calc.engine.sql.identifiers import Names
from calc.engine.sql.input_tables import Inputs, column_type
from calc.engine.sql.integer_arithmetic import IntegerArithmetic
from calc.engine.sql.sql_value import Cell, constant
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.exact import ROUNDINGS
from calc.language.types import HOUSEHOLD, MEMBER
from calc.record import replace
from calc.rules.in_force import change_months
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.columns import is_of_member, some_households
from tests.support.postgres import Server, a_server
from tests.support.rulefiles import rules_file
from tests.support.seeds import FULL, few_or_all, seeds
from tests.support.small import household, plan_of

ROOT = Path(__file__).parents[3]
FOREIGN = ("child", "harbour", "mettland")
SYSTEMS = ["rules.toml", "tests/smallville.toml", *(f"tests/systems/{name}.toml" for name in FOREIGN)]
Rows = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with a_server() as server:
        yield server


def test_the_command_offers_the_dialects_there_are() -> None:
    assert set(OFFERED) == set(DIALECTS)
    with pytest.raises(UnsupportedPlan, match="oracle"):
        dialect_named("oracle")


# quotients


def rounded(dialect: str, mode: str) -> str:
    """A query of all quotients of small numbers by a mode."""
    arithmetic = IntegerArithmetic(dialect_named(dialect))
    top = Cell(build.column("a"), low=-30, high=30, width=NARROW)
    below = Cell(build.column("b"), low=1, high=9, width=NARROW)
    value = arithmetic.divided(mode, top, below).value
    fixed = arithmetic.divided(mode, top, constant(4, False)).value
    select = exp.select(build.column("a"), build.column("b"), exp.alias_(value, "c"), exp.alias_(fixed, "d"))
    return select.from_(build.relation("numbers")).sql(dialect=dialect)


PAIRS = [(a, b) for a in range(-30, 31) for b in range(1, 10)]


@pytest.mark.parametrize("mode", ROUNDINGS)
def test_quotients_are_rounded_by_their_mode_below_zero_too(
    mode: str, connection: Connection, postgres: Server
) -> None:
    wanted = {(a, b): (ROUNDINGS[mode](a, b), ROUNDINGS[mode](a, 4)) for a, b in PAIRS}
    values = ", ".join(map(str, PAIRS))
    numbers = f"CREATE TEMP TABLE numbers AS SELECT * FROM (VALUES {values}) AS v (a, b)"
    connection.execute(numbers.replace("CREATE", "CREATE OR REPLACE"))
    assert {row[:2]: row[2:] for row in connection.execute(rounded("duckdb", mode)).fetchall()} == wanted
    out = postgres.execute(f"{numbers};\nCOPY ({rounded('postgres', mode)}) TO STDOUT (FORMAT csv);")
    read = [tuple(map(int, row)) for row in csv.reader(io.StringIO(out))]
    assert {row[:2]: row[2:] for row in read} == wanted


@pytest.mark.parametrize(("dialect", "whole"), [("spark", " DIV "), ("mysql", " DIV "), ("clickhouse", "intDiv("),
                                                ("duckdb", " // ")])  # fmt: skip
@pytest.mark.parametrize("mode", ROUNDINGS)
def test_no_dialect_divides_through_floats(dialect: str, whole: str, mode: str) -> None:
    text = rounded(dialect, mode)
    assert whole in text
    assert not list(sqlglot.parse_one(text, dialect=dialect).find_all(exp.Div)) or dialect == "clickhouse"
    assert " / " not in text


# whole queries


def answers(rows: Rows) -> Rows:
    """Rows in one order."""
    return sorted(rows, key=lambda row: (row[0], row[2], -1 if row[1] is None else row[1]))


def by_postgres(server: Server, plan: Plan, households: list[Household]) -> Rows:
    """The long rows of households by a printed query on a server."""
    inputs, dialect = Inputs.of(plan), dialect_named("postgres")
    script = []
    tables: list[tuple[str, dict[str, Any], bool]] = [(inputs.households, HOUSEHOLD_KEYS, False)]
    if inputs.members is not None:
        tables.append((inputs.members, MEMBER_KEYS, True))
    for table, keys, of_member in tables:
        facts = fact_keys(plan, MEMBER if of_member else HOUSEHOLD)
        shape = [f'"{key}" {dialect.types[kind]}' for key, kind in keys.items()]
        shape += [f'"{inputs.columns[key]}" {dialect.types[column_type(fact_of(plan, key), key)]}' for key in facts]
        script.append(f"DROP TABLE IF EXISTS {table} CASCADE;\nCREATE TABLE {table} ({', '.join(shape)});")
        script.append(f"COPY {table} FROM STDIN (FORMAT csv, NULL '~');")
        for ordinal, one in enumerate(households):
            rows = [((ordinal, at, other.id), other.facts) for at, other in enumerate(one.members)]
            for row_keys, stated in rows if of_member else [((ordinal,), one.facts)]:
                script.append(",".join([_field(value) for value in (*row_keys, *map(stated.get, facts))]))
        script.append("\\.\n")
    script += ["ANALYZE;", sql_text(plan, "postgres", view="answers", inputs=inputs)]
    script.append("COPY (SELECT * FROM answers) TO STDOUT (FORMAT csv);\n")
    found = csv.reader(io.StringIO(server.execute("\n".join(script))))
    return answers([tuple(None if cell == "" else cell if at == 2 else int(cell) for at, cell in enumerate(row))
                    for row in found])  # fmt: skip


def _field(value: Any) -> str:
    if value is None:
        return "~"
    return '"' + str(value).replace('"', '""') + '"'


def by_duckdb(connection: Connection, plan: Plan, households: list[Household]) -> Rows:
    """The same by DuckDB, on the same numbering of needs: no fact is left out."""
    inputs = load(connection, plan, households)
    whole = Inputs.of(plan)
    for name, column in whole.columns.items():
        if name not in inputs.columns:
            fact = fact_of(plan, name)
            table = whole.members if is_of_member(fact) else whole.households
            added = build.column_added(table or "", column, dialect_named("duckdb").types[column_type(fact, name)])
            connection.execute(added.sql(dialect="duckdb"))
    query = ColumnEngine(plan, connection, whole).query
    rows = connection.execute(query.sql(query.long_rows())).fetchall()
    return answers([tuple(int(cell) if isinstance(cell, Decimal) else cell for cell in row) for row in rows])


@pytest.mark.parametrize("path", SYSTEMS)
def test_a_printed_query_gives_the_same_in_postgres(path: str, connection: Connection, postgres: Server) -> None:
    rulebook = read_rules(str(ROOT / path))
    for month in change_months(rulebook)[::4] if FULL else change_months(rulebook)[-1:]:
        plan = plan_for(rulebook, month)
        households = some_households(plan, month, few_or_all(100, 300))
        assert by_postgres(postgres, plan, households) == by_duckdb(connection, plan, households)


def test_generated_rules_give_the_same_in_postgres(connection: Connection, postgres: Server) -> None:
    compared, drawn = 0, seeds(range(50_000, 50_040), 12)
    for seed in drawn:
        try:
            plan = plan_of(rules_file(seed), 202406, head="")
        except InputErrors:
            continue
        households = some_households(plan, seed, 60)
        assert by_postgres(postgres, plan, households) == by_duckdb(connection, plan, households), f"seed {seed}"
        compared += 1
    assert compared >= 0.6 * len(drawn)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("path", SYSTEMS)
def test_every_dialect_prints_what_its_parser_reads(path: str, dialect: str) -> None:
    rulebook = read_rules(str(ROOT / path))
    text = sql_text(plan_for(rulebook, change_months(rulebook)[-1]), dialect, language="en")
    assert isinstance(sqlglot.parse_one(text, dialect=dialect), exp.Query)


# single differences

RANKED = """
[facts.member]
born = { kind = "date" }
word = { kind = "choice", options = ["a", "A", "ä"] }
[facts.household]
x = { kind = "money/month" }
y = { kind = "money/month", default = "0", note = "n" }
[definitions]
r = { formula = "rank(born, where=word != 'a')" }
least = { formula = "min(x, y)" }
most = { formula = "max(x, y, x + y)" }
[benefits.first]
to = "member"
requires = ["r == 1"]
cite = "d"
[benefits.paid]
to = "household"
per = "month"
amount = "max(0, least + most)"
cite = "d"
"""
IDS = ["b", "B", "a", "Z", "ä", "10", "9", "", "甲", "b"]


def test_ranks_go_by_code_points_and_words_are_told_apart_by_case(connection: Connection, postgres: Server) -> None:
    plan = plan_of(RANKED)
    members = [Member(name, {"born": 20000101, "word": word}) for name in IDS for word in ("A", "a", "ä")]
    whole = Household("h", {"x": 5}, tuple(members))
    each = [whole, *(replace(whole, members=(*members[at:], *members[:at])) for at in range(1, 30, 7))]
    found = by_duckdb(connection, plan, each)
    assert found == by_postgres(postgres, plan, each)
    assert 'COLLATE "C"' in sql_text(plan, "postgres") and "COLLATE utf8mb4_bin" in sql_text(plan, "mysql")


def test_the_least_of_an_unknown_is_unknown(connection: Connection, postgres: Server) -> None:
    plan = plan_of(RANKED)
    given = [household({"y": 5}), household({"x": 7, "y": 5}), household({"x": 7}), household({})]
    found = by_duckdb(connection, plan, given)
    assert [row[4] for row in found if row[2] == "paid"] == [None, 17, 7, None]
    assert found == by_postgres(postgres, plan, given)


@pytest.mark.slow
def test_no_column_of_a_result_is_a_float_or_wider_than_64_bits(connection: Connection, tmp_path: Path) -> None:
    plan = plan_for(read_rules(str(ROOT / "rules.toml")), 202206)
    engine = ColumnEngine(plan, connection, load(connection, plan, some_households(plan, 1, 20)))
    engine.copy_long(str(tmp_path / "long.parquet"))
    engine.store("outcomes")
    shapes = [connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
              for source in (f"'{tmp_path}/long.parquet'", "outcomes")]  # fmt: skip
    types = {row[1] for shape in shapes for row in shape}
    assert types <= {"INTEGER", "BIGINT", "VARCHAR"}


def test_an_outer_join_gives_null_in_clickhouse() -> None:
    assert "join_use_nulls = 1" in sql_text(plan_of(RANKED), "clickhouse")


@pytest.mark.parametrize(("dialect", "most"), [("postgres", 63), ("mysql", 64)])
def test_names_are_cut_where_the_database_would_and_stay_different(dialect: str, most: int) -> None:
    names = Names(dialect_named(dialect))
    found = [names.fresh("待遇" * 20), names.fresh("待遇" * 20), names.fresh("待遇" * 20 + "x"), names.fresh("a")]
    assert len(set(found)) == 4 and all(len(name.encode()) <= most for name in found)


def test_names_that_differ_in_case_are_told_apart_where_the_database_does_not() -> None:
    names = Names(dialect_named("duckdb"))
    assert [names.fresh(name) for name in ("Wage", "wage", "WAGE")] == ["Wage", "wage 2", "WAGE 3"]
    assert Names(dialect_named("postgres"), ("wage",)).fresh("Wage") == "Wage"
