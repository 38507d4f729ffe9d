"""Says in one line what changed in a household between two pictures, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from calc.diagnostics.punctuation import colon, semicolon
from calc.engine.facts import NOT_KNOWN
from calc.exact import divide, plain
from calc.language.lookup_tables import LookupTable, Scale
from calc.report.format_values import show
from calc.report.result_rows import Amounts
from calc.report.ui_text import say
from calc.rules.plan import Plan
from calc.rules.toml_document import month_text
from calc.vary.answers import Grant, Line
from calc.vary.causes import FACTS, PEOPLE, RULES, TIME, Cause, Change

_MOST_NAMED = 4
"""Changes of one cause that are named; more are counted."""


class CauseWords:
    """Writes causes and lines of changes in a language, for two pictures."""

    def __init__(self, old: Plan, new: Plan, language: str) -> None:
        self.old, self.new, self.language = old, new, language
        self.amounts = Amounts(new.decimals)
        self.comma = "、" if language == "zh" else ", "
        self.colon, self.semicolon = colon(language), semicolon(language)

    def amount(self, line: Line, grant: Grant | None) -> str:
        """The amount of a line; words where it is undetermined or not granted, and of a benefit without an amount."""
        if grant is None or not grant[0]:
            return say("undetermined" if grant is None else "not-granted", self.language)
        plan = self.new if line[0] in self.new.benefits else self.old
        return say("granted", self.language) if plan.benefits[line[0]].amount is None else self.amounts[grant[1]]

    def signed(self, amount: int) -> str:
        """An amount with its sign."""
        return ("−" if amount < 0 else "+") + self.amounts[abs(amount)]

    def benefit(self, line: Line) -> str:
        """The label of a benefit, and whose it is."""
        name, member = line
        plan = self.new if name in self.new.benefits else self.old
        label = plan.benefits[name].about.label_in(self.language)
        return say("of", self.language, fact=label, member=member) if member else label

    def bracketed(self, text: str, inner: str) -> str:
        """A text with another one in brackets behind it."""
        return f"{text}（{inner}）" if self.language == "zh" else f"{text} ({inner})"

    def lacks(self, facts: list[str], unset: list[str]) -> list[str]:
        """Says which facts are missing and which parameters are unset."""
        found = []
        if facts:
            labels = [self._about(name, "facts") for name in facts]
            found.append(say("needs", self.language, facts=self.comma.join(labels)))
        if unset:
            labels = [self._about(name, "parameters") for name in unset]
            found.append(say("unset", self.language, parameters=self.comma.join(labels)))
        return found

    def instead(self, lines: Sequence[Line]) -> str:
        """Says what is granted in the place of what is lost."""
        return say("granted-instead", self.language, benefits=self.comma.join(map(self.benefit, lines)))

    def _about(self, name: str, section: str) -> str:
        plan = self.new if name in getattr(self.new, section) else self.old
        label: str = getattr(plan, section)[name].about.label_in(self.language)
        return label

    def cause(self, cause: Cause) -> str:
        """Names what changed; changes that are one cause follow one another."""
        named = [self.change(one) for one in cause.changes[:_MOST_NAMED]]
        more = len(cause.changes) - len(named)
        if more:
            named.append(say("and-more", self.language, count=more))
        if len(cause.changes) == 1:
            return named[0]
        return say("together", self.language, changes=self.comma.join(named))

    def change(self, change: Change) -> str:
        """One thing that changed."""
        language = self.language
        if change.kind == TIME:
            return say("cause-time", language, before=month_text(self.old.month), after=month_text(self.new.month))
        if change.kind == PEOPLE and not change.member:
            return say("cause-new" if change.after else "cause-gone", language)
        if change.kind == PEOPLE and change.name:
            key = "cause-moved-from" if change.after else "cause-moved-to"
            return say(key, language, member=change.member, household=change.name)
        if change.kind == PEOPLE:
            return say("cause-came" if change.after else "cause-went", language, member=change.member)
        if change.kind == FACTS:
            return self._fact(change)
        if change.kind == RULES:
            return self._entry(change)
        return say(f"cause-{change.kind}", language)

    def _fact(self, change: Change) -> str:
        name = change.name.removesuffix(NOT_KNOWN)
        plan = self.new if name in self.new.facts else self.old
        fact = plan.facts[name]
        is_open = change.name != name

        def value(stated: Any) -> str:
            if stated is None:
                return say("not-given", self.language)
            if is_open:
                return say("left-open", self.language)
            number = isinstance(stated, int) and not isinstance(stated, bool) and fact.decimals
            return show(divide(stated, 10**fact.decimals) if number else stated, fact.type.kind, plan, self.language)

        label = fact.about.label_in(self.language)
        whose = say("of", self.language, fact=label, member=change.member) if change.member else label
        return say("from-to", self.language, name=whose, before=value(change.before), after=value(change.after))

    def _entry(self, change: Change) -> str:
        plan = self.new if change.after is not None else self.old
        label = self._label(plan, change)
        before, after = _scalar(change.before, self.language), _scalar(change.after, self.language)
        if change.before is None or change.after is None:
            return say("rule-new" if change.before is None else "rule-gone", self.language, name=label)
        if before is not None and after is not None and before != after:
            return say("from-to", self.language, name=label, before=before, after=after)
        return say("rule-changed", self.language, name=label)

    def _label(self, plan: Plan, change: Change) -> str:
        keys = change.after or change.before or {}
        label = str(keys.get("label", change.name))
        return str(keys.get("en", label)) if self.language == "en" else label


def _scalar(keys: dict[str, Any] | None, language: str) -> str | None:
    """The value of a parameter, if it is one; a text for what is unset."""
    if keys is None or "formula" in keys:
        return None
    if keys.get("basis") == "unset":
        return "—"
    value = keys.get("value")
    if value is None or isinstance(value, (dict, list, LookupTable, Scale)):
        return None
    if isinstance(value, bool):
        return say("yes" if value else "no", language)
    return plain(value) if hasattr(value, "denominator") else str(value)
