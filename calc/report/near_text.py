"""Writes what would give a household the benefits that it is denied: as text, as rows of a table, as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from calc.engine.outcomes import Outcome
from calc.exact import Number, divide, magnitude, plain
from calc.language.typed_tree import Definition, Fact, Received
from calc.language.types import MEMBER, NUMERIC
from calc.record import Record
from calc.report.aligned import thousands
from calc.report.format_values import show
from calc.report.formula_text import rule_in_words
from calc.report.trace_phrases import TracePhrases
from calc.report.ui_text import say
from calc.rules.plan import FactPlan
from calc.rules.schema import NO_REMEDY, REMEDIES
from calc.vary.nearest import NearChange, Nearest
from calc.vary.ways import OpenCondition, Way, ways

SCHEMA = "doudi.near/1"
HEADINGS = (
    "household", "month", "benefit", "member", "failed", "remedy", "fact", "of_member", "present", "value", "change",
)  # fmt: skip
AMOUNTS = (8, 9, 10)
"""Columns of numbers."""
_MOST_WAYS = 6


class Denial(Record):
    """A denied benefit, the changes that would give it, and the sets of conditions that decide."""

    outcome: Outcome
    changes: tuple[NearChange, ...]
    ways: tuple[Way, ...]


def denials(nearest: Nearest, outcomes: Sequence[Outcome], remedies: Sequence[str]) -> list[Denial]:
    """Finds what would give each of some denied benefits, by facts of some remedies."""
    facts = {name for name, one in nearest.plan.facts.items() if remedy_of(one) in remedies}
    found = nearest.changes(outcomes, facts)
    return [Denial(one, tuple(each), _ways_of(nearest, one)) for one, each in zip(outcomes, found, strict=True)]


def remedy_of(fact: FactPlan) -> str:
    """The remedy of a fact; `none` where the rules say nothing."""
    return fact.remedy or NO_REMEDY


def _ways_of(nearest: Nearest, outcome: Outcome) -> tuple[Way, ...]:
    """The smallest sets of conditions, where more than the failed ones decide; nothing where those say all."""
    conditions = {one.name: one for one in nearest.plan.benefits[outcome.benefit].conditions}
    if len(outcome.failed) != 1:
        return ()
    found = ways(nearest.base, conditions[outcome.failed[0]].term, outcome.member)
    return tuple(found) if len(found) > 1 or any(len(one) > 1 for one in found) else ()


class NearWords:
    """Writes the denials of a household in a language."""

    def __init__(self, nearest: Nearest, found: Sequence[Denial], remedies: Sequence[str], language: str) -> None:
        self.nearest, self.found, self.remedies, self.language = nearest, found, remedies, language
        self.plan, self.household = nearest.plan, nearest.household
        self.phrases = TracePhrases(nearest.base, language)
        self.comma = "、" if language == "zh" else ", "

    def say(self, key: str, **values: Any) -> str:
        """Writes a text of the user interface."""
        return say(key, self.language, **values)

    def lines(self) -> Iterator[str]:
        """Yields the lines for people."""
        yield self.household.id
        if not self.found:
            yield f"  {self.say('near-nothing-denied')}"
        for denial in self.found:
            outcome = denial.outcome
            yield f"  {self._benefit(outcome)}{self.say('near-denied')}"
            benefit = self.plan.benefits[outcome.benefit]
            yield from (f"    {self.phrases.failed(benefit, name, [outcome])}" for name in outcome.failed)
            if denial.ways:
                yield f"    {self.say('near-ways' if len(denial.ways) > 1 else 'near-way')}"
                yield from (f"      {self._way(one)}" for one in denial.ways[:_MOST_WAYS])
                if len(denial.ways) > _MOST_WAYS:
                    yield f"      {self.say('and-more', count=len(denial.ways) - _MOST_WAYS)}"
            if not denial.changes:
                yield f"    {self.say('near-no-fact' if len(self.remedies) > 1 else 'near-no-evidence')}"
            for remedy in REMEDIES:
                changes = [one for one in denial.changes if remedy_of(self.plan.facts[one.fact]) == remedy]
                if changes:
                    yield f"    {self.say(f'near-{remedy}')}"
                    yield from (f"      {line}" for line in self.effects(changes))
        for fact, member in self.nearest.given_up:
            yield f"  {self.say('near-given-up', fact=self._place(fact, member))}"

    def effects(self, changes: Sequence[NearChange]) -> Iterator[str]:
        """Yields a line for each effect: facts that have to rise or fall by the same amount are one."""
        groups: dict[tuple[object, ...], list[NearChange]] = {}
        for one in changes:
            fact = self.plan.facts[one.fact]
            key = (fact.type.kind, fact.decimals, one.distance) if one.distance is not None else (one.fact, one.member)
            groups.setdefault(key, []).append(one)
        for group in groups.values():
            first = group[0]
            if first.distance is None:
                now = self._value(first, first.present)
                values = " / ".join(self._value(first, one.value) for one in group)
                yield self.say("from-to", name=self._place(first.fact, first.member), before=now, after=values)
            elif len(group) == 1:
                name = self._place(first.fact, first.member)
                now, then = self._value(first, first.present), self._value(first, first.value)
                text = self.say("from-to", name=name, before=now, after=then)
                yield self.phrases.say("near-by", change=text, difference=self._signed(first))
            else:
                yield self.say("near-any-of", difference=self._signed(first), facts=self._listed(group))

    def _listed(self, group: Sequence[NearChange]) -> str:
        """Lists the facts of a group; those of all members once."""
        members: dict[str, list[int | None]] = {}
        for one in group:
            members.setdefault(one.fact, []).append(one.member)
        count = len(self.household.members)
        texts = []
        for fact, places in members.items():
            label = self.plan.facts[fact].about.label_in(self.language)
            if None in places:
                texts.append(label)
            elif len(places) == count and count > 1:
                texts.append(self.say("of", fact=label, member=self.say("near-any-member")))
            else:
                ids = self.comma.join(self.household.members[at].id for at in places if at is not None)
                texts.append(self.say("of", fact=label, member=ids))
        return self.comma.join(texts)

    def _way(self, way: Way) -> str:
        joint = self.say("near-and")
        return joint.join(self._leaf(one) for one in way)

    def _leaf(self, leaf: OpenCondition) -> str:
        """Writes a condition as it would have to be."""
        term = leaf.term
        if isinstance(term, Received):
            label = self.plan.benefits[term.name].about.label_in(self.language)
            return self.say("receiving" if leaf.wanted else "not-receiving", benefit=label)
        if isinstance(term, (Fact, Definition)):
            text = self.plan.about(term.name).label_in(self.language)
        else:
            text = rule_in_words(self.plan, term, self.language)
        if term.type.level == MEMBER:
            text = self.say("of", fact=text, member=self._member(leaf.member))
        return text if leaf.wanted else self.say("near-not", condition=text)

    def _benefit(self, outcome: Outcome) -> str:
        label = self.plan.benefits[outcome.benefit].about.label_in(self.language)
        return label if outcome.member is None else self.say("of", fact=label, member=self._member(outcome.member))

    def _place(self, fact: str, member: int | None) -> str:
        label = self.plan.facts[fact].about.label_in(self.language)
        return label if member is None else self.say("of", fact=label, member=self._member(member))

    def _member(self, place: int | None) -> str:
        return "" if place is None else self.household.members[place].id

    def _exact(self, change: NearChange, value: Any) -> Any:
        fact = self.plan.facts[change.fact]
        is_number = fact.type.kind in NUMERIC and value is not None
        return divide(value, 10**fact.decimals) if is_number else value

    def _value(self, change: NearChange, value: Any) -> str:
        text = show(self._exact(change, value), self.plan.facts[change.fact].type.kind, self.plan, self.language)
        return thousands(text) if text.replace(".", "").isdigit() else text

    def _signed(self, change: NearChange) -> str:
        amount: Number = self._exact(change, change.distance)
        fact = self.plan.facts[change.fact]
        text = show(magnitude(amount), fact.type.kind, self.plan, self.language)
        return ("−" if amount < 0 else "+") + (thousands(text) if text.replace(".", "").isdigit() else text)

    # for programs

    def rows(self, month: str) -> Iterator[list[str]]:
        """Yields a row for each change, and one for a benefit that no single change gives."""
        for denial in self.found:
            outcome = denial.outcome
            head = [self.household.id, month, outcome.benefit, self._member(outcome.member), ";".join(outcome.failed)]
            for one in denial.changes:
                fact = self.plan.facts[one.fact]
                yield [*head, remedy_of(fact), one.fact, self._member(one.member), self._plain(one, one.present),
                       self._plain(one, one.value), self._plain(one, one.distance)]  # fmt: skip
            if not denial.changes:
                yield [*head, "", "", "", "", "", ""]

    def object(self) -> dict[str, Any]:
        """Makes the denials as values for JSON."""
        return {
            "id": self.household.id,
            "denied": [
                {
                    "benefit": one.outcome.benefit,
                    "member": self._member(one.outcome.member) or None,
                    "failed": [*one.outcome.failed],
                    "ways": [[self._leaf(leaf) for leaf in way] for way in one.ways],
                    "changes": [self._object(change) for change in one.changes],
                }
                for one in self.found
            ],
            "given_up": [{"fact": fact, "member": self._member(at) or None} for fact, at in self.nearest.given_up],
        }

    def _object(self, change: NearChange) -> dict[str, Any]:
        return {
            "fact": change.fact,
            "member": self._member(change.member) or None,
            "remedy": remedy_of(self.plan.facts[change.fact]),
            "present": self._plain(change, change.present) or None,
            "value": self._plain(change, change.value),
            "change": self._plain(change, change.distance) or None,
        }

    def _plain(self, change: NearChange, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return value if isinstance(value, str) else plain(self._exact(change, value), self._decimals(change))

    def _decimals(self, change: NearChange) -> int:
        return self.plan.facts[change.fact].decimals
