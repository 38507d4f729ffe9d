"""`python -m bench.batch`: whole ledgers through `doudi batch`, as whole processes, with their peak memory.

Prints seconds, households a second and peak resident memory for a district of 6,000 households and for a large
ledger (a million by default), in one process and in two, pair by pair, and whether the results are the same bytes.
With `--engine duckdb` the two engines side by side instead. With `--start` how soon a run is fast: the row engine on
10,000 and on 60,000 households, in CSV and JSON Lines, by turns, and the households a second between the two.
"""

from __future__ import annotations

import argparse
import compileall
import filecmp
import os
import statistics
import sys
import tempfile

from bench.engines import as_json_lines
from bench.measured import batch, tell, written
from bench.processes import ROOT, Cost

FEW, MORE = 10_000, 60_000


def start(folder: str, runs: int) -> None:
    """Print how many households a second small ledgers take, and of the processor seconds the least of some runs."""
    ways: dict[tuple[str, int, str], tuple[str, tuple[str, ...]]] = {}
    for count in (FEW, MORE):
        ledger = written(folder, count, 0.0)
        objects = os.path.join(folder, f"ledger-{count}.jsonl")
        as_json_lines(ledger, objects)
        for jobs in ("1", "2"):
            options = ("--engine", "rows", "--jobs", jobs)
            ways["CSV", count, jobs] = ledger, options
            ways["JSON Lines", count, jobs] = objects, options
    found: dict[tuple[str, int, str], list[Cost]] = {way: [] for way in ways}
    for _ in range(runs):
        for way, (ledger, options) in ways.items():
            found[way].append(batch(ledger, os.path.join(folder, "results.csv"), *options))
    for (form, count, jobs), costs in found.items():
        tell(f"{count:,} households, {form}, --jobs {jobs}", count, costs)
    for form in ("CSV", "JSON Lines"):
        few, more = (min(one.processor for one in found[form, count, "1"]) for count in (FEW, MORE))
        print(f"{form}: {MORE / more:,.0f} households a second of processor time, "
              f"{(MORE - FEW) / (more - few):,.0f} from {FEW:,} on")  # fmt: skip


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--engine", choices=("rows", "duckdb"), default="rows", help="duckdb: both, side by side")
    parser.add_argument("--start", action="store_true", help="10,000 and 60,000 households by the row engine")
    parser.add_argument("--memory", default="1GB", help="of DuckDB")
    given = parser.parse_args()
    compileall.compile_dir(os.path.join(ROOT, "calc"), quiet=2)
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        if given.start:
            start(folder, given.runs)
            return
        if given.engine == "duckdb":
            from bench.engines import compare

            compare(folder, [given.households], given.runs, given.memory)
            return
        out, out2 = os.path.join(folder, "results.csv"), os.path.join(folder, "results2.csv")
        district = written(folder, 6000, 0.02)
        small = [batch(district, out, "--engine", "rows") for _ in range(given.runs)]
        tell("6,000 households, 2 % of them spoilt", 6000, small)
        ledger = written(folder, given.households, 0.0)
        pairs = [
            (batch(ledger, out, "--engine", "rows"), batch(ledger, out2, "--engine", "rows", "--jobs", "2"))
            for _ in range(given.runs)
        ]
        tell(f"{given.households:,} households, one process", given.households, [one for one, _ in pairs])
        tell(f"{given.households:,} households, --jobs 2", given.households, [two for _, two in pairs])
        ratio = statistics.median(one.seconds / two.seconds for one, two in pairs)
        same = "the same bytes" if filecmp.cmp(out, out2, shallow=False) else "DIFFERENT RESULTS"
        print(f"--jobs 2 is {ratio:.2f} x as fast; {same}")


if __name__ == "__main__":
    main()
