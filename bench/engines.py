"""`python -m bench.batch --engine duckdb`: the two engines of `doudi batch` side by side, as whole processes.

A synthetic ledger as CSV, as JSON Lines, and as Parquet with exact types (DECIMAL, BIGINT, BOOLEAN, DATE). The row
engine reads CSV; the figures of each way are the median of some runs, taken in turn, and the results must be the same
bytes.
"""

from __future__ import annotations

import csv
import filecmp
import json
import os
import subprocess
import sys

from bench.measured import batch, tell, written
from bench.processes import Cost

TRUTHS = ("家庭经济状况已核对", "需长期照护", "重病认定", "在本市务工", "孤儿认定")
AMOUNTS = ("工资", "核定务工成本", "经营净收入", "养老金", "基础养老金", "赡养抚养费收入", "货币财产")
COUNTS = ("住房套数", "未达到的自理指标数")


def as_parquet(ledger: str, path: str) -> None:
    """The ledger as Parquet with exact types."""
    import duckdb

    texts = duckdb.connect().read_csv(ledger, all_varchar=True)
    columns = []
    for name in texts.columns:
        given = duckdb.ColumnExpression(name)
        if name in TRUTHS:
            given = duckdb.CaseExpression(given.isnotnull(), given == duckdb.ConstantExpression("是"))
        elif name in AMOUNTS:
            given = given.cast("DECIMAL(18, 2)")
        elif name in COUNTS:
            given = given.cast("BIGINT")
        elif name == "边缘认定日期":
            given = given.cast("DATE")
        columns.append(given.alias(name))
    texts.select(*columns).write_parquet(path)


def as_json_lines(ledger: str, path: str) -> None:
    """The ledger as JSON Lines, a member a line, without what is empty."""
    with open(ledger, encoding="utf-8", newline="") as source, open(path, "w", encoding="utf-8") as out:
        for row in csv.DictReader(source):
            out.write(json.dumps({name: cell for name, cell in row.items() if cell}, ensure_ascii=False) + "\n")


def compare(folder: str, counts: list[int], runs: int, memory: str) -> None:
    """Print the figures of each way for each number of households."""
    for count in counts:
        ledger = written(folder, count, 0.0)
        typed = os.path.join(folder, f"ledger-{count}.parquet")
        objects = os.path.join(folder, f"ledger-{count}.jsonl")
        # in a process of its own: what this one holds would count as the peak of those it starts
        subprocess.run([sys.executable, "-m", "bench.engines", ledger, typed, objects], check=True)
        ways = {
            "rows, CSV to CSV": (ledger, "rows.csv", ("--engine", "rows")),
            "duckdb, CSV to CSV": (ledger, "duckdb.csv", ("--engine", "duckdb", "--memory", memory)),
            "duckdb, JSON Lines to CSV": (objects, "objects.csv", ("--engine", "duckdb", "--memory", memory)),
            "duckdb, Parquet to CSV": (typed, "typed.csv", ("--engine", "duckdb", "--memory", memory)),
            "duckdb, Parquet to Parquet": (typed, "typed.parquet", ("--engine", "duckdb", "--memory", memory)),
        }
        found: dict[str, list[Cost]] = {name: [] for name in ways}
        for _ in range(runs):
            for name, (source, out, options) in ways.items():
                found[name].append(batch(source, os.path.join(folder, out), *options))
        for name, measured in found.items():
            tell(f"{count:,} households, {name}", count, measured)
        first = os.path.join(folder, "rows.csv")
        others = ("duckdb.csv", "objects.csv", "typed.csv")
        same = all(filecmp.cmp(first, os.path.join(folder, out), False) for out in others)
        print("the same bytes" if same else "DIFFERENT RESULTS", flush=True)


if __name__ == "__main__":
    as_parquet(*sys.argv[1:3])
    as_json_lines(sys.argv[1], sys.argv[3])
