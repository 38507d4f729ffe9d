"""`python -m bench.spark`: facts in tables assessed by Spark on a standalone cluster of 1, 2 and 4 executors.

A synthetic district goes through `doudi batch --facts-to` once; DuckDB repeats its tables under other numbers and ids
until there are as many households as asked for. Each run is a whole process of spark-submit, in which all executors
have one core and the same memory. Where they are more than the machine has cores, they share them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from bench.measured import RULES, written
from bench.processes import ROOT
from tests.support.spark_cluster import Cluster

APART = 1 << 32
"""Between the numbers of a household and of its next copy."""


def repeated(facts: str, folder: str, times: int) -> int:
    """Copies of a folder of facts in another, each with other numbers and ids; returns the number of households."""
    shutil.copytree(facts, folder, ignore=shutil.ignore_patterns("part-*"))
    database = duckdb.connect(config={"memory_limit": "1GB"})
    for table in ("households", "members"):
        own = ", id || '-' || {at} AS id" if table == "households" else ""
        for at in range(times):
            changed = f"household + {at * APART} AS household{own.format(at=at)}"
            query = f"SELECT * REPLACE ({changed}) FROM read_parquet('{facts}/{table}/*.parquet')"
            database.execute(f"COPY ({query}) TO '{folder}/{table}/part-{at:05}.parquet'")
    for table in ("rejects", "warnings"):  # as they are: the same rows in each run
        shutil.copytree(f"{facts}/{table}", f"{folder}/{table}", dirs_exist_ok=True)
    path = Path(folder, "facts.json")
    description = json.loads(path.read_text(encoding="utf-8"))
    description["households"] *= times
    path.write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")
    return int(description["households"])


def run(cluster: Cluster, facts: str, out: str, by: str) -> float:
    """Seconds of one job."""
    shutil.rmtree(out, ignore_errors=True)
    given = ["batch", facts, "--rules", RULES, "--month", "2022-06", "--engine", "spark", "--by", by, "-o", out,
             "--allow-rejects", "--lang", "en"]  # fmt: skip
    begun = time.monotonic()
    job = cluster.submit(os.path.join(ROOT, "examples/batch_on_spark.py"), *given)
    job.wait()
    seconds = time.monotonic() - begun
    assert job.returncode == 0, cluster.log(f"job{len(cluster.jobs) - 1}")[-2000:]
    return seconds


def processor() -> float:
    """Seconds of all processes that have ended: master, workers and executors once a cluster is stopped."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--households", type=int, default=4_000_000)
    parser.add_argument("--executors", default="1,2,4")
    parser.add_argument("--by", choices=("household", "benefit"), default="household")
    parser.add_argument("--folder", help="for the tables; else a temporary one")
    given = parser.parse_args()
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        each = min(given.households, 200_000)
        ledger = written(folder, each, 0.0)
        begun = time.monotonic()
        subprocess.run([sys.executable, "-m", "calc", "batch", ledger, "--rules", RULES, "--month", "2022-06", "-q",
                        "--allow-rejects", "--facts-to", f"{folder}/once"], check=True)  # fmt: skip
        print(f"{each:,} households of CSV into tables: {time.monotonic() - begun:.1f} s", flush=True)
        count = repeated(f"{folder}/once", f"{folder}/facts", given.households // each)
        first = 0.0
        for executors in map(int, given.executors.split(",")):
            before, load = processor(), os.getloadavg()[0]
            cluster = Cluster(Path(tempfile.mkdtemp(prefix="spark", dir=folder)), executors)
            try:
                seconds = run(cluster, f"{folder}/facts", f"{folder}/out", given.by)
            finally:
                cluster.stop()
            first = first or seconds
            rows = duckdb.execute(f"SELECT count(*) FROM '{folder}/out/results/*.parquet'").fetchone()
            used, now = processor() - before, os.getloadavg()[0]
            print(f"{executors} executors: {count:,} households, {seconds:.1f} s, {count / seconds:,.0f} a second, "
                  f"{first / seconds:.2f} x as fast; {used:.0f} s of processors; load {load:.0f} to {now:.0f}; "
                  f"{rows[0] if rows else 0:,} rows", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
