"""Leads an interview: the next question, an answer with all that follows from it, back, and contradictions."""

from __future__ import annotations

from collections.abc import Iterable

from calc.diagnostics.diagnostic import Diagnostic, Place
from calc.diagnostics.source import Source
from calc.engine.outcomes import Need
from calc.households.failed_checks import CheckReport
from calc.households.household_reader import HouseholdDraft, HouseholdReader
from calc.households.identity_numbers import mask_in
from calc.households.overrides import Settings
from calc.interview.corrections import Corrections, Look
from calc.interview.next_question import Chooser
from calc.interview.read_answer import Misread, read_answer
from calc.interview.state import PERSON, Prompt, State
from calc.record import Record, replace
from calc.rules.plan import Plan
from calc.vary.possible_trace import PossibleTrace
from calc.vary.prospects import Prospect
from calc.vary.trace_again import Before, TraceAgain


class Contradiction(Record):
    """An answer that does not fit earlier ones: what is wrong, and the latest facts without one of which it would fit.

    Where no single fact would do, they are those without which less would be wrong.
    """

    mistakes: tuple[Diagnostic, ...]
    earlier: tuple[Need, ...]
    question: Prompt
    state: State


class Step(Record):
    """A question that was answered, with what was known before it."""

    look: Look
    question: Prompt


class Interview:
    """An interview about one household. `question` is the one to put, None at the end."""

    def __init__(self, plan: Plan, state: State, benefits: Iterable[str] | None = None) -> None:
        self.plan = plan
        self.chooser = Chooser(plan, benefits)
        self.steps: list[Step] = []
        self._source = Source(state.id, "", hide=mask_in)
        self._reader = HouseholdReader(self._source, plan, Settings(), False)
        self.trace: TraceAgain | None = None
        self.possible: PossibleTrace | None = None
        self.look = Look(state)
        self._settle(self._look(state))

    def answer(self, text: str) -> Misread | Contradiction | list[Prospect]:
        """Takes an answer; returns the outcomes that it settles, or says what is wrong with it and changes nothing."""
        question = self.question
        assert question is not None, "an interview that has ended"
        read = read_answer(self.plan, self.state, question, text)
        if isinstance(read, Misread):
            return read
        look = self._look(read)
        if look.is_wrong:
            corrections = Corrections(self.plan, self.chooser, self._household, self.look, look)
            return Contradiction(self._mistakes(look), corrections.latest(question.members), question, read)
        before = {(one.benefit, one.member) for one in self.prospects if one.needs}
        self.steps.append(Step(self.look, question))
        self._settle(look)
        return [one for one in self.prospects if not one.needs and (one.benefit, one.member) in before]

    def back(self) -> bool:
        """Takes the last answer back; False where there is none."""
        if not self.steps:
            return False
        self._settle(self.steps.pop().look)
        return True

    def correct(self, found: Contradiction, need: Need) -> None:
        """Keeps the answer of a contradiction, and asks for an earlier fact again."""
        self.steps.append(Step(self.look, found.question))
        state = found.state.with_fact(need, None)
        self._settle(self._look(replace(state, picked=(need, *state.picked))))

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

    def _settle(self, look: Look) -> None:
        self.look, self.state = look, look.state
        self.trace, self.possible = None, None
        self.question: Prompt | None = Prompt(PERSON, (), (len(look.state.people),))
        if look.trace is not None and look.possible is not None and self._is_about_all(look.state):
            self.trace, self.possible = look.trace, look.possible
            self.question = self.chooser.next(look.state, look.trace, look.possible)

    def _is_about_all(self, state: State) -> bool:
        return state.has_everybody or not self.plan.has_members

    def _look(self, state: State) -> Look:
        """Reads the household, and computes what it gives and what it can still give, as far as answers changed it.

        That is begun while people are being named, so that not all of it is left to the end.
        """
        is_about_all = self._is_about_all(state)
        if not (is_about_all or state.people):
            return Look(state)
        read = self._household(state)
        if read.wrong or read.household is None:
            return Look(state, unread=tuple(read.wrong) if is_about_all else ())
        last = self.look
        before = None if last.trace is None else Before(last.trace)
        trace = TraceAgain(self.plan, read.household, before)
        possible = self.chooser.possible(state, read.household, last.possible, last.state)
        if not is_about_all:
            return Look(state, trace, possible)
        failed = tuple(name for name in trace.result.failed_checks if possible.check(name) is False)
        return Look(state, trace, possible, failed=failed)

    def _household(self, state: State) -> HouseholdDraft:
        return self._reader.household(state.document(), (), state.id)

    def _mistakes(self, look: Look) -> tuple[Diagnostic, ...]:
        if look.trace is None or not look.failed:
            return look.unread
        report = CheckReport(self.plan, Place(self._source), lambda name, member: None, False, None)
        return report.mistakes(look.trace.household, look.failed)
