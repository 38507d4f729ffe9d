"""Print a table of a bureau that `doudi totals --table` fills, or the households behind one of its rows."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from typing import Any

import click

from calc.batch.atomic_files import outputs
from calc.batch.fill_table import Figure, TableFiller, change, rounding_differences, wrong_sums
from calc.batch.open_results import result_texts
from calc.batch.read_labels import LabelReader
from calc.batch.report_table import ReportTable, read_report_table
from calc.batch.writers import formats
from calc.batch.writers.file_form import FileForm
from calc.batch.writers.open_writers import rows_to
from calc.cli.options import remark
from calc.diagnostics.diagnostic import Diagnostic, InputErrors, cell_place
from calc.diagnostics.punctuation import listed
from calc.exact import plain
from calc.report.aligned import aligned, thousands
from calc.report.encode_rows import csv_text, unsafe
from calc.report.table_shape import TableShape
from calc.report.ui_text import say
from calc.rules.plan_month import plan_for
from calc.rules.rulebook import Rulebook
from calc.rules.toml_document import month_text

HEADINGS = ("row", "label", "code", "unit", "value", "previous", "change")
CELL_HEADINGS = ("row", "household", "value")
_NUMBERS = (4, 5, 6)


def _shown(headings: tuple[str, ...], language: str) -> list[str]:
    return [say(f"table-column-{one}", language) for one in headings]


def print_table(
    rulebook: Rulebook, paths: tuple[str, ...], table_path: str, previous: str | None, cell: str | None,
    output: str | None, form: str | None, written: FileForm, quiet: bool,
) -> int:  # fmt: skip
    """Fill and print a table; returns 1 where rows do not add up. More than six parameters: the options."""
    language, labels = written.language, LabelReader(rulebook)
    plan = plan_for(rulebook, rulebook.first_month)
    table = read_report_table(table_path, plan)
    if cell is not None and cell not in table.rows:
        raise click.UsageError(say("table-no-row", language, name=cell, rows=listed(table.rows, language)))
    before = {} if previous is None else _previous(previous, table)
    filler = TableFiller(table, plan.decimals)
    for path in paths:
        filler.file(path, labels)
    chosen = form or (formats.TEXT if output is None else formats.format_of(output))
    if cell is not None:
        found = filler.cell(cell)
        rows = [[cell, id, plain(value)] for id, value in sorted(found.items())]
        _write(rows, CELL_HEADINGS, (2,), output, formats.CSV if chosen == formats.TEXT else chosen, written)
        return 0
    figures = filler.figures()
    rows = [_row(one, filler, before, language) for one in figures.values()]
    if chosen == formats.TEXT:
        _write_text(rows, table, filler, output, language)
    else:
        _write(rows, HEADINGS, _NUMBERS, output, chosen, written)
    return _remarks(figures, filler, language, quiet)


def _row(one: Figure, filler: TableFiller, before: dict[str, Fraction | int], language: str) -> list[str]:
    row, decimals = one.row, filler.unit(one.row).decimals
    old = before.get(row.name)
    label = row.en if language == "en" else row.label
    return [
        row.name, label, row.code, row.unit, "" if one.written is None else plain(one.written, decimals),
        "" if old is None else plain(old, decimals), change(one.written, old),
    ]  # fmt: skip


def _write(
    rows: list[list[str]], headings: tuple[str, ...], numbers: tuple[int, ...], output: str | None, form: str,
    written: FileForm,
) -> None:  # fmt: skip
    """Write rows in a format."""
    if form in formats.TABLES and output is None:
        raise click.UsageError(say("xlsx-to-file", written.language))
    with outputs() as files:
        if form in (formats.JSON, formats.JSON_LINES):
            import json

            objects = [dict(zip(headings, row, strict=True)) for row in rows]
            files.open(output).write(json.dumps(objects, ensure_ascii=False, indent=2) + "\n")
            return
        words = written.words(form)
        shown = _shown(headings, words) if words is not None else list(headings)
        shape = TableShape(say("sheet-table", words or "en"), shown, numbers)
        write = rows_to(files, output, form, written, shape, 2)
        write(rows if form in formats.TABLES else csv_text(rows, numbers))


def _write_text(
    rows: list[list[str]], table: ReportTable, filler: TableFiller, output: str | None, language: str
) -> None:
    has_previous = any(row[5] for row in rows)
    keys = ["table-unit", "table-value", *(["table-previous", "table-change"] if has_previous else [])]
    shown = [["", *(say(key, language) for key in keys)]]
    for row in rows:
        cells = [
            row[3],
            _thousands(row[4]),
            *([_thousands(row[5]), f"{row[6]}%" if row[6] else ""] if has_previous else []),
        ]
        shown.append([row[1], *cells])
    title = table.en if language == "en" else table.title
    head = f"{title} {month_text(filler.month)}".strip() if filler.month else title
    with outputs() as files:
        files.open(output).write("\n".join([head, "", *aligned(shown)]) + "\n")


def _thousands(text: str) -> str:
    return text and (("-" + thousands(text[1:])) if text.startswith("-") else thousands(text))


def _remarks(figures: dict[str, Figure], filler: TableFiller, language: str, quiet: bool) -> int:
    for name, value, whole in wrong_sums(figures):
        remark(say("table-wrong-sum", language, name=name, value=plain(value), whole=plain(whole)), False)
    for name, difference in rounding_differences(figures):
        unit = filler.unit(figures[name].row).decimals
        sign = "+" if difference > 0 else ""
        remark(say("table-rounding", language, name=name, difference=sign + plain(difference, unit)), quiet)
    unknown = [name for name, one in figures.items() if one.value is None and not one.row.ratio]
    if unknown:
        remark(say("table-unknown", language, names=listed(unknown, language)), False)
    if filler.undetermined():
        month = month_text(filler.month)
        remark(say("table-undetermined", language, count=filler.undetermined(), month=month), quiet)
    return 1 if wrong_sums(figures) else 0


def _previous(path: str, table: ReportTable) -> dict[str, Any]:
    """Reads the values of an earlier table, as this command writes it in CSV or XLSX. Raises InputErrors."""
    (first, *_) = result_texts(path, None)
    found: dict[str, Any] = {}
    reader = csv.reader(io.StringIO(first.text.lstrip("\ufeff"), newline=""))
    headings = next(reader, [])
    if headings not in (list(HEADINGS), _shown(HEADINGS, "zh"), _shown(HEADINGS, "en")):
        raise InputErrors([Diagnostic("bad-table/previous", cell_place(path, 1))])
    for cells in reader:
        row = dict(zip(HEADINGS, map(unsafe, cells), strict=False))
        name, text = row.get("row", ""), row.get("value", "")
        if name in table.rows and text:
            try:
                found[name] = Fraction(text)
            except (ValueError, ZeroDivisionError):
                raise InputErrors([Diagnostic("bad-table/previous", cell_place(path, reader.line_num))]) from None
    return found
