"""Write the curves of `doudi sweep`, or the rows of a fact that has words, in the form asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calc.cli.household_output import apart, written
from calc.record import Record
from calc.report.curve_svg import svg
from calc.report.sweep_text import HEADINGS, FactWords, SweepWords, as_text, rows
from calc.report.ui_text import say
from calc.report.word_rows_text import AMOUNTS, WordRowsText
from calc.report.word_rows_text import HEADINGS as WORD_HEADINGS
from calc.rules.toml_document import month_text
from calc.vary.curve import Curve
from calc.vary.pieces import Sweep
from calc.vary.word_rows import word_rows

SCHEMA = "doudi.sweep/1"


class Drawn(Record):
    """The form of what is written: a format, a file for it, one for a picture, and one for a page."""

    language: str
    format: str | None
    output: str | None
    svg_path: str | None
    html: str | None


def write_curves(curves: Sequence[tuple[str, Curve]], drawn: Drawn) -> None:
    """Writes one curve, or one for each of several rules files, which are named by their paths."""
    found = [SweepWords(curve, drawn.language, path) for path, curve in curves]
    if drawn.svg_path is not None:
        _write(drawn.svg_path, svg(found))
    if drawn.html is not None:
        from calc.report.sweep_page import curves_page

        _write(drawn.html, curves_page(found))
    several = len(found) > 1
    headings = (*HEADINGS, "rules") if several else HEADINGS
    body = [[*row, one.rules] if several else row for one in found for row in rows(one)]
    written(
        drawn.output, drawn.format, drawn.language,
        text=lambda: apart(_lines(one) for one in found),
        rows=lambda: [headings, *body],
        document=lambda: _document(found[0], [dict(zip(headings, row, strict=True)) for row in body]),
        amounts=(6,),
    )  # fmt: skip


def write_words(sweep: Sweep, drawn: Drawn) -> None:
    """Writes a row for each word of a fact."""
    from calc.engine.traced.interpreter import Trace

    present = Trace(sweep.plan, sweep.household).value(sweep.fact.name, sweep.member)
    text = WordRowsText(FactWords(sweep, drawn.language), word_rows(sweep), present)
    if drawn.html is not None:
        from calc.report.sweep_page import words_page

        _write(drawn.html, words_page(text))
    written(
        drawn.output, drawn.format, drawn.language,
        text=text.lines,
        rows=lambda: [WORD_HEADINGS, *text.rows()],
        document=lambda: _document(text.words, [dict(zip(WORD_HEADINGS, row, strict=True)) for row in text.rows()]),
        amounts=AMOUNTS,
    )  # fmt: skip


def _write(path: str, text: str) -> None:
    """Writes a file; nothing is left of it if writing fails."""
    from calc.batch.atomic_files import whole_file

    with whole_file(path) as part, open(part, "w", encoding="utf-8") as file:
        file.write(text)


def _lines(words: SweepWords) -> Iterator[str]:
    if words.rules:
        yield say("sweep-rules", words.language, path=words.rules)
    yield from as_text(words)


def _document(words: FactWords, pieces: list[dict[str, str]]) -> dict[str, object]:
    member = words.sweep.member
    return {
        "schema": SCHEMA,
        "month": month_text(words.plan.month),
        "household": words.sweep.household.id,
        "fact": words.sweep.fact.name,
        "member": None if member is None else words.sweep.household.members[member].id,
        "pieces": pieces,
    }
