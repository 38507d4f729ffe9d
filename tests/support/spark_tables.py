"""A ledger through the row engine, and through tables of facts and Spark: the same rows of results, rejects, totals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from calc.cli import run

TABLES = ("results", "rejects", "totals")
Rows = dict[str, tuple[list[tuple[str, str]], list[tuple[Any, ...]]]]
"""Of each table its columns with their types, and its rows in an order of their own."""


def batch(ledgers: list[str], *options: str) -> None:
    given = ["batch", *ledgers, "--lang", "en", "-q", "--debug", "--allow-rejects", *options]
    assert run(given) == 0, given


def read(path: str) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
    found = duckdb.connect().execute(f"SELECT * FROM read_parquet('{path}')")
    columns = [(str(one[0]), str(one[1])) for one in found.description]
    return columns, sorted(found.fetchall(), key=repr)


def by_rows(folder: Path, ledgers: list[str], *options: str) -> Rows:
    """The tables of the row engine, as Parquet."""
    paths = {name: str(folder / f"rows-{name}.parquet") for name in TABLES}
    results, rejects, totals = paths.values()
    batch(ledgers, "--engine", "rows", *options, "-o", results, "--rejects", rejects, "--totals", totals)
    return {name: read(path) for name, path in paths.items()}


def of_folder(folder: Path) -> Rows:
    """The tables that Spark wrote into a folder, which holds nothing else."""
    assert sorted(one.name for one in folder.iterdir()) == sorted(TABLES)
    for name in TABLES:
        parts = sorted(one.name for one in (folder / name).iterdir())
        assert parts == [f"part-{at:05}.parquet" for at in range(len(parts))]
    return {name: read(f"{folder}/{name}/*.parquet") for name in TABLES}


def facts_of(folder: Path, ledgers: list[str], *options: str) -> str:
    """Tables of facts of a ledger."""
    path = str(folder / "facts")
    batch(ledgers, *options, "--facts-to", path)
    return path


def without_values(found: Rows) -> Rows:
    """Tables with a row for each household and check that fails: Spark does not say the values, nor their cells."""
    columns, rows = found["rejects"]
    names = [name for name, _ in columns]
    file, code, message = (names.index(one) for one in ("file", "code", "message"))

    def bare(row: tuple[Any, ...]) -> tuple[Any, ...]:
        if row[code] != "check-failed":
            return row
        said = row[message].partition(" failed")[0]
        return (*row[:file], *(None for _ in row[file:code]), row[code], None, said, *row[message + 1 :])

    return {**found, "rejects": (columns, sorted(set(map(bare, rows)), key=repr))}


def must_be_alike(wanted: Rows, found: Rows) -> None:
    wanted, found = without_values(wanted), without_values(found)
    for name in TABLES:
        assert found[name][0] == wanted[name][0], f"columns of {name}"
        if found[name][1] != wanted[name][1]:
            one, other = wanted[name][1], found[name][1]
            only = [[row for row in a if row not in b][:2] for a, b in ((one, other), (other, one))]
            pytest.fail(f"{name}: {len(one)} and {len(other)} rows, only by rows {only[0]}, only by Spark {only[1]}")


def compare(folder: Path, ledgers: list[str], common: list[str], reading: list[str], *forms: list[str]) -> list[Rows]:
    """Compare both ways in some forms of results. `reading` are the options that only a ledger knows."""
    found = []
    facts = facts_of(folder, ledgers, *common, *reading)
    for at, form in enumerate(forms):
        out = folder / f"out-{at}"
        batch([facts], "--engine", "spark", "--master", "local[2]", *common, *form, "-o", str(out))
        wanted = by_rows(folder, ledgers, *common, *reading, *form)
        must_be_alike(wanted, of_folder(out))
        found.append(wanted)
    return found
