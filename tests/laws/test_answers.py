"""What is said of any household by any rules file: true numbers, questions that matter, lower limits that hold."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from calc.diagnostics.diagnostic import InputErrors
from calc.engine.facts import Household, Member, not_known
from calc.engine.outcomes import DENIED, GRANTED, UNDETERMINED
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.report.as_text import ask_first, rows
from calc.report.ask_first import Questions, answered, possible_answers
from calc.report.decided import decided, recomputed
from calc.report.explain import MOST_LINES_OF_ONE, explained
from calc.report.least_amount import is_entitled, least_amount
from calc.report.silence import silent_behind
from calc.rules.plan import Plan
from tests.support.households import Generator
from tests.support.rulefiles import rules_file
from tests.support.seeds import few_or_all, seeds
from tests.support.small import plan_of
from tests.support.traces import SYSTEMS, plan_in

SHIPPED = few_or_all(25, 1000)
MONTHS = {"rules.toml": 202206, "tests/smallville.toml": 202406}


def generated() -> Iterator[tuple[str, Trace]]:
    for seed in seeds(range(3000, 4000), 30):
        try:
            plan = plan_of(rules_file(seed), 202406, head="")
        except InputErrors:
            continue
        generator = Generator(plan, seed)
        yield from ((f"rules_file({seed})", Trace(plan, generator.household(place))) for place in range(4))
    for path in SYSTEMS:
        plan = plan_in(MONTHS.get(path, 202511), path)
        generator = Generator(plan, 11)
        yield from ((path, Trace(plan, generator.household(place))) for place in range(SHIPPED))


@pytest.fixture(scope="module")
def traces() -> list[tuple[str, Trace]]:
    return [*generated()]


@pytest.mark.slow
def test_what_decided_a_number_comes_to_it(traces: list[tuple[str, Trace]]) -> None:
    checked = 0
    for about, trace in traces:
        for name, definition in trace.plan.definitions.items():
            for place, value in enumerate(trace.of_members.get(name, [trace.of_household.get(name)])):
                member = place if name in trace.of_members else None
                part = decided(trace, definition.term, member)
                if part is None:
                    assert (
                        value.__class__ is Unknown
                        or isinstance(value, (bool, str))
                        or definition.type.kind in ("date", "member")
                    )
                else:
                    assert part.value == recomputed(part) == value, f"{about}: {name}"
                    checked += 1
    assert checked > 1000


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_answer_has_a_line_for_every_outcome(traces: list[tuple[str, Trace]], language: str) -> None:
    for about, trace in traces[:: few_or_all(4, 1)]:
        table = rows(trace, language)
        open_ones = [one for one in trace.result.outcomes if one.status in (GRANTED, DENIED, UNDETERMINED)]
        assert bool(table) == bool(open_ones), about
        assert all(row.reason for row in table if row.status in ("denied", "undetermined", "entitled")), about
        for name in trace.plan.benefits:
            assert 0 < len(explained(trace, language, name)) <= max(MOST_LINES_OF_ONE, 4 * len(open_ones)), about


@pytest.mark.slow
def test_a_lower_limit_holds_whatever_the_answers_are(traces: list[tuple[str, Trace]]) -> None:
    limits = 0
    for about, trace in traces:
        doubtful = Trace(trace.plan, with_doubts(trace.household, Random(about)))
        for name, outcomes in doubtful.outcomes.items():
            for outcome, known in zip(outcomes, trace.outcomes[name], strict=True):
                if is_entitled(doubtful, outcome):
                    assert known.status in (GRANTED, UNDETERMINED), about
                    if known.amount is not None:
                        assert known.amount >= least_amount(doubtful, outcome), f"{about}: {name}"
                        limits += least_amount(doubtful, outcome) > 0
    assert limits


def with_doubts(household: Household, random: Random) -> Household:
    """States a few facts as not known."""

    def doubted(facts: dict[str, object]) -> dict[str, object]:
        stated = {key: value for key, value in facts.items() if key.endswith("?") or random.random() > 0.3}
        return stated | {not_known(key): True for key in facts if key not in stated}

    members = tuple(Member(one.id, doubted(one.facts)) for one in household.members)  # type: ignore[arg-type]
    return Household(household.id, doubted(household.facts), members)  # type: ignore[arg-type]


@pytest.mark.slow
def test_what_is_not_asked_does_not_matter(traces: list[tuple[str, Trace]]) -> None:
    settled = 0
    for about, trace in traces:
        questions, random = Questions(trace), Random(about)
        for outcome in trace.result.outcomes:
            found = questions.settled(outcome)
            if found is None:
                continue
            settled += 1
            answers = {need: random.choice(possible_answers(trace.plan.facts[need[0]])) for need in outcome.missing}
            own = Trace(trace.plan, answered(trace.household, answers)).outcomes[outcome.benefit]
            same = next(one for one in own if one.member == outcome.member)
            assert (same.status, same.amount) == (found.status, found.amount), about
        asked = {one.fact for one in questions.first()}
        assert asked <= {need[0] for one in trace.result.outcomes for need in one.missing}
        assert bool(ask_first(trace, "en")) == bool(asked or questions.unset())
    assert settled


def test_a_denial_on_silence_names_facts_that_nobody_stated(traces: list[tuple[str, Trace]]) -> None:
    found = 0
    for about, trace in traces:
        for outcome in trace.result.outcomes:
            for name, place in silent_behind(trace, outcome):
                facts = trace.household.facts if place is None else trace.household.members[place].facts
                assert outcome.status == DENIED and name not in facts and not_known(name) not in facts, about
                found += 1
    assert found


def test_one_adult_is_not_asked_where_he_works_if_both_answers_deny() -> None:
    plan: Plan = plan_in(202206)
    member = {"与户主关系": "户主", "出生日期": 19900101, "工资": 250000}
    trace = Trace(plan, Household("h", {"家庭经济状况已核对": True}, (Member("甲", member),)))
    assert "在本市务工" in trace.outcomes["dibao"][0].needs
    assert "在本市务工" not in [one.fact for one in Questions(trace).first()]
    assert not [line for line in explained(trace, "zh", "dibao") if "请询问" in line]
    poorer = Trace(plan, Household("h", {"家庭经济状况已核对": True}, (Member("甲", {**member, "工资": 100000}),)))
    assert "在本市务工" in [one.fact for one in Questions(poorer).first()]
