"""Measure what an answer of an interview takes until the next question is there, for families of up to ten."""

from __future__ import annotations

import statistics
import time

from calc.interview.interview import Contradiction, Interview
from calc.interview.state import PERSON, State
from calc.record import replace
from calc.report.interview_text import QuestionText
from calc.rules.plan import Plan

TEN = (
    ("甲", "1978-03-01", "户主"),
    ("乙", "1979-04-02", "配偶"),
    ("丙", "2010-05-03", "子女"),
    ("丁", "2012-06-04", "子女"),
    ("戊", "1950-07-05", "父母"),
    ("己", "1951-08-06", "父母"),
    ("庚", "2015-09-07", "子女"),
    ("辛", "2001-10-08", "子女"),
    ("壬", "1953-11-09", "兄弟姐妹"),
    ("癸", "2018-12-10", "孙子女"),
)
TYPED = ("1 2", "1", "y", "900", "2010-01-01", "")


def asked(plan: Plan, size: int) -> tuple[list[float], Interview]:
    """Processor seconds of each answer of an interview; the first of some texts that is taken is the answer."""
    interview = Interview(plan, State("1", {}))
    people = [" ".join(one) for one in TEN[:size]]
    texts, found = QuestionText(plan, "zh"), []
    while interview.question is not None:
        at = len(interview.state.people)
        for typed in TYPED if interview.question.kind != PERSON else ("".join(people[at : at + 1]),):
            start = time.process_time()
            is_taken = isinstance(interview.answer(typed), list)
            if interview.question is not None:
                texts.lines(interview.state, interview.question)
            if is_taken:
                found.append(time.process_time() - start)
                break
        else:
            raise AssertionError(f"no answer to {interview.question}")
    return found, interview


def contradicted(plan: Plan, interview: Interview) -> float:
    """Processor seconds until an answer is told not to fit: at the end of an interview, a second head."""
    last = len(interview.state.people) - 1
    again = Interview(plan, replace(interview.state, picked=(("与户主关系", last),)))
    start = time.process_time()
    assert isinstance(again.answer("户主"), Contradiction)
    return time.process_time() - start


def told(plan: Plan) -> list[str]:
    """Writes a line for each size of family."""
    found = []
    for size in (3, 6, 8, 10):
        runs = [asked(plan, size) for _ in range(5)]
        best = [min(one) * 1000 for one in zip(*(each for each, _ in runs), strict=True)]
        wrong = min(contradicted(plan, interview) for _, interview in runs) * 1000
        found.append(
            f"ask, a family of {size}: {len(best)} answers, the next question after {statistics.median(best):.1f} ms"
            f" in the median, {max(best):.1f} ms at worst; an answer that contradicts, {wrong:.1f} ms"
        )
    return found
