"""A digest made at once is the digest of the outcomes: in code for any household, for what is common, for one kind."""

from __future__ import annotations

from pathlib import Path

import pytest

import calc.engine.python.row_engine as rows
from calc.diagnostics.diagnostic import InputErrors
from calc.engine.facts import Household
from calc.engine.household_summary import Summarizer
from calc.engine.python.row_engine import RowEngine
from calc.engine.python.summary_writer import SummaryEmitter
from calc.rules.in_force import change_months
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.households import Generator
from tests.support.rulefiles import rules_file
from tests.support.seeds import few_or_all, seeds, spread
from tests.support.shrink import shown, shrunk
from tests.support.small import plan_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FILES = ["rules.toml", "tests/smallville.toml", *(str(path.relative_to(ROOT)) for path in
         sorted((ROOT / "tests/systems").glob("*.toml")))]  # fmt: skip


def differs(plan: Plan, outcomes: RowEngine, digests: RowEngine, household: Household) -> bool:
    raw = outcomes.raw(household)
    try:
        return bool(digests.raw(household) != (raw[0], Summarizer(plan).digest(raw, len(household.members))))
    except Exception:
        return True


def must_be_the_digest(plan: Plan, outcomes: RowEngine, digests: RowEngine, household: Household) -> None:
    if differs(plan, outcomes, digests, household):
        small = shrunk(household, lambda one: differs(plan, outcomes, digests, one))
        raw = outcomes.raw(small)
        pytest.fail(f"{shown(small)}\n{digests.raw(small)}\n{raw[0], Summarizer(plan).digest(raw, len(small.members))}")


@pytest.mark.parametrize("worth", [10**9, 0, 2])
@pytest.mark.parametrize("path", FILES)
def test_of_every_file_in_every_month_of_change(path: str, worth: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "WORTH", worth)
    monkeypatch.setattr(rows, "FREQUENT", 20)
    rulebook = read_rules(str(ROOT / path))
    for month in spread(change_months(rulebook), 4):
        plan = plan_for(rulebook, month)
        outcomes, digests = RowEngine(plan), RowEngine(plan, SummaryEmitter)
        generator = Generator(plan, seeds([month + worth % 7], 1)[0])
        for place in range(few_or_all(4, 12) if worth == 0 else few_or_all(15, 60)):
            must_be_the_digest(plan, outcomes, digests, generator.household(place))


def test_of_generated_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in seeds(range(150), 40):
        try:
            plan = plan_of(rules_file(seed), (202403, 202406, 202410)[seed % 3], head="")
        except InputErrors:
            continue
        monkeypatch.setattr(rows, "WORTH", seed % 3)
        outcomes, digests, generator = RowEngine(plan), RowEngine(plan, SummaryEmitter), Generator(plan, seed)
        for place in range(8):
            must_be_the_digest(plan, outcomes, digests, generator.household(place))
