"""Writes the explanation of a household from its trace: granted benefits and how they were computed, denied ones and
the conditions that failed, open ones and the facts they need.

Each number appears once, in order of use, with its clause.
"""

from __future__ import annotations

from typing import Any

from calc.engine.outcomes import DENIED, GRANTED, UNDETERMINED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.engine.traced.provenance import defaults_used
from calc.engine.unknown import Unknown
from calc.exact import plain
from calc.language.types import MEMBER, YES_NO
from calc.report.format_values import by_id, show
from calc.report.formula_text import in_words, used_names
from calc.report.reasons import reason
from calc.report.trace_phrases import TracePhrases
from calc.rules.plan import BenefitPlan, ConditionPlan, DefinitionPlan

MOST_LINES = 40
"""Lines of the explanation of a whole household; `--why` explains one benefit in full."""


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
    explanation.assumed(names)
    return explanation.lines if why is not None else _shortened(explanation)


def _shortened(explanation: Explanation) -> list[str]:
    """Cuts an explanation to MOST_LINES lines: the deepest steps are left out first."""
    lines, depths = explanation.lines, explanation.depths
    while len(lines) > MOST_LINES and max(depths) > 1:
        deepest = max(depths)
        last = max(at for at, depth in enumerate(depths) if depth == deepest)
        del lines[last], depths[last]
    return lines


MOST_ASSUMPTIONS = 10
"""Assumed entries named in an explanation; `--why` names all with their reasons."""


