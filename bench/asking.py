"""Measure what an answer of an interview takes until the next question is there, for families of three and of eight."""

from __future__ import annotations

import statistics
import time

from calc.interview.interview import Interview
from calc.interview.state import PERSON, NamedMember, State
from calc.report.interview_text import QuestionText
from calc.rules.plan import Plan

EIGHT = (
    ("甲", "1978-03-01", "户主"),
    ("乙", "1979-04-02", "配偶"),
    ("丙", "2010-05-03", "子女"),
    ("丁", "2012-06-04", "子女"),
    ("戊", "1950-07-05", "父母"),
    ("己", "1951-08-06", "父母"),
    ("庚", "2015-09-07", "子女"),
    ("辛", "2001-10-08", "子女"),
)
TYPED = ("1 2", "1", "y", "900", "2010-01-01", "")


def asked(plan: Plan, size: int) -> list[float]:
    """Processor seconds of each answer of an interview; the first of some texts that is taken is the answer."""
    people = [NamedMember(name, {"出生日期": born, "与户主关系": relation}) for name, born, relation in EIGHT[:size]]
    interview = Interview(plan, State("1", {}, tuple(people)))
    texts, found = QuestionText(plan, "zh"), []
    while interview.question is not None:
        for typed in TYPED if interview.question.kind != PERSON else ("",):
            start = time.process_time()
            is_taken = isinstance(interview.answer(typed), list)
            if interview.question is not None:
                texts.lines(interview.state, interview.question)
            if is_taken:
                found.append(time.process_time() - start)
                break
        else:
            raise AssertionError(f"no answer to {interview.question}")
    return found


def told(plan: Plan) -> list[str]:
    """Writes a line for each size of family."""
    found = []
    for size in (3, 8):
        runs = [asked(plan, size) for _ in range(5)]
        best = [min(one) * 1000 for one in zip(*runs, strict=True)]
        found.append(
            f"ask, a family of {size}: {len(best)} answers, the next question after {statistics.median(best):.1f} ms"
            f" in the median, {max(best):.1f} ms at worst"
        )
    return found
