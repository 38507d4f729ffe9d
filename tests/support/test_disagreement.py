"""What is shown where engines differ is small, and can be run as it is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("duckdb", reason="needs doudi[columns]")
from calc.cases import load_cases, run_cases
from calc.engine.facts import Household
from calc.engine.outcomes import GRANTED
from calc.engine.python.row_engine import RowEngine
from calc.rules.plan import Plan
from calc.rules.read_rulebook import read_rules
from tests.support.columns import some_households
from tests.support.disagreement import as_case
from tests.support.rulefiles import rules_file
from tests.support.seeds import seeds
from tests.support.small import plan_of


def grants_a_member_something(plan: Plan, household: Household) -> bool:
    """Stands for two engines that differ wherever a member is granted something."""
    return any(one.member is not None and one.status == GRANTED for one in RowEngine(plan).assess(household).outcomes)


@pytest.mark.slow
def test_a_disagreement_becomes_a_small_file_that_can_be_run(tmp_path: Path) -> None:
    found = 0
    for seed in seeds(range(40, 60), 20):
        text = rules_file(seed)
        try:
            plan = plan_of(text, 202406, head="")
        except Exception:
            continue
        differing = [one for one in some_households(plan, seed, 60) if grants_a_member_something(plan, one)]
        if not differing:
            continue
        found += 1
        printed = as_case(text, 202406, differing[0], grants_a_member_something)
        assert printed.count("\n[benefits.") == 1 and len(printed) < 0.5 * len(text), printed
        path = tmp_path / f"{seed}.toml"
        path.write_text(printed, encoding="utf-8")
        rulebook = read_rules(str(path))
        (outcome,) = run_cases(rulebook, load_cases(rulebook))
        assert outcome.passes, printed
        if found == 3:
            return
    raise AssertionError("too few generated files grant a member something")
