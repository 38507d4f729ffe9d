"""The gains and losses of the reduced reform are those of the queries written by hand."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from bench.openfisca import files, reform
from bench.processes import run


@pytest.mark.slow
def test_compare_gives_the_gains_of_the_query_by_hand(tmp_path: Path) -> None:
    files.make(str(tmp_path), 2000)
    reform.write_ledger(str(tmp_path))
    run(reform.contenders(str(tmp_path))["Doudi"])
    assert reform.wrong(str(tmp_path), ["Doudi"]) == {"Doudi": (0, 0)}
    changes = tmp_path / "doudi.parquet"
    duckdb.execute(f"COPY (FROM '{changes}' WHERE household <> (SELECT min(household) FROM '{changes}')) "
                   f"TO '{tmp_path / 'less.parquet'}'")  # fmt: skip
    (tmp_path / "less.parquet").replace(changes)
    assert reform.wrong(str(tmp_path), ["Doudi"]) == {"Doudi": (1, 1)}
