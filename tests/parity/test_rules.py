"""Rows and DuckDB agree on generated rules files, which use every form of the language."""

from __future__ import annotations

import pytest

from calc.diagnostics.diagnostic import InputErrors
from calc.engine.sql import benefit_columns, needs_bits, read_rows
from calc.engine.sql.digits import may_be_too_wide
from calc.engine.sql.duckdb_session import Connection
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.unsupported import UnsupportedPlan
from tests.support.columns import must_agree, some_households
from tests.support.rulefiles import rules_file
from tests.support.seeds import few_or_all, seeds
from tests.support.small import plan_of

pytestmark = pytest.mark.slow

FIRST = 20_000
"""The first seed: other files than the row engine is tested on."""
HOUSEHOLDS = few_or_all(100, 200)
LEAST = 0.7
"""Share of files that are compared; others have mistakes on purpose."""
MONTHS = (202403, 202406, 202410)
MOST_REFUSED = 0.02
"""Share of files whose numbers may need more than 38 digits."""
PARTS = 4
STATED = (None, None, 1.0, 0.3)


@pytest.mark.parametrize("part", range(PARTS))
def test_generated_rules_come_out_alike(part: int, connection: Connection) -> None:
    agreed = refused = 0
    drawn = seeds(range(FIRST, FIRST + 380), 40)[part::PARTS]
    for seed in drawn:
        text = rules_file(seed)
        try:
            plan = plan_of(text, MONTHS[seed % len(MONTHS)], head="")
        except InputErrors:
            continue
        households = some_households(plan, seed, HOUSEHOLDS, STATED[seed // PARTS % len(STATED)])
        try:
            must_agree(connection, plan, households, f"rules_file({seed})", text)
        except UnsupportedPlan as unsupported:
            assert unsupported.reason == "too-wide", unsupported
            assert may_be_too_wide(plan, set()), f"rules_file({seed}) was expected to have a query"
            refused += 1
            continue
        agreed += 1
    assert agreed >= LEAST * len(drawn), f"only {agreed} of {len(drawn)} files were compared"
    assert refused <= max(1, MOST_REFUSED * (agreed + refused)), f"{refused} files were refused"


@pytest.mark.parametrize("bits", [1, 3, 7])
def test_sets_of_several_words_come_out_alike(
    bits: int, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few rules files have more than 63 facts that can be missing, so words are made shorter here."""
    for module in (read_rows, needs_bits, benefit_columns):
        monkeypatch.setattr(module, "WORD_BITS", bits)
    most = 0
    for seed in seeds(range(FIRST, FIRST + 40), 8):
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
