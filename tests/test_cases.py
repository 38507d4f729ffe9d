"""Every worked case of the district and of the invented systems comes out exactly; every month can be planned."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest

from calc.cases import load_cases, run_cases, untested
from calc.engine.traced.provenance import entries_used
from calc.report.failed_case import format_failed_case
from calc.rules.check_all_months import check_all
from calc.rules.dependency_order import reachable
from calc.rules.in_force import change_months
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from calc.rules.rulebook import Rulebook
from calc.rules.toml_document import month_before
from tests.support.seeds import seeds

ROOT = Path(__file__).parent.parent
DISTRICT = ROOT / "rules.toml"
FILES = [DISTRICT, ROOT / "tests" / "smallville.toml", *sorted((ROOT / "tests" / "systems").glob("*.toml"))]


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def rulebook(request: pytest.FixtureRequest) -> Rulebook:
    return read_rules(str(request.param))


def test_rules_have_no_mistakes_in_any_month(rulebook: Rulebook) -> None:
    found, months = check_all(rulebook)
    assert [one.message("en") for one in found] == []
    assert months >= len(change_months(rulebook))


@pytest.mark.slow
def test_every_case_comes_out_exactly(rulebook: Rulebook) -> None:
    cases = load_cases(rulebook)
    assert cases
    failing = [outcome for outcome in run_cases(rulebook, cases) if not outcome.passes]
    shown = [format_failed_case(one, "en") for one in failing] + [
        f"{one.case.title}: {diagnostic.message('en')}" for one in failing for diagnostic in one.diagnostics
    ]
    assert not failing, "\n".join(shown)


@pytest.mark.slow
def test_every_entry_is_touched_by_a_case(rulebook: Rulebook) -> None:
    assert [one.values["name"] for one in untested(rulebook)] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(12), 3))
def test_untested_is_what_no_case_of_a_few_uses(seed: int, tmp_path: Path) -> None:
    files = sorted((ROOT / "tests" / "cases").rglob("*.toml"))
    kept = Random(seed).sample(files, Random(seed).randint(1, 12))
    for path in (DISTRICT, *kept):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    few = read_rules(str(tmp_path / "rules.toml"))
    used = {
        name for one in run_cases(few, load_cases(few)) if one.trace is not None for name in entries_used(one.trace)
    }
    found = {one.values["name"] for one in untested(few)}
    assert found and not found & used
    unused = {name for name, entry in few.entries.items() if name not in used and not entry.section.startswith("facts")}
    plans = [plan_for(few, month) for month in change_months(few)]
    assert found == unused & {
        name for plan in plans for name in reachable([*plan.benefits, *plan.root_names], plan.needs)
    }


@pytest.mark.slow
def test_months_around_every_change_can_be_planned(rulebook: Rulebook) -> None:
    for month in change_months(rulebook):
        plan_for(rulebook, month)
        if month > rulebook.first_month:
            plan_for(rulebook, month_before(month))


def test_the_district_has_at_least_a_hundred_cases_with_sources() -> None:
    cases = load_cases(read_rules(str(DISTRICT)))
    assert len(cases) >= 100
    raw = [case.origin.source.text for case in cases]
    assert all("source" in text for text in raw)


def test_a_wrong_expectation_is_told_with_its_explanation(tmp_path: Path) -> None:
    text = (ROOT / "tests" / "smallville.toml").read_text(encoding="utf-8")
    path = tmp_path / "smallville.toml"
    path.write_text(text, encoding="utf-8")
    book = read_rules(str(path))
    case = next(one for one in load_cases(book) if "total" in one.expect and one.expect["total"] != "unknown")
    from calc.record import replace

    wrong = replace(case, expect={"total": case.expect["total"] + 1})
    (outcome,) = run_cases(book, [wrong])
    assert not outcome.passes
    assert f"expected {case.expect['total'] + 1}" in format_failed_case(outcome, "en")
