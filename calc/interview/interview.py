"""Leads an interview: the next question, an answer with all that follows from it, back, and contradictions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calc.diagnostics.diagnostic import Diagnostic, Place, Reject
from calc.diagnostics.source import Source
from calc.engine.outcomes import Need
from calc.engine.traced.interpreter import Trace
from calc.households.failed_checks import CheckReport
from calc.households.read_households import read_household
from calc.interview.next_question import Chooser
from calc.interview.read_answer import Misread, read_answer
from calc.interview.state import PERSON, Prompt, State
from calc.record import Record, replace
from calc.rules.plan import Plan
from calc.vary.possible_trace import PossibleTrace
from calc.vary.prospects import Prospect


class Contradiction(Record):
    """An answer that does not fit earlier ones: what is wrong, and the earlier facts without which it would fit."""

    mistakes: tuple[Diagnostic, ...]
    earlier: tuple[Need, ...]
    question: Prompt
    state: State


class Step(Record):
    """A question that was answered, with the state before it."""

    state: State
    question: Prompt


class Look(Record):
    """A household as the answers so far give it; `mistakes` that no further answer can put right."""

    trace: Trace | None
    possible: PossibleTrace | None
    mistakes: tuple[Diagnostic, ...] = ()


class Interview:
    """An interview about one household. `question` is the one to put, None at the end."""

    def __init__(self, plan: Plan, state: State, benefits: Iterable[str] | None = None) -> None:
        self.plan = plan
        self.chooser = Chooser(plan, benefits)
        self.steps: list[Step] = []
        self._settle(state, self._look(state))

    def answer(self, text: str) -> Misread | Contradiction | list[Prospect]:
        """Takes an answer; returns the outcomes that it settles, or says what is wrong with it and changes nothing."""
        question = self.question
        assert question is not None, "an interview that has ended"
        read = read_answer(self.plan, self.state, question, text)
        if isinstance(read, Misread):
            return read
        look = self._look(read)
        if look.mistakes:
            return Contradiction(look.mistakes, self._could_be_wrong(read), question, read)
        before = {(one.benefit, one.member) for one in self.prospects if one.needs}
        self.steps.append(Step(self.state, question))
        self._settle(read, look)
        return [one for one in self.prospects if not one.needs and (one.benefit, one.member) in before]

    def back(self) -> bool:
        """Takes the last answer back; False where there is none."""
        if not self.steps:
            return False
        state = self.steps.pop().state
        self._settle(state, self._look(state))
        return True

    def correct(self, found: Contradiction, need: Need) -> None:
        """Keeps the answer of a contradiction, and asks for an earlier fact again."""
        self.steps.append(Step(self.state, found.question))
        state = found.state.with_fact(need, None)
        state = replace(state, picked=(need, *state.picked))
        self._settle(state, self._look(state))

    @property
    def prospects(self) -> list[Prospect]:
        """The outcomes as far as they are open; none before everybody is named."""
        return self.possible.prospects if self.possible else []

    def open_cells(self, state: State) -> list[Need]:
        """Lists the facts that can still change an outcome, in the order of the rules."""
        look = self._look(state)
        needs = 0
        for one in look.possible.prospects if look.possible else ():
            needs |= one.needs
        return look.possible.cells(needs) if look.possible else []

    def asked_of_everybody(self) -> list[Need]:
        """Lists the facts that are open even where every default was put as an answer."""
        facts = [name for name, fact in self.plan.facts.items() if fact.default is not None]
        places = (None, *range(len(self.state.people)))
        return self.open_cells(replace(self.state, closed=frozenset((name, at) for name in facts for at in places)))

    def _settle(self, state: State, look: Look) -> None:
        self.state, self.trace, self.possible = state, look.trace, look.possible
        self.question: Prompt | None = Prompt(PERSON, (), (len(state.people),))
        if look.trace is not None and look.possible is not None:
            self.question = self.chooser.next(state, look.trace, look.possible)

    def _look(self, state: State) -> Look:
        """Reads the household, and computes what it gives and what it can still give."""
        if self.plan.has_members and not state.has_everybody:
            return Look(None, None)
        source = Source(state.id, "")
        read = read_household(state.document(), source, (), self.plan, state.id)
        if isinstance(read, Reject):
            return Look(None, None, read.mistakes)
        trace, possible = Trace(self.plan, read), self.chooser.possible(state, read)
        failed = tuple(name for name in trace.result.failed_checks if possible.check(name) is False)
        if not failed:
            return Look(trace, possible)
        report = CheckReport(self.plan, Place(source), lambda name, member: None, False, None)
        return Look(trace, possible, tuple(report.mistakes(read, failed)))

    def _could_be_wrong(self, state: State) -> tuple[Need, ...]:
        """Finds the facts stated before, without one of which the household would be in order; the latest first."""
        return tuple(
            need
            for need in reversed(stated_needs(state))
            if state.stated(need) == self.state.stated(need) and not self._look(state.with_fact(need, None)).mistakes
        )


def stated_needs(state: State) -> Sequence[Need]:
    """Lists the facts that are stated, with their places."""
    own: list[Need] = [(name, None) for name in state.facts]
    return own + [(name, at) for at, one in enumerate(state.people) for name in one.facts]
