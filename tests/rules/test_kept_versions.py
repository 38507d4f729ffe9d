"""Plans that share what other months made are those that are made alone, mistakes included."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from calc.diagnostics.diagnostic import Diagnostic, InputErrors
from calc.rules.in_force import change_months
from calc.rules.kept_versions import KeptVersions
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from calc.rules.rulebook import Rulebook
from calc.rules.toml_document import month_after, month_before
from tests.support.rulefiles import rules_file
from tests.support.seeds import seeds, spread
from tests.support.small import HEAD

ROOT = Path(__file__).parents[2]


def made(rulebook: Rulebook, month: int, kept: KeptVersions | None, **settings: object) -> Plan | list[Diagnostic]:
    try:
        return plan_for(rulebook, month, settings, kept)
    except InputErrors as faulty:
        return faulty.diagnostics


def must_be_the_same(rulebook: Rulebook, months: list[int]) -> None:
    kept = KeptVersions()
    for month in months:
        assert made(rulebook, month, kept) == made(rulebook, month, None), month


@pytest.mark.slow
@pytest.mark.parametrize("path", ["rules.toml", "tests/smallville.toml"])
def test_months_in_any_order(path: str) -> None:
    rulebook = read_rules(str(ROOT / path))
    months = spread(change_months(rulebook), 5)
    around = [*months, *map(month_before, months[1:]), *map(month_after, months)]
    Random(3).shuffle(around)
    must_be_the_same(rulebook, around)


@pytest.mark.parametrize("seed", seeds(range(400), 60))
def test_generated_rules_right_or_wrong(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(rules_file(seed), encoding="utf-8")
    try:
        rulebook = read_rules(str(path))
    except InputErrors:
        return
    months = [*change_months(rulebook), 202403, 202402, 202403, 202410]
    must_be_the_same(rulebook, [month for month in months if month >= rulebook.first_month])


RULES = (
    HEAD
    + """
[parameters]
p = { kind = "money/month", cite = "d 1", from.2024-01 = 5, from.2024-06 = 7 }
q = { kind = "money/month", cite = "d 1", holds = "month", from.2024-01 = 5, from.2024-04 = 6 }

[facts.household]
x = { kind = "count", max = 100, default = "1 if month_start < date(2024, 3, 1) else 2", note = "n" }
"""
)
BENEFIT = """
[definitions]
old = { formula = "x > 1", cite = "d 1", en = "Old", from.2024-05 = { en = "New" } }
d = { formula = "p + q", cite = "d 1" }

[benefits.b]
to = "household"
per = "month"
requires = ["old"]
amount = "d"
cite = "d 1"
"""


@pytest.mark.parametrize(
    "more",
    [
        BENEFIT,
        BENEFIT.replace('"p + q"', '"p - 6"'),  # below zero until June
        BENEFIT.replace('"p + q"', '"x"'),  # wrong in all months
        BENEFIT.replace('"p + q"', '"p", from.2024-03 = "ends"').replace('"x > 1"', '"d > 0 and x > 1"'),
        BENEFIT.replace('cite = "d 1", en = "Old"', 'en = "Old"'),  # a condition without citation
        BENEFIT.replace('"p + q"', '"p + +"'),
    ],
)
def test_what_changes_between_months(more: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(RULES + more, encoding="utf-8")
    must_be_the_same(read_rules(str(path)), [*range(202401, 202409), *range(202408, 202400, -1)])


def test_a_set_parameter_is_not_kept_for_other_plans(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(RULES + BENEFIT, encoding="utf-8")
    rulebook, kept = read_rules(str(path)), KeptVersions()
    for settings in ({"p": 6}, {}, {"p": True}, {"p": 1}, {"p": True}, {"q": 3}, {}):
        assert made(rulebook, 202402, kept, **settings) == made(rulebook, 202402, None, **settings), settings


def test_what_does_not_change_is_made_once() -> None:
    rulebook, kept = read_rules(str(ROOT / "rules.toml")), KeptVersions()
    one, other = (plan_for(rulebook, month, None, kept) for month in (202206, 202207))
    same = [name for name, plan in one.definitions.items() if other.definitions[name] is plan]
    assert len(same) > 0.8 * len(one.definitions)
