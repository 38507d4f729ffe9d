"""Copies sheets of a workbook to CSV files whose lines have the numbers of Excel's rows, and chooses the sheets.

Offices have a sheet for each township or month. Sheets with the same columns are one ledger; if the columns differ,
nobody but the user knows which sheet is wanted.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from calc.ledger.header import Naming
from calc.ledger.xlsx.read_sheet import Sheet, SheetReader
from calc.ledger.xlsx.sheet_columns import holds_people, sheet_columns
from calc.record import Record

ALL = "all"
"""Means all sheets of a ledger, where no sheet has that name."""
NO_HOUSEHOLDS, HIDDEN = "sheet-no-households", "sheet-hidden"
"""Reasons for leaving a sheet out: keys of `calc.report.ui_text`."""


class SheetsRead(Record):
    """The sheets of a workbook that are read, in order, and those left out, each with the reason.

    `paths` are the copies. `is_named` says whether messages need the name of the sheet. Of those read, `of_households`
    have a row a household, with facts of it alone, beside sheets of members.
    """

    workbook: str
    read: tuple[str, ...]
    paths: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    is_named: bool
    of_households: frozenset[str] = frozenset()

    def shown(self, name: str) -> str:
        """Writes the name of a sheet for messages, in the place of a file's."""
        plain = "".join(one if one.isprintable() else "\ufffd" for one in name)
        return f"{self.workbook}[{plain}]" if self.is_named else self.workbook


def all_as_csv(path: str, shown: str, copied: str) -> Iterator[tuple[str, str]]:
    """Copies each visible sheet to a CSV file whose name begins with `copied`; yields its name for messages and that.

    Raises InputErrors, with the name `shown`, for a file that is no workbook or has nothing to see.
    """
    with open(path, "rb") as file:
        reader = SheetReader(shown, file)
        names = reader.names().visible
        if not names:
            raise reader.error("empty")
        for at, name in enumerate(names):
            _write(reader.sheet(name, None), f"{copied}-{at}")
            read = SheetsRead(shown, names, (), (), len(names) > 1)
            yield read.shown(name), f"{copied}-{at}"


def copy_sheets(
    path: str, shown: str, copied: str, wanted: str | None, naming: Naming | None, divides: bool = False
) -> SheetsRead:
    """Copies the sheets of a ledger to CSV files whose names begin with `copied`.

    Without a name these are all with a column of households, which have to have the same known columns; the first
    sheet, if none has. With `divides` a sheet of households beside those of members is noted as such.
    Raises InputErrors, with the name `shown`, for a file that is no workbook, or has no such sheet.
    """
    with open(path, "rb") as file:
        return _Copies(SheetReader(shown, file), copied, naming, divides).made(wanted)


class _Copies:
    """Copies sheets one by one, as each may take much memory."""

    def __init__(self, reader: SheetReader, copied: str, naming: Naming | None, divides: bool) -> None:
        self.divides = divides
        self.of_households: frozenset[str] = frozenset()
        self.reader = reader
        self.copied = copied
        self.naming = naming
        self.paths: dict[str, str] = {}

    def made(self, wanted: str | None) -> SheetsRead:
        names = self.reader.names()
        wants_all = wanted is not None and wanted.strip() == ALL and wanted not in self.reader.all_names
        left_out: list[tuple[str, str]] = []
        if wanted is not None and not wants_all:
            self.copy(self.sheet(self.reader.named(wanted)))
        else:
            left_out = self.ledgers(names.visible, wants_all)
            left_out += [(name, HIDDEN) for name in names.hidden]
        if not self.paths:
            if not names.visible:
                both = ", ".join(names.hidden), "、".join(names.hidden)
                raise self.reader.error("hidden", sheets=both) if names.hidden else self.reader.error("empty")
            self.copy(self.sheet(names.visible[0]))
            left_out = [one for one in left_out if one[0] != names.visible[0]]
        read = tuple(self.paths)
        is_named = len(read) > 1 or read[0] not in names.visible[:1]
        return SheetsRead(
            self.reader.path, read, tuple(self.paths.values()), tuple(left_out), is_named, self.of_households
        )

    def sheet(self, name: str) -> Sheet:
        naming = self.naming
        return self.reader.sheet(name, None if naming is None else lambda head: sheet_columns(head, naming))

    def ledgers(self, names: tuple[str, ...], wants_all: bool) -> list[tuple[str, str]]:
        """Copies the sheets of a ledger; returns the others.

        Raises InputErrors where their columns differ, or people would be lost.
        """
        left_out: list[tuple[str, str]] = []
        differing: list[str] = []
        lost: list[str] = []
        known: frozenset[str] | None = None
        if self.divides:
            self.of_households = self._of_households(names)
        for name in names:
            sheet = self.sheet(name)
            columns = sheet.columns
            if columns is None or not columns.is_ledger:
                left_out.append((name, NO_HOUSEHOLDS))
                if self.naming is not None and holds_people(columns, sheet.rows, self.naming):
                    lost.append(name)
                continue
            if name in self.of_households:
                self.copy(sheet)
                continue
            known = columns.known if known is None else known
            if wants_all or columns.known == known:
                self.copy(sheet)
            else:
                differing.append(name)
        if differing:
            ledgers = [name for name in names if name in self.paths or name in differing]
            raise self.reader.error("differ", sheets=(", ".join(ledgers), "、".join(ledgers)))
        if lost and self.paths:
            raise self.reader.error("people", sheets=(", ".join(lost), "、".join(lost)))
        return left_out

    def _of_households(self, names: tuple[str, ...]) -> frozenset[str]:
        """Finds the sheets without facts of members, where other sheets have them."""
        columns = {name: self.sheet(name).columns for name in names} if len(names) > 1 else {}
        ledgers = {name: one for name, one in columns.items() if one is not None and one.is_ledger}
        without = frozenset(name for name, one in ledgers.items() if not one.has_member_facts)
        return without if len(without) < len(ledgers) else frozenset()

    def copy(self, sheet: Sheet) -> None:
        self.paths[sheet.name] = f"{self.copied}-{len(self.paths)}"
        _write(sheet, self.paths[sheet.name])


def _write(sheet: Sheet, copied: str) -> None:
    with open(copied, "w", encoding="utf-8", errors="replace", newline="") as copy:
        write = csv.writer(copy, lineterminator="\n").writerow
        for _, cells in sheet.rows:
            write(cells)
