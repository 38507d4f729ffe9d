"""Writes the explanation of a household from its trace: granted benefits and how they were computed, denied ones and
the conditions that failed, open ones and the facts they need.

Only what decided is shown: the branches taken, the parts that are not zero. Each number appears once, with its clause.
"""

from __future__ import annotations

from calc.diagnostics.punctuation import colon
from calc.engine.outcomes import DENIED, GRANTED, UNDETERMINED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.language.typed_tree import Operation, Term
from calc.report.assumptions import assumed_behind
from calc.report.decided import truths
from calc.report.format_values import amount_per
from calc.report.formula_text import in_words
from calc.report.reasons import reason
from calc.report.steps import Steps
from calc.rules.plan import BenefitPlan, ConditionPlan

MOST_LINES = 40
"""Lines of the explanation of a whole household."""
MOST_LINES_OF_ONE = 25
"""Lines of the explanation of one benefit."""
MOST_ASSUMPTIONS = 10
"""Assumed entries named in the explanation of a household; that of one benefit has their notes."""


def explained(trace: Trace, language: str, why: str | None = None) -> list[str]:
    """Writes the lines of an explanation: of all benefits, or in full of the benefit `why`."""
    explanation = Explanation(trace, language, why is not None)
    names = [why] if why is not None else list(trace.plan.benefits)
    for name in names:
        for outcome in trace.outcomes[name]:
            if outcome.status == GRANTED:
                explanation.granted(trace.plan.benefits[name], outcome)
    for name in names:
        explanation.open(name)
    for name in names:
        explanation.denied(trace.plan.benefits[name])
    if why is not None and not explanation.lines:
        explanation.line(f"{explanation.label(why)}: {explanation.say('not_applicable')}")
    explanation.assumed(names)
    return shortened(explanation, MOST_LINES if why is None else MOST_LINES_OF_ONE, 1)


def shortened(steps: Steps, most: int, kept: int = -1) -> list[str]:
    """Cuts lines to a number: the deepest steps are left out first, down to the depth `kept`."""
    lines, depths = steps.lines, steps.depths
    while len(lines) > most and max(depths) > kept:
        deepest = max(depths)
        last = max(at for at, depth in enumerate(depths) if depth == deepest)
        del lines[last], depths[last]
    return lines


