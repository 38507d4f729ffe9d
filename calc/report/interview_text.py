"""Writes the questions of an interview, why they are asked, and what each answer settles."""

from __future__ import annotations

from collections.abc import Iterable

from calc.diagnostics.punctuation import semicolon
from calc.engine.outcomes import DENIED, GRANTED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.exact import plain
from calc.interview.interview import Interview
from calc.interview.next_question import cells_of
from calc.interview.read_answer import members_to_choose
from calc.interview.state import PERSON, PICK, WHO, Prompt, State
from calc.language.types import CHOICE, REFERENCE, YES_NO
from calc.report.first_question import person_question
from calc.report.format_values import money
from calc.report.template import default, options, question, unit, wanted
from calc.report.trace_phrases import TracePhrases
from calc.report.ui_text import say
from calc.rules.plain_default import plain_default
from calc.rules.plan import FactPlan, Plan

_MOST_REASONS = 5


class QuestionText:
    """Writes questions about a household in a language."""

    def __init__(self, plan: Plan, language: str) -> None:
        self.plan = plan
        self.language = language

    def lines(self, state: State, asked: Prompt) -> list[str]:
        """Writes a question: the sentence, what to choose from, and what may be typed."""
        if asked.kind == PERSON:
            return person_question(self.plan.topics, (asked.members[0] or 0) + 1, self.language)
        if asked.kind == WHO:
            topic = self.plan.topics[asked.topic]
            kinds = self.joined(self.choice(self.plan.facts[one]) for one in asked.facts)
            names = [state.people[place].name for place in asked.members if place is not None]
            return [
                topic.who_in(self.language) or "",
                f"({kinds})" if self.language == "en" else f"（{kinds}）",
                self._numbered(names),
                self.say("ask-who-how"),
            ]
        if asked.kind == PICK:
            text = self.plan.topics[asked.topic].question_in(self.language)
            text = text.replace("{member}", self.member(state, asked.members[0]))
            choices = [self.choice(self.plan.facts[one]) for one in asked.facts]
            return [text, self._numbered(choices), self.say("ask-pick-how")]
        return self._fact(state, asked)

    def say(self, key: str, **values: object) -> str:
        """Writes a text of the user interface."""
        return say(key, self.language, **values)

    def member(self, state: State, place: int | None) -> str:
        """Returns the name of a member; nothing for the household."""
        return "" if place is None else state.people[place].name

    def choice(self, fact: FactPlan) -> str:
        """Writes a fact for a list to pick from; one that holds by default, as its opposite."""
        if plain_default(fact) is True:
            fails = fact.about.fails_in(self.language)
            return fails or self.say("ask-not", fact=fact.about.label_in(self.language))
        return fact.about.label_in(self.language)

    def value(self, fact: FactPlan, raw: object) -> str:
        """Writes a value that is stated of a fact."""
        if raw is True or raw is False:
            return self.say("yes" if raw else "no")
        if raw in fact.type.options:
            return options(fact, self.language)[fact.type.options.index(str(raw))]
        if hasattr(raw, "denominator"):
            return plain(raw)  # type: ignore[arg-type]
        return str(raw)

    def _fact(self, state: State, asked: Prompt) -> list[str]:
        name, place = asked.need
        fact = self.plan.facts[name]
        text = question(fact, self.language) or self.say("ask-fact", fact=fact.about.label_in(self.language))
        if place is not None:
            text = self.say("ask-of", member=state.people[place].name, question=text)
        found = [text]
        hint = ""
        if fact.type.kind == REFERENCE:
            others = [state.people[at].name for at in members_to_choose(state, place)]
            found.append(self._numbered(others, 1, self.say("ask-nobody-here")))
        elif fact.type.kind == CHOICE:
            found.append(self._numbered(options(fact, self.language)))
        elif fact.type.kind == YES_NO:
            hint = self.say("ask-yes-no")
        else:
            hint = "；".join(filter(None, (unit(fact, self.plan, self.language) or wanted(fact, self.language),)))
        if asked.has_default:
            hint = self._comma(hint, self.say("ask-default", value=default(self.plan, fact, self.language)))
        found[0] += self._bracketed(hint)
        return found

    def _numbered(self, texts: Iterable[str], first: int = 1, zero: str = "") -> str:
        listed = [f"{at} {text}" for at, text in enumerate(texts, first)]
        return "   ".join([f"0 {zero}", *listed] if zero else listed)

    def joined(self, texts: Iterable[str]) -> str:
        """Lists texts."""
        return ("、" if self.language == "zh" else ", ").join(texts)

    def _comma(self, *texts: str) -> str:
        return semicolon(self.language).join(filter(None, texts))

    def _bracketed(self, text: str) -> str:
        if not text:
            return ""
        return f"（{text}）" if self.language == "zh" else f" ({text})"


def reasons(interview: Interview, language: str) -> list[str]:
    """Says why a question is asked: the benefits that its answer can change, with the conditions and their clauses."""
    possible, asked = interview.possible, interview.question
    if possible is None or asked is None or interview.trace is None:
        return [say("ask-why-person", language)]
    plan, phrases = interview.plan, TracePhrases(interview.trace, language)
    wanted_cells = set(cells_of(asked))
    found: dict[str, None] = {}
    for one in possible.prospects:
        benefit = plan.benefits[one.benefit]
        parts = [(condition.about, needs) for condition, needs in zip(benefit.conditions, one.conditions, strict=False)]
        parts += [(benefit.about, one.applies | one.amount)]
        for about, needs in parts:
            if needs and not wanted_cells.isdisjoint(possible.cells(needs)):
                label = benefit.about.label_in(language)
                if about is not benefit.about:
                    label = say("ask-why-condition", language, benefit=label, condition=about.label_in(language))
                found[label + phrases.bracketed(phrases.clauses(about.cite[:1]))] = None
    listed = [f"- {one}" for one in found]
    if not listed:
        return [say("ask-why-file", language)]
    more = len(listed) - _MOST_REASONS
    lines = [say("ask-why", language), *listed[:_MOST_REASONS]]
    return [*lines, say("ask-why-more", language, count=more)] if more > 0 else lines


def settled(trace: Trace, outcomes: Iterable[tuple[str, int | None]], language: str) -> str:
    """Writes in a line what is settled now: what is granted with its amount, and what is denied."""
    texts = []
    for name, member in outcomes:
        outcome: Outcome = trace.outcomes[name][0 if member is None else member]
        if outcome.status not in (GRANTED, DENIED):
            continue
        about = trace.plan.benefits[name].about
        side = language == "en"
        label = about.short[side] if len(about.short) > 1 else about.label_in(language)
        who = "" if member is None else f" {trace.household.members[member].id}"
        status = say(outcome.status_name, language)
        if outcome.status == GRANTED and outcome.amount:
            status = money(outcome.amount, trace.plan, language)
        texts.append(f"{label}{who} {status}")
    return semicolon(language).join(texts)
