"""Read files of results and rejects written by `doudi batch` and add up the totals that the run itself printed."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from calc.batch.read_labels import LabelReader
from calc.diagnostics.diagnostic import Diagnostic, InputErrors, cell_place
from calc.engine.totals import HOUSEHOLDS, MONEY, OPEN, PERSONS, UNCOUNTED, Group, Totals
from calc.ledger.csv_blocks import LONGEST_CELL
from calc.report.encode_rows import unsafe
from calc.report.ui_text import column_labels, say
from calc.rules.toml_document import month_number

_NOT_BENEFITS = {"household", "month", "members", "status", "total", "total_at_least", "yearly", "granted",
                 "undetermined", "needs", "unset", "reason"}  # fmt: skip
Cells = Mapping[str, Any]


class ResultReader:
    """Adds up files. `group` is the column that totals are grouped by, `decimals` those of the currency.

    Reject households count in each of `months`.
    """

    def __init__(self, group: str | None, decimals: int, labels: LabelReader | None = None) -> None:
        self.tally = Totals()
        self.group = group
        self.decimals = decimals
        self.labels = labels
        self.months: list[int] = []
        self.months_read: set[int] = set()
        self.last: tuple[str, int] = ("", 0)
        self.granted: set[str] = set()
        self.open: set[str] = set()
        self.lacking: Group | None = None
        self.needs: set[str] = set()
        self.unset: set[str] = set()
        self.last_rejected: tuple[str | None, set[str]] = (None, set())
        self.in_workbooks: Counter[tuple[Any, ...]] = Counter()
        self.is_in_workbook = False

    def file(self, path: str, text: str) -> None:
        """Add a file. Raises InputErrors with the line where it is no file of results."""
        self.rows(path, result_rows(path, text, self.labels))

    def workbook_rejects(self, sheets: Iterable[tuple[str, str]]) -> None:
        """Add the rejects of a workbook, each sheet with its place, in the months of the results just read.

        They are not counted again where files of rejects, which are added later, have them too.
        """
        self.months, self.is_in_workbook = sorted(self.months_read), True
        for path, text in sheets:
            self.file(path, text)
        self.months, self.is_in_workbook = [], False

    def rows(self, path: str, rows: Iterator[tuple[int, Cells]]) -> None:
        """Add rows, each with its line."""
        self.last, self.last_rejected = ("", 0), (None, set())
        for line, row in rows:
            try:
                if is_reject(row):
                    self._rejected(row)
                elif "benefits" in row:
                    self._object(row)
                elif "benefit" in row:
                    self._benefit(row)
                else:
                    self._household(row)
            except (KeyError, ValueError, TypeError, AttributeError):
                place = cell_place(path, line)
                raise InputErrors([Diagnostic("not-a-result", place)]) from None
        self._close()

    def whole(self, text: Any) -> int:
        """Reads an amount as whole steps of the currency; a workbook leaves out zeros at the end."""
        return whole_steps(text, self.decimals)

    def _name(self, row: Cells) -> str:
        if self.group is None:
            return ""
        kept = row.get("kept") or {}
        value = kept[self.group] if self.group in kept else row[self.group]
        return "" if value is None else str(value)

    def _month(self, row: Cells) -> int:
        month = month_number(row["month"])
        if month is None:
            raise ValueError(row["month"])
        self.months_read.add(month)
        return month

    def _household(self, row: Cells) -> None:
        month, name = self._month(row), self._name(row)
        group = self.tally.group(month, name)
        group.assessed += 1
        if _is_open(row["status"]):
            _lacks(group, _names(row["needs"]), _names(row["unset"]))
        group.money += self.whole(row["total_at_least"])
        for benefit, count in listed_counts(row["granted"]):
            numbers = group.of(benefit)
            numbers[HOUSEHOLDS] += 1
            numbers[UNCOUNTED if count == "?" else PERSONS] += 1 if count == "?" else int(count)
            if row.get(benefit) and benefit not in _NOT_BENEFITS:
                numbers[MONEY] += self.whole(row[benefit])
        for benefit, _ in listed_counts(row["undetermined"]):
            group.of(benefit)[OPEN] += 1

    def _object(self, row: Cells) -> None:
        month, name = self._month(row), self._name(row)
        group = self.tally.group(month, name)
        group.assessed += 1
        if _is_open(row["status"]):
            every = [{name for one in row["benefits"] for name in one.get(key) or ()} for key in ("needs", "unset")]
            _lacks(group, *every)
        group.money += self.whole(row["total_at_least"])
        for benefit in {one["benefit"]: None for one in row["benefits"] if one["status"] == "granted"}:
            group.of(benefit)[HOUSEHOLDS] += 1
        for benefit in {one["benefit"]: None for one in row["benefits"] if one["status"] == "undetermined"}:
            group.of(benefit)[OPEN] += 1
        for one in row["benefits"]:
            if one["status"] == "granted":
                self._granted(group.of(one["benefit"]), one["amount"], one.get("persons", 1))

    def _benefit(self, row: Cells) -> None:
        month, name = self._month(row), self._name(row)
        key = str(row["household"]), month
        group = self.tally.group(month, name)
        if key != self.last:
            self._close()
            self.last = key
            group.assessed += 1
        benefit, status = str(row["benefit"]), row["status"]
        if status == "granted":
            numbers = group.of(benefit)
            numbers[HOUSEHOLDS] += benefit not in self.granted
            self.granted.add(benefit)
            amount = self._granted(numbers, row["amount"], row["persons"])
            group.money += amount if row["per"] != "year" else 0
        elif status == "undetermined":
            self.lacking = group
            self.needs |= _names(row["needs"])
            self.unset |= _names(row["unset"])
            group.of(benefit)[OPEN] += benefit not in self.open
            self.open.add(benefit)
        elif status not in ("denied", "not_applicable"):
            raise ValueError(status)

    def _granted(self, numbers: list[int], amount: Any, persons: Any) -> int:
        whole = self.whole(amount)
        numbers[MONEY] += whole
        if persons in ("?", None):
            numbers[UNCOUNTED] += 1
        else:
            numbers[PERSONS] += int(persons)
        return whole

    def _rejected(self, row: Cells) -> None:
        """Count a rejected household: an object, or the adjacent rows of one household.

        Its mistakes may be in several files; a household of that number in another file has a mistake that says so.
        """
        is_new = True
        if "errors" not in row:
            household, file = str(row["household"]), str(row["file"])
            own = file if row["code"] == "household-twice" else ""
            last, files = self.last_rejected
            is_new = household != last or bool(own and files and own not in files)
            self.last_rejected = household, {own} - {""} if is_new else files | ({own} - {""})
        if is_new and not self._is_counted(row):
            known = self.group is None or self.group in row or self.group in (row.get("kept") or {})
            for month in self.months or [0]:
                self.tally.rejected(month, self._name(row) if known else "")

    def _is_counted(self, row: Cells) -> bool:
        """Says whether a workbook had the reject that begins with a row; notes that of a workbook."""
        if "errors" in row:
            first = row["errors"][0]
            key = row["id"], *str(first["place"]).rpartition(":")[::2], first["code"]
        else:
            key = tuple(row[one] for one in ("household", "file", "line", "code"))
        if self.is_in_workbook:
            self.in_workbooks[key] += 1
            return False
        is_counted = self.in_workbooks[key] > 0
        self.in_workbooks[key] -= is_counted
        return is_counted

    def _close(self) -> None:
        """Count what the last household lacks, and forget the household."""
        if self.lacking is not None:
            _lacks(self.lacking, self.needs, self.unset)
        self.last, self.granted, self.open, self.lacking = ("", 0), set(), set(), None
        self.needs, self.unset = set(), set()


def is_reject(row: Cells) -> bool:
    """Says whether a row or object is of a file of rejects."""
    return "errors" in row or ("code" in row and "file" in row)


def _is_open(status: Any) -> int:
    if status not in ("determined", "undetermined"):
        raise ValueError(status)
    return int(status == "undetermined")


def _names(text: Any) -> set[str]:
    return {name for name in str(text or "").split(";") if name}


def _lacks(group: Group, needs: set[str], unset: set[str]) -> None:
    """Counts an undetermined household that lacks these facts and parameters, as `Group.lacks` does."""
    group.undetermined += 1
    group.unset += not needs
    if len(needs) == 1 and not unset:
        group.count(group.alone, next(iter(needs)))
    elif not needs:
        for name in unset:
            group.count(group.figures, name)


def whole_steps(text: Any, decimals: int) -> int:
    """Reads an amount as whole steps of the currency; a workbook leaves out zeros at the end. Raises ValueError."""
    digits, _, part = str(text).partition(".")
    if len(part) > decimals or not (digits + part).isdigit():
        raise ValueError(text)
    return int(digits + part.ljust(decimals, "0"))


def listed_counts(text: Any) -> Iterator[tuple[str, str]]:
    """Yields the benefits of a cell with the people of each, `?` where they are not known. Raises ValueError."""
    for one in str(text or "").split(";"):
        if one:
            name, colon, count = one.rpartition(":")
            if not colon:
                raise ValueError(text)
            yield name, count


def result_rows(path: str, text: str, labels: LabelReader | None = None) -> Iterator[tuple[int, Cells]]:
    """Yields the rows or objects of a file of results, each with its line, with ids in the place of labels.

    Raises InputErrors where it is none.
    """
    return _objects(path, text) if text.lstrip("\ufeff").startswith("{") else _records(path, text, labels)


def _records(path: str, text: str, labels: LabelReader | None) -> Iterator[tuple[int, Cells]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    headings: list[str] = []
    try:
        headings = next(reader, [])
        table = None if labels is None else labels.table(headings)
        for cells in reader:
            if len(cells) != len(headings):
                raise ValueError(cells)
            row = [*map(unsafe, cells)]
            yield reader.line_num, dict(zip(headings, row, strict=True)) if table is None else table.row(row)
    except (ValueError, csv.Error):
        code = "not-a-result/labels" if _is_labelled(headings) else "not-a-result"
        raise InputErrors([Diagnostic(code, cell_place(path, reader.line_num))]) from None


def _is_labelled(headings: list[str]) -> bool:
    """Says whether headings are the labels of those of results, in either language."""
    for language in ("en", "zh"):
        labels = column_labels(language) - _NOT_BENEFITS
        if headings[:1] == [say("column-household", language)] and len(labels.intersection(headings)) > 1:
            return True
    return False


def _objects(path: str, text: str) -> Iterator[tuple[int, Cells]]:
    for line, one in enumerate(text.lstrip("\ufeff").split("\n"), 1):
        if not one.strip():
            continue
        try:
            value = json.loads(one, parse_float=str)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise InputErrors([Diagnostic("not-a-result", cell_place(path, line))])
        yield line, value
