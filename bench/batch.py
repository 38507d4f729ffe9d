"""`python -m bench.batch`: whole ledgers through `doudi batch`, as whole processes, with their peak memory.

Prints seconds, households a second and peak resident memory for a district of 6,000 households and for a large
ledger (a million by default), in one process and in two, pair by pair, and whether the results are the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import filecmp
import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

from bench.ledger import rows

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RULES = os.path.join(ROOT, "rules.toml")


class Measured(NamedTuple):
    seconds: float
    megabytes: float


def run(ledger: str, out: str, *options: str) -> Measured:
    """One whole process. Memory is that of the largest process, as the operating system accounts it."""
    command = [sys.executable, "-m", "calc", "batch", ledger, "--rules", RULES, "--month", "2022-06", "-o", out, "-q",
               "--allow-rejects", *options]  # fmt: skip
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    assert os.waitstatus_to_exitcode(status) == 0, command
    return Measured(seconds, used.ru_maxrss / 1024)


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        out, out2 = os.path.join(folder, "results.csv"), os.path.join(folder, "results2.csv")
        district = written(folder, 6000, 0.02)
        small = [run(district, out) for _ in range(given.runs)]
        tell("6,000 households, 2 % of them spoilt", 6000, small)
        ledger = written(folder, given.households, 0.0)
        pairs = [(run(ledger, out), run(ledger, out2, "--jobs", "2")) for _ in range(given.runs)]
        tell(f"{given.households:,} households, one process", given.households, [one for one, _ in pairs])
        tell(f"{given.households:,} households, --jobs 2", given.households, [two for _, two in pairs])
        ratio = statistics.median(one.seconds / two.seconds for one, two in pairs)
        same = "the same bytes" if filecmp.cmp(out, out2, shallow=False) else "DIFFERENT RESULTS"
        print(f"--jobs 2 is {ratio:.2f} x as fast; {same}")


def written(folder: str, count: int, dirt: float) -> str:
    """A synthetic ledger in a file."""
    path = os.path.join(folder, f"ledger-{count}.csv")
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows(count, 1, dirt))
    return path


def tell(name: str, count: int, runs: list[Measured]) -> None:
    """Medians of some runs, and the range of their times."""
    seconds = statistics.median(one.seconds for one in runs)
    low, high = min(one.seconds for one in runs), max(one.seconds for one in runs)
    memory = max(one.megabytes for one in runs)
    print(f"{name}: {seconds:.2f} s ({low:.2f}–{high:.2f}), {count / seconds:,.0f} a second, {memory:.0f} MB")


if __name__ == "__main__":
    main()
