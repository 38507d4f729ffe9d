"""Chooses the letters that a household gets: one for each outcome of the benefits asked for, or for what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Optional

from calc.engine.facts import Household
from calc.engine.outcomes import DENIED, GRANTED, NOT_APPLICABLE, STATUS_NAMES, UNDETERMINED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.households.household_reader import shown_id
from calc.report.cause_text import CauseWords
from calc.report.letter import LetterText, LetterWriter, kind_of
from calc.report.ui_text import say
from calc.rules.plan import Plan
from calc.rules.read_letters import ENDED, letter_for
from calc.rules.rulebook import Letter, Rulebook
from calc.vary.answers import NOTHING, Line, PictureEngine, picture_of
from calc.vary.causes import PEOPLE, Cause, Causes, Change
from calc.vary.follow_people import FollowedPeople
from calc.vary.granted_instead import granted_instead
from calc.vary.rule_steps import rule_steps

SAME = "same"
"""The kind of a decision that is as it was, for the count of those without a letter."""
ListedLine = tuple[str, str, str]
"""A household, a benefit, and the id of the member whose it is; "" for a benefit of the household."""


class MissingLetter(Exception):
    """Says that the rules have no letter for a kind of decision about a benefit."""

    def __init__(self, kind: str, benefit: str) -> None:
        super().__init__(kind, benefit)
        self.kind, self.benefit = kind, benefit


class DecisionLetters:
    """Writes letters under one rulebook and month, and of what changed since an earlier month if `earlier` is given.

    `kinds` are the kinds of decision that letters are wanted for; all if there are none. `listed` are the changes that
    letters are wanted for, all if it is None; `used` are those that got one.
    `people` are the households and their people in both pictures.
    `others` counts the decisions without a letter.
    """

    def __init__(
        self, rulebook: Rulebook, plan: Plan, earlier: Optional[Plan], benefits: Sequence[str], kinds: Sequence[str],
        language: str, show_ids: bool, listed: Optional[frozenset[ListedLine]] = None,
        people: Optional[FollowedPeople] = None,
    ) -> None:  # fmt: skip
        """More than six parameters: each is one thing that the command line says."""
        self.rulebook, self.plan, self.earlier = rulebook, plan, earlier
        self.benefits, self.kinds = benefits, kinds
        self.language, self.show_ids = language, show_ids
        self.listed = listed
        self.used: set[ListedLine] = set()
        self.others: Counter[str] = Counter()
        self.words = CauseWords(earlier or plan, plan, language)
        self.people = people or FollowedPeople((), (), None)
        self._home: Optional[tuple[str, dict[str, list[Outcome]]]] = None
        self.causes: Optional[Causes] = None
        if earlier is not None:
            steps = rule_steps(rulebook, earlier.month, rulebook, plan.month, {})
            is_later = earlier.month != plan.month
            self.causes = Causes(PictureEngine(earlier), PictureEngine(plan), steps, is_later)

    def of_household(self, household: Household) -> Iterator[LetterText]:
        """Yields the letters to a household. Raises MissingLetter for a decision that the rules have no letter for."""
        before = self.people.earlier(household.id)
        writer = LetterWriter(self.plan, household, before, self.language, self.show_ids)
        older = None
        if before is not None and self.earlier is not None:
            older = Trace(self.earlier, writer.with_tokens(before))
        found = None
        for benefit in self.benefits:
            for outcome in writer.trace.outcomes[benefit]:
                home = None if outcome.member is None else self.people.moves.get((household.id, outcome.member))
                if home is not None and benefit in self._of_home(home[0]):
                    yield from self._of_moved(writer, outcome, home)
                    continue
                former = None if older is None else _former(older, writer.trace, outcome)
                kind = self._wanted([_line(household, outcome)], outcome, former)
                if kind is None:
                    continue
                letter = self._letter(kind, benefit)
                if found is None:
                    found = [] if older is None else self._causes(older.household, writer.trace.household)
                causes = self._of_line(found, outcome, writer.trace)
                if older is not None and former is not None and former.status == GRANTED:
                    causes += self._instead(older, writer.trace, outcome)
                yield writer.letter(letter, outcome, former, causes)
        if before is not None and (left := self.people.left(household.id)):
            yield from self._ended(household.id, left)

    def of_gone(self, id: str) -> Iterator[LetterText]:
        """Yields the letters to a household that is only in the earlier picture: what it was granted has ended.

        Raises MissingLetter.
        """
        return self._ended(id, [None, *self.people.left(id)])

    def _ended(self, id: str, places: Sequence[Optional[int]]) -> Iterator[LetterText]:
        """Yields the letters of the end of what was granted to an earlier household (None) and to members of it.

        Nothing was decided about their facts, so these letters say nothing of them.
        """
        assert self.earlier is not None
        before, household = self.people.earlier(id), self.people.before[id]
        assert before is not None
        writer = LetterWriter(self.plan, household, None, self.language, self.show_ids)
        older = Trace(self.earlier, writer.with_tokens(household))
        for benefit in self.benefits:
            for former in older.outcomes.get(benefit, ()):
                if former.status != GRANTED or former.member not in places:
                    continue
                outcome = Outcome(benefit, former.member, NOT_APPLICABLE, 0)
                if self._wanted([_line(before, outcome)], outcome, former) is None:
                    continue
                if former.member is None or None in places:
                    cause = say("letter-gone", self.language)
                else:
                    member = older.household.members[former.member].id
                    cause = self.words.change(Change(PEOPLE, member=member, before=True))
                yield writer.letter(self._letter(ENDED, benefit), outcome, former, [cause])

    def _of_moved(self, writer: LetterWriter, outcome: Outcome, home: tuple[str, int]) -> Iterator[LetterText]:
        """Yields the letter to a member who was in another household, if what he had there is not as it was."""
        found = self._of_home(home[0])[outcome.benefit]
        former = next((one for one in found if one.member == home[1]), None)
        lines = [_line(writer.household, outcome)]
        before = self.people.earlier(home[0])
        if former is not None and before is not None:
            lines.append(_line(before, former))
        kind = self._wanted(lines, outcome, former)
        if kind is not None and outcome.member is not None:
            member = writer.trace.household.members[outcome.member].id
            change = Change(PEOPLE, shown_id(self.people.before[home[0]].id, self.show_ids), member, after=True)
            yield writer.letter(self._letter(kind, outcome.benefit), outcome, former, [self.words.change(change)])

    def _of_home(self, id: str) -> dict[str, list[Outcome]]:
        """Finds what was decided earlier in a household that somebody has left."""
        assert self.earlier is not None
        if self._home is None or self._home[0] != id:
            self._home = id, Trace(self.earlier, self.people.before[id]).outcomes
        return self._home[1]

    def _wanted(self, lines: Sequence[ListedLine], outcome: Outcome, former: Optional[Outcome]) -> Optional[str]:
        """Names the kind of a decision that gets a letter; None for one that gets none, which is counted.

        Either of its lines may be listed: that of a member's household, and that of the one he was in.
        """
        kind = kind_of(outcome, former)
        if outcome.status == NOT_APPLICABLE and kind != ENDED:
            self.others[STATUS_NAMES[NOT_APPLICABLE]] += 1
            return None
        is_same = former is not None and (former.status, former.amount) == (outcome.status, outcome.amount)
        is_listed = self.listed is None or not self.listed.isdisjoint(lines)
        if is_listed and (kind in self.kinds if self.kinds else not is_same):
            self.used.update(lines)
            return kind
        self.others[SAME if is_same else kind] += is_listed
        return None

    def _letter(self, kind: str, benefit: str) -> Letter:
        letter = letter_for(self.rulebook.letters, kind, benefit)
        if letter is None:
            raise MissingLetter(kind, benefit)
        return letter

    def _causes(self, before: Household, after: Household) -> list[Cause]:
        assert self.causes is not None
        old, new = picture_of(before), picture_of(after)
        return self.causes.between(old, new, self.causes.before.answer(old), self.causes.after.answer(new))

    def _instead(self, older: Trace, newer: Trace, outcome: Outcome) -> list[str]:
        """Says what is granted in the place of a benefit that ended."""
        if outcome.status not in (DENIED, NOT_APPLICABLE):
            return []
        members = newer.household.members

        def line(one: Outcome) -> Line:
            return one.benefit, "" if one.member is None else members[one.member].id

        gained = []
        for one in newer.result.outcomes:
            former = _former(older, newer, one)
            if one.status == GRANTED and (former is None or former.status not in (GRANTED, UNDETERMINED)):
                gained.append(line(one))
        found = granted_instead(self.plan, newer.household, line(outcome), gained)
        return [self.words.instead(found)] if found else []

    def _of_line(self, causes: Sequence[Cause], outcome: Outcome, trace: Trace) -> list[str]:
        """Writes the causes of one outcome, each with what it brings."""
        member = "" if outcome.member is None else trace.household.members[outcome.member].id
        found = []
        for one in causes:
            granted, amount = one.parts.get((outcome.benefit, member), NOTHING)
            if granted or amount:
                text = self.words.cause(one)
                found.append(self.words.bracketed(text, self.words.signed(amount)) if amount else text)
        return found


def _line(household: Household, outcome: Outcome) -> ListedLine:
    return household.id, outcome.benefit, "" if outcome.member is None else household.members[outcome.member].id


def _former(older: Trace, newer: Trace, outcome: Outcome) -> Optional[Outcome]:
    """Finds the outcome of the same benefit and person in the earlier picture."""
    found = older.outcomes.get(outcome.benefit, ())
    if outcome.member is None:
        return next((one for one in found if one.member is None), None)
    id = newer.household.members[outcome.member].id
    return next((one for one in found if one.member is not None and older.household.members[one.member].id == id), None)
