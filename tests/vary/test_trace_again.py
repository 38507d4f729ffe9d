"""A trace that is computed again from an earlier one is the trace computed anew, in all its values."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from calc.engine.facts import Household, Member, not_known
from calc.engine.outcomes import Need
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.interview.interview import Interview
from calc.interview.next_question import Chooser
from calc.interview.state import State
from calc.language.types import MEMBER
from calc.rules.plan import Plan
from calc.vary.pieces import with_value
from calc.vary.possible_trace import PossibleTrace
from calc.vary.possible_value import Possible
from calc.vary.trace_again import Before, TraceAgain
from tests.support.answering import interviewed
from tests.support.households import Generator
from tests.support.seeds import few_or_all, seeds, spread
from tests.support.small import generated_plan
from tests.support.traces import traces_of_cases


def bare(trace: Trace, value: Any) -> Any:
    """A value with the names of its needs in the place of their bits, which each trace has in an order of its own."""
    if isinstance(value, list):
        return [bare(trace, one) for one in value]
    if not isinstance(value, (Unknown, Possible)):
        return value
    needs = {need for need, bit in trace._need_bits.items() if value.needs & bit}
    return (needs, *(getattr(value, one) for one in getattr(value, "__slots__", ()) if one != "needs"))


def told(trace: Trace) -> list[Any]:
    """All that a trace says."""
    found: list[Any] = [
        {name: bare(trace, one) for name, one in values.items()}
        for values in (trace.of_household, trace.of_members, trace.received)
    ]
    if isinstance(trace, PossibleTrace):
        parts = [(one, (one.applies, *one.conditions, one.amount)) for one in trace.prospects]
        return [*found, [(one.benefit, one.member, [trace.cells(each) for each in needs]) for one, needs in parts]]
    return [*found, trace.outcomes, trace.result]


def changed(plan: Plan, given: Household, make: Generator, random: Random) -> Household:
    """The household with one fact stated otherwise: another value, none, or not known."""
    name, fact = random.choice([*plan.facts.items()])
    place = random.randrange(len(given.members)) if fact.type.level == MEMBER else None
    make.count = len(given.members)
    if random.random() < 0.7:
        return with_value(given, fact, place, random.choice((None, make.value(fact), make.value(fact))))
    bare_one = with_value(given, fact, place, None)
    if place is None:
        return Household(given.id, {**bare_one.facts, not_known(name): True}, bare_one.members)
    members = [*bare_one.members]
    members[place] = Member(members[place].id, {**members[place].facts, not_known(name): True})
    return Household(given.id, bare_one.facts, tuple(members))


def must_be_the_same(plan: Plan, seed: int, times: int = 12) -> None:
    make, random = Generator(plan, seed), Random(seed)
    given = make.household()
    later = [*given.members[1 + seed % 3 :]]
    given = Household(given.id, given.facts, given.members[: 1 + seed % 3])
    if not given.members and plan.has_members:
        return
    opened: frozenset[Need] = frozenset()
    traces: tuple[TraceAgain, PossibleTrace] | None = None
    for _ in range(times):
        was = opened
        cells: list[Need] = [(one, None) for one in plan.facts]
        cells += [(one, place) for one in plan.facts for place in range(len(given.members) + len(later))]
        opened = opened ^ {random.choice(cells) for _ in range(random.choice((0, 1, 3)))}

        def is_closed(trace: PossibleTrace, name: str, place: int | None, opened: frozenset[Need] = opened) -> bool:
            return (name, place) not in opened

        both = [None, None] if traces is None else [Before(traces[0]), Before(traces[1], was ^ opened)]
        traces = (
            TraceAgain(plan, given, both[0]),
            PossibleTrace(plan, given, plan.steps, plan.benefits, is_closed, both[1]),
        )
        assert told(traces[0]) == told(Trace(plan, given)), seed
        assert told(traces[1]) == told(PossibleTrace(plan, given, plan.steps, plan.benefits, is_closed)), seed
        given = changed(plan, given, make, random)
        if later and random.random() < 0.5:
            given = Household(given.id, given.facts, (*given.members, later.pop()))


@pytest.mark.parametrize("seed", seeds(range(400), few=30))
def test_a_household_that_changes_or_grows_is_traced_as_if_anew(seed: int) -> None:
    must_be_the_same(generated_plan(seed), seed)


CASES = [one for one in traces_of_cases() if not one.result.failed_checks]


@pytest.mark.slow
@pytest.mark.parametrize("trace", spread(CASES, few_or_all(3, 60)), ids=lambda one: one.household.id)
def test_an_interview_knows_after_each_answer_what_it_would_know_anew(trace: Trace) -> None:
    plan = trace.plan
    chooser = Chooser(plan)

    def compare(interview: Interview) -> None:
        if interview.trace is not None and interview.possible is not None and len(interview.steps) % 4 == 0:
            given = interview.trace.household
            assert told(interview.trace) == told(Trace(plan, given))
            assert told(interview.possible) == told(chooser.possible(interview.state, given))

    interview, _ = interviewed(plan, trace.household, compare)
    while interview.back():
        compare(interview)
    assert interview.state == State("h", {})
