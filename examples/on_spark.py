"""Run with spark-submit: the outcomes of a ledger, computed on a cluster.

    spark-submit --master spark://host:7077 on_spark.py rules.toml 2022-06 households.parquet members.parquet OUT

The files, which may be the folders `households` and `members` that `doudi batch --facts-to` writes, and OUT have to be
where all workers see them. OUT is a folder of parts, Parquet unless it ends in .csv.
"""

from __future__ import annotations

import sys

from calc.engine.sql.spark_engine import SparkEngine, read_files
from calc.engine.sql.spark_session import connect
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules


def main(rules: str, month: str, households: str, members: str, out: str, parts: str = "8") -> None:
    """Read, compute, write."""
    plan = plan_for(read_rules(rules), int(month.replace("-", "")))
    session = connect()
    inputs = read_files(session, plan, households, members, parts=int(parts))
    with SparkEngine(plan, session, inputs) as engine:
        engine.copy_long(out, int(parts))
    session.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
