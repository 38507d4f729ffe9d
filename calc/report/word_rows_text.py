"""Writes the answers for each word of a fact: a row a word, with what begins and ends against the present one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from calc.engine.unknown import Unknown
from calc.exact import plain
from calc.report.aligned import aligned
from calc.report.format_values import as_plain, show
from calc.report.sweep_text import FactWords
from calc.report.ui_text import say
from calc.vary.word_rows import WordRow

HEADINGS = ("value", "is_present", "total", "undetermined", "rejected", "change", "what_changes")
AMOUNTS = (2, 5)
"""Columns of amounts."""


class WordRowsText:
    """Writes the rows of a fact; the present value is that of the household as it is."""

    def __init__(self, words: FactWords, rows: Sequence[WordRow], present: Any) -> None:
        self.words, self.found = words, rows
        self.present = next((one for one in rows if present.__class__ is not Unknown and one.value == present), None)

    def lines(self) -> Iterator[str]:
        """Yields the lines for people."""
        words, language = self.words, self.words.language
        yield say("sweep-title", language, fact=words.title)
        yield ""
        table = [*self.cells()]
        widths = aligned([[say("sweep-value", language), say("sweep-total", language)], *(row[:2] for row in table)])
        yield widths[0]
        for line, row in zip(widths[1:], table, strict=True):
            yield f"{line}  {row[2]}".rstrip()
            if row[3]:
                yield f"    {row[3]}"

    def cells(self) -> list[list[str]]:
        """Lists the cells for people: word, total, difference from the present one, what begins and ends."""
        words, language = self.words, self.words.language
        found = []
        for one in self.found:
            total = words.money(one.total)
            text = say("at-least", language, amount=total) if one.is_open else total
            mark = say("sweep-now", language) if one is self.present else ""
            shown = "—" if one.failed_checks else text
            found.append([f"{self._value(one)}{mark}", shown, self._change(one), self._changes(one)])
        return found

    def _value(self, one: WordRow) -> str:
        return show(one.value, self.words.sweep.fact.type.kind, self.words.plan, self.words.language)

    def _change(self, one: WordRow) -> str:
        present = self.present
        if present is None or one.failed_checks or one.is_open or present.is_open or one.total == present.total:
            return ""
        return self.words.signed(one.total - present.total)

    def _changes(self, one: WordRow) -> str:
        if one.failed_checks:
            return self.words.rejected(one.failed_checks)
        if self.present is None or one is self.present:
            return ""
        pairs = zip(self.present.outcomes, one.outcomes, strict=True)
        return self.words.changes((old, new) for old, new in pairs if old.status != new.status)

    def rows(self) -> Iterator[list[str]]:
        """Yields the rows of a file."""
        kind, decimals = self.words.sweep.fact.type.kind, self.words.plan.decimals
        for one in self.found:
            value = as_plain(one.value, kind, decimals)
            change = self._change(one) and plain(one.total - self.present.total, decimals) if self.present else ""
            yield [
                value if isinstance(value, str) else "yes" if value else "no", "yes" if one is self.present else "no",
                "" if one.failed_checks else plain(one.total, decimals), "yes" if one.is_open else "no",
                "yes" if one.failed_checks else "no", change, self._changes(one),
            ]  # fmt: skip
