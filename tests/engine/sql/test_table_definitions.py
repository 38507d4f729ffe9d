"""`rules sql --ddl`: the tables that the query of each database reads, with types and comments."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("sqlglot")
import sqlglot
from sqlglot import exp

from calc.engine.sql.dialects import DIALECTS
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.table_definitions import tables_text
from calc.report.column_meaning import column_comments
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.cli.run import RULES, doudi

HOSTILE = """
[rules]
title = "T */ -- x"
currency = "EUR"
from = "2024-01"
[documents]
d = { title = "D" }
[facts.household]
x = { label = "'); DROP TABLE t; -- \\\\' \\n$$", kind = "money/month", min = 0 }
[facts.member]
rate = { label = "a\\"b`c", kind = "share", min = 0, max = 1, decimals = 3 }
kind = { label = "K", kind = "choice", options = ["it's", "b\\\\"] }
[benefits.b]
to = "household"
per = "month"
amount = "x"
cite = "d"
"""


def columns_of(text: str, dialect: str) -> dict[str, list[str]]:
    made = [one for one in sqlglot.parse(text, dialect=dialect) if isinstance(one, exp.Create)]
    return {one.this.this.name: [column.name for column in one.this.find_all(exp.ColumnDef)] for one in made}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_database_has_a_column_for_each_fact(dialect: str, language: str) -> None:
    plan = plan_for(read_rules(RULES), 202206)
    inputs = Inputs.of(plan, states_not_known=False)
    text = tables_text(plan, dialect, inputs, column_comments(plan, language))
    found = columns_of(text, dialect)
    assert set(found) == {"households", "members"}
    assert found["households"][0] == "household" and found["members"][:3] == ["household", "place", "id"]
    assert sorted([*found["households"], *found["members"]]) == sorted(
        ["household", "household", "place", "id", *plan.facts]
    )
    assert ("工资：整数，单位为 0.01 元" if language == "zh" else "Wage: a whole number of 0.01 CNY") in text


@pytest.mark.parametrize("dialect", DIALECTS)
def test_labels_stay_texts(tmp_path: Path, dialect: str) -> None:
    path = tmp_path / "r.toml"
    path.write_text(HOSTILE, "utf-8")
    plan = plan_for(read_rules(str(path)), 202401)
    text = tables_text(plan, dialect, Inputs.of(plan), column_comments(plan, "zh"))
    statements = sqlglot.parse(text, dialect=dialect)
    assert {type(one) for one in statements if one is not None} <= {exp.Create, exp.Comment}
    members = ["household", "place", "id", "rate", "kind"]
    assert columns_of(text, dialect) == {"households": ["household", "x"], "members": members}


@pytest.mark.slow
def test_duckdb_takes_them() -> None:
    duckdb = pytest.importorskip("duckdb")
    plan = plan_for(read_rules(RULES), 202206)
    connection = duckdb.connect()
    for _ in range(2):
        connection.execute(tables_text(plan, "duckdb", Inputs.of(plan), column_comments(plan, "en")))
    query = doudi("rules", "sql", "--rules", RULES, "-m", "2022-06", "--not-known").out
    assert connection.execute(query).fetchall() == []


def test_tables_are_no_view() -> None:
    for lang, told in (("en_US.UTF-8", "leave --as-view out"), ("zh_CN.UTF-8", "请去掉 --as-view")):
        ran = doudi("rules", "sql", "--ddl", "--as-view", "x", "--rules", RULES, "-m", "2022-06", lang=lang)
        assert ran.status == 2 and told in ran.err and ran.out == ""


@pytest.mark.parametrize("target", ["postgresql://localhost/x", "duckdb:facts.db", "mysql://x", "facts.duckdb"])
def test_an_address_is_no_folder(tmp_path: Path, target: str) -> None:
    (tmp_path / "l.csv").write_text("户编号,工资\nA,1\n", "utf-8")
    ran = doudi("batch", "l.csv", "--rules", RULES, "-m", "2022-06", "--facts-to", target, cwd=tmp_path)
    assert ran.status == 2 and "psql -f facts.sql" in ran.err
    assert [one.name for one in tmp_path.iterdir()] == ["l.csv"]


def test_a_script_does_not_replace_its_ledger(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    (tmp_path / "l.sql").write_text("户编号,工资\nA,1\n", "utf-8")
    ran = doudi("batch", "l.sql", "--rules", RULES, "-m", "2022-06", "--facts-to", "./l.sql", cwd=tmp_path)
    assert ran.status == 2 and "already used" in ran.err and "户编号" in (tmp_path / "l.sql").read_text("utf-8")
