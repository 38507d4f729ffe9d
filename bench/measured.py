"""A whole process of `doudi batch` measured: its time, its processor time and its peak memory."""

from __future__ import annotations

import csv
import os
import statistics
import sys

from bench.ledger import rows
from bench.processes import ROOT, Cost, run

RULES = os.path.join(ROOT, "rules.toml")


def batch(ledger: str, out: str, *options: str, month: str = "2022-06") -> Cost:
    """One whole process. Memory is that of the largest process, as the operating system accounts it."""
    return run([sys.executable, "-m", "calc", "batch", ledger, "--rules", RULES, "--month", month, "-o", out, "-q",
                "--allow-rejects", *options])  # fmt: skip


def written(folder: str, count: int, dirt: float) -> str:
    """A synthetic ledger in a file."""
    path = os.path.join(folder, f"ledger-{count}.csv")
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows(count, 1, dirt))
    return path


def tell(name: str, count: int, runs: list[Cost]) -> None:
    """Medians of some runs, and the range of their times."""
    seconds = statistics.median(one.seconds for one in runs)
    low, high = min(one.seconds for one in runs), max(one.seconds for one in runs)
    processor, memory = statistics.median(one.processor for one in runs), max(one.megabytes for one in runs)
    print(f"{name}: {seconds:.2f} s ({low:.2f}–{high:.2f}), {count / seconds:,.0f} a second, "
          f"{processor:.2f} s of processors, {memory:.0f} MB", flush=True)  # fmt: skip
