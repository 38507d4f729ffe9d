"""Chooses the next question of an interview: one whose answer can still change an outcome, early topics first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from calc.engine.facts import Household
from calc.engine.outcomes import UNDETERMINED, Need
from calc.engine.traced.interpreter import Trace
from calc.interview.state import FACT, PICK, WHO, Prompt, State, is_presumption
from calc.language.typed_tree import names_used
from calc.rules.dependency_order import reachable
from calc.rules.plan import Plan
from calc.vary.possible_trace import PossibleTrace
from calc.vary.possible_value import needs_among
from calc.vary.prospects import Prospect
from calc.vary.trace_again import Before


class Chooser:
    """The order of questions of a plan: `benefits` are those that the interview is about."""

    def __init__(self, plan: Plan, benefits: Iterable[str] | None = None) -> None:
        self.plan = plan
        self.benefits = [*plan.benefits] if benefits is None else [*benefits]
        topics = [one for one in plan.topics.values() if one.question]
        groups = [one.for_whom for one in topics if one.for_whom]
        first = _leading_to(plan, groups)  # whom a topic is for is known before its facts are looked at
        others = _leading_to(plan, [*self.benefits, *plan.root_names])
        self.steps = [*first, *(one for one in others if one not in {*first})]
        self.topic_of = {
            fact: topic.name for topic in topics for fact in topic.asked() if fact in plan.facts and not topic.people
        }
        self._group_of = {
            fact: group for topic in topics for fact in topic.asked()
            if (group := topic.for_whom) in plan.definitions or group in plan.facts
        }  # fmt: skip
        self.people = next((one for one in topics if one.people), None)
        self._place = {topic.name: at for at, topic in enumerate(topics)}
        self._first = frozenset(self.people.asked()) if self.people else frozenset()
        self._stands = self._standing()

    def _standing(self) -> frozenset[str]:
        """Lists the facts whose default always holds: those that follow from others, and those topics leave out."""
        left = {fact for topic in self.plan.topics.values() for fact in topic.not_asked}
        return frozenset(
            name
            for name, fact in self.plan.facts.items()
            if fact.default is not None and name not in self.topic_of and (name in left or not is_presumption(fact))
        )

    def leads_to_checks(self, names: Collection[str]) -> set[str]:
        """Returns the names that can make some checks of the data hold or not."""
        used = [one for check in self.plan.checks if check.name in names for one in names_used(check.term)]
        return reachable(used, {**self.plan.needs, **{
            fact: [*self.plan.needs.get(fact, ()), group] for fact, group in self._group_of.items()
        }})  # fmt: skip

    def opening(self, cells: Collection[Need]) -> set[Need]:
        """Lists the facts that say whether some others are asked of a member."""
        found = {(self._group_of[name], place) for name, place in cells if name in self._group_of}
        return {(name, place) for group, place in found for name in reachable((group,), self.plan.needs)}

    def checks_of(self, fact: str) -> Collection[str]:
        """Lists the checks of the data that a fact can make hold or not."""
        return [name for name, leading in self._leading_to_each.items() if fact in leading]

    @cached_property
    def _leading_to_each(self) -> dict[str, set[str]]:
        return {one.name: self.leads_to_checks((one.name,)) for one in self.plan.checks}

    def possible(
        self, state: State, household: Household, earlier: PossibleTrace | None = None, was: State | None = None,
        checks: Collection[str] | None = None,
    ) -> PossibleTrace:  # fmt: skip
        """Traces what the outcomes can still be, or only what leads to some checks of the data.

        An `earlier` trace, of a state that `was`, spares much of it.
        """

        def is_closed(trace: PossibleTrace, name: str, place: int | None) -> bool:
            if name in self._stands or (name, place) in state.closed:
                return True
            group = self._group_of.get(name)
            return group is not None and place is not None and trace.value(group, place) is False

        before = None
        if earlier is not None and was is not None:
            before = Before(earlier, was.closed ^ state.closed, self._group_of)
        if checks is None:
            return PossibleTrace(self.plan, household, self.steps, self.benefits, is_closed, before)
        leading = self.leads_to_checks(checks)
        steps = [one for one in self.steps if one in leading]
        return PossibleTrace(self.plan, household, steps, (), is_closed, before)

    def next(self, state: State, trace: Trace, possible: PossibleTrace) -> Prompt | None:
        """Chooses the question to put next; None where nothing more can change an outcome.

        `trace` are the outcomes as the household file gives them now, `possible` what they can still be.
        """
        if state.picked:
            name, place = state.picked[0]
            return Prompt(FACT, (name,), (place,))
        if state.picking:
            waiting = state.picking[0]
            return Prompt(PICK, waiting.facts, (waiting.member,), waiting.topic)
        open_ones = [one for one in self._in_order(possible.prospects) if one.needs]
        if open_ones:
            everything = 0
            for one in open_ones:
                everything |= one.needs
            first = open_ones[0]
            groups = [one for one in (first.applies, *first.conditions) if one] or [first.amount]
            return self._about(state, possible, groups, everything)
        return self._for_the_checks(state, trace, possible) or self._for_the_file(state, trace)

    def _in_order(self, prospects: list[Prospect]) -> list[Prospect]:
        order = {name: at for at, name in enumerate(self.benefits)}
        return sorted(prospects, key=lambda one: (order[one.benefit], one.member or 0))

    def _about(self, state: State, possible: PossibleTrace, groups: list[int], everything: int) -> Prompt:
        """Takes the earliest topic of some groups of needs; facts of the household without topic come before all."""
        last = len(self._place)
        firsts = [min(possible.cells(one), key=lambda cell: self._topic_at(state, cell, last)) for one in groups]
        first = min(firsts, key=lambda cell: self._topic_at(state, cell, -1 if cell[1] is None else last))
        topic = self._topic(state, first)
        if topic is None:
            return Prompt(FACT, (first[0],), (first[1],), "", self._has_default(state, first))
        return self._of_topic(topic, [cell for cell in possible.cells(everything) if self._topic(state, cell) == topic])

    def _has_default(self, state: State, cell: Need) -> bool:
        """Says whether nothing typed takes a fact's default: not where it is asked for because that is unknown."""
        is_open = cell not in state.closed and cell[0] not in self._stands
        return is_open and self.plan.facts[cell[0]].default is not None

    def _topic(self, state: State, cell: Need) -> str | None:
        """Finds the topic under which a fact is asked for; None by itself, as where its topic was put already."""
        return None if cell in state.closed else self.topic_of.get(cell[0])

    def _topic_at(self, state: State, cell: Need, alone: int) -> int:
        """Returns the place of a fact's topic; what is asked with the names comes first, the others as `alone` says."""
        if cell[0] in self._first:
            return -1
        return self._place.get(self._topic(state, cell) or "", alone)

    def _of_topic(self, name: str, cells: list[Need]) -> Prompt:
        """Asks first whom a topic concerns, then what of it; of one fact of one place, asks for that."""
        topic = self.plan.topics[name]
        of_household = [cell for cell in cells if cell[1] is None]
        cells = of_household or cells
        facts = tuple(one for one in topic.asked() if any(one == fact for fact, _ in cells))
        members = tuple(sorted({place for _, place in cells if place is not None}))
        if of_household or len(members) == 1 or not topic.who:
            place = None if of_household else members[0]
            own = tuple(one for one in facts if (one, place) in cells)
            if len(own) == 1:
                return Prompt(FACT, own, (place,), "", True)
            return Prompt(PICK, own, (place,), name)
        return Prompt(WHO, facts, members, name)

    def _for_the_checks(self, state: State, trace: Trace, possible: PossibleTrace) -> Prompt | None:
        """Asks what would make data agree that do not agree with the defaults of what was not asked."""
        for name in trace.result.failed_checks:
            needs = needs_among(possible.check(name))
            if needs:
                return self._about(state, possible, [needs], needs)
        return None

    def _for_the_file(self, state: State, trace: Trace) -> Prompt | None:
        """Asks what is left of an outcome that is decided by bounds, which a household file alone does not show."""
        for benefit in self.benefits:
            for outcome in trace.outcomes[benefit]:
                if outcome.status == UNDETERMINED:
                    for need in outcome.missing:
                        if state.stated(need) is None:
                            return Prompt(FACT, (need[0],), (need[1],))
        return None


def _leading_to(plan: Plan, benefits: Iterable[str]) -> list[str]:
    """Lists the steps of a plan that some benefits depend on, in their order."""
    above = reachable(tuple(benefits), plan.needs)
    return [name for name in plan.steps if name in above]


def cells_of(question: Prompt) -> Iterator[Need]:
    """Lists the facts and places that a question is about."""
    for place in question.members:
        for name in question.facts:
            yield name, place
