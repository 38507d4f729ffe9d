"""The query as `doudi rules sql` prints it, run on a real PostgreSQL server, equals the row engine."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from calc.diagnostics.diagnostic import InputErrors
from calc.engine.fact_keys import fact_keys, fact_of
from calc.engine.facts import Household
from calc.engine.specialize import simplified
from calc.engine.sql.annotated_sql import sql_text
from calc.engine.sql.compile_plan import Program, program
from calc.engine.sql.dialects import LONG, dialect_named
from calc.engine.sql.duckdb_session import HOUSEHOLD_KEYS, MEMBER_KEYS
from calc.engine.sql.input_tables import Inputs, column_type
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.language.types import HOUSEHOLD, MEMBER
from calc.rules.in_force import change_months
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.cli.run import doudi
from tests.parity.test_households import FILES, ROOT, STATED
from tests.support.cases import cases_by_plan
from tests.support.columns import by_rows, some_households
from tests.support.large_tables import large_tables
from tests.support.long_rows import must_be_equal, raws_of_long
from tests.support.postgres import Server, a_server
from tests.support.rulefiles import rules_file
from tests.support.seeds import few_or_all, seeds, spread
from tests.support.small import chain, household, plan_of

EACH = few_or_all(80, 150)
DIALECT = dialect_named("postgres")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with a_server() as server:
        yield server


def lowered_of(plan: Plan) -> Program:
    """What the printed query was made from: it counts on no fact being stated, nor on one being left out."""
    inputs = Inputs.of(plan)
    return program(simplified(plan, inputs.pattern), DIALECT, inputs.columns)


def tables(plan: Plan, households: list[Household]) -> list[str]:
    """Statements that make the two tables the query reads, as its page describes them."""
    inputs, script = Inputs.of(plan), []
    both: list[tuple[str | None, dict[str, Any], bool]] = [
        (inputs.households, HOUSEHOLD_KEYS, False), (inputs.members, MEMBER_KEYS, True)
    ]  # fmt: skip
    for table, keys, of_member in both:
        if table is None:
            continue
        facts = fact_keys(plan, MEMBER if of_member else HOUSEHOLD)
        shape = [f'"{key}" {DIALECT.types[kind]}' for key, kind in keys.items()]
        shape += [f'"{inputs.columns[key]}" {DIALECT.types[column_type(fact_of(plan, key), key)]}' for key in facts]
        script.append(f"DROP TABLE IF EXISTS {table} CASCADE;\nCREATE TABLE {table} ({', '.join(shape)});")
        script.append(f"COPY {table} FROM STDIN (FORMAT csv, NULL '~');")
        for ordinal, one in enumerate(households):
            rows = [((ordinal, at, other.id), other.facts) for at, other in enumerate(one.members)]
            for own, stated in rows if of_member else [((ordinal,), one.facts)]:
                script.append(",".join(_field(value) for value in (*own, *map(stated.get, facts))))
        script.append("\\.\n")
    return script


def _field(value: Any) -> str:
    return "~" if value is None else '"' + str(value).replace('"', '""') + '"'


def outcomes(server: Server, plan: Plan, households: list[Household], view: str) -> list[Any]:
    """The bare outcomes by a view that is given as text."""
    script = ["DROP VIEW IF EXISTS outcomes;", *tables(plan, households), "ANALYZE;", view]
    script.append("COPY (SELECT * FROM outcomes) TO STDOUT (FORMAT csv, HEADER);\n")
    heading, *rows = csv.reader(io.StringIO(server.execute("\n".join(script))))
    cells = [{name: _cell(name, cell) for name, cell in zip(heading, row, strict=True)} for row in rows]
    return raws_of_long(lowered_of(plan), households, cells)


def _cell(name: str, cell: str) -> Any:
    return cell if name == "benefit" else int(cell) if cell else None


def view_of(plan: Plan) -> str:
    return sql_text(plan, "postgres", view="outcomes", inputs=Inputs.of(plan))


def must_agree(server: Server, plan: Plan, households: list[Household], about: str) -> None:
    found = outcomes(server, plan, households, view_of(plan))
    must_be_equal(by_rows(plan, households), found, about)


@pytest.mark.parametrize("path", FILES)
def test_cases_come_out_alike(path: str, postgres: Server) -> None:
    rulebook = read_rules(str(ROOT / path))
    by_plan = cases_by_plan(rulebook, few_or_all(3, 4))
    assert by_plan
    for plan, households in by_plan:
        must_agree(postgres, plan, households, path)


@pytest.mark.parametrize("path", FILES)
def test_generated_households_come_out_alike(path: str, postgres: Server) -> None:
    rulebook = read_rules(str(ROOT / path))
    for at, month in enumerate(spread(change_months(rulebook), 4)):
        plan = plan_for(rulebook, month)
        (seed,) = seeds([month + 7], 1)[:1]
        must_agree(
            postgres, plan, some_households(plan, seed, EACH, STATED[at % len(STATED)]), f"{path} {month} {seed}"
        )


def test_generated_rules_come_out_alike(postgres: Server) -> None:
    compared, drawn = 0, seeds(range(80_000, 80_040), 12)
    for seed in drawn:
        try:
            plan = plan_of(rules_file(seed), 202406, head="")
            must_agree(postgres, plan, some_households(plan, seed, 60, STATED[seed % len(STATED)]), f"seed {seed}")
        except (InputErrors, UnsupportedPlan):
            continue
        compared += 1
    assert compared >= 0.6 * len(drawn), f"only {compared} files were compared"


def test_large_tables_come_out_alike(postgres: Server) -> None:
    for seed in seeds(range(63_000, 63_020), 3):
        plan = plan_of(large_tables(seed, 300), head="")
        must_agree(postgres, plan, some_households(plan, seed, EACH, 0.9), f"large_tables({seed}, 300)")


def test_the_view_that_the_command_prints_comes_out_alike(postgres: Server) -> None:
    """The very text of the command, comments and all."""
    path: Path = ROOT / "rules.toml"
    asked = ("--not-known", "--dialect", "postgres", "--as-view", "outcomes", "--month", "2022-06")
    ran = doudi("rules", "sql", *asked, "--rules", str(path), lang="zh_CN.UTF-8")
    plan = plan_for(read_rules(str(path)), 202206)
    households = some_households(plan, 3, EACH)
    must_be_equal(by_rows(plan, households), outcomes(postgres, plan, households, ran.out), "the printed view")


def test_many_steps_are_planned(postgres: Server) -> None:
    """The server put each step into the next, and eight of them took more memory than there is."""
    plan = plan_of(chain(8))
    must_agree(postgres, plan, some_households(plan, 1, EACH), "chain(8)")


WIDE = """
[facts.household]
x = { kind = "money/month", min = -999999999999, max = 999999999999 }
n = { kind = "count", max = 999999 }
[benefits.b]
to = "household"
per = "month"
amount = "max(0, round_half_up(x * n / (n + 1), to=0.01)) + max(0, x * n)"
cite = "d"
"""


def test_wide_numbers_come_out_alike(postgres: Server) -> None:
    plan = plan_of(WIDE)
    ends = [household({"x": x, "n": n}) for x in (10**14 - 1, -(10**14) + 1, 1, 0) for n in (0, 1, 999999)]
    must_agree(postgres, plan, ends, "wide")


def test_what_data_beyond_its_bounds_overflows_is_an_error(postgres: Server) -> None:
    text = WIDE.replace('amount = "max(0, round_half_up(x * n / (n + 1), to=0.01)) + max(0, x * n)"',
                        'amount = "max(0, x * 5000)"')  # fmt: skip
    plan = plan_of(text)
    assert column_type(plan.facts["x"]) == LONG
    with pytest.raises(AssertionError, match="out of range"):
        outcomes(
            postgres,
            plan,
            [household({"x": 9 * 10**18})],
            sql_text(plan, "postgres", view="outcomes", inputs=Inputs.of(plan)),
        )
