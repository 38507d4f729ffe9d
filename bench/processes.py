"""Whole processes: seconds, processor seconds and peak memory, taken in turns so that a drifting machine moves all."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from random import Random
from typing import NamedTuple

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Cost(NamedTuple):
    """What a process took."""

    seconds: float
    processor: float
    megabytes: float


def run(command: Sequence[str]) -> Cost:
    """Run a command to its end; its output is dropped, its errors are shown."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"failed: {' '.join(command)}")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)


def said(command: Sequence[str]) -> str:
    """The output of a command."""
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT, text=True).stdout


def in_turns(commands: Mapping[str, Sequence[str]], times: int, warm: bool = True) -> dict[str, list[Cost]]:
    """Every command so many times; once before that, uncounted, where `warm`.

    Each turn has an order of its own, the same in every run: a process costs up to a third less or more by which one
    ran before it.
    """
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(times + warm):
        order = [*commands]
        Random(turn).shuffle(order)
        for name in order:
            cost = run(commands[name])
            if turn or not warm:
                found[name].append(cost)
    return found


def ratio(ones: Sequence[float], others: Sequence[float]) -> float:
    """The median of the ratios, turn by turn."""
    return statistics.median(one / other for one, other in zip(ones, others, strict=True))


def table(found: Mapping[str, Sequence[Cost]], beside: Sequence[str]) -> list[str]:
    """A Markdown table of medians, with the ratios of seconds and of processor seconds to some of the commands."""
    heads = ["", "seconds", "processor s", "peak MB"]
    heads += [f"× {name}, {what}" for name in beside for what in ("seconds", "processor")]
    lines = [" | ".join(heads), " | ".join(["---"] + ["---:"] * (len(heads) - 1))]
    for name, costs in found.items():
        row = [name, f"{statistics.median(one.seconds for one in costs):.2f}"]
        row.append(f"{statistics.median(one.processor for one in costs):.2f}")
        row.append(f"{statistics.median(one.megabytes for one in costs):.0f}")
        for other in beside:
            for at in (0, 1):
                row.append(f"{ratio([one[at] for one in costs], [one[at] for one in found[other]]):.2f}")
        lines.append(" | ".join(row))
    return [f"| {line} |" for line in lines]
