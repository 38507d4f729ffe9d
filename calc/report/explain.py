"""The explanation of a household: what was granted and how it was computed, what was denied and by what,
what is still missing. Made from the trace; each number once, in order of use, with the clause beside it."""

from __future__ import annotations

from calc.engine.outcomes import DENIED, GRANTED, UNDETERMINED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.engine.traced.provenance import defaults_used
from calc.engine.unknown import Unknown
from calc.exact import plain
from calc.language.types import MEMBER, YES_NO
from calc.report.format_values import show
from calc.report.formula_text import in_words, used_names
from calc.report.reasons import reason
from calc.report.ui_text import say
from calc.rules.plan import BenefitPlan, ConditionPlan, DefinitionPlan

MOST_LINES = 40
"""A full household is told in so many lines; `--why` tells one benefit in full."""


def explained(trace: Trace, language: str, why: str | None = None) -> list[str]:
    """The lines of an explanation: of everything, or in full of the one benefit `why`."""
    teller = Teller(trace, language, why is not None)
    names = [why] if why is not None else list(trace.plan.benefits)
    for name in names:
        for outcome in trace.outcomes[name]:
            if outcome.status == GRANTED:
                teller.granted(trace.plan.benefits[name], outcome)
    for name in names:
        teller.open(name)
    for name in names:
        teller.denied(trace.plan.benefits[name])
    teller.assumed(names)
    return teller.lines if why is not None else _shortened(teller)


def _shortened(teller: Teller) -> list[str]:
    """At most so many lines: the deepest steps are left out first."""
    lines, depths = teller.lines, teller.depths
    while len(lines) > MOST_LINES and max(depths) > 1:
        deepest = max(depths)
        last = max(at for at, depth in enumerate(depths) if depth == deepest)
        del lines[last], depths[last]
    return lines


MOST_ASSUMPTIONS = 10
"""Assumed entries named in an explanation; `--why` tells all with their reasons."""


