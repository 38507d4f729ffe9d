"""Spoilt ledgers come to the same through both engines: results, rejects, totals, what is said and how it ends.

`DOUDI_FUZZ=5000` compares that many.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import Any

import pytest

from calc.cli import run
from calc.rules.toml_document import month_text
from tests.ledger.fuzz import BENCH, JSONL, SMALL, mutated
from tests.support.ledgers import DISTRICT, MONTHS, SMALLVILLE

COUNT = int(os.environ.get("DOUDI_FUZZ", "1500")) // 100
SEED = int(os.environ.get("DOUDI_SEED", "1"))
BASES = ((SMALLVILLE, SMALL), (SMALLVILLE, JSONL), (DISTRICT, BENCH))
OF_AN_ENGINE = ("households that duckdb left", "engine: ", "households whose rows are not adjacent")
"""What only one of them has to say: rows held in memory are none to DuckDB."""
REFUSED = "Error: the engine duckdb needs more memory"
"""What a heading of 65,000 columns comes to."""
OUTPUTS = ("results.csv", "rejects.csv", "totals.csv")


def ended(folder: Path, engine: str, given: list[str], capsys: Any) -> tuple[Any, ...]:
    """How a run ended, what it said and what it wrote."""
    paths = [folder / name for name in OUTPUTS]
    for path in paths:
        path.unlink(missing_ok=True)
    results, rejects, totals = map(str, paths)
    status = run([*given, "--engine", engine, "-o", results, "--rejects", rejects, "--totals", totals])
    told = capsys.readouterr()
    said = [line for line in told.err.splitlines() if not line.startswith(OF_AN_ENGINE)]
    return status, told.out, said, *(path.read_bytes() if path.exists() else None for path in paths)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_spoilt_ledgers_come_to_the_same(part: int, tmp_path: Path, capsys: Any) -> None:
    for at in range(part, COUNT, 4):
        random = Random(f"{SEED} {at}")
        rules, text = random.choice(BASES)
        ledgers = []
        for place in range(random.choice((1, 1, 2))):
            path = tmp_path / f"{place}.csv"
            path.write_bytes(mutated(random, text.encode())[0] if place == 0 else text.encode())
            ledgers.append(str(path))
        options = ["--by", random.choice(("household", "benefit")), "--duplicates", random.choice(("reject", "warn"))]
        given = ["batch", *ledgers, "--rules", rules, "--month", month_text(MONTHS[rules]), "--lang", "en", *options]
        rows, columns = (ended(tmp_path, engine, given, capsys) for engine in ("rows", "duckdb"))
        if any(line.startswith(REFUSED) for line in columns[2]):
            continue
        for name, one, other in zip(("status", "output", "messages", *OUTPUTS), rows, columns, strict=True):
            assert one == other, (at, name, given, Path(ledgers[0]).read_bytes()[:2000])
