"""Households run through Spark on this machine and compared with the row engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from bench.columns import alike
from calc.engine.facts import Household
from calc.engine.sql.duckdb_session import connect as duckdb
from calc.engine.sql.duckdb_session import load
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.spark_engine import SparkEngine, read_files
from calc.rules.plan import Plan
from tests.support.columns import by_rows


def files(plan: Plan, households: list[Household], folder: Path) -> tuple[str, str | None]:
    """The households as two Parquet files; facts that nobody states get no column."""
    with duckdb(threads=1) as connection:
        inputs = load(connection, plan, households)
        for name in (inputs.households, inputs.members):
            if name is not None:
                connection.execute(f"COPY {name} TO '{folder}/{name}.parquet'")
    return f"{folder}/households.parquet", f"{folder}/members.parquet" if plan.has_members else None


def read(session: SparkSession, plan: Plan, households: list[Household], folder: Path) -> Inputs:
    return read_files(session, plan, *files(plan, households, folder), parts=2)


def must_agree(session: SparkSession, plan: Plan, households: list[Household], folder: Path, about: str) -> None:
    """Fails with the first household on which Spark and the row engine differ."""
    with SparkEngine(plan, session, read(session, plan, households, folder)) as engine:
        found: list[Any] = list(engine.raws())
    assert [ordinal for ordinal, _ in found] == list(range(len(households))), "a household is lost or doubled"
    for household, wanted, (_, other) in zip(households, by_rows(plan, households), found, strict=True):
        assert wanted == alike(other), f"{about}, month {plan.month}: {household}"
