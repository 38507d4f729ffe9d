"""Answers the questions of an interview as a family would whose household is known in full."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from calc.engine.facts import Household, not_known
from calc.engine.outcomes import Need
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.exact import divide, plain
from calc.households.dates import day_text
from calc.interview.interview import Contradiction, Interview
from calc.interview.next_question import cells_of
from calc.interview.read_answer import Misread
from calc.interview.state import FACT, PERSON, WHO, Prompt, State, picked_value
from calc.language.types import DATE, NOBODY, NUMERIC, REFERENCE
from calc.rules.plain_default import plain_default
from calc.rules.plan import Plan


class Family:
    """A household whose every fact is known; what it does not state is as its defaults say."""

    def __init__(self, plan: Plan, household: Household) -> None:
        self.plan = plan
        self.household = household
        self.trace = Trace(plan, household)

    def stated(self, need: Need) -> Any:
        name, place = need
        return (self.household.facts if place is None else self.household.members[place].facts).get(name)

    def is_doubtful(self, need: Need) -> bool:
        """Says whether a fact is stated as not known."""
        name, place = need
        return not_known(name) in (self.household.facts if place is None else self.household.members[place].facts)

    def holds(self, need: Need) -> bool:
        """Says whether a fact is one that the family would pick from a list: stated, and not as the default."""
        fact, value = self.plan.facts[need[0]], self.stated(need)
        if value is None:
            return False
        if fact.type.kind in NUMERIC:
            value = divide(value, 10**fact.decimals)
        default = plain_default(fact)
        return picked_value(fact) == value if picked_value(fact) is not None else default is None or value != default

    def text(self, need: Need) -> str:
        """Writes the answer to the question for a fact."""
        name, place = need
        fact, value = self.plan.facts[name], self.stated(need)
        if self.is_doubtful(need):
            return "?"
        if value is None:
            value = self.trace.value(name, place)
            if value.__class__ is Unknown:
                return "?"
        elif fact.type.kind in NUMERIC:
            value = divide(value, 10**fact.decimals)
        if fact.type.kind == REFERENCE:
            return "nobody" if value == NOBODY else self.household.members[value].id
        if fact.type.kind == DATE:
            return day_text(value)
        if value is True or value is False:
            return "y" if value else "n"
        return plain(value) if fact.type.kind in NUMERIC else str(value)

    def answer(self, question: Prompt) -> str:
        """Writes what the family types."""
        if question.kind == PERSON:
            return self.person(question.members[0] or 0)
        if question.kind == FACT:
            if question.has_default and self.stated(question.need) is None and not self.is_doubtful(question.need):
                return ""
            return self.text(question.need)
        if question.kind == WHO:
            groups = [[(fact, place) for fact in question.facts] for place in question.members]
        else:
            groups = [[(fact, question.members[0])] for fact in question.facts]
        typed = [str(at) for at, cells in enumerate(groups, 1) if any(map(self.holds, cells))]
        if question.kind == WHO:  # which of several facts is in doubt is said in the list that follows
            typed += [str(at) for at, cells in enumerate(groups, 1) if any(map(self.is_doubtful, cells))]
        else:
            typed += [f"{at}?" for at, cells in enumerate(groups, 1) if self.is_doubtful(cells[0])]
        return " ".join(dict.fromkeys(typed))

    def person(self, place: int) -> str:
        members = self.household.members
        if place == len(members):
            return ""
        topic = next(one for one in self.plan.topics.values() if one.people)
        stated = [self.text((fact, place)) for fact in topic.facts if self.stated((fact, place)) is not None]
        return " ".join([members[place].id, *stated])


Asked = tuple[Prompt, State, str]


def interviewed(
    plan: Plan, household: Household, after: Callable[[Interview], None] = lambda interview: None
) -> tuple[Interview, list[Asked]]:
    """Leads an interview to its end; the questions with the state before each, and the answer.

    `after` is called after each answer.
    """
    family = Family(plan, household)
    interview = Interview(plan, State("h", {}))
    asked: list[Asked] = []
    while interview.question is not None:
        question, state = interview.question, interview.state
        text = family.answer(question)
        taken = interview.answer(text)
        assert not isinstance(taken, (Misread, Contradiction)), (question, text, taken)
        asked.append((question, state, text))
        after(interview)
        assert len(asked) < 400, "an interview without end"
    return interview, asked


def cells_asked(asked: list[Asked]) -> set[Need]:
    """Lists the facts that were asked for, each with its place."""
    return {need for question, _, _ in asked if question.kind != PERSON for need in cells_of(question)}
