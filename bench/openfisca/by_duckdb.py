"""DuckDB over a folder of households, as a process of its own: by Doudi's query, by one written by hand, or no query.

`floor` reads every column of both files and writes as many columns as the others.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

import duckdb

from bench.openfisca.relations import count_of, make_views

RULES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rules.toml")
MONTH = 202406

BY_HAND = """
    SELECT household,
           CASE WHEN granted THEN 1 ELSE 2 END AS allowance_status,
           CASE WHEN granted AND due > 0 THEN (due + 99) // 100 * 100 ELSE 0 END AS allowance,
           CASE WHEN income < line THEN 0 ELSE 1 END + CASE WHEN within THEN 0 ELSE 2 END AS allowance_failed,
           CASE WHEN is_old THEN 1 ELSE 2 END AS old_age_status,
           old_age,
           CASE WHEN is_old THEN 0 ELSE 1 END AS old_age_failed
    FROM (SELECT household, income, line, old_age, is_old, within, income < line AND within AS granted,
                 line - income + 12880 * uplifted AS due
          FROM (SELECT household, COALESCE(income, 0) AS income, COALESCE(heads, 0) * 64400 AS line,
                       COALESCE(uplifted, 0) AS uplifted, COALESCE(old_age, 0) AS old_age,
                       COALESCE(is_old, false) AS is_old, property <= COALESCE(heads, 0) * 1545600 AS within
                FROM households LEFT JOIN (
                    SELECT household,
                           count(*) AS heads,
                           sum(wage - CASE WHEN works_in_city THEN least(wage, 60000) ELSE 0 END + pension)::BIGINT
                               AS income,
                           count(*) FILTER (WHERE age >= 70 OR severely_disabled) AS uplifted,
                           sum(CASE WHEN age >= 90 THEN 20000 WHEN age >= 80 THEN 10000 ELSE 0 END)::BIGINT AS old_age,
                           max(age) >= 80 AS is_old
                    FROM members GROUP BY household) USING (household)))
"""
FLOOR = """
    SELECT household, property > 1000000 AS a, property > 2000000 AS b, property > 3000000 AS c,
           property // 1000000 AS d, property // 2000000 AS e, property // 3000000 AS f
    FROM households
    WHERE property > (SELECT min(age + wage + pension + place + household + works_in_city::INT + severely_disabled::INT)
                      FROM members) - 1000000000000
"""


def of_doudi(connection: duckdb.DuckDBPyConnection) -> str:
    """Doudi's query for the month, from the rules file."""
    from calc.engine.sql.duckdb_engine import query_of
    from calc.engine.sql.duckdb_session import stated
    from calc.engine.sql.input_tables import Inputs
    from calc.record import replace
    from calc.rules.plan_month import plan_for
    from calc.rules.read_rulebook import read_rules

    plan = plan_for(read_rules(RULES), MONTH)
    inputs = Inputs.of(plan)
    query = query_of(plan, replace(inputs, pattern=stated(connection, plan, inputs)))
    return query.sql(query.household_rows())


QUERIES: dict[str, Callable[[duckdb.DuckDBPyConnection], str]] = {
    "doudi": of_doudi,
    "by_hand": lambda connection: BY_HAND,
    "floor": lambda connection: FLOOR,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("query", choices=QUERIES)
    parser.add_argument("folder")
    parser.add_argument("format", choices=("parquet", "csv"))
    parser.add_argument("output")
    parser.add_argument("--chunk", type=int)
    given = parser.parse_args()
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    stored = given.query == "doudi" and given.format == "csv"  # it looks at the facts before it runs
    make_views(connection, given.folder, given.format, stored=stored)
    query = QUERIES[given.query](connection)
    if given.chunk is None:
        connection.execute(f"COPY ({query}) TO '{given.output}' (FORMAT parquet)")
    else:
        os.makedirs(given.output, exist_ok=True)
        for first in range(0, count_of(connection, given.folder), given.chunk):
            make_views(connection, given.folder, given.format, (first, first + given.chunk))
            part = os.path.join(given.output, f"{first:012}.parquet")
            connection.execute(f"COPY ({query}) TO '{part}' (FORMAT parquet)")
    os._exit(0)  # as the program itself ends: nothing is left but to free memory


if __name__ == "__main__":
    main()
