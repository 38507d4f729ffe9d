"""Families interviewed: the household file gives the result of all that is known of them, in few questions."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

from calc.assess_households import assess
from calc.engine.outcomes import Result
from calc.engine.traced.interpreter import Trace
from calc.interview.interview import Interview
from calc.interview.read_answer import Misread
from calc.interview.state import PERSON, PICK, WHO, State
from calc.report.household_file import household_file
from tests.support.answering import interviewed
from tests.support.seeds import few_or_all, spread
from tests.support.small import plan_of
from tests.support.traces import plan_in, traces_of_cases

TOTALS = {one for one in plan_in(202206).topics["收入"].not_asked}


def is_told_by_parts(trace: Trace) -> bool:
    """Says whether a family of a case states nothing that an interview leaves out, and whose data are in order."""
    stated = {name.rstrip("?") for facts in (trace.household.facts, *(one.facts for one in trace.household.members))
              for name in facts}  # fmt: skip
    return not trace.result.failed_checks and stated.isdisjoint(TOTALS)


FAMILIES = [one for one in traces_of_cases() if is_told_by_parts(one)]


def decided(result: Result) -> list[tuple[object, ...]]:
    return [(one.benefit, one.member, one.status, one.amount) for one in result.outcomes]


@pytest.mark.parametrize("trace", spread(FAMILIES, few_or_all(40, len(FAMILIES))), ids=lambda one: one.household.id)
def test_the_file_gives_the_result_of_all_that_is_known(trace: Trace, tmp_path: Path) -> None:
    interview, _ = interviewed(trace.plan, trace.household)
    assert interview.trace is not None
    assert decided(interview.trace.result) == decided(trace.result)
    for language in ("zh", "en"):
        path = tmp_path / f"{language}.toml"
        path.write_text(household_file(trace.plan, interview.state, language), "utf-8")
        done = assess(trace.plan, str(path))
        assert not done.rejects
        assert decided(done.traces[0].result) == decided(trace.result)


@pytest.mark.slow
def test_three_people_are_asked_at_most_twenty_questions() -> None:
    three = spread([one for one in FAMILIES if len(one.household.members) == 3], 20)
    assert median(len(interviewed(one.plan, one.household)[1]) for one in three) <= 20


HOME = """
[topics.people]
people = true
question = "Name, kind?"
facts = ["kind"]
[topics.income]
who = "Who earns?"
question = "What does {member} earn?"
facts = ["wage", "rent"]
[topics.child]
for = "young"
question = "What of {member}?"
facts = ["orphan", "lost"]
[facts.member.kind]
kind = "choice"
options = ["adult", "child"]
[facts.member.wage]
kind = "money/month"
min = 0
default = "0"
note = "n"
[facts.member.rent]
kind = "money/month"
min = 0
default = "0"
note = "n"
[facts.member.orphan]
kind = "yes/no"
default = "False"
note = "n"
[facts.member.lost]
kind = "yes/no"
default = "False"
note = "n"
[definitions.young]
formula = "kind == child"
[parameters.line]
kind = "money/month"
value = 500
cite = "d 1"
[benefits.help]
to = "household"
per = "month"
cite = "d 1"
requires = ["sum(wage + rent) < line or any(orphan or lost)"]
amount = "line"
"""


def begun(*answers: str) -> Interview:
    interview = Interview(plan_of(HOME), State("h", {}))
    for one in answers:
        assert not isinstance(interview.answer(one), Misread), one
    return interview


def test_a_topic_asks_who_then_what_then_how_much() -> None:
    interview = begun("A adult", "B adult", "C child", "")
    assert interview.question is not None and interview.question.kind == WHO
    assert interview.question.members == (0, 1, 2)
    interview.answer("B")
    assert interview.question.kind == PICK and interview.question.facts == ("wage", "rent")
    interview.answer("2")
    assert interview.question.need == ("rent", 1)
    assert isinstance(interview.answer(""), Misread)
    interview.answer("400")
    assert interview.question is None
    assert interview.state.people[1].facts == {"kind": "adult", "wage": 0, "rent": "400"}


def test_an_income_over_the_line_leaves_the_others_unasked_and_a_topic_is_for_whom_it_says() -> None:
    interview = begun("A adult", "C child", "", "1", "1", "900")
    assert interview.question is not None
    assert (interview.question.kind, interview.question.members) == (PICK, (1,))
    assert interview.question.facts == ("orphan", "lost")
    interview.answer("1")
    assert interview.question is None
    assert interview.state.people[1].facts["orphan"] is True


def test_back_leaves_nothing_behind() -> None:
    interview = begun("A adult", "")
    before = interview.state
    interview.answer("1 2")
    interview.answer("50")
    assert interview.back() and interview.back()
    assert interview.state == before
    assert interview.question == begun("A adult", "").question


@pytest.mark.parametrize(
    ("answer", "stated"),
    [
        ("", {"wage": 0, "rent": 0}),
        ("0", {"wage": 0, "rent": 0}),
        ("2?", {"wage": 0, "rent": "?"}),
        ("?", {"wage": "?", "rent": "?"}),
        ("不清楚", {"wage": "?", "rent": "?"}),
    ],
)
def test_none_and_not_known_are_answers(answer: str, stated: dict[str, object]) -> None:
    interview = begun("A adult", "")
    interview.answer(answer)
    assert {name: one for name, one in interview.state.people[0].facts.items() if name != "kind"} == stated
    assert interview.question is None


@pytest.mark.parametrize("answer", ["3", "0-9", "x", "1;7", "-1"])
def test_what_is_not_in_the_list_is_refused(answer: str) -> None:
    interview = begun("A adult", "")
    assert isinstance(interview.answer(answer), Misread)
    assert interview.state.people[0].facts == {"kind": "adult"}


@pytest.mark.parametrize(
    ("line", "name", "facts"),
    [
        ("Zhang San adult", "Zhang San", {"kind": "adult"}),
        ("张三，child", "张三", {"kind": "child"}),
        ("李四", "李四", {}),
        ("王5", "王5", {}),
        ("张三2 child", "张三2", {"kind": "child"}),
        ("李四 (2) adult", "李四 (2)", {"kind": "adult"}),
        ("李四（2）", "李四（2）", {}),
        ("Zhang3 San", "Zhang3 San", {}),
    ],
)
def test_a_line_has_a_name_and_what_is_known(line: str, name: str, facts: dict[str, object]) -> None:
    interview = begun(line)
    assert interview.question is not None and interview.question.kind == PERSON
    assert (interview.state.people[0].name, interview.state.people[0].facts) == (name, facts)


@pytest.mark.parametrize(
    "line",
    ["A child extra", "A 1980-01-01", "A adult", "A1980", "张三79年", "王五5月", "王五 5月", "B 2", "5 王", "B5-6"],
)
def test_a_line_that_cannot_be_taken_is_refused(line: str) -> None:
    interview = begun("A adult")
    assert isinstance(interview.answer(line), Misread)
    assert len(interview.state.people) == 1
