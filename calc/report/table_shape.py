"""Describes tables that are written to files: headings, columns of numbers, and words for people where they are asked.

Scripts rely on the ids in headings and cells, which do not depend on a language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from calc.record import Record
from calc.report import rejects, totals
from calc.report.comparison import AMOUNTS, HEADINGS, kind_word
from calc.report.ledger_needs import FACT, FIGURE, LEADING_FACT, NEEDS_HEADINGS
from calc.report.result_rows import ResultTable
from calc.report.translated_rows import RowTranslator, benefit_labels, between, entry_labels, joined_labels
from calc.report.ui_text import say
from calc.rules.plan import Plan

_TOTALS = ("column-month", "column-group", "column-benefit", "households-n", "persons-n", "money-n", "undetermined-n",
           "column-rejected")  # fmt: skip
_REJECTS = ("column-household", "column-file", "column-line", "column-heading", "column-code", "column-fact",
            "column-message")  # fmt: skip
_NEEDS = ("needs-kind", "needs-name", "needs-households", "column-question")
_CHANGES = ("column-household", "kind-of-change", "column-benefit", "column-member", "compare-before", "compare-after",
            "compare-change", "column-cause_kinds", "causes-heading", "column-needs", "column-unset",
            "column-group")  # fmt: skip
Cells = Mapping[int, Callable[[str], str]]


class TableShape(Record):
    """A table: `amounts` and `counts` are the places of columns of money and of whole numbers.

    `name` is that of its sheet in a workbook. `cells` turns the texts of some columns, by place, into words for people.
    """

    name: str
    headings: Sequence[str]
    amounts: Sequence[int] = ()
    counts: Sequence[int] = ()
    cells: Cells = {}

    def row(self, row: Sequence[str]) -> Sequence[str]:
        """Makes the row as the file has it."""
        if not self.cells:
            return row
        return [self.cells[at](text) if at in self.cells and text else text for at, text in enumerate(row)]


def results_shape(table: ResultTable, language: str | None) -> TableShape:
    """Describes results; with words in a language, or ids where it is None. Their rows are translated elsewhere."""
    headings = table.headings
    shown = headings if language is None else RowTranslator(table, language).headings
    own = headings[: len(headings) - len(table.kept)]
    counts = [at for at, heading in enumerate(own) if heading in ("members", "persons")]
    return TableShape(say("sheet-results", language or "en"), shown, table.amount_places, counts)


def totals_shape(plans: Sequence[Plan], language: str | None) -> TableShape:
    """Describes totals."""
    headings, amounts, counts = totals.HEADINGS, (5,), (3, 4, 6, 7)
    if language is None:
        return TableShape(say("sheet-totals", "en"), headings, amounts, counts)
    whole = {totals.ALL: say("all-together", language)}
    benefits = {**benefit_labels(plans, language), **whole}
    cells = {0: _labelled(whole), 1: _labelled(whole), 2: _labelled(benefits)}
    return TableShape(say("sheet-totals", language), _words(_TOTALS, language), amounts, counts, cells)


def rejects_shape(plans: Sequence[Plan], kept: Sequence[str], language: str | None) -> TableShape:
    """Describes rejects."""
    if language is None:
        return TableShape(say("sheet-rejects", "en"), rejects.headings(kept), (), (2,))
    facts = {name: label for plan in plans for name, label in entry_labels(plan, language).items()}
    headings = [*_words(_REJECTS, language), *kept]
    return TableShape(say("sheet-rejects", language), headings, (), (2,), {5: _labelled(facts)})


def needs_shape(plans: Sequence[Plan], language: str | None) -> TableShape:
    """Describes what to ask first."""
    if language is None:
        return TableShape(say("sheet-ask", "en"), NEEDS_HEADINGS, (), (2,))
    names = {name: label for plan in plans for name, label in entry_labels(plan, language).items()}
    kinds = {one: say(f"needs-{one}", language) for one in (FACT, LEADING_FACT, FIGURE)}
    cells = {0: _labelled(kinds), 1: _labelled(names)}
    return TableShape(say("sheet-ask", language), _words(_NEEDS, language), (), (2,), cells)


def changes_shape(old: Plan, new: Plan, is_paid: bool, language: str | None) -> TableShape:
    """Describes changes between two pictures; `is_paid` for those of payments against what is due."""
    if language is None:
        return TableShape(say("sheet-changes", "en"), HEADINGS, AMOUNTS)
    names = joined_labels({**entry_labels(old, language), **entry_labels(new, language)}, language)
    cells: Cells = {
        1: lambda text: kind_word(text, language, is_paid),
        2: _labelled(benefit_labels((old, new), language)),
        7: lambda text: between(language).join(say(f"causes-{one}", language) for one in text.split(";")),
        9: names, 10: names,
    }  # fmt: skip
    return TableShape(say("sheet-changes", language), changes_headings(language), AMOUNTS, (), cells)


def changes_headings(language: str) -> list[str]:
    """Lists the headings of changes with labels."""
    return _words(_CHANGES, language)


def _words(keys: Sequence[str], language: str) -> list[str]:
    return [say(key, language) for key in keys]


def _labelled(labels: Mapping[str, str]) -> Callable[[str], str]:
    return lambda text: labels.get(text, text)