class Explanation(TracePhrases):
    """Collects the lines of an explanation, with the depth of each; `in_full` for every step."""

    def __init__(self, trace: Trace, language: str, in_full: bool) -> None:
        super().__init__(trace, language)
        self.in_full = in_full
        self.lines: list[str] = []
        self.depths: list[int] = []
        self.explained: set[str] = set()

    def line(self, text: str, depth: int = 0, cite: tuple[str, ...] = (), mark: bool = False) -> None:
        """Adds a line, with its clause."""
        if self.language == "zh":
            text = text.replace(": ", "：")
        star = " *" if mark else ""
        source = f"  [{'; '.join(cite)}]" if cite else ""
        self.lines.append(f"{'  ' * depth}{text}{star}{source}")
        self.depths.append(depth)

    # granted

    def granted(self, benefit: BenefitPlan, outcome: Outcome) -> None:
        about = benefit.about
        title = f"{about.label_in(self.language)}{self.member(outcome.member)}"
        marked = about.basis == "assumed"
        if benefit.amount is None:
            self.line(f"{title}: {self.say('granted')}", 0, about.cite, marked)
        else:
            assert outcome.amount is not None
            amount = plain(outcome.amount, self.plan.decimals)
            formula = in_words(self.trace, benefit.amount, outcome.member, self.language)
            self.line(f"{title}: {amount} {self.say('per-' + benefit.per)} = {formula}", 0, about.cite, marked)
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
            self.line(f"{self.say('conditions')}: {self.joined(labels)}", 1)

    def condition(self, condition: ConditionPlan, member: int | None) -> None:
        value = self.trace.evaluate(condition.term, member)
        sign = "?" if value.__class__ is Unknown else "✓" if value else "✗"
        text = f"{sign} {condition.about.label_in(self.language)}"
        found = reason(self.trace, condition.term, member, self.language)
        if found:
            text += f": {found.removeprefix(condition.about.label_in(self.language) + ': ')}"
        elif value.__class__ is Unknown:
            missing = self.missing_of(value)
            is_repeated = missing == condition.about.label_in(self.language)
            text += f": {self.say('not-given') if is_repeated else missing}"
        self.line(text, 1, condition.about.cite, condition.about.basis == "assumed")
        for name in used_names(self.trace, condition.term, member):
            if name != condition.name:
                self.step(name, member, 2)
            else:
                definition = self.plan.definitions[name]
                self.explained.add(name)
                for inner in used_names(self.trace, definition.term, member):
                    self.step(inner, member, 2)

    def step(self, name: str, member: int | None, depth: int) -> None:
        """Explains a definition: its value and formula, then the definitions it was computed from."""
        definition = self.plan.definitions[name]
        key = name if definition.type.level < MEMBER or member is None else f"{name}/{member}"
        if key in self.explained or name in self.explained:
            return
        self.explained.add(key)
        if definition.type.level == MEMBER and member is None:
            self.step_of_members(definition, depth)
            return
        value = self.trace.value(name, member)
        if self.is_relevant(definition, [value]):
            formula = in_words(self.trace, definition.term, member, self.language)
            shown = self.shown(value, definition)
            label = definition.about.label_in(self.language)
            who = self.member(member) if definition.type.level == MEMBER else ""
            self.line(f"{label}{who} {shown} = {formula}", depth, definition.about.cite, self.is_assumed(definition))
            for inner in used_names(self.trace, definition.term, member):
                self.step(inner, member, depth + 1)

    def shown(self, value: Any, definition: DefinitionPlan) -> str:
        value = by_id(value, definition.type.kind, self.trace.household)
        return show(value, definition.type.kind, self.plan, self.language)

    def step_of_members(self, definition: DefinitionPlan, depth: int) -> None:
        """Explains a definition of members, with all values in one line."""
        values = self.trace.of_members[definition.name]
        if not self.is_relevant(definition, values):
            return
        members = self.trace.household.members
        shown = [f"{member.id} {self.shown(value, definition)}" for member, value in zip(members, values, strict=True)]
        of_interest = [place for place, value in enumerate(values) if value.__class__ is not Unknown and value]
        one = of_interest[0] if len(of_interest) == 1 else None
        formula = in_words(self.trace, definition.term, one, self.language, values=one is not None)
        label = definition.about.label_in(self.language)
        if len(shown) > 6:
            shown = [*shown[:6], "…"]
        text = f"{label}: {', '.join(shown)} = {formula}"
        self.line(text, depth, definition.about.cite, self.is_assumed(definition))
        names = used_names(self.trace, definition.term, one)
        for inner in names:
            self.step(inner, None, depth + 1)

    def is_relevant(self, definition: DefinitionPlan, values: list[object]) -> bool:
        """Says whether to show values: in full all, else numbers that are not zero, and truths if members differ."""
        if self.in_full:
            return True
        if definition.type.kind == YES_NO:
            return len({value for value in values if isinstance(value, bool)}) > 1
        return any(value.__class__ is Unknown or value for value in values)

    def is_assumed(self, definition: DefinitionPlan) -> bool:
        return definition.about.basis == "assumed"

    # undetermined

    def open(self, name: str) -> None:
        """Explains undetermined outcomes: the facts they need, and the questions to ask."""
        benefit = self.plan.benefits[name]
        for outcomes in self.grouped(name, UNDETERMINED):
            who = self.names([outcome.member for outcome in outcomes])
            title = f"{benefit.about.label_in(self.language)}{who}: {self.say('undetermined')}"
            first = outcomes[0]
            wanted = self.lacks(outcomes)
            self.line(f"{title} ({self.joined(wanted)})" if wanted else title, 0, benefit.about.cite)
            if self.in_full:
                self.conditions(benefit, first)
                self.open_amount(benefit, first)
            for fact in dict.fromkeys(need[0] for outcome in outcomes for need in outcome.missing):
                question = self.question(fact)
                if question and f"?{fact}" not in self.explained:
                    self.explained.add(f"?{fact}")
                    self.line(f"{self.say('ask')}: {question}", 1)

    def open_amount(self, benefit: BenefitPlan, outcome: Outcome) -> None:
        """Explains the formula of an unknown amount, with the facts it needs."""
        if benefit.amount is None:
            return
        value = self.trace.evaluate(benefit.amount, outcome.member)
        if value.__class__ is Unknown:
            formula = in_words(self.trace, benefit.amount, outcome.member, self.language)
            self.line(f"? {self.say('amount')} = {formula} ({self.missing_of(value)})", 1)
            for name in used_names(self.trace, benefit.amount, outcome.member):
                self.step(name, outcome.member, 2)

    # denied

    def denied(self, benefit: BenefitPlan) -> None:
        """Explains denied outcomes, with one line for all members denied by the same conditions."""
        for outcomes in self.grouped(benefit.name, DENIED):
            who = self.names([outcome.member for outcome in outcomes])
            first = outcomes[0]
            title = f"{benefit.about.label_in(self.language)}{who}: {self.say('denied')}"
            failed = [self.failed(benefit, name, outcomes) for name in first.failed]
            if not self.in_full and len(failed) > 2:
                failed = [failed[0], self.say("and-more", count=len(first.failed))]
            self.line(f"{title} ({self.joined(failed)})", 0, self.cite_of(benefit, first.failed[0]))
            if self.in_full:
                self.conditions(benefit, first)

    def cite_of(self, benefit: BenefitPlan, name: str) -> tuple[str, ...]:
        return next(one for one in benefit.conditions if one.name == name).about.cite

    # assumptions

    def assumed(self, names: list[str]) -> None:
        """Names the assumed entries that granted or open benefits used: in one line, or in full with their notes."""
        paid_or_open = [
            name
            for name in names
            if any(outcome.status in (GRANTED, UNDETERMINED) for outcome in self.trace.outcomes[name])
        ]
        assumed = [one for name in paid_or_open for one in self.plan.benefits[name].assumptions]
        used = defaults_used(self.trace, paid_or_open)
        unique = [one for one in dict.fromkeys(assumed) if one in used]
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
