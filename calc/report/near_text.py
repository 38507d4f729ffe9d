"""Writes what would give a household the benefits that it is denied, or more of those that it gets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from calc.engine.facts import not_known
from calc.engine.outcomes import DENIED, Outcome
from calc.exact import Number, divide, magnitude, plain
from calc.language.typed_tree import Definition, Fact, Received
from calc.language.types import MEMBER, NUMERIC
from calc.record import Record, replace
from calc.report.aligned import thousands
from calc.report.format_values import by_id, show
from calc.report.formula_text import rule_in_words
from calc.report.trace_phrases import TracePhrases
from calc.report.ui_text import say
from calc.rules.plan import FactPlan
from calc.rules.schema import NO_REMEDY, REMEDIES
from calc.vary.nearest import NearChange, Nearest
from calc.vary.nearest_pairs import NearestPairs, NearPair
from calc.vary.ways import OpenCondition, Way, ways

_MOST_WAYS = 6
_MOST_PAIRS = 12


class Lack(Record):
    """A benefit that is denied, or granted and could be more: the changes that would do it.

    `ways` are the sets of conditions that decide of one that is denied. `pairs` do it together; None where they are not
    searched, as where a single change does. `is_cut` says that not all were searched.
    """

    outcome: Outcome
    changes: tuple[NearChange, ...]
    ways: tuple[Way, ...] = ()
    pairs: tuple[NearPair, ...] | None = None
    is_cut: bool = False

    @property
    def is_denied(self) -> bool:
        """Says whether the benefit is denied."""
        return self.outcome.status == DENIED


def lacks(
    nearest: Nearest, benefits: Collection[str], remedies: Sequence[str], *, with_pairs: bool = False
) -> list[Lack]:
    """Finds what would give each of some benefits that is denied, or more of one that is granted, by some remedies."""
    facts = {name for name, one in nearest.plan.facts.items() if remedy_of(one) in remedies}
    outcomes = [*nearest.denied(benefits), *nearest.granted(benefits)]
    found = [
        Lack(one, tuple(changes), _ways_of(nearest, one) if one.status == DENIED else ())
        for one, changes in zip(outcomes, nearest.changes(outcomes, facts), strict=True)
    ]
    if with_pairs and any(one.is_denied and not one.changes for one in found):
        pairs = NearestPairs(nearest, facts)
        found = [_with_pairs(one, pairs) if one.is_denied and not one.changes else one for one in found]
    return [one for one in found if one.is_denied or one.changes]


def _with_pairs(lack: Lack, pairs: NearestPairs) -> Lack:
    listed = tuple(pairs.pairs(lack.outcome))
    return replace(lack, pairs=listed, is_cut=pairs.is_cut)


def remedy_of(fact: FactPlan) -> str:
    """The remedy of a fact; `none` where the rules say nothing."""
    return fact.remedy or NO_REMEDY


def _ways_of(nearest: Nearest, outcome: Outcome) -> tuple[Way, ...]:
    """The smallest sets of conditions, where more than the failed ones decide; nothing where those say all."""
    conditions = nearest.plan.benefits[outcome.benefit].conditions
    failed = [one.term for one in conditions if one.name in outcome.failed]
    found = ways(nearest.base, failed, outcome.member)
    says_more = len(found) > 1 or any(leaf.term not in failed for way in found for leaf in way)
    return tuple(found) if says_more else ()


class NearWords:
    """Writes the denials of a household in a language."""

    def __init__(self, nearest: Nearest, found: Sequence[Lack], remedies: Sequence[str], language: str) -> None:
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
            yield f"  {self.say('near-nothing' if len(self.remedies) > 1 else 'near-nothing-to-show')}"
        for lack in self.found:
            outcome = lack.outcome
            status = (
                self.say("near-denied") if lack.is_denied else self.say("near-granted", amount=self._money(outcome))
            )
            yield f"  {self._benefit(outcome)}{status}"
            yield from self._conditions(lack)
            if not lack.changes:
                yield f"    {self.say('near-no-fact' if len(self.remedies) > 1 else 'near-no-evidence')}"
                yield from (f"    {line}" for line in self._pairs(lack))
            for remedy in REMEDIES:
                changes = [one for one in lack.changes if remedy_of(self.plan.facts[one.fact]) == remedy]
                if changes:
                    yield f"    {self.say(f'near-{remedy}' if lack.is_denied else f'near-more-{remedy}')}"
                    yield from (f"      {line}" for line in self.effects(changes, lack.is_denied))
        for fact, member in self.nearest.given_up:
            yield f"  {self.say('near-given-up', fact=self._place(fact, member))}"

    def _conditions(self, lack: Lack) -> Iterator[str]:
        """Yields the conditions that failed, and the sets of them that decide."""
        benefit = self.plan.benefits[lack.outcome.benefit]
        yield from (f"    {self.phrases.failed(benefit, name, [lack.outcome])}" for name in lack.outcome.failed)
        if lack.ways:
            yield f"    {self.say('near-ways' if len(lack.ways) > 1 else 'near-way')}"
            yield from (f"      {self._way(one)}" for one in lack.ways[:_MOST_WAYS])
            if len(lack.ways) > _MOST_WAYS:
                yield f"      {self.say('and-more', count=len(lack.ways) - _MOST_WAYS)}"

    def _pairs(self, lack: Lack) -> Iterator[str]:
        """Yields a line for each effect of two facts: those that go with the same others are one."""
        if lack.pairs is None:
            return
        others: dict[NearChange, list[NearChange]] = {}
        for pair in lack.pairs:
            others.setdefault(replace(pair.first, amount=None), []).append(replace(pair.second, amount=None))
        alike: dict[tuple[str, ...], list[NearChange]] = {}
        for first, seconds in others.items():
            alike.setdefault(tuple(self.effects(seconds, True)), []).append(first)
        found = [
            self.say("near-both", first=first, second=second)
            for seconds, firsts in alike.items()
            for first in self.effects(firsts, True)
            for second in seconds
        ]
        if found:
            every = len(self.remedies) > 1
            yield self.say("near-two-any" if every else "near-two")
            yield from (f"  {line}" for line in found[:_MOST_PAIRS])
            if len(found) > _MOST_PAIRS:
                yield f"  {self.say('and-more', count=len(found) - _MOST_PAIRS)}"
        elif not lack.is_cut:
            yield self.say("near-two-nothing")
        if lack.is_cut:
            yield self.say("near-two-cut")

    def effects(self, changes: Sequence[NearChange], is_denied: bool) -> Iterator[str]:
        """Yields a line for each effect: facts that have to rise or fall by the same amount are one.

        Of a benefit that is granted the line says what it then brings.
        """
        groups: dict[tuple[object, ...], list[NearChange]] = {}
        for one in changes:
            groups.setdefault(self._effect(one), []).append(one)
        for group in groups.values():
            first = group[0]
            name = self._place(first.fact, first.member)
            if not self._is_number(first):
                values = " / ".join(self._word(one, is_denied) for one in group)
                yield self.say("from-to", name=name, before=self._present(first), after=values)
                continue
            if len(group) == 1 or first.distance is None:
                now, then = self._present(first), self._value(first, first.value)
                line = self.say("from-to", name=name, before=now, after=then)
                if first.distance is not None:
                    line = self.say("near-by", change=line, difference=self._signed(first))
                yield line if is_denied else self.say("near-gives", change=line, **self._gains(first))
            elif is_denied:
                yield self.say("near-any-of", difference=self._signed(first), facts=self._listed(group))
            else:
                change = self._signed(first)
                yield self.say("near-more-any-of", change=change, facts=self._listed(group), **self._gains(first))

    def _effect(self, change: NearChange) -> tuple[object, ...]:
        """Returns what changes of one effect have in common."""
        fact = self.plan.facts[change.fact]
        if change.distance is None or not self._is_number(change):
            return change.fact, change.member
        most = change.most and (change.most.distance, change.most.amount)
        return fact.type.kind, fact.decimals, change.distance, change.amount, most

    def _is_number(self, change: NearChange) -> bool:
        return self.plan.facts[change.fact].type.kind in NUMERIC

    def _word(self, change: NearChange, is_denied: bool) -> str:
        """Writes a word or a day, with what a benefit that is granted then brings."""
        if is_denied:
            return self._value(change, change.value)
        text = self.say("near-by", change=self._value(change, change.value), difference=self._money(change))
        if change.most is None:
            return text
        most = self.say("near-by", change=self._value(change, change.most.value), difference=self._money(change.most))
        return f"{text} / {most}"

    def _gains(self, change: NearChange) -> dict[str, str]:
        """Writes what a benefit brings after a change, and after the one that brings the most."""
        most = ""
        if change.most is not None:
            by = self._value(change, change.most.value) if change.distance is None else self._signed(change.most)
            most = self.say("near-most", change=by, amount=self._money(change.most))
        return {"amount": self._money(change), "most": most}

    def _money(self, of: Outcome | NearChange) -> str:
        return thousands(plain(of.amount or 0, self.plan.decimals))

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
        return joint.join(self.leaf(one) for one in way)

    def leaf(self, leaf: OpenCondition) -> str:
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
            text = self.say("of", fact=text, member=self.member(leaf.member))
        return text if leaf.wanted else self.say("near-not", condition=text)

    def _benefit(self, outcome: Outcome) -> str:
        label = self.plan.benefits[outcome.benefit].about.label_in(self.language)
        return label if outcome.member is None else self.say("of", fact=label, member=self.member(outcome.member))

    def _place(self, fact: str, member: int | None) -> str:
        label = self.plan.facts[fact].about.label_in(self.language)
        return label if member is None else self.say("of", fact=label, member=self.member(member))

    def member(self, place: int | None) -> str:
        """Returns the id of the member at a place; empty for the household."""
        return "" if place is None else self.household.members[place].id

    def exact(self, change: NearChange, value: Any) -> Any:
        """Returns a value as formulas have it."""
        fact = self.plan.facts[change.fact]
        is_number = fact.type.kind in NUMERIC and value is not None
        return divide(value, 10**fact.decimals) if is_number else value

    def _present(self, change: NearChange) -> str:
        own = self.household if change.member is None else self.household.members[change.member]
        is_stated = change.fact in own.facts or not_known(change.fact) in own.facts
        return self._value(change, change.present) if change.present is not None or is_stated else self.say("not-given")

    def _value(self, change: NearChange, value: Any) -> str:
        kind = self.plan.facts[change.fact].type.kind
        text = show(by_id(self.exact(change, value), kind, self.household), kind, self.plan, self.language)
        return thousands(text) if kind in NUMERIC and text.replace(".", "").isdigit() else text

    def _signed(self, change: NearChange) -> str:
        amount: Number = self.exact(change, change.distance)
        fact = self.plan.facts[change.fact]
        text = show(magnitude(amount), fact.type.kind, self.plan, self.language)
        return ("−" if amount < 0 else "+") + (thousands(text) if text.replace(".", "").isdigit() else text)
