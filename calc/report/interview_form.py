"""Writes what an interview would still ask as a sheet of paper for a home visit."""

from __future__ import annotations

from collections.abc import Iterator

from calc.engine.outcomes import Need
from calc.interview.interview import Interview
from calc.interview.state import NamedMember, State
from calc.language.types import CHOICE, YES_NO
from calc.record import replace
from calc.report.as_text import heading
from calc.report.interview_text import QuestionText
from calc.report.template import options, question, unit
from calc.report.ui_text import say
from calc.rules.plan import FactPlan

_BLANK = "________"
_BOX = "□"
_ROWS = 4


class _Form:
    """The sheet of an interview; people not named yet have numbers."""

    def __init__(self, interview: Interview, language: str) -> None:
        self.interview = interview
        self.plan = interview.plan
        self.language = language
        self.text = QuestionText(interview.plan, language)
        self.state = interview.state
        self.has_names = self.state.has_everybody or not self.plan.has_members
        if not self.has_names:
            people = tuple(NamedMember(str(at), {}) for at in range(1, _ROWS + 1))
            self.state = replace(self.state, people=people, has_everybody=True)

    def lines(self) -> Iterator[str]:
        yield heading(self.plan, self.language)
        yield say("ask-form-title", self.language)
        first = self.interview.chooser.people
        with_names = set(first.asked()) if first and not self.has_names else set()
        if not self.has_names:
            yield ""
            yield first.question_in(self.language) if first else say("ask-name", self.language)
            yield from (f"  {one.name} {_BLANK * 5}" for one in self.state.people)
        cells = [cell for cell in self.interview.open_cells(self.state) if cell[0] not in with_names]
        always = [*dict.fromkeys(name for name, _ in self.interview.open_cells(self._silent()))]
        grouped: dict[str, dict[str, list[Need]]] = {}
        for cell in cells:
            topic = self.interview.chooser.topic_of.get(cell[0])
            group = topic or ("" if cell[0] in always else "\0")
            grouped.setdefault(group, {}).setdefault(cell[0], []).append(cell)
        if not cells:
            yield from ("", say("ask-form-nothing", self.language))
        for group in ("", *self.plan.topics, "\0"):
            if group in grouped:
                yield ""
                yield from self._heading(group)
                yield from (self._line(self.plan.facts[name], of) for name, of in grouped[group].items())

    def _silent(self) -> State:
        """Makes the state in which every default was put as an answer: what is open even so is asked of everybody."""
        facts = [name for name, fact in self.plan.facts.items() if fact.default is not None]
        places = (None, *range(len(self.state.people)))
        return replace(self.state, closed=frozenset((name, place) for name in facts for place in places))

    def _heading(self, group: str) -> Iterator[str]:
        if group in self.plan.topics:
            topic = self.plan.topics[group]
            yield topic.who_in(self.language) or topic.question_in(self.language)
        elif group:
            yield say("ask-form-if", self.language)

    def _line(self, fact: FactPlan, cells: list[Need]) -> str:
        """Writes a fact with a blank or boxes for the household, or a blank for each member."""
        asked = question(fact, self.language) or self.text.choice(fact)
        people = [self.text.member(self.state, place) for _, place in cells if place is not None]
        choices = options(fact, self.language) if fact.type.kind in (CHOICE, YES_NO) else ()
        if not people:
            boxes = "  ".join(f"{_BOX} {one}" for one in choices)
            return f"  {asked}  {boxes or self._blank(fact)}"
        if fact.type.kind == YES_NO:
            return f"  {self.text.choice(fact)}  " + "  ".join(f"{_BOX} {one}" for one in people)
        if choices:
            asked += f" [{'/'.join(choices)}]"
        elif measured := unit(fact, self.plan, self.language):
            asked += f" ({measured})" if self.language == "en" else f"（{measured}）"
        return f"  {asked}  " + "  ".join(f"{one} {_BLANK}" for one in people)

    def _blank(self, fact: FactPlan) -> str:
        return f"{_BLANK} {unit(fact, self.plan, self.language)}".rstrip()


def form_lines(interview: Interview, language: str) -> Iterator[str]:
    """Yields the lines: what is asked of everybody, then by topic, then what follows from other answers."""
    return _Form(interview, language).lines()
