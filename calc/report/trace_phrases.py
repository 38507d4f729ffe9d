"""Writes phrases about a trace: members, missing facts, failed conditions, in the language of the reader."""

from __future__ import annotations

from calc.diagnostics.punctuation import colon, semicolon
from calc.engine.outcomes import UNDETERMINED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.report.ask_first import Questions
from calc.report.format_values import question_of
from calc.report.least_amount import is_entitled
from calc.report.reasons import reason
from calc.report.ui_text import say
from calc.rules.plan import BenefitPlan


class TracePhrases:
    """Writes short phrases about one household's trace."""

    def __init__(self, trace: Trace, language: str) -> None:
        self.trace = trace
        self.plan = trace.plan
        self.language = language
        self.questions = Questions(trace)

    def member(self, place: int | None) -> str:
        """Writes the id of a member after a blank; nothing for the household."""
        return "" if place is None else f" {self.trace.household.members[place].id}"

    def say(self, key: str, **values: object) -> str:
        """Writes a text of the user interface."""
        return say(key, self.language, **values)

    def label(self, name: str) -> str:
        """Returns the label of an entry."""
        return self.plan.about(name).label_in(self.language)

    def clauses(self, cites: tuple[str, ...]) -> str:
        """Writes citations with the titles of documents instead of their keys."""
        return self.joined([self._clause(one) for one in cites])

    def _clause(self, cite: str) -> str:
        key, _, clause = cite.partition(" ")
        document = self.plan.documents.get(key, {})
        if self.language == "en":
            return f"{document.get('en') or document.get('title', key)}, {clause}".rstrip(", ")
        title = document.get("title", key)
        return f"{title}{clause}" if title.startswith("《") else f"《{title}》{clause}"

    def status_of(self, outcome: Outcome) -> str:
        """Writes the status of an outcome, and what is certain about one that is undetermined."""
        if outcome.status != UNDETERMINED:
            return self.say(outcome.status_name)
        settled = self.questions.settled(outcome)
        if settled is not None:
            return self.say("settled", status=self.say(settled.status_name))
        if is_entitled(self.trace, outcome):
            return self.say("entitled")
        return self.say("undetermined")

    def bracketed(self, text: str) -> str:
        """Writes a text in brackets behind another; nothing where there is none."""
        if not text:
            return ""
        return f"（{text}）" if self.language == "zh" else f" ({text})"

    def joined(self, parts: list[str]) -> str:
        """Joins the parts of a list with semicolons, as labels may contain commas."""
        return semicolon(self.language).join(parts)

    def question(self, fact: str) -> str | None:
        """Returns the question that asks for a fact, if the rules have one."""
        return question_of(self.plan.facts[fact], self.language)

    def listed(self, missing: list[tuple[str, int | None]]) -> str:
        """Lists missing facts, each with the members who lack it."""
        by_fact: dict[str, list[int | None]] = {}
        for fact, place in missing:
            by_fact.setdefault(fact, []).append(place)
        phrases = []
        for fact, places in by_fact.items():
            label = self.plan.facts[fact].about.label_in(self.language)
            who = self.names(places).strip()
            phrases.append(self.say("of", fact=label, member=who) if who else label)
        return self.joined(phrases)

    def missing_of(self, unknown: Unknown) -> str:
        """Lists the facts and unset parameters that an unknown value needs."""
        unset = [self.plan.about(one).label_in(self.language) for one in self.trace.unset(unknown)]
        return self.joined([one for one in (self.listed(list(self.trace.missing(unknown))), *unset) if one])

    def lacks(self, outcomes: list[Outcome]) -> list[str]:
        """Writes the facts and the unset parameters that undetermined outcomes of one group need."""
        missing = list(dict.fromkeys(need for outcome in outcomes for need in outcome.missing))
        found = [self.say("needs", facts=self.listed(missing))] if missing else []
        if outcomes[0].unset:
            labels = [self.plan.about(one).label_in(self.language) for one in outcomes[0].unset]
            found.append(self.say("unset", parameters=self.joined(labels)))
        return found

    def failed(self, benefit: BenefitPlan, name: str, outcomes: list[Outcome]) -> str:
        """Writes a failed condition, with the reason if it is the same for all outcomes."""
        condition = next(one for one in benefit.conditions if one.name == name)
        label, fails = condition.about.label_in(self.language), condition.about.fails_in(self.language)
        reasons = {reason(self.trace, condition.term, outcome.member, self.language) for outcome in outcomes}
        found = reasons.pop() if len(reasons) == 1 else None
        found = found.removeprefix(f"{label}{colon(self.language)}") if found else found
        text = f"✗ {fails or self.say('not-met', condition=label)}"
        return f"{text} — {found}" if found and found != label else text

    def grouped(self, name: str, status: int) -> list[list[Outcome]]:
        """Groups the outcomes with a status: members with the same reasons are in one group."""
        groups: dict[tuple[object, ...], list[Outcome]] = {}
        for outcome in self.trace.outcomes[name]:
            if outcome.status == status:
                groups.setdefault((outcome.failed, outcome.needs, outcome.unset), []).append(outcome)
        return list(groups.values())

    def names(self, places: list[int | None]) -> str:
        """Writes the ids of members after a blank; nothing for the household."""
        members = self.trace.household.members
        known = [members[place].id for place in places if place is not None]
        if not known:
            return ""
        if len(known) == len(members) > 2:
            return f" {self.say('everyone')}"
        return f" {('、' if self.language == 'zh' else ', ').join(known)}"
