"""Every question could still have changed an outcome when it was put: some answers to it, flipped, do."""

from __future__ import annotations

from random import Random

import pytest

from calc.diagnostics.source import Source
from calc.engine.facts import Household
from calc.engine.traced.interpreter import Trace
from calc.households.read_households import read_household
from calc.interview.corrections import MOST_EARLIER, stated_needs
from calc.interview.interview import Contradiction, Interview
from calc.interview.next_question import Chooser, cells_of
from calc.interview.state import PERSON, Prompt, State
from calc.language.typed_tree import names_used
from calc.language.types import MEMBER
from calc.record import replace
from calc.rules.plan import Plan
from calc.vary.pieces import with_value
from tests.support.answering import interviewed
from tests.support.households import Generator
from tests.support.seeds import few_or_all, spread
from tests.support.traces import traces_of_cases

pytestmark = pytest.mark.slow

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


@pytest.mark.parametrize("trace", spread(CASES, few_or_all(2, 40)), ids=lambda one: one.household.id)
def test_a_contradiction_names_earlier_facts_that_can_be_corrected(trace: Trace) -> None:
    plan, random = trace.plan, Random(trace.household.id)
    interview, _ = interviewed(plan, trace.household)
    chooser, make = Chooser(plan), Generator(plan, 1)
    make.count = len(trace.household.members)
    checked = {name for check in plan.checks for name in names_used(check.term)}
    facts = [one for one in plan.facts.items() if one[0] in checked and one[1].type.kind in ("choice", "yes/no")]
    for name, fact in random.sample(facts, few_or_all(4, len(facts))):
        place = random.randrange(make.count) if fact.type.level == MEMBER else None
        for value in values(make, name):
            again = Interview(plan, replace(interview.state, picked=((name, place),)))
            typed = ("y" if value else "n") if fact.type.kind == "yes/no" else str(value)
            found = again.answer(typed)
            if not isinstance(found, Contradiction):
                continue
            assert found.mistakes and len(found.earlier) <= MOST_EARLIER
            whole = impossible(chooser, found.state)
            fitting: list[object] = []
            for need in reversed(stated_needs(found.state)):
                left = impossible(chooser, found.state.with_fact(need, None))
                if again.state.stated(need) == found.state.stated(need) and left is not None and left < (whole or {""}):
                    fitting.append(need)
            assert len(found.mistakes) > 1 or not fitting or set(found.earlier) <= set(fitting), (name, value)
            assert not fitting or found.earlier, (name, value)


def impossible(chooser: Chooser, state: State) -> set[str] | None:
    """Lists the checks that no further answer makes hold; None where the household cannot be read."""
    plan = chooser.plan
    given = read_household(state.document(), Source("", ""), (), plan, "h")
    if not isinstance(given, Household):
        return None
    possible = chooser.possible(state, given)
    return {one.name for one in plan.checks if possible.check(one.name) is False}
