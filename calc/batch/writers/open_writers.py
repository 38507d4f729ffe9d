"""Open the files of a run, by the ending of each: results, rejects, totals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from calc.batch.atomic_files import Outputs
from calc.batch.writers.file_form import FileForm
from calc.batch.writers.formats import CSV, JSON_LINES, PARQUET, TABLES, XLSX, format_of
from calc.diagnostics.diagnostic import Reject, missing_extra
from calc.engine.totals import Totals
from calc.report import rejects as rejected
from calc.report import totals
from calc.report.encode_rows import csv_text, json_text
from calc.report.result_rows import merge_orders
from calc.report.table_shape import TableShape, rejects_shape, totals_shape
from calc.rules.plan import Plan

if TYPE_CHECKING:
    from calc.batch.writers.xlsx import WorkbookOutput


def rows_to(
    files: Outputs, path: str | None, format: str, form: FileForm, shape: TableShape, decimals: int
) -> Callable[[Any], None]:
    """Makes the function that writes rows under headings: text for CSV and JSON Lines, lists of cells for others."""
    if format == XLSX:
        return workbook_to(files, str(path), decimals).add_sheet(shape)
    if format == PARQUET:
        return _parquet_to(files, str(path), shape, decimals)
    output = files.open(path, form.has_bom(path, format))
    if format == CSV:
        output.write(csv_text([shape.headings]))
    return output.write


def rejects_to(
    files: Outputs, path: str, form: FileForm, plans: Sequence[Plan], kept: Sequence[str]
) -> Callable[[Reject], None]:
    """Makes the function that writes a rejected household."""
    format = format_of(path)
    shape = rejects_shape(plans, kept, form.words(format))
    write = rows_to(files, None if path == "-" else path, format, form, shape, plans[-1].decimals)
    if format == JSON_LINES:
        return lambda one: write(json_text([rejected.as_object(one, form.language, kept)]))
    if format in TABLES:
        return lambda one: write(reject_rows(one, shape, form.language))
    return lambda one: write(csv_text(reject_rows(one, shape, form.language)))


def reject_rows(one: Reject, shape: TableShape, language: str) -> list[Sequence[str]]:
    """The rows of a rejected household."""
    return [shape.row(row) for row in rejected.rows(one, language)]


def write_totals(
    files: Outputs, path: str | None, format: str, form: FileForm, tally: Totals, plans: Sequence[Plan]
) -> None:
    """Write the totals as rows or as one JSON document."""
    decimals = plans[-1].decimals
    if format in (CSV, *TABLES):
        shape = totals_shape(plans, form.words(format))
        write = rows_to(files, path, format, form, shape, decimals)
        rows = totals_rows(tally, plans, shape)
        write(csv_text(rows) if format == CSV else rows)
        return
    import json

    document = totals.as_object(tally, _order(plans), decimals)
    files.open(path).write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def totals_rows(tally: Totals, plans: Sequence[Plan], shape: TableShape) -> list[Sequence[str]]:
    """The rows of totals, as a file of that shape has them."""
    return [shape.row(row) for row in totals.rows(tally, _order(plans), plans[-1].decimals)]


def _order(plans: Sequence[Plan]) -> list[str]:
    return merge_orders(plan.benefits for plan in plans)


def workbook_to(files: Outputs, path: str, decimals: int) -> WorkbookOutput:
    """Opens a workbook, to which sheets are added."""
    from calc.batch.writers.xlsx import WorkbookOutput

    book = WorkbookOutput(path, decimals)
    files.add(book)
    return book


def _parquet_to(files: Outputs, path: str, shape: TableShape, decimals: int) -> Callable[[Any], None]:
    from calc.batch.writers.parquet import ParquetOutput

    try:  # before the work is done
        import calc.batch.writers.parquet_file  # noqa: F401 - what makes the file at the end
    except ModuleNotFoundError as missing:
        raise missing_extra(str(missing.name), "columns", path) from None
    rows = ParquetOutput(path, shape.headings, shape.amounts, decimals)
    files.add(rows)
    return rows
