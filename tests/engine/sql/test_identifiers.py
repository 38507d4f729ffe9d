"""Names, words, labels and sources of a rules file, and names of columns and views, never become part of a query."""

from __future__ import annotations

import json

import pytest
import sqlglot
from sqlglot import exp

from calc.engine.sql import lookup_cells
from calc.engine.sql.annotated_sql import sql_text
from calc.engine.sql.comments import comment_text
from calc.engine.sql.dialects import DIALECTS
from calc.engine.sql.duckdb_engine import ColumnEngine
from calc.engine.sql.duckdb_session import Connection, load
from calc.rules.plan import Plan
from tests.support.columns import by_rows, must_agree, some_households
from tests.support.small import plan_of

HOSTILE = [
    "'; DROP TABLE households; --",
    '"; DROP TABLE members; --',
    "*/ SELECT 1; /*",
    "/*! SELECT 1 */",
    "-- x",
    "`a`",
    "\\",
    "\\'",
    "a\tb",
    "$1 ? :x {{y}} %s",
    "",
]
QUOTED = json.dumps([one for one in HOSTILE if one])  # as TOML writes a list of words too
LABEL = "*/ DROP TABLE members; /* -- ' \\\" \\n DROP TABLE households;"
RULES = f"""
[facts.household]
household = {{ kind = "money/month", min = 0 }}
select = {{ kind = "choice", options = {QUOTED} }}
wage = {{ kind = "count" }}
Wage = {{ kind = "count" }}
WAGE = {{ kind = "yes/no", default = "False", note = "n", label = "{LABEL}" }}
[facts.member]
place = {{ kind = "count" }}
id = {{ kind = "text" }}
members = {{ kind = "choice", options = {QUOTED} }}
household_0 = {{ kind = "date" }}
[parameters.words]
kind = "count"
label = "{LABEL}"
cite = "d {LABEL}"
axes = ["w"]
from.2024-01 = [{", ".join(f"[{word}, {at}]" for at, word in enumerate(map(json.dumps, HOSTILE[:-1])))}]
[definitions]
from_ = {{ formula = "words[select] + wage - Wage", label = "{LABEL}" }}
households = {{ formula = "count(where=members == select) + count(where=place > 0) + rank_", cite = "d {LABEL}" }}
rank_ = {{ formula = "max_of(rank(place, where=members != select), empty=0)" }}
join = {{ cite = "d", formula = "id == '*/ SELECT 1; /*' or members in ('-- x',)" }}
[benefits.group]
label = "{LABEL}"
cite = "d {LABEL}"
to = "household"
per = "month"
requires = ["from_ > 0", "select != '`a`'", "any(join)"]
amount = "max(0, round_up(household * households, to=1))"
[benefits.order]
label = "{LABEL}"
cite = ["d {LABEL}", "d /*"]
to = "member"
per = "once"
requires = ["join", "household_0 < month_start"]
[checks.where]
formula = "WAGE or wage >= 0"
"""
COLUMNS = ['a"b', "a;b", "a'b", "a--b", "a/*b*/", "a`b", "a\\b", "a b", "SELECT", "", "金额"]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(RULES)


@pytest.mark.slow
def test_hostile_words_and_names_come_out_alike(plan: Plan, connection: Connection) -> None:
    must_agree(connection, plan, some_households(plan, 1, 800), "hostile")


@pytest.mark.slow
def test_hostile_words_in_the_rows_of_a_joined_table_come_out_alike(
    plan: Plan, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup_cells, "MOST_IN_CASE", 0)
    must_agree(connection, plan, some_households(plan, 4, 300), "hostile, joined")
    for dialect in ("duckdb", "postgres", "spark"):
        text = sql_text(plan, dialect)
        (statement,) = sqlglot.parse(text, dialect=dialect)
        assert "VALUES" in text and isinstance(statement, exp.Query) and not list(statement.find_all(exp.Drop))
        assert set(HOSTILE[:-1]) <= {one.this for one in statement.find_all(exp.Literal) if one.is_string}


def test_columns_may_have_any_name(plan: Plan, connection: Connection) -> None:
    households = some_households(plan, 2, 300)
    columns = {name: f"{COLUMNS[at % len(COLUMNS)]}{at}" for at, name in enumerate(plan.facts)}
    engine = ColumnEngine(plan, connection, load(connection, plan, households, columns))
    assert [raw for _, raw in engine.raws()] == by_rows(plan, households)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("view", [None, *HOSTILE[:-1]])
def test_a_printed_query_is_one_statement_with_nothing_dropped(plan: Plan, dialect: str, view: str | None) -> None:
    text = sql_text(plan, dialect, view=view)
    statements = [one for one in sqlglot.parse(text, dialect=dialect) if one is not None]
    assert len(statements) == 1
    assert isinstance(statements[0], exp.Query if view is None else exp.Create)
    assert not list(statements[0].find_all(exp.Drop))
    if view is not None:
        assert statements[0].this.name == view
    words = {one.this for one in statements[0].find_all(exp.Literal) if one.is_string}
    assert set(HOSTILE[1:-1]) <= words, "all but the one whose cell is what the CASE takes otherwise"


@pytest.mark.parametrize("text", [*HOSTILE, LABEL, "a*/*b", "/*/", "**//", "--", "a\u2028b", "a\r\nb", "\x00\x85"])
def test_a_comment_can_neither_end_nor_nest_nor_begin_a_line(text: str) -> None:
    made = comment_text(text)
    assert "*/" not in made and "/*" not in made and "--" not in made and len(made.splitlines()) == 1
    assert made.startswith(" ") and made.endswith(" "), "`/*!` and `/*+` are not only comments everywhere"


def test_a_printed_query_runs_and_drops_nothing(plan: Plan, connection: Connection) -> None:
    households = some_households(plan, 3, 200)
    inputs = load(connection, plan, households)
    text = sql_text(plan, "duckdb", inputs=inputs, view='v"; DROP TABLE households; --')
    connection.execute(text)
    counted = connection.execute('SELECT count(*) FROM "v""; DROP TABLE households; --"').fetchone()
    members = sum(len(one.members) for one in households)
    assert counted == (len(households) + members,)
    connection.execute('DROP VIEW "v""; DROP TABLE households; --"')
    assert connection.execute("SELECT count(*) FROM households").fetchone() == (len(households),)
    assert connection.execute("SELECT count(*) FROM members").fetchone() == (members,)
