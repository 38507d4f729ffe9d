"""Fills cells merged over several rows, of which the library gives the value in the first row alone.

Offices merge a household's cells over the rows of its members: its number and its facts are those of each row.
An amount or a name of a member is not: merged over several members it would count once for each, so such cells get a
mark, and the household is rejected. Cells merged across columns stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from calc.ledger.cell_marks import MERGED, marked, without_mark
from calc.ledger.xlsx.faulty_cells import cell_name
from calc.ledger.xlsx.sheet_columns import OF_MEMBER, OTHER, OWN, OWN_AMOUNT, OWN_ID, SheetColumns

Area = tuple[tuple[int, int], tuple[int, int]]
NumberedRow = tuple[int, list[str]]
_MOST_ROWS = 2000
"""Rows that are held together, more than a household may have members."""
_ORDER = {OWN_ID: 0, OTHER: 1, OWN: 1, OWN_AMOUNT: 2, OF_MEMBER: 3}
"""The household's number first: by it is known whether an amount is of one household."""


class MergedCells:
    """The merged cells of a sheet, given by first and last row and column, counted from 0."""

    def __init__(self, areas: Iterable[Area], columns: SheetColumns | None) -> None:
        self.columns = columns
        self.heading_row = 0 if columns is None else columns.row
        self.beginning: dict[int, list[Area]] = {}
        for area in {first: (first, last) for first, last in areas if last[0] > first[0]}.values():
            self.beginning.setdefault(area[0][0] + 1, []).append(area)
        self.lasting: dict[int, tuple[int, str]] = {}

    def filled(self, rows: Iterable[NumberedRow]) -> Iterator[NumberedRow]:
        """Yields the rows with their cells filled; holds those between the first and last row of merged cells."""
        if not self.beginning:
            yield from rows
            return
        held: list[NumberedRow] = []
        last = 0
        for number, texts in rows:
            if self.lasting:
                self._go_on(number, texts)
            beginning = self.beginning.get(number)
            if beginning:
                last = max(last, *(end + 1 for _, (end, _) in beginning))
            if number <= self.heading_row or self.columns is None:
                for area in beginning or ():
                    self._last_from(area, texts)
                yield number, texts
                if number == self.heading_row:
                    last, self.lasting = 0, {}
                continue
            if not held and not beginning:
                yield number, texts
                continue
            held.append((number, texts))
            if number >= last or len(held) >= _MOST_ROWS:
                self._fill(held, self.columns)
                yield from held
                held = []
        if held and self.columns is not None:
            self._fill(held, self.columns)
        yield from held

    def _last_from(self, area: Area, texts: list[str]) -> None:
        """Has a cell of a row hold for the rows below it, as far as its merged cells reach."""
        (_, at), (end, _) = area
        if at < len(texts) and texts[at]:
            self.lasting[at] = end + 1, texts[at]

    def _go_on(self, number: int, texts: list[str]) -> None:
        for at, (end, text) in list(self.lasting.items()):
            if number > end:
                del self.lasting[at]
            elif at < len(texts) and not texts[at]:
                texts[at] = text

    def _fill(self, held: list[NumberedRow], columns: SheetColumns) -> None:
        """Fills or marks the merged cells that begin in some rows. A row that says nothing itself is no member."""
        rows, final = dict(held), held[-1][0]
        saying = {number for number, texts in held if any(map(str.strip, texts))}
        areas = [(area, columns.use(area[0][1])) for number, _ in held for area in self.beginning.get(number, ())]
        spanned = {
            number
            for ((first, _), (end, _)), use in areas
            if use == OF_MEMBER
            for number in range(first + 1, min(end + 1, final) + 1)
        }
        for area, use in sorted(areas, key=lambda one: _ORDER[one[1]]):
            (first, at), (end, right) = area
            text = rows[first + 1][at] if at < len(rows[first + 1]) else ""
            if not text:
                continue
            covered = range(first + 1, min(end + 1, final) + 1)
            said = [number for number in covered if number in saying]
            counts_twice = use == OF_MEMBER and len(said) > 1
            if use == OWN_AMOUNT:
                counts_twice = len({self._household(rows[number], columns) for number in said} - {""}) > 1
            if counts_twice:
                cells = f"{cell_name(first + 1, at + 1)}:{cell_name(end + 1, right + 1)}"
                text = marked(MERGED, cells, without_mark(text))
            for number in covered:
                is_marked = counts_twice and number in saying
                is_open = use != OF_MEMBER and not rows[number][at]
                if is_marked or (is_open and (number in saying or number not in spanned)):
                    rows[number][at] = text
            if end + 1 > final and (use != OF_MEMBER or counts_twice):
                self.lasting[at] = end + 1, text

    @staticmethod
    def _household(texts: list[str], columns: SheetColumns) -> str:
        return "".join(texts[at] for at, use in columns.uses.items() if use == OWN_ID and at < len(texts))
