"""Read tables with labels, which people were given, back as the tables with ids that they were made of.

A label means what it means in the month of the row; a text that is no label is an id, as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from calc.report import rejects
from calc.report.table_shape import rejects_shape
from calc.report.translated_rows import benefit_labels, between, entry_labels
from calc.report.ui_text import say
from calc.rules.kept_versions import KeptVersions
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.rulebook import Rulebook
from calc.rules.toml_document import month_number

LANGUAGES = ("zh", "en")
HOUSEHOLD_FIRST = ("household", "month", "members", "status", "total", "total_at_least")
BENEFIT_FIRST = (
    "household", "month", "benefit", "member", "status", "amount", "per", "failed", "needs", "unset", "persons",
)  # fmt: skip
REJECT_FIRST = tuple(rejects.headings(()))
_LATER = ("yearly", "granted", "undetermined", "needs", "unset")
"""Columns of results by household that come after the first ones, among those of benefits."""
_STATUSES = ("determined", "undetermined", "granted", "denied", "not_applicable")
_PERIODS = ("month", "once", "year")


class LabelReader:
    """Reads labels of a rules file, in either language."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._kept = KeptVersions()
        self._months: dict[tuple[str, str], MonthLabels | None] = {}
        self._benefits: dict[str, list[str]] = {}
        for name, one in rulebook.entries.items():
            if one.section == "benefits":
                for values in (one.values, *(changed for _, changed, _ in one.changes if changed)):
                    for label in {name, *map(values.get, ("label", "en"))} - {None}:
                        ids = self._benefits.setdefault(str(label), [])
                        ids += [name] if name not in ids else []

    def table(self, headings: Sequence[str]) -> LabelledTable | None:
        """The table with these headings, if they are labels. Raises ValueError for one that is none."""
        for language in LANGUAGES:
            for ids, words in (
                (HOUSEHOLD_FIRST, [say(f"column-{one}", language) for one in HOUSEHOLD_FIRST]),
                (BENEFIT_FIRST, [say(f"column-{one}", language) for one in BENEFIT_FIRST]),
                (REJECT_FIRST, rejects_shape((), (), language).headings),
            ):
                if [*headings[: len(ids)]] == [*words] != [*ids]:
                    columns: list[tuple[str, ...]] = [(one,) for one in ids]
                    columns += self._amounts(headings[len(ids) :], language) if ids == HOUSEHOLD_FIRST else []
                    return LabelledTable(self, language, columns, headings)
        return None

    def labels(self, month: str, language: str) -> MonthLabels | None:
        """The labels of a month; None for one without rules."""
        key = month, language
        if key not in self._months:
            number = month_number(month)
            known = number is not None and number >= self.rulebook.first_month
            plan = plan_for(self.rulebook, number, kept=self._kept) if known and number is not None else None
            self._months[key] = None if plan is None else MonthLabels(plan, language)
        return self._months[key]

    def _amounts(self, headings: Sequence[str], language: str) -> list[tuple[str, ...]]:
        """The ids of the columns from the first benefit to the last own one; what follows was kept of the ledger."""
        later = {say(f"column-{one}", language): one for one in _LATER}
        found: list[tuple[str, ...]] = []
        for heading in headings:
            found.append((later[heading],) if heading in later else tuple(self._benefits.get(heading, ())))
            if not found[-1]:
                raise ValueError(heading)
            if found[-1] == (_LATER[-1],):
                return found
        raise ValueError(headings)


class LabelledTable:
    """A table with labels. `columns` has the ids of its own columns: several, if benefits of other months share one."""

    def __init__(
        self, reader: LabelReader, language: str, columns: Sequence[tuple[str, ...]], headings: Sequence[str]
    ) -> None:
        self.reader = reader
        self.language = language
        self.columns = columns
        self.kept = headings[len(columns) :]

    @property
    def ids(self) -> list[str]:
        """The headings of the table of ids."""
        return [*(ids[0] for ids in self.columns), *self.kept]

    def row(self, cells: Sequence[str]) -> dict[str, str]:
        """The row of ids that a row of labels was made of. Raises ValueError for a word that is no label."""
        own = len(self.columns)
        found = dict(zip(self.kept, cells[own:], strict=True))
        found |= {id: cell for ids, cell in zip(self.columns, cells, strict=False) for id in ids}
        labels = self.reader.labels(found["month"], self.language) if "month" in found else None
        return found if labels is None else {**found, **labels.ids(found)}


class MonthLabels:
    """The labels of a month in a language."""

    def __init__(self, plan: Plan, language: str) -> None:
        self.language = language
        self.benefits = _ids(benefit_labels((plan,), language))
        entries = _ids(entry_labels(plan, language))
        before, after = say("for-persons", language, benefit="\0", count="\1").split("\0")[1].split("\1")
        self._counted = _ListReader(self.benefits, language, f"{re.escape(before)}(\\d+|\\?){re.escape(after)}")
        self._listed = _ListReader(entries, language, "()")
        self._words = {
            "status": {say(one, language): one for one in _STATUSES},
            "per": {say(f"column-per-{one}", language): one for one in _PERIODS},
            "benefit": self.benefits,
        }

    def ids(self, row: Mapping[str, str]) -> dict[str, str]:
        """The cells that have other texts as ids."""
        found = {column: words.get(row[column], row[column]) for column, words in self._words.items() if column in row}
        for column in ("granted", "undetermined"):
            if row.get(column):
                found[column] = ";".join(f"{id}:{count}" for id, count in self._counted(row[column]))
        for column in ("needs", "unset"):
            if row.get(column):
                found[column] = ";".join(id for id, _ in self._listed(row[column]))
        return found


class _ListReader:
    """Reads a list of labels, each followed by `tail`; a label may have the separator of the list in it."""

    def __init__(self, ids: Mapping[str, str], language: str, tail: str) -> None:
        words = {**{id: id for id in ids.values()}, **ids}
        longest_first = "|".join(re.escape(one) for one in sorted(words, key=len, reverse=True))
        self.comma = between(language)
        self.words = words
        self.pattern = re.compile(f"({longest_first}){tail}(?={re.escape(self.comma)}|\\Z)")
        self._read: dict[str, list[tuple[str, str]]] = {}

    def __call__(self, text: str) -> list[tuple[str, str]]:
        """The ids with their tails. Raises ValueError for a word that is none."""
        found = self._read.get(text)
        if found is None:
            found = self._read[text] = list(self._items(text))
        return found

    def _items(self, text: str) -> Iterable[tuple[str, str]]:
        at = 0
        while at <= len(text):
            item = self.pattern.match(text, at)
            if item is None:
                raise ValueError(text)
            yield self.words[item[1]], item[2]
            at = item.end() + len(self.comma)


def _ids(labels: Mapping[str, str]) -> dict[str, str]:
    return {label: id for id, label in labels.items()}
