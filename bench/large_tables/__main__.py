"""Large tables of several axes: results first, then rows, DuckDB and OpenFisca in turns, with towns and with grades."""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import sys
import tempfile

from bench.large_tables.households import BY_GRADE, BY_TOWN, write
from bench.large_tables.rules import text
from bench.prepare import prepare
from bench.processes import in_turns, ratio, run, said, table

HERE = "bench.large_tables"


def commands(folder: str, ledger: str) -> dict[str, list[str]]:
    """The whole processes: each reads the ledger and writes results."""
    source = os.path.join(folder, f"{ledger}.csv")
    rules = os.path.join(folder, "rules.toml")
    batch = [sys.executable, "-m", "calc", "batch", source, "--rules", rules, "--month", "2024-06", "-q"]
    found = {shown: [*batch, "--engine", engine, "-o", out_of(folder, ledger, shown)]
             for shown, engine in (("rows", "rows"), ("DuckDB", "duckdb"))}  # fmt: skip
    out = out_of(folder, ledger, "OpenFisca")
    return {**found, "OpenFisca": [sys.executable, "-m", f"{HERE}.by_openfisca", source, out]}


def out_of(folder: str, ledger: str, name: str) -> str:
    """The file of somebody's results."""
    return os.path.join(folder, f"{ledger}-{name}.csv")


def paid(path: str) -> dict[str, tuple[float, float]]:
    """What each household is paid."""
    with open(path, newline="") as file:
        return {row["household"]: (float(row["assistance"] or 0), float(row["child_allowance"] or 0))
                for row in csv.DictReader(file)}  # fmt: skip


def differing(folder: str) -> dict[str, int]:
    """Runs everybody once; returns how many households each pays another amount than the rows of the first ledger."""
    found: dict[str, int] = {}
    wanted: dict[str, tuple[float, float]] = {}
    for ledger in (BY_TOWN, BY_GRADE):
        for name, command in commands(folder, ledger).items():
            run(command)
            one = paid(out_of(folder, ledger, name))
            wanted = wanted or one
            found[f"{name}, {ledger}"] = sum(one.get(key) != value for key, value in wanted.items())
    return found


def in_process(folder: str, ledger: str, count: int, runs: int) -> None:
    """Prints the processor seconds of the rules alone, in turns."""
    rows = [sys.executable, "-m", f"{HERE}.by_rows", os.path.join(folder, "rules.toml"), ledger, str(count)]
    openfisca = commands(folder, ledger)["OpenFisca"]
    own: list[float] = []
    built: list[float] = []
    for _ in range(runs):
        own.append(float(said(rows)))
        built.append(sum(map(float, said(openfisca).split())))
    print(f"rules alone, {ledger}: rows {statistics.median(own):.2f} s, OpenFisca {statistics.median(built):.2f} s "
          f"with its builder, {ratio(own, built):.2f} ×", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog=f"python -m {HERE}", description=__doc__)
    parser.add_argument("--households", type=int, default=100_000, help="households (100,000)")
    parser.add_argument("--runs", type=int, default=5, help="turns that are counted (5)")
    given = parser.parse_args()
    prepare()
    with tempfile.TemporaryDirectory() as folder:
        write(folder, given.households)
        with open(os.path.join(folder, "rules.toml"), "w", encoding="utf-8") as file:
            file.write(text())
        wrong = differing(folder)
        print(f"{given.households:,} households, of which others are paid: {wrong}", flush=True)
        for ledger in (BY_TOWN, BY_GRADE):
            print(f"\n## {ledger}\n", *table(in_turns(commands(folder, ledger), given.runs), ["OpenFisca"]), sep="\n")
            in_process(folder, ledger, given.households, given.runs)
    sys.exit(1 if any(wrong.values()) else 0)


if __name__ == "__main__":
    main()
