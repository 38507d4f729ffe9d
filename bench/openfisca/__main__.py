"""All figures of docs/benchmarks.md: results first, then seconds and memory, each in turns within one run."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import math
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Sequence

from bench.prepare import NEEDED, prepare
from bench.processes import ROOT, in_turns, ratio, run, said, table

PARTS = ("results", "one", "many", "csv", "chunks", "growth")
CHUNK = 500_000
HERE = "bench.openfisca"


def module(name: str, *arguments: object) -> list[str]:
    """The command of a module beside this one."""
    return [sys.executable, "-m", f"{HERE}.{name}", *map(str, arguments)]


def contenders(folder: str, format: str, *more: object) -> dict[str, list[str]]:
    """Who reads the folder and writes results, by name."""
    results = os.path.join(folder, "results")
    os.makedirs(results, exist_ok=True)
    ending = ".parts" if "--chunk" in more else ".parquet" if format == "parquet" else "_csv.parquet"

    def to(name: str) -> list[object]:
        return [folder, format, os.path.join(results, name + ending), *more]

    return {
        "by hand": module("by_duckdb", "by_hand", *to("by_hand")),
        "Doudi": module("by_duckdb", "doudi", *to("doudi")),
        "floor": module("by_duckdb", "floor", *to("floor")),
        "OpenFisca": module("by_openfisca", *to("openfisca")),
        "OpenFisca, roles as numbers": module("by_openfisca", *to("numbers"), "--way", "numbers"),
        "OpenFisca, arrays set": module("by_openfisca", *to("direct"), "--way", "direct"),
    }


def made(root: str, count: int, csv: bool = False) -> str:
    """The folder of so many households."""
    folder = os.path.join(root, str(count))
    if not os.path.exists(os.path.join(folder, "members.csv" if csv else "members.parquet")):
        said(module("files", folder, count, *(["--csv"] if csv else [])))
    return folder


def show(title: str, lines: Sequence[str]) -> None:
    print(f"\n## {title}\n", *lines, sep="\n", flush=True)


def results(root: str, count: int) -> None:
    """Who gives which households another yuan."""
    folder = made(root, count, csv=True)
    commands = contenders(folder, "parquet")
    for name, option in (("double", "--double"), ("rounded_first", "--rounded-first")):
        command = [*commands["OpenFisca, arrays set"], option]
        commands[name] = [part.replace("direct.parquet", f"{name}.parquet") for part in command]
    commands["csv"] = contenders(folder, "csv")["Doudi"]
    for name, command in commands.items():
        if name != "floor":
            run(command)
    found = json.loads(said(module("compare", folder)))
    lines = ["| | households of another status or amount |", "| --- | ---: |"]
    for name, shown in (
        ("Doudi, from Parquet", "doudi"),
        ("Doudi, from CSV", "doudi, from CSV"),
        ("Doudi's rows, the first 20,000", "doudi, rows"),
        ("OpenFisca, 32 bits as is its way", "openfisca"),
        ("OpenFisca, arrays set", "direct"),
        ("OpenFisca, changed to 64 bits", "double"),
        ("OpenFisca, rounding to the fen before rounding up", "rounded first"),
    ):
        lines.append(f"| {name} | {found[shown]} |")
    show(f"Results of {count:,} households beside the query by hand", [*lines, "", f"Smallest: {found['example']}."])


def one(runs: int) -> None:
    """One household: in a process of its own, and one after the other."""
    rules, household = (os.path.join(ROOT, "bench", "openfisca", name) for name in ("rules.toml", "household.json"))
    assess = [sys.executable, "-m", "calc", "assess", household, "--rules", rules, "--month", "2024-06"]
    commands = {"doudi assess": [*assess, "--format", "json"], "OpenFisca script": module("one", "openfisca")}
    show("One household in a process of its own", table(in_turns(commands, 3 * runs), ["doudi assess"]))
    pairs = [[float(said(module("one", engine, "--times", times))) for engine, times in
              (("doudi", 3000), ("openfisca", 300))] for _ in range(runs)]  # fmt: skip
    own, other = (statistics.median(pair[at] for pair in pairs) for at in (0, 1))
    times = ratio([pair[1] for pair in pairs], [pair[0] for pair in pairs])
    lines = [f"Doudi {own * 1e6:.0f} µs, OpenFisca {other * 1e6:.0f} µs of processor time: {times:.0f} times."]
    show("One household at a time, from JSON text to the outcome", lines)


def many(root: str, count: int, runs: int, format: str) -> None:
    folder = made(root, count, csv=format == "csv")
    found = in_turns(contenders(folder, format), runs)
    show(f"{count:,} households, {format.upper()} to Parquet, whole process", table(found, ["by hand", "Doudi"]))


def chunks(root: str, count: int, runs: int) -> None:
    folder = made(root, count)
    found = in_turns(contenders(folder, "parquet", "--chunk", CHUNK), runs, warm=False)
    show(f"{count:,} households in ranges of {CHUNK:,}", table(found, ["by hand", "Doudi"]))


def growth(root: str, most: int, runs: int) -> None:
    """Doudi's cost from 10,000 households on, in ranges, and the exponents fitted to it."""
    counts = [count for count in (10**4, 10**5, 10**6, 10**7) if count <= most]
    lines = ["| households | seconds | processor s | peak MB |", "| ---: | ---: | ---: | ---: |"]
    points = []
    for count in counts:
        command = contenders(made(root, count), "parquet", "--chunk", CHUNK)["Doudi"]
        costs = in_turns({"Doudi": command}, runs if count < 10**7 else 1, warm=count < 10**7)["Doudi"]
        best = min(costs, key=lambda cost: cost.processor)
        points.append((math.log(count), best))
        lines.append(f"| {count:,} | {best.seconds:.2f} | {best.processor:.2f} | {best.megabytes:.0f} |")
    lines.append("")
    if len(points) > 1:
        for name, at in (("seconds", 0), ("processor seconds", 1)):
            fitted = slope([(x, math.log(cost[at])) for x, cost in points])
            last = slope([(x, math.log(cost[at])) for x, cost in points[-2:]])
            lines.append(f"Exponent of {name}: {fitted:.2f} over all, {last:.2f} over the last two.")
    show("Growth of Doudi, whole process", lines)


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the line of least squares."""
    middle_x, middle_y = (statistics.mean(point[at] for point in points) for at in (0, 1))
    above = sum((x - middle_x) * (y - middle_y) for x, y in points)
    return above / sum((x - middle_x) ** 2 for x, _ in points)


def main() -> None:
    parser = argparse.ArgumentParser(prog=f"python -m {HERE}", description=__doc__)
    parser.add_argument("--households", type=int, default=1_000_000, help="in the middle parts (1,000,000)")
    parser.add_argument("--most", type=int, default=10_000_000, help="in the last two parts (10,000,000)")
    parser.add_argument("--runs", type=int, default=5, help="turns that are counted (5)")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part; may be given several times")
    parser.add_argument("--folder", help="where households are made and kept; else a temporary one")
    given = parser.parse_args()
    prepare()
    versions = [f"{package} {importlib.metadata.version(package)}" for package in (*NEEDED.values(), "numpy")]
    print(f"Python {platform.python_version()}, {', '.join(versions)}; {os.cpu_count()} cores", end="")
    if hasattr(os, "getloadavg"):
        print(f"; load at the start {os.getloadavg()[0]:.1f}", end="")
    print(flush=True)
    wanted = given.only or PARTS
    with tempfile.TemporaryDirectory() as temporary:
        root = given.folder or temporary
        if "results" in wanted:
            results(root, given.households)
        if "one" in wanted:
            one(given.runs)
        if "many" in wanted:
            many(root, given.households, given.runs, "parquet")
        if "csv" in wanted:
            many(root, given.households, given.runs, "csv")
        if "chunks" in wanted:
            chunks(root, given.most, min(given.runs, 2))
        if "growth" in wanted:
            growth(root, given.most, given.runs)


if __name__ == "__main__":
    main()
