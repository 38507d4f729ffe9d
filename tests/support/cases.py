"""The worked cases of a rules file as households for an engine."""

from __future__ import annotations

from calc.cases import load_cases, run_cases
from calc.engine.facts import Household
from calc.rules.plan import Plan
from calc.rules.rulebook import Rulebook


def cases_by_plan(rulebook: Rulebook) -> list[tuple[Plan, list[Household]]]:
    """The households of all cases, those of the same month and settings together: a query each is what takes time."""
    found: dict[tuple[int, str], tuple[Plan, list[Household]]] = {}
    for outcome in run_cases(rulebook, load_cases(rulebook)):
        if outcome.trace is not None:
            plan = outcome.trace.plan
            key = plan.month, repr(sorted(outcome.case.set.items()))
            found.setdefault(key, (plan, []))[1].append(outcome.trace.household)
    return list(found.values())