class Explanation(Steps):
    """Collects the lines of an explanation: what is granted, open and denied, and what that depends on."""

    # granted

    def granted(self, benefit: BenefitPlan, outcome: Outcome) -> None:
        about = benefit.about
        title = f"{about.label_in(self.language)}{self.member(outcome.member)}"
        marked = about.basis == "assumed"
        if benefit.amount is None:
            self.line(f"{title}: {self.say('granted')}", 0, about.cite[:1], marked)
        else:
            assert outcome.amount is not None
            amount = amount_per(outcome.amount, benefit.per, self.plan, self.language)
            sentence = self.arithmetic.sentence(benefit.amount, outcome.member)
            self.line(f"{title}: {amount}", 0, about.cite[:1], marked)
            self.line(f"{sentence}", 1)
            self.steps(benefit.amount, outcome.member, 1)
        if self.in_full:
            for condition in benefit.conditions:
                self.condition(condition, outcome.member)
        else:
            labels = [condition.about.label_in(self.language) for condition in benefit.conditions]
            if labels:
                self.line(f"{self.say('conditions')}: {self.joined(labels)}", 1)

    def condition(self, condition: ConditionPlan, member: int | None) -> None:
        """Writes one condition: that it holds, or fails, or what it needs."""
        value = self.trace.evaluate(condition.term, member)
        label = condition.about.label_in(self.language)
        if value is False:
            benefit = BenefitPlan("", condition.term.type, "", (condition,), None, None, condition.about)
            text = self.failed(benefit, condition.name, [Outcome("", member, DENIED, 0)])
        elif value is True:
            found, after = reason(self.trace, condition.term, member, self.language), colon(self.language)
            text = f"✓ {label}: {found.removeprefix(f'{label}{after}')}" if found else f"✓ {label}"
        else:
            missing = self.missing_of(value)
            text = f"? {label}: {self.say('not-given') if missing == label else missing}"
        self.line(text, 1, condition.about.cite[:1], condition.about.basis == "assumed")

    # undetermined

    def open(self, name: str) -> None:
        """Explains undetermined outcomes: the facts they need, and the questions to ask."""
        benefit = self.plan.benefits[name]
        for outcomes in self.grouped(name, UNDETERMINED):
            who = self.names([outcome.member for outcome in outcomes])
            title = f"{benefit.about.label_in(self.language)}{who}: {self.status_of(outcomes[0])}"
            first = outcomes[0]
            wanted = [] if self.questions.settled(first) else self.lacks(outcomes)
            self.line(title + self.bracketed(self.joined(wanted)), 0, benefit.about.cite[:1])
            if self.in_full:
                for condition in benefit.conditions:
                    if self.trace.evaluate(condition.term, first.member) is not True:
                        self.condition(condition, first.member)
                self.open_amount(benefit, first)
            for fact in dict.fromkeys(need[0] for need in self.questions.needed(outcomes)):
                question = self.question(fact)
                if question and (f"?{fact}", None) not in self.explained:
                    self.explained.add((f"?{fact}", None))
                    self.line(f"{self.say('ask')}: {question}", 1)

    def open_amount(self, benefit: BenefitPlan, outcome: Outcome) -> None:
        """Explains the formula of an unknown amount, with the facts it needs."""
        if benefit.amount is None:
            return
        value = self.trace.evaluate(benefit.amount, outcome.member)
        if value.__class__ is Unknown:
            formula = in_words(self.trace, benefit.amount, outcome.member, self.language)
            self.line(f"? {self.say('amount')} = {formula}{self.bracketed(self.missing_of(value))}", 1)

    # denied

    def denied(self, benefit: BenefitPlan) -> None:
        """Explains denied outcomes, with one line for all members denied by the same conditions."""
        for outcomes in self.grouped(benefit.name, DENIED):
            who = self.names([outcome.member for outcome in outcomes])
            first = outcomes[0]
            conditions = {one.name: one for one in benefit.conditions}
            title = f"{benefit.about.label_in(self.language)}{who}: {self.say('denied')}"
            failed = [self.failed(benefit, name, outcomes) for name in first.failed]
            if not self.in_full:
                more = [self.say("and-more", count=len(failed) - 1)] if len(failed) > 2 else failed[1:]
                cite = conditions[first.failed[0]].about.cite
                self.line(title + self.bracketed(self.joined([failed[0], *more])), 0, cite[:1])
                continue
            self.line(title, 0, benefit.about.cite[:1])
            for name, text in zip(first.failed, failed, strict=True):
                about = conditions[name].about
                self.line(text, 1, about.cite[:1], about.basis == "assumed")
                if len(outcomes) == 1:
                    self.behind(conditions[name].term, first.member)

    def behind(self, term: Term, member: int | None) -> None:
        """Explains the numbers that a failed condition compared."""
        for one, place in truths(self.trace, term, member):
            for operand in one.operands if isinstance(one, Operation) else ():
                self.steps(operand, place, 2)

    # assumptions

    def assumed(self, names: list[str]) -> None:
        """Names the assumed entries that figures depend on: in one line, or with their notes."""
        found: list[str] = []
        for name in names:
            for outcome in self.trace.outcomes[name]:
                found += assumed_behind(self.trace, outcome)
        unique = list(dict.fromkeys(found))
        if not unique:
            return
        labels = [self.plan.about(one).label_in(self.language) for one in unique]
        if not self.in_full:
            if len(labels) > MOST_ASSUMPTIONS:
                labels = [*labels[:MOST_ASSUMPTIONS], self.say("and-more", count=len(labels) - MOST_ASSUMPTIONS)]
            self.line(f"* {self.say('assumed')}: {self.joined(labels)}")
            return
        self.line(f"* {self.say('assumed')}:")
        for one in unique:
            about = self.plan.about(one)
            self.line(f"{about.label_in(self.language)}: {about.note_in(self.language) or ''}", 1)
