"""`python -m bench.batch`: whole ledgers through `doudi batch`, as whole processes, with their peak memory.

Prints seconds, households a second and peak resident memory for a district of 6,000 households and for a large
ledger (a million by default), in one process and in two, pair by pair, and whether the results are the same bytes.
With `--engine duckdb` the two engines side by side instead.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import statistics
import sys
import tempfile

from bench.measured import batch, tell, written


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--engine", choices=("rows", "duckdb"), default="rows", help="duckdb: both, side by side")
    parser.add_argument("--memory", default="1GB", help="of DuckDB")
    given = parser.parse_args()
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
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
