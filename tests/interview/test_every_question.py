"""Every question could still have changed an outcome when it was put: some answers to it, flipped, do."""

from __future__ import annotations

from random import Random

import pytest

from calc.diagnostics.source import Source
from calc.engine.facts import Household
from calc.engine.traced.interpreter import Trace
from calc.households.read_households import read_household
from calc.interview.interview import Interview
from calc.interview.next_question import cells_of
from calc.interview.state import PERSON, Prompt, State
from calc.rules.plan import Plan
from calc.vary.pieces import with_value
from tests.support.answering import interviewed
from tests.support.households import Generator
from tests.support.seeds import few_or_all, spread
from tests.support.traces import traces_of_cases

TRIES = 200


def outcomes(plan: Plan, household: Household) -> tuple[object, ...]:
    return tuple((one.status, one.amount) for one in Trace(plan, household).result.outcomes)


def values(make: Generator, name: str) -> list[object]:
    """Some values of a fact: all words, or numbers at and around the edges of the rules."""
    fact = make.plan.facts[name]
    if fact.type.kind == "choice":
        return [*fact.type.options]
    if fact.type.kind == "yes/no":
        return [True, False]
    low, high = fact.stated_bounds
    found = [make.value(fact) for _ in range(4)]
    if fact.type.kind == "date":
        return [*found, make.plan.month * 100 + 1]
    unit = 10**fact.decimals
    return [*found, int(low * unit), min(int(high * unit), 10**8)] if low <= high else found


def has_witness(plan: Plan, state: State, question: Prompt, last: State, random: Random) -> bool:
    """Looks for answers to everything open under which another answer to this question gives another outcome."""
    source = Source("", "")
    before = read_household(state.document(), source, (), plan, "h")
    after = read_household(last.document(), source, (), plan, "h")
    assert isinstance(before, Household) and isinstance(after, Household)
    make = Generator(plan, random.randrange(10**6))
    make.count = len(before.members)
    asked = list(cells_of(question))
    for attempt in range(TRIES):
        base = after if attempt < 20 else before
        if attempt >= 20:
            base = filled(plan, before, make, state, random)
        name, place = random.choice(asked) if attempt >= len(asked) else asked[attempt]
        found = {outcomes(plan, with_value(base, plan.facts[name], place, one)) for one in values(make, name)}
        found.add(outcomes(plan, with_value(base, plan.facts[name], place, None)))
        if len(found) > 1:
            return True
    return False


def filled(plan: Plan, given: Household, make: Generator, state: State, random: Random) -> Household:
    """States some of what was open."""
    open_cells = Interview(plan, state).open_cells(state)
    for name, place in open_cells:
        if random.random() < 0.5:
            given = with_value(given, plan.facts[name], place, random.choice(values(make, name)))
    return given


CASES = [
    one for one in traces_of_cases()
    if not one.result.failed_checks and not any("?" in key for key in one.household.facts)
    and not any("?" in key for member in one.household.members for key in member.facts)
]  # fmt: skip


@pytest.mark.parametrize("trace", spread(CASES, few_or_all(4, 40)), ids=lambda one: one.household.id)
def test_every_question_could_change_an_outcome(trace: Trace) -> None:
    interview, asked = interviewed(trace.plan, trace.household)
    random = Random(trace.household.id)
    for question, state, answer in asked:
        if question.kind != PERSON:
            assert has_witness(trace.plan, state, question, interview.state, random), (question, answer)
