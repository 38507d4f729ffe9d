"""Open files that `doudi batch` wrote, of any format, as the texts of tables of results and of rejects."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence

from calc.batch.read_labels import HOUSEHOLD_FIRST, REJECT_FIRST, LabelReader
from calc.batch.read_results import ResultReader
from calc.ledger.open_files import PARQUET, PARQUET_START, LedgerFile, cannot_read, copy_stream, flows, is_workbook
from calc.record import Record
from calc.rules.toml_document import decode, read_text
from calc.temporary_folder import TemporaryFolder

LARGEST = 1 << 32
RESULTS, REJECTS = "results", "rejects"


def read_results(reader: ResultReader, paths: Sequence[str]) -> None:
    """Adds files up; rejects that are in no workbook of results count in every month. Raises InputErrors."""
    waiting: list[ResultText] = []
    for path in paths:
        texts = result_texts(path, reader.labels)
        results, rejects = ([one for one in texts if one.kind == kind] for kind in (RESULTS, REJECTS))
        reader.months_read = set()
        for one in results:
            reader.file(one.path, one.text)
        if reader.months_read:
            reader.workbook_rejects((one.path, one.text) for one in rejects)
        else:
            waiting += rejects
    reader.months = sorted({month for month, _ in reader.tally.groups})
    for one in waiting:
        reader.file(one.path, one.text)


class ResultText(Record):
    """A table as CSV, or objects as JSON Lines; `path` is its file, with the sheet where there are several."""

    path: str
    text: str
    kind: str


def result_texts(path: str, labels: LabelReader | None, most: int | None = None) -> list[ResultText]:
    """Reads a file as its tables: one, or the sheets of a workbook that are results or rejects.

    What is neither is given as results, so that it is reported where it is read; of Parquet `most` rows are read.
    Raises InputErrors.
    """
    if path == "-" or flows(path):
        return [_known(path, _text_of_stream(path), labels)]
    try:
        with open(path, "rb") as file:
            sample = file.read(8)
    except OSError:
        sample = b""
    if sample.startswith(PARQUET_START):
        return [_known(path, _text_of_parquet(path, most), labels)]
    if not is_workbook(sample):
        return [_known(path, read_text(path, LARGEST).text, labels)]
    sheets = _sheets(path)
    found = [ResultText(shown, text, kind) for shown, text in sheets if (kind := result_kind(text, labels)) is not None]
    return found or [ResultText(path, sheets[0][1], RESULTS)]


def _known(path: str, text: str, labels: LabelReader | None) -> ResultText:
    return ResultText(path, text, result_kind(text, labels) or RESULTS)


def result_kind(text: str, labels: LabelReader | None) -> str | None:
    """Says what a text holds; None if it is none of both."""
    head = text[:4096].lstrip("\ufeff")
    if head.startswith("{"):
        return REJECTS if '"errors":' in head else RESULTS
    headings: Sequence[str] = next(csv.reader(head.splitlines()[:1]), [])
    try:
        table = None if labels is None else labels.table(headings)
    except ValueError:
        return RESULTS
    ids = headings if table is None else table.ids
    if tuple(ids[:3]) == REJECT_FIRST[:3]:
        return REJECTS
    return RESULTS if tuple(ids[:2]) == HOUSEHOLD_FIRST[:2] else None


def _sheets(path: str) -> list[tuple[str, str]]:
    """The visible sheets as CSV, each with its name for messages."""
    from calc.ledger.xlsx.to_csv import all_as_csv

    found = []
    with TemporaryFolder() as folder:
        for shown, copied in all_as_csv(path, path, os.path.join(folder, "sheet")):
            with open(copied, encoding="utf-8") as file:
                found.append((shown, file.read()))
    return found


def _text_of_parquet(path: str, most: int | None) -> str:
    from calc.ledger.parquet_source import as_csv

    whole = LedgerFile(path, path, PARQUET, "utf-8", "", 0, os.path.getsize(path))
    with TemporaryFolder() as folder, open(as_csv(whole, folder, 0, most).path, encoding="utf-8", newline="") as copied:
        return copied.read()


def _text_of_stream(path: str) -> str:
    try:
        with TemporaryFolder() as folder, open(copy_stream(path, os.path.join(folder, "stream")), "rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise cannot_read(path, error) from None
    return decode(path, data, LARGEST).text
