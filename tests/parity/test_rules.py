"""Rows and DuckDB agree on generated rules files, which use every form of the language."""

from __future__ import annotations

import pytest

from calc.diagnostics.diagnostic import InputErrors
from calc.engine.sql import benefit_columns, needs_bits, read_rows
from calc.engine.sql.duckdb_session import Connection
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.unsupported import UnsupportedPlan
from tests.support.columns import FULL, must_agree, some_households
from tests.support.rulefiles import rules_file
from tests.support.small import plan_of

FIRST = 20_000
"""The first seed: other files than the row engine is tested on."""
FILES, HOUSEHOLDS = (3000, 200) if FULL else (380, 200)
LEAST = 2400 if FULL else 300
MONTHS = (202403, 202406, 202410)
MOST_REFUSED = 0.02
"""Share of files whose numbers may need more than 38 digits."""
PARTS = 4
STATED = (None, None, 1.0, 0.3)


@pytest.mark.parametrize("part", range(PARTS))
def test_generated_rules_come_out_alike(part: int, connection: Connection, record: dict[str, int]) -> None:
    for seed in range(FIRST + part, FIRST + FILES, PARTS):
        text = rules_file(seed)
        try:
            plan = plan_of(text, MONTHS[seed % len(MONTHS)], head="")
        except InputErrors:
            continue
        households = some_households(plan, seed, HOUSEHOLDS, STATED[seed // PARTS % len(STATED)])
        try:
            must_agree(connection, plan, households, f"rules_file({seed})", text)
        except UnsupportedPlan as refused:
            assert refused.reason == "too-wide", refused
            record["refused"] += 1
            continue
        record["agreed"] += 1


@pytest.mark.parametrize("bits", [1, 3, 7])
def test_sets_of_several_words_come_out_alike(
    bits: int, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few rules files have more than 63 facts that can be missing, so words are made shorter here."""
    for module in (read_rows, needs_bits, benefit_columns):
        monkeypatch.setattr(module, "WORD_BITS", bits)
    most = 0
    for seed in range(FIRST, FIRST + 40):
        try:
            plan = plan_of(rules_file(seed), 202406, head="")
        except InputErrors:
            continue
        if any(len(benefit.conditions) > bits for benefit in plan.benefits.values()):
            continue
        must_agree(connection, plan, some_households(plan, seed, 100), f"rules_file({seed})")
        inputs = Inputs.of(plan)
        most = max(most, read_rows.query_of(plan, inputs).program.words.count)
    assert most > 1


@pytest.fixture(scope="module")
def record() -> dict[str, int]:
    return {"agreed": 0, "refused": 0}


def test_few_rules_are_refused(record: dict[str, int]) -> None:
    agreed, refused = record["agreed"], record["refused"]
    if not agreed:
        pytest.skip("runs after the parts above")
    assert agreed >= LEAST, f"only {agreed} files were compared"
    assert refused <= MOST_REFUSED * (agreed + refused), f"{refused} of {agreed + refused} files were refused"
