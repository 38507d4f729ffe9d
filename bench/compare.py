"""`python -m bench.compare`: two months of a ledger through `doudi compare`, beside one `doudi batch` of the later one.

One household in twenty has another pension in the second month, and a few are gone; nothing else differs. All is
settled in both months, unless `--as-it-is` leaves what the synthetic ledger does not know. Prints seconds, seconds of
processors and peak memory, of DuckDB and of the row engine, the ratios pair by pair, and whether both wrote the same.
"""

from __future__ import annotations

import argparse
import csv
import filecmp
import os
import statistics
import sys
import tempfile
from random import Random

from bench.ledger import HEADINGS, rows
from bench.measured import RULES, batch, tell
from bench.processes import Cost, run

HOUSEHOLD, PENSION = HEADINGS.index("户编号"), HEADINGS.index("养老金")
SETTLED = {HEADINGS.index("法定义务人情况"): "有人有能力", HEADINGS.index("家庭经济状况已核对"): "是"}
CHANGED, GONE = 0.05, 0.002


def written(folder: str, count: int, as_it_is: bool) -> tuple[str, str]:
    """Two ledgers, the earlier one first."""
    random, paths = Random(5), [os.path.join(folder, f"{name}-{count}.csv") for name in ("earlier", "later")]
    with (
        open(paths[0], "w", encoding="utf-8", newline="") as one,
        open(paths[1], "w", encoding="utf-8", newline="") as two,
    ):
        earlier, later = csv.writer(one, lineterminator="\n"), csv.writer(two, lineterminator="\n")
        last, event = "", 1.0
        for at, row in enumerate(rows(count, 1)):
            if at and not as_it_is:
                for place, value in SETTLED.items():
                    row[place] = value
            earlier.writerow(row)
            is_head = at > 0 and row[HOUSEHOLD] != last
            if is_head:
                last, event = row[HOUSEHOLD], random.random()
            if at and event < GONE:
                continue
            if is_head and event < GONE + CHANGED:
                row[PENSION] = str(random.randint(0, 1500))
            later.writerow(row)
    return paths[0], paths[1]


def as_parquet(path: str) -> str:
    """A copy of a ledger as Parquet, every cell a text."""
    import duckdb

    found = path.replace(".csv", ".parquet")
    duckdb.execute(f"COPY (SELECT * FROM read_csv('{path}', all_varchar = true)) TO '{found}'")
    return found


def compared(earlier: str, later: str, out: str, engine: str) -> Cost:
    """One whole process of `doudi compare`."""
    months = ["--month", "2022-08", "--against-month", "2022-07"]
    return run([sys.executable, "-m", "calc", "compare", later, "--against", earlier, *months, "--rules", RULES,
                "-o", out, "--engine", engine, "-q", "--lang", "en"])  # fmt: skip


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--as-it-is", action="store_true", help="leave facts that the ledger does not know")
    parser.add_argument("--no-rows", action="store_true", help="DuckDB alone")
    given = parser.parse_args()
    count = given.households
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        district = [compared(*written(folder, 6000, given.as_it_is), os.path.join(folder, "d.csv"), "rows")
                    for _ in range(given.runs)]  # fmt: skip
        tell("rows, two months of 6,000 households", 6000, district)
        pair = written(folder, count, given.as_it_is)
        earlier, later = map(as_parquet, pair)
        one, two = os.path.join(folder, "one.csv"), os.path.join(folder, "two.csv")
        turns = [(batch(later, os.path.join(folder, "out.parquet"), "--engine", "duckdb", month="2022-08"),
                  compared(earlier, later, one, "duckdb")) for _ in range(given.runs)]  # fmt: skip
        tell(f"batch, DuckDB, {count:,} households", count, [alone for alone, _ in turns])
        tell(f"compare, DuckDB, two months of {count:,}", count, [both for _, both in turns])
        for name, of in (("time", 0), ("processors", 1), ("memory", 2)):
            found = statistics.median(both[of] / alone[of] for alone, both in turns)
            print(f"compare takes {found:.2f} x the {name} of batch")
        if not given.no_rows:
            tell(f"compare, rows, two months of {count:,}", count, [compared(*pair, two, "rows")])
            print("the same bytes" if filecmp.cmp(one, two, shallow=False) else "DIFFERENT CHANGES")


if __name__ == "__main__":
    main()
