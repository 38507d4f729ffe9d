"""A child says of random entries of random rules files that they never existed: all engines still agree."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from calc.diagnostics.diagnostic import InputErrors
from calc.engine.sql.duckdb_session import Connection
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.engine.traced.interpreter import Trace
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.columns import must_agree, some_households
from tests.support.rulefiles import rules_file
from tests.support.seeds import seeds
from tests.support.small import assessed


@pytest.mark.slow
def test_entries_that_never_existed_come_out_alike(tmp_path: Path, connection: Connection) -> None:
    agreed = 0
    drawn = seeds(range(30_000, 30_200), 8)
    for seed in drawn:
        parent, child = tmp_path / "rules.toml", tmp_path / "child.toml"
        text = rules_file(seed)
        parent.write_text(text, "utf-8")
        names = re.findall(r'^\[(benefits|definitions)\."(.+)"\]$', text, re.MULTILINE)
        never = Random(seed).sample(names, min(3, len(names)))
        lines = [f'[{section}."{name}"]\nends = true\n' for section, name in never]
        child.write_text('[rules]\nextends = "rules.toml"\n' + "".join(lines), "utf-8")
        try:
            plan = plan_for(read_rules(str(child)), 202406)
        except InputErrors:
            continue
        households = some_households(plan, seed, 30)
        for household in households[:10]:
            assessed(plan, household)
            trace = Trace(plan, household)
            for section, name in never:
                values = trace.of_members.get(name, [trace.of_household.get(name, 0)])
                assert not any(values), f"{name} of {section} is {values}"
        try:
            must_agree(connection, plan, households, f"rules_file({seed}) without {never}", None)
        except UnsupportedPlan:
            continue
        agreed += 1
    assert agreed >= len(drawn) / 4
