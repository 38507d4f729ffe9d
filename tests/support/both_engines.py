"""A ledger through two engines of `doudi batch`: results, rejects and totals have to be the same bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

import calc.batch.duckdb.ledger_ranges as by_duckdb
from calc.cli import run

ROOT = Path(__file__).parents[2]
RULES = str(ROOT / "rules.toml")
WITHOUT = ("--without", "收入", "--without", "财产")
"""For ledgers that need no column of income or property."""


@contextmanager
def taken_by_sql() -> Iterator[list[set[str]]]:
    """The ids of the households that SQL took in each run."""
    found: list[set[str]] = []
    before = by_duckdb.grouped

    def counted(*given: Any) -> Any:
        answer = before(*given)
        found.append({row[0] for row in given[0].execute("SELECT id FROM households").fetchall()})
        return answer

    with patch.object(by_duckdb, "grouped", counted):
        yield found


def outputs(
    folder: Path, engine: str, ledgers: list[str], ending: str, options: list[str], may_stop: bool = False
) -> dict[str, bytes]:
    """The files that a run writes; none but its exit status if it may stop at a column that is not clear, and does."""
    paths = {name: folder / f"{engine}-{name}" for name in (f"results{ending}", "rejects.csv", "totals.csv")}
    results, rejects, totals = map(str, paths.values())
    language = () if "--lang" in options else ("--lang", "en")
    status = run(["batch", *ledgers, "--engine", engine, "-o", results, "--rejects", rejects, "--totals", totals,
                  "--allow-rejects", *language, "-q", "--debug", *options])  # fmt: skip
    if may_stop and status == 2:
        return {"status": b"2"}
    assert status == 0
    return {name: path.read_bytes() for name, path in paths.items()}


def must_be_alike(
    folder: Path, ledgers: list[str], *options: str, ending: str = ".csv", may_stop: bool = False
) -> dict[str, bytes]:
    """Run both; the files are the same."""
    given = [*options, *(() if "--rules" in options else ("--rules", RULES))]
    given += WITHOUT if RULES in given and "--without" not in given else ()
    one = outputs(folder, "rows", ledgers, ending, given, may_stop)
    other = outputs(folder, "duckdb", ledgers, ending, given, may_stop)
    assert one.keys() == other.keys()
    for name in one:
        if one[name] != other[name]:
            lines = zip(one[name].splitlines(), other[name].splitlines(), strict=False)
            first = next(((a, b) for a, b in lines if a != b), None)
            pytest.fail(f"{name}: {len(one[name])} and {len(other[name])} bytes, first difference {first}")
    return one


def written(path: Path, made: list[list[str]], encoding: str = "utf-8", quoting: Any = csv.QUOTE_MINIMAL) -> str:
    """Rows as a CSV file; returns its path."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows(made)
    path.write_bytes(out.getvalue().encode(encoding, "surrogateescape"))
    return str(path)
