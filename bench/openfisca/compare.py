"""Results compared: how many households each gives another yuan than the query written by hand; and Doudi's rows."""

from __future__ import annotations

import argparse
import json
import os

import duckdb

from bench.openfisca.by_duckdb import MONTH, RULES
from bench.openfisca.relations import make_views

ROWS = 20_000
"""Households that go through Doudi's row engine as well."""


def differing(connection: duckdb.DuckDBPyConnection, folder: str, one: str, other: str, in_yuan: bool) -> int:
    """Households whose statuses or amounts differ between two results; OpenFisca's are in yuan."""
    connection.execute(f"CREATE OR REPLACE VIEW one AS FROM '{os.path.join(folder, one)}'")
    connection.execute(f"CREATE OR REPLACE VIEW other AS FROM '{os.path.join(folder, other)}'")
    if in_yuan:
        tests = [
            "other.allowance_granted <> (one.allowance_status = 1)",
            "other.allowance <> one.allowance / 100",
            "other.old_age <> one.old_age / 100",
        ]
    else:
        names = [[row[0] for row in connection.execute(f"DESCRIBE {view}").fetchall()] for view in ("one", "other")]
        tests = [f'one."{left}" <> other."{right}"' for left, right in zip(*names, strict=True)]
    found = connection.execute(
        f"""SELECT count(*) FILTER (WHERE one.household IS NULL OR other.household IS NULL OR {" OR ".join(tests)})
            FROM one FULL JOIN other ON one.household = other.household"""
    ).fetchone()
    assert found is not None
    return int(found[0])


def smallest_wrong(connection: duckdb.DuckDBPyConnection, folder: str) -> str:
    """A household of one person that the views `one` and `other` give different yuan."""
    row = connection.execute(
        """SELECT age, wage / 100, pension / 100, works_in_city, severely_disabled,
                  one.allowance // 100, other.allowance
           FROM one JOIN other USING (household) JOIN members USING (household)
           WHERE one.allowance / 100 <> other.allowance
                 AND household IN (SELECT household FROM members GROUP BY household HAVING count(*) = 1)
           ORDER BY wage + pension, age, household LIMIT 1"""
    ).fetchone()
    if row is None:
        return "none of one person"
    age, wage, pension, in_city, disabled, right, found = row
    told = ("works in the city, " if in_city else "") + ("severely disabled, " if disabled else "")
    return f"age {age}, {told}wage {wage:.2f}, pension {pension:.2f}: {right} exactly, {found:.0f} in floats"


def differing_rows(connection: duckdb.DuckDBPyConnection, result: str) -> int:
    """Of the first households, how many Doudi's row engine gives another outcome than Doudi's query."""
    from calc.engine.facts import Household, Member
    from calc.engine.python.row_engine import RowEngine
    from calc.rules.plan_month import plan_for
    from calc.rules.read_rulebook import read_rules

    plan = plan_for(read_rules(RULES), MONTH)
    engine = RowEngine(plan)
    members: dict[int, list[Member]] = {}
    found = connection.execute(f"FROM members WHERE household < {ROWS} ORDER BY household, place")
    names = [one[0] for one in found.description][2:]
    for household, place, *values in found.fetchall():
        members.setdefault(household, []).append(Member(str(place), dict(zip(names, values, strict=True))))
    wrong = 0
    owned = dict(connection.execute(f"FROM households WHERE household < {ROWS}").fetchall())
    for household, *columns in connection.execute(f"FROM '{result}' WHERE household < {ROWS}").fetchall():
        facts = {"property": owned[household]}
        _, outcomes, _ = engine.raw(Household(str(household), facts, tuple(members.get(household, ()))))
        wrong += [*columns] != [value for outcome in outcomes for value in outcome[:3]]
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    given = parser.parse_args()
    connection = duckdb.connect()
    make_views(connection, given.folder, "parquet")
    results = os.path.join(given.folder, "results")
    found: dict[str, object] = {
        "doudi": differing(connection, results, "by_hand.parquet", "doudi.parquet", False),
        "doudi, from CSV": differing(connection, results, "by_hand.parquet", "doudi_csv.parquet", False),
        "doudi, rows": differing_rows(connection, os.path.join(results, "doudi.parquet")),
        "direct": differing(connection, results, "by_hand.parquet", "direct.parquet", True),
        "double": differing(connection, results, "by_hand.parquet", "double.parquet", True),
        "rounded first": differing(connection, results, "by_hand.parquet", "rounded_first.parquet", True),
        "openfisca": differing(connection, results, "by_hand.parquet", "openfisca.parquet", True),
    }
    found["example"] = smallest_wrong(connection, results)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
