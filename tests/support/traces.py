"""The traces of worked cases, of the shipped rules and of the invented systems: tests read what is said of them."""

from __future__ import annotations

from functools import cache

from calc.cases import load_cases, run_cases
from calc.engine.traced.interpreter import Trace
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.both_engines import ROOT

SYSTEMS = [
    "rules.toml",
    "tests/smallville.toml",
    *(f"tests/systems/{path.name}" for path in sorted((ROOT / "tests/systems").glob("*.toml"))),
]
MONTHS = (202205, 202206, 202209, 202607)


@cache
def traces_of_cases(rules: str = "rules.toml") -> tuple[Trace, ...]:
    """The traces of the cases of a rules file, made once for all tests; of the shipped rules only some cases.

    A case with settings is left out: it has a plan of its own, which takes long to make.
    """
    book = read_rules(str(ROOT / rules))
    cases = [one for one in load_cases(book) if not one.set]
    if rules == "rules.toml":
        cases = [one for one in cases if one.month in MONTHS][::3]
    return tuple(one.trace for one in run_cases(book, cases) if one.trace is not None)


@cache
def plan_in(month: int, rules: str = "rules.toml") -> Plan:
    """The plan of a month."""
    return plan_for(read_rules(str(ROOT / rules)), month)