class Teller:
    """Collects the lines of an explanation with the depth of each."""

    def __init__(self, trace: Trace, language: str, in_full: bool) -> None:
        self.trace = trace
        self.plan = trace.plan
        self.language = language
        self.in_full = in_full
        self.lines: list[str] = []
        self.depths: list[int] = []
        self.told: set[str] = set()

    def tell(self, text: str, depth: int = 0, cite: tuple[str, ...] = (), mark: bool = False) -> None:
        """Add a line, with its clause."""
        if self.language == "zh":
            text = text.replace(": ", "：")
        star = " *" if mark else ""
        source = f"  [{'; '.join(cite)}]" if cite else ""
        self.lines.append(f"{'  ' * depth}{text}{star}{source}")
        self.depths.append(depth)

    def member(self, place: int | None) -> str:
        return "" if place is None else f" {self.trace.household.members[place].id}"

    def say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def joined(self, parts: list[str]) -> str:
        """Parts of a list; labels may hold commas of their own."""
        return ("；" if self.language == "zh" else "; ").join(parts)

    # granted

    def granted(self, benefit: BenefitPlan, outcome: Outcome) -> None:
        about = benefit.about
        title = f"{about.label_in(self.language)}{self.member(outcome.member)}"
        marked = about.basis == "assumed"
        if benefit.amount is None:
            self.tell(f"{title}: {self.say('granted')}", 0, about.cite, marked)
        else:
            assert outcome.amount is not None
            amount = plain(outcome.amount, self.plan.decimals)
            formula = in_words(self.trace, benefit.amount, outcome.member, self.language)
            self.tell(f"{title}: {amount} {self.say('per-' + benefit.per)} = {formula}", 0, about.cite, marked)
        if not self.in_full:
            self.conditions(benefit, outcome)
        if benefit.amount is not None:
            for name in used_names(self.trace, benefit.amount, outcome.member):
                self.step(name, outcome.member, 1)
        if self.in_full:
            self.conditions(benefit, outcome)

    def conditions(self, benefit: BenefitPlan, outcome: Outcome) -> None:
        if self.in_full:
            for condition in benefit.conditions:
                self.condition(condition, outcome.member)
            return
        labels = [condition.about.label_in(self.language) for condition in benefit.conditions]
        if labels:
            self.tell(f"{self.say('conditions')}: {self.joined(labels)}", 1)

    def condition(self, condition: ConditionPlan, member: int | None) -> None:
        value = self.trace.evaluate(condition.term, member)
        sign = "?" if value.__class__ is Unknown else "✓" if value else "✗"
        text = f"{sign} {condition.about.label_in(self.language)}"
        found = reason(self.trace, condition.term, member, self.language)
        if found:
            text += f": {found.removeprefix(condition.about.label_in(self.language) + ': ')}"
        elif value.__class__ is Unknown:
            missing = self.missing_of(value)
            told_already = missing == condition.about.label_in(self.language)
            text += f": {self.say('not-given') if told_already else missing}"
        self.tell(text, 1, condition.about.cite, condition.about.basis == "assumed")
        for name in used_names(self.trace, condition.term, member):
            if name != condition.name:
                self.step(name, member, 2)
            else:
                definition = self.plan.definitions[name]
                self.told.add(name)
                for inner in used_names(self.trace, definition.term, member):
                    self.step(inner, member, 2)

    def step(self, name: str, member: int | None, depth: int) -> None:
        """One definition with its formula and value, then what it was computed from."""
        definition = self.plan.definitions[name]
        key = name if definition.type.level < MEMBER or member is None else f"{name}/{member}"
        if key in self.told or name in self.told:
            return
        self.told.add(key)
        if definition.type.level == MEMBER and member is None:
            self.step_of_members(definition, depth)
            return
        value = self.trace.value(name, member)
        if self.worth_telling(definition, [value]):
            formula = in_words(self.trace, definition.term, member, self.language)
            shown = show(value, definition.type.kind, self.plan, self.language)
            label = definition.about.label_in(self.language)
            who = self.member(member) if definition.type.level == MEMBER else ""
            self.tell(f"{label}{who} {shown} = {formula}", depth, definition.about.cite, self.is_assumed(definition))
            for inner in used_names(self.trace, definition.term, member):
                self.step(inner, member, depth + 1)

    def step_of_members(self, definition: DefinitionPlan, depth: int) -> None:
        """A definition of the members: everybody's value in one line."""
        values = self.trace.of_members[definition.name]
        if not self.worth_telling(definition, values):
            return
        members = self.trace.household.members
        shown = [
            f"{member.id} {show(value, definition.type.kind, self.plan, self.language)}"
            for member, value in zip(members, values, strict=True)
        ]
        of_interest = [place for place, value in enumerate(values) if value.__class__ is not Unknown and value]
        one = of_interest[0] if len(of_interest) == 1 else None
        formula = in_words(self.trace, definition.term, one, self.language, values=one is not None)
        label = definition.about.label_in(self.language)
        if len(shown) > 6:
            shown = [*shown[:6], "…"]
        text = f"{label}: {', '.join(shown)} = {formula}"
        self.tell(text, depth, definition.about.cite, self.is_assumed(definition))
        names = used_names(self.trace, definition.term, one)
        for inner in names:
            self.step(inner, None, depth + 1)

    def worth_telling(self, definition: DefinitionPlan, values: list[object]) -> bool:
        """In full everything; else amounts and numbers that are not zero, and truths on which members differ."""
        if self.in_full:
            return True
        if definition.type.kind == YES_NO:
            return len({value for value in values if isinstance(value, bool)}) > 1
        return any(value.__class__ is Unknown or value for value in values)

    def is_assumed(self, definition: DefinitionPlan) -> bool:
        return definition.about.basis == "assumed"

    # undetermined

    def open(self, name: str) -> None:
        """What is undetermined, what it needs, and what to ask."""
        benefit = self.plan.benefits[name]
        for outcomes in self.grouped(name, UNDETERMINED):
            who = self.names([outcome.member for outcome in outcomes])
            title = f"{benefit.about.label_in(self.language)}{who}: {self.say('undetermined')}"
            first = outcomes[0]
            wanted = []
            if first.missing:
                listed = dict.fromkeys(need for outcome in outcomes for need in outcome.missing)
                wanted.append(self.say("needs", facts=self.listed(list(listed))))
            if first.unset:
                labels = [self.plan.about(one).label_in(self.language) for one in first.unset]
                wanted.append(self.say("unset", parameters=self.joined(labels)))
            self.tell(f"{title} ({self.joined(wanted)})" if wanted else title, 0, benefit.about.cite)
            if self.in_full:
                self.conditions(benefit, first)
                self.open_amount(benefit, first)
            for fact in dict.fromkeys(need[0] for outcome in outcomes for need in outcome.missing):
                question = self.question(fact)
                if question and f"?{fact}" not in self.told:
                    self.told.add(f"?{fact}")
                    self.tell(f"{self.say('ask')}: {question}", 1)

    def open_amount(self, benefit: BenefitPlan, outcome: Outcome) -> None:
        """The formula of an amount that is not known, with what it lacks."""
        if benefit.amount is None:
            return
        value = self.trace.evaluate(benefit.amount, outcome.member)
        if value.__class__ is Unknown:
            formula = in_words(self.trace, benefit.amount, outcome.member, self.language)
            self.tell(f"? {self.say('amount')} = {formula} ({self.missing_of(value)})", 1)
            for name in used_names(self.trace, benefit.amount, outcome.member):
                self.step(name, outcome.member, 2)

    def question(self, fact: str) -> str | None:
        plan = self.plan.facts[fact]
        return (plan.question_en or plan.question) if self.language == "en" else (plan.question or plan.question_en)

    def listed(self, missing: list[tuple[str, int | None]]) -> str:
        """Missing facts with the members they are missing of."""
        by_fact: dict[str, list[int | None]] = {}
        for fact, place in missing:
            by_fact.setdefault(fact, []).append(place)
        told = []
        for fact, places in by_fact.items():
            label = self.plan.facts[fact].about.label_in(self.language)
            who = self.names(places).strip()
            told.append(self.say("of", fact=label, member=who) if who else label)
        return self.joined(told)

    def missing_of(self, unknown: Unknown) -> str:
        unset = [self.plan.about(one).label_in(self.language) for one in self.trace.unset(unknown)]
        return self.joined([one for one in (self.listed(list(self.trace.missing(unknown))), *unset) if one])

    # denied

    def denied(self, benefit: BenefitPlan) -> None:
        """One line for all members denied for the same conditions."""
        for outcomes in self.grouped(benefit.name, DENIED):
            who = self.names([outcome.member for outcome in outcomes])
            first = outcomes[0]
            title = f"{benefit.about.label_in(self.language)}{who}: {self.say('denied')}"
            told = [self.failed(benefit, name, outcomes) for name in first.failed]
            if not self.in_full and len(told) > 2:
                told = [told[0], self.say("and-more", count=len(first.failed))]
            self.tell(f"{title} ({self.joined(told)})", 0, self.cite_of(benefit, first.failed[0]))
            if self.in_full:
                self.conditions(benefit, first)

    def failed(self, benefit: BenefitPlan, name: str, outcomes: list[Outcome]) -> str:
        condition = next(one for one in benefit.conditions if one.name == name)
        label = condition.about.label_in(self.language)
        reasons = {reason(self.trace, condition.term, outcome.member, self.language) for outcome in outcomes}
        found = reasons.pop() if len(reasons) == 1 else None
        found = found.removeprefix(f"{label}: ") if found else found
        return f"✗ {label} — {found}" if found and found != label else f"✗ {label}"

    def cite_of(self, benefit: BenefitPlan, name: str) -> tuple[str, ...]:
        return next(one for one in benefit.conditions if one.name == name).about.cite

    def grouped(self, name: str, status: int) -> list[list[Outcome]]:
        """The outcomes of a status, members of the same reasons together."""
        groups: dict[tuple[object, ...], list[Outcome]] = {}
        for outcome in self.trace.outcomes[name]:
            if outcome.status == status:
                groups.setdefault((outcome.failed, outcome.needs, outcome.unset), []).append(outcome)
        return list(groups.values())

    def names(self, places: list[int | None]) -> str:
        members = self.trace.household.members
        known = [members[place].id for place in places if place is not None]
        if not known:
            return ""
        if len(known) == len(members) > 2:
            return f" {self.say('everyone')}"
        return f" {('、' if self.language == 'zh' else ', ').join(known)}"

    # assumptions

    def assumed(self, names: list[str]) -> None:
        """The assumed entries that what is granted or open really leaned on, in one line; in full with their notes."""
        told = [
            name
            for name in names
            if any(outcome.status in (GRANTED, UNDETERMINED) for outcome in self.trace.outcomes[name])
        ]
        leaning = [one for name in told for one in self.plan.benefits[name].assumptions]
        used = defaults_used(self.trace, told)
        unique = [one for one in dict.fromkeys(leaning) if one in used]
        if not unique:
            return
        labels = [self.plan.about(one).label_in(self.language) for one in unique]
        if not self.in_full:
            if len(labels) > MOST_ASSUMPTIONS:
                labels = [*labels[:MOST_ASSUMPTIONS], self.say("and-more", count=len(labels) - MOST_ASSUMPTIONS)]
            self.tell(f"* {self.say('assumed')}: {self.joined(labels)}")
            return
        self.tell(f"* {self.say('assumed')}:")
        for one in unique:
            about = self.plan.about(one)
            self.tell(f"{about.label_in(self.language)}: {about.note_in(self.language) or ''}", 1)
