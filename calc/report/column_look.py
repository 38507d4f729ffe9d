"""Write what `doudi map` found out about the columns of a ledger, as text for people and as values for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic
from calc.diagnostics.messages import LEVELS, help_text, message
from calc.diagnostics.punctuation import colon, listed, semicolon
from calc.diagnostics.source import display_width
from calc.households.headings import LEDGER_HEADINGS
from calc.households.household_reader import quoted
from calc.ledger.header import IGNORED, Meaning
from calc.ledger.look_at_columns import GIVEN, NOT_READ, OPEN, ColumnLook, LedgerLook, TableLook
from calc.ledger.unread_cells import UnreadText
from calc.report.ui_text import say
from calc.rules.plan import FactPlan, Plan
from calc.rules.toml_document import month_text
from calc.text_forms import visible

SCHEMA = "doudi.map/1"
_MARKS = {OPEN: "? ", NOT_READ: "- "}
_MOST_SHOWN = 10
_WIDEST = 40
_WIDEST_SAMPLES = 26


def as_text(look: LedgerLook, plan: Plan, language: str) -> str:
    """Writes the tables one below the other, each with the cells and rows that would not be read, and a conclusion."""
    parts = [part for table in look.tables for part in _table(table, plan, language)]
    if look.lacking:
        parts.append("\n".join(_mistake(one, language) for one in look.lacking))
    return "\n\n".join([*parts, conclusion(look, language)])


def as_values(look: LedgerLook, plan: Plan, language: str) -> dict[str, Any]:
    """Makes the answer as values for JSON."""
    return {
        "schema": SCHEMA,
        "month": month_text(plan.month),
        "starts": look.starts,
        "clear": look.is_clear,
        "tables": [_table_values(one, language) for one in look.tables],
        "lacking": [one.message(language) for one in look.lacking],
        "gone": [{"path": path, "heading": one.heading} for path, one in look.gone],
    }


def conclusion(look: LedgerLook, language: str) -> str:
    """Says whether a run would start, and what it would not read."""
    if look.is_clear:
        return say("map-clear", language)
    columns = sum(len(one.open) for one in look.tables)
    cells = sum(column.unread_count for one in look.tables for column in one.columns)
    rows = sum(one.lost for one in look.tables)
    key = "map-starts" if look.starts else "map-stops"
    return say(key, language, columns=columns, cells=cells, rows=rows)


def meaning_text(meaning: Meaning, language: str) -> str:
    """Writes what a column holds, in a language: a fact, or a word of the program."""
    if isinstance(meaning, FactPlan):
        return meaning.about.label_in(language)
    return LEDGER_HEADINGS[meaning][language == "zh"] if meaning in LEDGER_HEADINGS else ""


def heading_text(column: ColumnLook, language: str) -> str:
    """Writes the headings of a column; a column without one is called by its place."""
    if column.is_unnamed:
        return column.headings[language == "zh"]
    return " / ".join(quoted(visible(one)) for one in column.headings)


def _table(table: TableLook, plan: Plan, language: str) -> Iterator[str]:
    """Writes the parts of a table, which have an empty line between them."""
    files = listed(table.paths, language)
    title = say("map-title", language, files=files, rows=f"{table.rows:,}", month=month_text(plan.month))
    head = [f"  {say('map-heading', language)}", say("map-meaning", language), say("map-how", language),
            say("map-filled", language), say("map-unread", language)]  # fmt: skip
    rows = [head, *(_row(one, language) for one in table.columns)]
    widths = [min(_WIDEST, max(display_width(row[at]) for row in rows)) for at in range(len(head))]
    lines = [title]
    for row in rows:
        texts = [cell + " " * (width - display_width(cell)) for cell, width in zip(row[:3], widths, strict=False)]
        numbers = [" " * (width - display_width(cell)) + cell for cell, width in zip(row[3:], widths[3:], strict=True)]
        lines.append("  ".join([*texts, *numbers]).rstrip())
    yield "\n".join(lines)
    mistakes = [one for one in table.mistakes if one.name != "unclear-column"]
    if mistakes:
        yield "\n".join(_mistake(one, language) for one in mistakes)
    for one in table.columns:
        if one.unread:
            yield "\n".join(_unread(one, table, language))
    if counts := _row_counts(table, language):
        yield "\n".join(counts)


def _row(column: ColumnLook, language: str) -> list[str]:
    has_cells = column.at is not None
    return [
        _MARKS.get(column.surety, "  ") + heading_text(column, language),
        _taken_for(column, language),
        say(f"map-{column.surety}", language),
        f"{column.cells.filled:,}" if has_cells else "—",
        f"{column.unread_count:,}" if column.unread_count else "",
    ]


def _taken_for(column: ColumnLook, language: str) -> str:
    """Writes the meaning of a column; for one that is not read the similar name, else its first texts."""
    if column.meaning == IGNORED:
        return say("map-ignored", language)
    if column.meaning is not None:
        return meaning_text(column.meaning, language)
    if column.unknown is not None and column.unknown.near:
        return say("map-perhaps", language, name=column.unknown.near)
    samples = listed(list(column.cells.samples)[:3], language)
    samples = samples if display_width(samples) <= _WIDEST_SAMPLES else next(iter(column.cells.samples), "")
    return say("map-holds", language, samples=samples) if samples and display_width(samples) <= _WIDEST_SAMPLES else "—"


def _mistake(one: Diagnostic, language: str) -> str:
    help_ = f"{semicolon(language)}{help_text(*one.help, language)}" if one.help else ""
    return f"{one.path}: {LEVELS[language][True]}[{one.name}]{colon(language)}{one.message(language)}{help_}"


def _unread(column: ColumnLook, table: TableLook, language: str) -> Iterator[str]:
    """Writes the texts of a column that would not be read, those of one mistake together."""
    yield say("map-unread-of", language, heading=heading_text(column, language), count=f"{column.unread_count:,}")
    unread = column.unread
    explained: set[str] = set()
    width = len(f"{unread[0].count:,}")
    for one in unread[:_MOST_SHOWN]:
        text = read_text(one, language) if one.mistake.code in explained else mistake_text(one, language)
        explained.add(one.mistake.code)
        near = f"; {help_text(*one.mistake.help, language)}" if one.mistake.help else ""
        yield f"  {one.count:>{width},} × {text}{near}{_place(one, table, language)}"
    hidden = column.unread_count - sum(one.count for one in unread[:_MOST_SHOWN])
    if hidden:
        yield "  " + say("map-more", language, cells=f"{hidden:,}")


def _place(one: UnreadText, table: TableLook, language: str) -> str:
    path = one.path if len(table.parts) > 1 else ""
    return say("map-place" if path else "map-line", language, path=path, line=one.line)


def mistake_text(one: UnreadText, language: str) -> str:
    """Writes the sentence of a text that would not be read, as a run would."""
    return message(one.mistake.code, one.mistake.values, language)


def read_text(one: UnreadText, language: str) -> str:
    """Writes a text that would not be read as messages show it."""
    read = one.mistake.values["read"]
    return str(read[language == "zh"] if isinstance(read, tuple) else read)


def _row_counts(table: TableLook, language: str) -> list[str]:
    """Writes how many rows are not read, or not as others."""
    loose = "map-rows-loose" if table.rejects_loose else "rows-filled"
    counts = {"rows-set-aside": table.set_aside, loose: table.loose, "map-rows-misshapen": table.misshapen,
              "map-lines-broken": table.broken, "map-lines-nameless": table.nameless}  # fmt: skip
    return [say(key, language, count=f"{count:,}") for key, count in counts.items() if count]


def _table_values(table: TableLook, language: str) -> dict[str, Any]:
    return {
        "files": table.paths,
        "rows": table.rows,
        "set_aside": table.set_aside,
        "without_household": table.loose,
        "without_household_rejects": table.rejects_loose,
        "wrong_cell_count": table.misshapen,
        "broken_lines": table.broken,
        "lines_without_household": table.nameless,
        "mistakes": [{"path": one.path, "code": one.name, "message": one.message(language)} for one in table.mistakes],
        "columns": [_column_values(one, language) for one in table.columns],
    }


def _column_values(column: ColumnLook, language: str) -> dict[str, Any]:
    meaning, unknown = column.meaning, column.unknown
    taken = meaning.name if isinstance(meaning, FactPlan) else meaning
    return {
        "headings": [heading_text(column, language)]
        if column.is_unnamed
        else [quoted(visible(one)) for one in column.headings],
        "taken_for": {"households": "household"}.get(taken or "", taken),
        "surety": {GIVEN: "given"}.get(column.surety, column.surety),
        "near": unknown.near if unknown is not None else None,
        "may_decide_money": unknown.decides_money if unknown is not None else column.is_unnamed,
        "cells": column.cells.filled if column.at is not None else None,
        "not_read": column.unread_count,
        "texts": [
            {
                "text": read_text(one, language),
                "count": one.count,
                "path": one.path,
                "line": one.line,
                "code": one.mistake.code.partition("/")[0],
                "message": mistake_text(one, language),
                "near": one.mistake.help[1].get("name") if one.mistake.help else None,
            }
            for one in column.unread
        ],
        "cells_of_further_texts": column.cells.more,
    }
