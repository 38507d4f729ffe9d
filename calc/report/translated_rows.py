"""Translates rows of results for people: headings, benefits and statuses in the words of the rules."""

from __future__ import annotations

from calc.report.result_rows import ResultTable, Row
from calc.report.ui_text import say


class RowTranslator:
    """Translates the headings and rows of a table."""

    def __init__(self, table: ResultTable, language: str) -> None:
        self.language = language
        self.plan = table.plan
        plain = table.headings
        own = len(plain) - len(table.kept)
        self.benefits = {
            name: one.about.label_in(language)
            for plan in (*table.plans, self.plan)
            for name, one in plan.benefits.items()
        }
        self.headings = [self._heading(name) for name in plain[:own]] + list(plain[own:])
        self.at = {name: place for place, name in enumerate(plain[:own])}
        self.conditions = {
            condition.name: condition.about.label_in(language)
            for benefit in self.plan.benefits.values()
            for condition in benefit.conditions
        }
        self._translated: dict[tuple[str, str], str] = {}

    def row(self, row: Row) -> Row:
        """Translates a row."""
        found = list(row)
        for column in ("status", "benefit", "per", "granted", "undetermined", "needs", "unset", "failed"):
            at = self.at.get(column)
            if at is not None and row[at]:
                key = column, row[at]
                text = self._translated.get(key)
                if text is None:
                    text = self._translated[key] = self._cell(*key)
                found[at] = text
        return found

    def _heading(self, name: str) -> str:
        return self.benefits.get(name) or say(f"column-{name}", self.language)

    def _cell(self, column: str, text: str) -> str:
        language = self.language
        between = "、" if language == "zh" else "; "
        if column == "status":
            return say(text, language)
        if column == "benefit":
            return self.benefits[text]
        if column == "per":
            return say(f"column-per-{text}", language)
        if column in ("granted", "undetermined"):
            pairs = [one.rpartition(":") for one in text.split(";")]
            counts = [say("for-persons", language, benefit=self.benefits[one], count=count) for one, _, count in pairs]
            return between.join(counts)
        if column == "failed":
            return between.join(self.conditions[name] for name in text.split(";"))
        return between.join(self.plan.about(name).label_in(language) for name in text.split(";"))
