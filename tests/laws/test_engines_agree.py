"""One meaning, two engines: the trace and the compiled rows agree on every household, in every outcome.

Over the shipped rules and the made-up jurisdictions in every month in which anything changes,
and over generated rules files; in the code for any household and in the code for just what one states.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import calc.engine.python.row_engine as rows
from calc.diagnostics.diagnostic import InputErrors
from calc.engine.facts import Household
from calc.engine.outcomes import Result
from calc.engine.python.row_engine import RowEngine
from calc.engine.traced.interpreter import Trace
from calc.rules.in_force import change_months
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.households import Generator
from tests.support.rulefiles import rules_file
from tests.support.seeds import few_or_all, seeds, spread
from tests.support.shrink import shown, shrunk
from tests.support.small import bare, exactly, plan_of, specialised

ROOT = Path(__file__).parents[2]
SYSTEMS = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests/systems").glob("*.toml"))
FILES = ["rules.toml", "tests/smallville.toml", *SYSTEMS]
PER_FILE = {"rules.toml": few_or_all(500, 9000), "tests/smallville.toml": few_or_all(300, 5000)}
OTHERS = few_or_all(280, 2800)
SPECIAL_SHARE = 50
"""Of so many households one also runs through code made for just the facts it states."""
HOUSEHOLDS, MONTHS = 6, (202403, 202406, 202410)

Engine = Callable[[Household], Result]


def bare_trace(plan: Plan, household: Household) -> Result:
    return bare(Trace(plan, household).result)


def must_agree(plan: Plan, engine: Engine, household: Household, about: str) -> None:
    """Fails with a household as small as it gets where the engine and the trace differ."""
    if not differs(plan, engine, household):
        return
    small = shrunk(household, partial(differs, plan, engine))
    traced, other = told(partial(bare_trace, plan), small), told(engine, small)
    pytest.fail(f"{about}, month {plan.month}\n{shown(small)}\ntraced: {traced}\nrows:   {other}", pytrace=False)


def differs(plan: Plan, engine: Engine, household: Household) -> bool:
    try:
        return engine(household) != bare_trace(plan, household)
    except Exception:  # an engine that fails has failed to agree
        return True


def told(engine: Engine, household: Household) -> str:
    try:
        return repr(engine(household))
    except Exception as error:
        return repr(error)


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES)
def test_engines_agree_on_every_household_in_every_month_of_change(path: str) -> None:
    rulebook = read_rules(str(ROOT / path))
    months = spread(change_months(rulebook), 6)
    each = -(-PER_FILE.get(path, OTHERS) // len(months))
    for month in months:
        plan = plan_for(rulebook, month)
        (seed, *_) = seeds([month], 1)
        engine, generator = RowEngine(plan), Generator(plan, seed)
        for place in range(each):
            household = generator.household(place)
            must_agree(plan, engine.assess, household, f"{path}, seed {seed}")
            if place % SPECIAL_SHARE == 0:
                must_agree(plan, partial(specialised, plan), household, f"{path}, specialised")
                must_agree(plan, partial(exactly, plan), household, f"{path}, exactly what is stated")


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize(("frequent", "worth"), [(3, 500), (20, 2)])
def test_engines_agree_where_code_is_made_for_what_others_stated(
    path: str, frequent: int, worth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code made for households so far must suit those that come after: ones that state much, nothing, or all."""
    monkeypatch.setattr(rows, "FREQUENT", frequent)
    monkeypatch.setattr(rows, "WORTH", worth)
    rulebook = read_rules(str(ROOT / path))
    plan = plan_for(rulebook, change_months(rulebook)[-1])
    engine = RowEngine(plan)
    for stated in (1.0, 0.05, None, 0.0, 1.0):
        generator = Generator(plan, 7, stated)
        for place in range(few_or_all(30, 60)):
            must_agree(plan, engine.assess, generator.household(place), path)
    assert engine._made, "no code was made for what is stated"


@pytest.mark.slow
def test_generated_rules_are_refused_or_agreed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    accepted, drawn = 0, seeds(range(1000), 60)
    for seed in drawn:
        text = rules_file(seed)
        try:
            plan = plan_of(text, MONTHS[seed % len(MONTHS)], head="")
        except InputErrors as faulty:
            assert faulty.diagnostics
            continue
        accepted += 1
        monkeypatch.setattr(rows, "FREQUENT", seed % 3 or 200)
        engine, generator = RowEngine(plan), Generator(plan, seed)
        for place in range(HOUSEHOLDS):
            household = generator.household(place)
            must_agree(plan, engine.assess, household, f"rules_file({seed}), household {place}")
            if place % 3 == 0:
                must_agree(plan, partial(specialised, plan), household, f"rules_file({seed}), specialised")
                must_agree(plan, partial(exactly, plan), household, f"rules_file({seed}), exactly what is stated")
    assert accepted >= 0.65 * len(drawn), f"only {accepted} of {len(drawn)} generated files pass the checker"


def test_generated_rules_use_every_form_of_the_language() -> None:
    from calc.language.function_table import TABLE

    written = "\n".join(rules_file(seed) for seed in range(60))
    forms = [*(f"{name}(" for name in TABLE), " in ", " not in ", " and ", " or ", "(not ", " if ", "[", " / ",
             "unknown", "applies_to", "requires", "default", "each more", "unset", 'holds = "month"', '"ends"',
             "empty=", "where=", '"*"', '"0..<2.5"', "[checks.", "month_start", "month_end", "facts.household",
             "facts.member", 'per = "year"', 'per = "once"', 'to = "member"', 'kind = "text"']  # fmt: skip
    assert not [form for form in forms if form not in written]
