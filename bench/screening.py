"""`doudi screen` against `doudi batch` on a list of which one fact in three is not known: `python -m bench.screening`.

Both run over the same file, one after the other, several times; the ratio is that of processor time.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import sys
import tempfile
from random import Random

from bench.ledger import HEADINGS, rows
from bench.measured import RULES, batch, tell
from bench.processes import Cost, run

_KEPT = frozenset(HEADINGS.index(one) for one in ("户编号", "乡镇", "姓名", "身份证号", "与户主关系"))
_HOUSEHOLD, _CHECKED = HEADINGS.index("户编号"), HEADINGS.index("家庭经济状况已核对")


def unsure(count: int, seed: int = 1, share: float = 1 / 3) -> list[list[str]]:
    """The rows of a list, headings first; a share of its filled cells is not known."""
    random = Random(seed)
    found = [list(row) for row in rows(count, seed)]
    checked: dict[str, str] = {}
    for row in found[1:]:
        for at, cell in enumerate(row):
            if cell and at not in _KEPT and random.random() < share:
                row[at] = "不详"
        row[_CHECKED] = checked.setdefault(row[_HOUSEHOLD], row[_CHECKED])
    return found


def screen(path: str, out: str) -> Cost:
    """One whole process of `doudi screen`."""
    return run([sys.executable, "-m", "calc", "screen", path, "--rules", RULES, "--month", "2022-06", "-o", out, "-q",
                "--examples", "0", "--pieces", "0"])  # fmt: skip


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("households", type=int, nargs="?", default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "list.csv")
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(unsure(asked.households))
        pairs = [
            (batch(path, os.path.join(folder, "results.csv")), screen(path, os.path.join(folder, "todo.csv")))
            for _ in range(asked.runs)
        ]
    tell("batch", asked.households, [one for one, _ in pairs])
    tell("screen", asked.households, [other for _, other in pairs])
    ratio = statistics.median(other.processor / one.processor for one, other in pairs)
    print(f"screen takes {ratio:.2f} times the processor time of batch")


if __name__ == "__main__":
    main()
