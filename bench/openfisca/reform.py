"""`python -m bench.openfisca.reform`: a reform of the reduced rules through `doudi compare`, and through OpenFisca.

Both say of each household what it gains or loses by the month. The reference is the query written by hand, in whole
fen. Doudi writes a row with causes for each household and benefit that changes, OpenFisca two sums for each household.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import sys
import tempfile
from collections.abc import Sequence

from bench.openfisca.__main__ import made, module, show
from bench.prepare import NEEDED, prepare
from bench.processes import ROOT, in_turns, table

RULES, DRAFT = (os.path.join(ROOT, "bench", "openfisca", name) for name in ("rules.toml", "draft.toml"))
LEDGER = """
    SELECT household::VARCHAR AS household, place::VARCHAR AS id, (property / 100)::DECIMAL(14, 2) AS property, age,
           (wage / 100)::DECIMAL(14, 2) AS wage, (pension / 100)::DECIMAL(14, 2) AS pension,
           works_in_city, severely_disabled
    FROM '{folder}/households.parquet' JOIN '{folder}/members.parquet' USING (household)
    ORDER BY households.household, place
"""
REFORMED = {"64400": "67600", "12880": "13520", "1545600": "1622400", "60000": "65000"}
"""The numbers of the query written by hand, in fen, and those of the reform."""


def write_ledger(folder: str) -> str:
    """The ledger of a folder's households: a row a member."""
    import duckdb

    path = os.path.join(folder, "ledger.parquet")
    connection = duckdb.connect(config={"memory_limit": "2GB"})
    connection.execute(f"COPY ({LEDGER.format(folder=folder)}) TO '{path}'")
    connection.close()
    return path


def contenders(folder: str) -> dict[str, list[str]]:
    """The whole processes: each reads the households and writes gains and losses."""
    compare = [sys.executable, "-m", "calc", "compare", os.path.join(folder, "ledger.parquet"), "--month", "2024-06",
               "--rules", RULES, "--against-rules", DRAFT, "--engine", "duckdb", "-q", "--lang", "en",
               "-o", os.path.join(folder, "doudi.parquet")]  # fmt: skip
    ways = {"OpenFisca": "words", "OpenFisca, arrays set": "direct"}
    return {
        "Doudi": compare,
        **{name: module("reform_by_openfisca", folder, os.path.join(folder, f"{way}.parquet"), way)
           for name, way in ways.items()},
    }  # fmt: skip


def by_hand() -> str:
    """The query that gives each household's amounts under both rules, in fen."""
    from bench.openfisca.by_duckdb import BY_HAND

    reformed = BY_HAND
    for number, other in REFORMED.items():
        assert number in reformed
        reformed = reformed.replace(number, other)
    return f"""
        SELECT household, one.allowance + one.old_age AS before, other.allowance + other.old_age AS after
        FROM ({BY_HAND}) AS one JOIN ({reformed}) AS other USING (household)
    """


def wrong(folder: str, names: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Counts for some contenders the households whose gain or loss differs, and those by a yuan or more."""
    import duckdb

    from bench.openfisca.relations import make_views

    connection = duckdb.connect(config={"memory_limit": "2GB"})
    make_views(connection, folder, "parquet")
    connection.execute(f"CREATE TABLE right_gains AS SELECT household, after - before AS gain FROM ({by_hand()})")
    queries = {
        "Doudi": f"""SELECT household::BIGINT AS household, (100 * sum(difference::DECIMAL(18, 2)))::BIGINT AS gain
                     FROM '{folder}/doudi.parquet' GROUP BY ALL""",
        "OpenFisca": f"SELECT household, round(100 * (after - before))::BIGINT AS gain FROM '{folder}/words.parquet'",
        "OpenFisca, arrays set": (
            f"SELECT household, round(100 * (after - before))::BIGINT AS gain FROM '{folder}/direct.parquet'"
        ),
    }
    found = {}
    for name in names:
        row = connection.execute(
            f"""SELECT count(*) FILTER (difference > 0), count(*) FILTER (difference >= 100)
                FROM (SELECT abs(coalesce(found.gain, 0) - right_gains.gain) AS difference
                      FROM right_gains LEFT JOIN ({queries[name]}) AS found USING (household))"""
        ).fetchone()
        assert row is not None
        found[name] = int(row[0]), int(row[1])
    gained = connection.execute(
        "SELECT count(*) FILTER (gain > 0), count(*) FILTER (gain < 0), count(*) FROM right_gains"
    ).fetchone()
    assert gained is not None
    print(f"\n{gained[2]:,} households: {gained[0]:,} gain and {gained[1]:,} lose by the query written by hand.")
    return found


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.openfisca.reform", description=__doc__.split("\n")[0])
    parser.add_argument("--households", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3, help="turns that are counted (3)")
    parser.add_argument("--folder", help="where households are made and kept; else a temporary one")
    given = parser.parse_args()
    prepare()
    versions = [f"{package} {importlib.metadata.version(package)}" for package in (*NEEDED.values(), "numpy")]
    print(f"Python {platform.python_version()}, {', '.join(versions)}; {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
    with tempfile.TemporaryDirectory() as temporary:
        folder = made(given.folder or temporary, given.households)
        write_ledger(folder)
        commands = contenders(folder)
        costs = in_turns(commands, given.runs, warm=False)
        lines = ["| | gain or loss differs | by a yuan or more |", "| --- | ---: | ---: |"]
        lines += [f"| {name} | {every:,} | {yuan:,} |" for name, (every, yuan) in wrong(folder, [*commands]).items()]
        show("Gains and losses beside the query written by hand", lines)
        show(f"{given.households:,} households, two rules files, whole process", table(costs, ["OpenFisca"]))


if __name__ == "__main__":
    main()
