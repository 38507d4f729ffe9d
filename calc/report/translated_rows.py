"""Translates rows of results for people: headings, benefits and statuses in the words of the rules.

A label that two of them share is not used: there the id is written, so that every word can be read back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from calc.report.result_rows import ResultTable, Row
from calc.report.ui_text import say
from calc.rules.plan import Plan


def between(language: str) -> str:
    """The separator of the labels of a list."""
    return "、" if language == "zh" else "; "


def benefit_labels(plans: Iterable[Plan], language: str) -> dict[str, str]:
    """Labels benefits by id, those of later plans first."""
    return _distinct({name: one.about.label_in(language) for plan in plans for name, one in plan.benefits.items()})


def entry_labels(plan: Plan, language: str) -> dict[str, str]:
    """Labels facts and parameters by id."""
    return _distinct({name: plan.about(name).label_in(language) for name in (*plan.facts, *plan.parameters)})


def joined_labels(labels: Mapping[str, str], language: str) -> Callable[[str], str]:
    """Makes the function that labels a list of ids, which are joined with semicolons."""
    comma = between(language)
    return lambda text: comma.join(labels.get(one, one) for one in text.split(";"))


def _distinct(labels: Mapping[str, str]) -> dict[str, str]:
    counts = Counter(labels.values())
    return {name: label if counts[label] == 1 and label not in labels else name for name, label in labels.items()}


class RowTranslator:
    """Translates the headings and rows of a table."""

    def __init__(self, table: ResultTable, language: str) -> None:
        self.language = language
        plain = table.headings
        own = len(plain) - len(table.kept)
        self.benefits = benefit_labels((*table.plans, table.plan), language)
        fixed = {name: say(f"column-{name}", language) for name in plain[:own] if name not in self.benefits}
        words = {*fixed.values()}
        shown = {name: name if label in words else label for name, label in self.benefits.items()}
        self.headings = [*({**shown, **fixed}[name] for name in plain[:own]), *plain[own:]]
        self.at = {name: place for place, name in enumerate(plain[:own])}
        self.list = joined_labels(entry_labels(table.plan, language), language)
        self.conditions = {
            (name, condition.name): condition.about.label_in(language)
            for name, benefit in table.plan.benefits.items()
            for condition in benefit.conditions
        }
        self._translated: dict[tuple[str, str, str], str] = {}

    def row(self, row: Row) -> Row:
        """Translates a row."""
        found = list(row)
        at = self.at.get("failed")
        benefit = row[self.at["benefit"]] if at is not None and row[at] else ""
        for column in ("status", "benefit", "per", "granted", "undetermined", "needs", "unset", "failed"):
            at = self.at.get(column)
            if at is not None and row[at]:
                key = column, row[at], benefit if column == "failed" else ""
                text = self._translated.get(key)
                if text is None:
                    text = self._translated[key] = self._cell(*key)
                found[at] = text
        return found

    def _cell(self, column: str, text: str, benefit: str) -> str:
        language = self.language
        if column == "status":
            return say(text, language)
        if column == "benefit":
            return self.benefits[text]
        if column == "per":
            return say(f"column-per-{text}", language)
        if column in ("granted", "undetermined"):
            pairs = [one.rpartition(":") for one in text.split(";")]
            counts = [say("for-persons", language, benefit=self.benefits[one], count=count) for one, _, count in pairs]
            return between(language).join(counts)
        if column == "failed":
            return between(language).join(self.conditions[benefit, name] for name in text.split(";"))
        return self.list(text)
