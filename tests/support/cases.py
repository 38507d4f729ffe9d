"""The worked cases of a rules file as households for an engine."""

from __future__ import annotations

from calc.cases import load_cases, run_cases
from calc.engine.facts import Household
from calc.rules.plan import Plan
from calc.rules.rulebook import Rulebook
from tests.support.seeds import FULL


def cases_by_plan(rulebook: Rulebook, few: int | None = None) -> list[tuple[Plan, list[Household]]]:
    """The households of cases, those of the same month and settings together: a query each is what takes time.

    `few` takes the largest groups only, unless the run is a full one.
    """
    found: dict[tuple[int, str], tuple[Plan, list[Household]]] = {}
    for outcome in run_cases(rulebook, load_cases(rulebook)):
        if outcome.trace is not None:
            plan = outcome.trace.plan
            key = plan.month, repr(sorted(outcome.case.set.items()))
            found.setdefault(key, (plan, []))[1].append(outcome.trace.household)
    groups = [*found.values()]
    if few is None or FULL:
        return groups
    return sorted(groups, key=lambda one: -len(one[1]))[:few]
