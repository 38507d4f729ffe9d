"""Writes an empty ledger as an Excel workbook, with lists to choose from, tests of cells, and explanations."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from calc.diagnostics.source import display_width
from calc.language.types import COUNT, DATE, MEMBER, NUMBER, NUMERIC, TEXT, YES_NO
from calc.report.as_xlsx import cell, workbook
from calc.report.template import TemplateColumn, columns, default, options, question, unit, wanted
from calc.report.ui_text import say
from calc.rules.plan import Plan

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_LAST_ROW = 1_048_575
_LONGEST_LIST = 255
"""Characters of a list within a validation; a longer one, or one with a comma in a word, is on a sheet."""
_LONGEST_MESSAGE, _LONGEST_TITLE = 255, 32
_EXPLAINED = ("heading", "level", "kind", "unit", "default", "note", "question", "cite")


def write_ledger(path: str, plan: Plan, language: str) -> None:
    """Writes the workbook to a path. Raises OSError, and InputErrors where XlsxWriter is not installed."""
    with workbook(path) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDEBF7"})
        forms = {
            "text": book.add_format({"num_format": "@"}),  # Excel would make a number of an identity number
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        sheet = book.add_worksheet(say("sheet-ledger", language))
        about = book.add_worksheet(say("sheet-columns", language))
        lists = book.add_worksheet(say("sheet-lists", language))
        lists.hide()
        all_columns = columns(plan, language)
        sheet.freeze_panes(1, 2 if plan.has_members else 1)
        for at, column in enumerate(all_columns):
            form = _form(column)
            sheet.set_column(at, at, max(10, min(24, display_width(column.heading) + 2)), forms.get(form))
            sheet.write_string(0, at, cell(column.heading), bold)
            asked = "" if column.fact is None else question(column.fact, language)
            if asked:
                sheet.write_comment(0, at, cell(asked), {"author": "Doudi", "x_scale": 2})
            rule = _validation(column, language, at, lists)
            if rule:
                sheet.data_validation(1, at, _LAST_ROW, at, rule)
        _explain(about, all_columns, plan, language, bold, book.add_format({"text_wrap": True, "valign": "top"}))


def _form(column: TemplateColumn) -> str:
    if column.fact is None or column.fact.type.kind == TEXT:
        return "text"
    return "date" if column.fact.type.kind == DATE else ""


def _validation(column: TemplateColumn, language: str, at: int, lists: Worksheet) -> dict[str, Any] | None:
    fact = column.fact
    if fact is None or fact.type.kind == TEXT:
        return None
    kind = fact.type.kind
    rule: dict[str, Any] = {
        "error_title": say("template-refused", language)[:_LONGEST_TITLE],
        "error_message": wanted(fact, language)[:_LONGEST_MESSAGE],
    }
    if kind == YES_NO or fact.type.options:
        return {**rule, "validate": "list", "source": _source(options(fact, language), at, lists)}
    low, high = fact.stated_bounds
    rule |= {"criteria": "between", "minimum": low, "maximum": high}
    if kind == DATE:
        days = [datetime.date(int(day) // 10000, int(day) // 100 % 100, int(day) % 100) for day in (low, high)]
        first = max(days[0], datetime.date(1900, 1, 1))  # Excel knows none before
        return {**rule, "validate": "date", "minimum": first, "maximum": max(days[1], first)}
    if kind in NUMERIC:
        whole = kind in (COUNT, NUMBER) and fact.decimals == 0
        return {**rule, "validate": "integer" if whole else "decimal", "minimum": _float(low), "maximum": _float(high)}
    return None


def _float(value: Any) -> int | float:
    """Turns a bound into a number of Excel: it limits what may be typed, and no amount depends on it."""
    return int(value) if value.denominator == 1 else value.numerator / value.denominator


def _source(words: Sequence[str], at: int, lists: Worksheet) -> list[str] | str:
    if len(",".join(words)) <= _LONGEST_LIST and not any("," in word or word != word.strip() for word in words):
        return list(words)
    for row, word in enumerate(words):
        lists.write_string(row, at, cell(word))
    from xlsxwriter.utility import xl_rowcol_to_cell

    first, last = (xl_rowcol_to_cell(row, at, row_abs=True, col_abs=True) for row in (0, len(words) - 1))
    return f"='{lists.get_name()}'!{first}:{last}"


def _explain(
    about: Worksheet, all_columns: list[TemplateColumn], plan: Plan, language: str, bold: Any, wrapped: Any
) -> None:
    about.freeze_panes(1, 1)
    for at, (key, width) in enumerate(zip(_EXPLAINED, (24, 8, 40, 10, 30, 50, 40, 30), strict=True)):
        about.set_column(at, at, width)
        about.write_string(0, at, say(f"column-{key}", language), bold)
    for row, column in enumerate(all_columns, 1):
        for at, text in enumerate(_explanation(column, plan, language)):
            about.write_string(row, at, cell(text), wrapped)


def _explanation(column: TemplateColumn, plan: Plan, language: str) -> tuple[str, ...]:
    level = say("member" if column.level == MEMBER else "household", language)
    fact = column.fact
    if fact is None:
        what = say("template-name" if column.level == MEMBER else "template-household", language)
        return column.heading, level, say("kind-text", language), "", "", "", what, ""
    return (
        column.heading,
        level,
        wanted(fact, language),
        unit(fact, plan, language),
        default(plan, fact, language),
        fact.about.note_in(language) or "",
        question(fact, language),
        "\n".join(fact.about.cite),
    )
