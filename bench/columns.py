"""The shipped rules by one query: households a second from Parquet, and whether rows give the same answer."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from typing import Any

from bench.district import households
from bench.measured import RULES, tell
from bench.processes import run
from calc.engine.python.row_engine import RowEngine
from calc.engine.sql.duckdb_engine import ColumnEngine
from calc.engine.sql.duckdb_session import Connection, connect, load, read_parquet, stated
from calc.engine.unknown import Unknown
from calc.record import replace
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules

MONTH = 202206
AT_ONCE = 50_000


def make(plan: Plan, folder: str, count: int) -> int:
    """Write so many households as Parquet; returns how many of them rows and the query assess differently."""
    connection, rows, wrong = connect(), RowEngine(plan), 0
    for first in range(0, count, AT_ONCE):
        some = households(min(AT_ONCE, count - first), seed=first)
        inputs = load(connection, plan, some)
        found = [raw for _, raw in ColumnEngine(plan, connection, inputs).raws()]
        wrong += sum(alike(rows.raw(one)) != alike(other) for one, other in zip(some, found, strict=True))
        for name in ("households", "members"):
            columns = f"* REPLACE (household + {first} AS household)"
            path = os.path.join(folder, f"{name}_{first:09}.parquet")
            connection.execute(f"COPY (SELECT {columns} FROM {name}) TO '{path}' (FORMAT parquet)")
    return wrong


def alike(raw: Any) -> Any:
    """A bare outcome that can be compared: an unknown is equal to nothing."""
    failed, outcomes, persons = raw
    counted = tuple(("unknown", one.needs) if isinstance(one, Unknown) else one for one in persons)
    return failed, tuple([*one] if isinstance(one, list) else one for one in outcomes), counted


def repeat(folder: str, count: int, times: int) -> None:
    """Write the households again and again under other numbers: making them one by one takes long."""
    connection = connect()
    for name in ("households", "members"):
        of_all = os.path.join(folder, f"{name}_0*.parquet")
        for turn in range(1, times):
            columns = f"* REPLACE (household + {turn * count} AS household)"
            path = os.path.join(folder, f"{name}_again_{turn:04}.parquet")
            connection.execute(f"COPY (SELECT {columns} FROM read_parquet('{of_all}')) TO '{path}' (FORMAT parquet)")


def assess(connection: Connection, plan: Plan, folder: str) -> None:
    """Parquet to Parquet: a row a household and a row a member."""
    paths = [os.path.join(folder, f"{name}_*.parquet") for name in ("households", "members")]
    inputs = read_parquet(connection, plan, *paths)
    engine = ColumnEngine(plan, connection, replace(inputs, pattern=stated(connection, plan, inputs)))
    query = engine.query.sql(engine.query.all_rows())
    connection.execute(f"COPY ({query}) TO '{os.path.join(folder, 'results')}' (FORMAT parquet)")


def main() -> None:
    """Compare first, then time whole processes: start, reading of the rules, the query from Parquet to Parquet."""
    parser = argparse.ArgumentParser(prog="python -m bench.columns", description=__doc__)
    parser.add_argument("--households", type=int, default=50_000, help="made and compared (50,000)")
    parser.add_argument("--times", type=int, default=20, help="how often they are assessed again beside (20)")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--assess", metavar="FOLDER", help="only assess what is in a folder")
    given = parser.parse_args()
    plan = plan_for(read_rules(RULES), MONTH)
    if given.assess:
        assess(connect(), plan, given.assess)
        return
    with tempfile.TemporaryDirectory() as folder:
        wrong = make(plan, folder, given.households)
        print(f"{given.households} households: rows and query differ in {wrong}", flush=True)
        repeat(folder, given.households, given.times)
        count = given.households * given.times
        command = [sys.executable, "-m", "bench.columns", "--assess", folder]
        tell(f"{count:,} households, Parquet to Parquet", count, [run(command) for _ in range(given.runs)])
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
