"""A whole process of `doudi batch` measured: its time, its processor time and its peak memory."""

from __future__ import annotations

import csv
import os
import statistics
import subprocess
import sys
import time
from typing import NamedTuple

from bench.ledger import rows

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RULES = os.path.join(ROOT, "rules.toml")


class Measured(NamedTuple):
    """Seconds on the clock, seconds of all processors, megabytes at the most."""

    seconds: float
    processor: float
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
    return Measured(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


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
    processor, memory = statistics.median(one.processor for one in runs), max(one.megabytes for one in runs)
    print(f"{name}: {seconds:.2f} s ({low:.2f}–{high:.2f}), {count / seconds:,.0f} a second, "
          f"{processor:.2f} s of processors, {memory:.0f} MB", flush=True)  # fmt: skip
