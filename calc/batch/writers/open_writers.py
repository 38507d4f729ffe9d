"""Open the files of a run, by the ending of each: results, rejects, totals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from calc.batch.atomic_files import Outputs
from calc.batch.writers.formats import TABLES, format_of
from calc.diagnostics.diagnostic import Reject, missing_extra
from calc.engine.totals import Totals
from calc.report import rejects as rejected
from calc.report import totals
from calc.report.encode_rows import csv_text, json_text
from calc.report.result_rows import ResultTable, merge_orders
from calc.rules.plan import Plan


def results_to(
    files: Outputs, path: str | None, format: str, bom: bool, table: ResultTable, headings: Sequence[str]
) -> Callable[[Any], None]:
    """Makes the function that writes the results of a block."""
    return rows_to(files, path, format, bom, headings, table.amount_places, table.plan.decimals)


def rows_to(
    files: Outputs, path: str | None, format: str, bom: bool, headings: Sequence[str], amounts: Sequence[int],
    decimals: int,
) -> Callable[[Any], None]:  # fmt: skip
    """Makes the function that writes rows under headings: text for CSV and JSON Lines, lists of cells for others.

    More than six parameters: all that a table is. `amounts` are the places of columns of money.
    """
    if format in TABLES:
        return _table(files, format, str(path), headings, amounts, decimals)
    output = files.open(path, bom and format == "csv")
    if format == "csv":
        output.write(csv_text([headings]))
    return output.write


def rejects_to(
    files: Outputs, path: str | None, bom: bool, kept: Sequence[str], language: str
) -> Callable[[Reject], None]:
    """Makes the function that writes a rejected household; it does nothing if no file was asked for."""
    if path is None:
        return lambda one: None
    format = format_of(path)
    if format in TABLES:
        write = _table(files, format, path, rejected.headings(kept), ())
        return lambda one: write(list(rejected.rows(one, language)))
    output = files.open(None if path == "-" else path, bom and format == "csv")
    if format == "jsonl":
        return lambda one: output.write(json_text([rejected.as_object(one, language, kept)]))
    output.write(csv_text([rejected.headings(kept)]))
    return lambda one: output.write(csv_text(rejected.rows(one, language)))


def write_totals(
    files: Outputs, path: str | None, format: str, bom: bool, tally: Totals, plans: Sequence[Plan]
) -> None:
    """Write the totals as rows or as one JSON document."""
    order, decimals = merge_orders(plan.benefits for plan in plans), plans[-1].decimals
    if format in TABLES:
        write = _table(files, format, str(path), totals.HEADINGS, (5,), decimals)
        write(list(totals.rows(tally, order, decimals)))
        return
    output = files.open(path, bom and format == "csv")
    if format == "csv":
        output.write(csv_text([totals.HEADINGS, *totals.rows(tally, order, decimals)]))
    else:
        import json

        document = totals.as_object(tally, order, decimals)
        output.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def _table(
    files: Outputs, format: str, path: str, headings: Sequence[str], numbers: Sequence[int], decimals: int = 2
) -> Callable[[Any], None]:
    if format == "parquet":
        from calc.batch.writers.parquet import ParquetOutput

        try:  # before the work is done
            import calc.batch.writers.parquet_file  # noqa: F401 - what makes the file at the end
        except ModuleNotFoundError as missing:
            raise missing_extra(str(missing.name), "columns", path) from None
        rows = ParquetOutput(path, headings, numbers, decimals)
        files.add(rows)
        return rows
    from calc.batch.writers.xlsx import SheetOutput

    output = SheetOutput(path, headings, numbers, decimals)
    files.add(output)
    return output.write_rows
