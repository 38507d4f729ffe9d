"""Writes what a household gets as one fact changes as one page: the picture, and the same as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calc.diagnostics.punctuation import semicolon
from calc.report.curve_svg import svg
from calc.report.html_page import page, paragraph, section, table
from calc.report.sweep_text import SweepWords
from calc.report.ui_text import say
from calc.report.word_rows_text import WordRowsText
from calc.rules.plan import Plan
from calc.rules.toml_document import month_text


def curves_page(several: Sequence[SweepWords]) -> str:
    """Writes the page of one curve, or of one for each of several rules files."""
    words, language = several[0], several[0].language
    title = say("sweep-title", language, fact=words.title)
    parts = [
        _note(words.plan, words.sweep.household.id, language),
        f'<div class="scroll">{svg(several)}</div>\n',
        *(section(_heading(one), _pieces(one)) for one in several),
    ]
    return page(title, language, parts)


def words_page(found: WordRowsText) -> str:
    """Writes the page of a fact that has words: a row a word."""
    words, language = found.words, found.words.language
    headings = [say(key, language) for key in ("sweep-value", "sweep-total", "compare-change", "sweep-changes")]
    note = _note(words.plan, words.sweep.household.id, language)
    return page(
        say("sweep-title", language, fact=words.title), language, [note, table(headings, found.cells(), (1, 2))]
    )


def _note(plan: Plan, household: str, language: str) -> str:
    title = str(plan.title.get("en" if language == "en" else "title", plan.title["title"]))
    return paragraph(f"{household} · {month_text(plan.month)} · {title}", "note")


def _heading(words: SweepWords) -> str:
    if words.rules:
        return say("sweep-rules", words.language, path=words.rules).rstrip(":：")
    return say("sweep-pieces", words.language)


def _pieces(words: SweepWords) -> str:
    headings = [*words.headings(), say("compare-change", words.language), say("sweep-changes", words.language)]
    return table(headings, [*_rows(words)], range(len(headings) - 1), sorts=False)


def _rows(words: SweepWords) -> Iterator[list[str]]:
    stop = semicolon(words.language)
    for at, piece in enumerate(words.curve.pieces):
        one = words.begins(at)
        changes = stop.join(text for text in (one.changes, one.made_up) if text)
        yield [*words.cells(piece), f"{one.mark} {one.change}".strip() if one.change else "", changes]
