"""Holds the cells of a sheet that show an error or were never computed, or show a unit that their number has not.

Each takes eight bytes; they are given by rows.
"""

from __future__ import annotations

from array import array
from collections.abc import Container, Iterator

from calc.ledger.cell_marks import ERROR, NOT_COMPUTED, UNIT, marked
from calc.ledger.xlsx.sheet_limits import LAST_COLUMN, LAST_ROW, MOST_CELLS, MOST_MERGED
from calc.ledger.xlsx.zip_archive import BadWorkbook
from calc.record import Record

KNOWN_ERRORS = frozenset(["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"])
"""Errors the library reads; for any other it gives up the whole sheet."""
_MOST_TEXTS = 255
_OTHER_ERROR = "#?"
_ADDS = "+"
"""Begins the text of a cell whose number format adds a unit; errors begin otherwise."""


class Extent(Record):
    """The size of a sheet: last row and column, counted from 1, and the number of cells with a value.

    `text` is the number of bytes its shared texts take, or 0 where they were not counted.
    """

    last_row: int
    last_column: int
    cells: int
    faults: FaultyCells
    text: int = 0


class FaultyCells:
    """Cells by row and column, counted from 1.

    `texts` are the errors they show, "" for a formula without a value, `+` and a unit that is not in the number.
    """

    def __init__(self) -> None:
        self.texts = [""]
        self.last_row = self.last_column = 0
        self.areas: list[tuple[int, int, int, int]] = []
        self._cells = array("Q")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FaultyCells) and list(self.all()) == list(other.all()) and self.areas == other.areas

    def __bool__(self) -> bool:
        return bool(self._cells)

    def add(self, row: int, column: int, text: str) -> None:
        """Adds a cell; `text` is the error it shows. Raises BadWorkbook for one outside the limits of spreadsheets."""
        if not 0 < row <= LAST_ROW or not 0 < column <= LAST_COLUMN:
            raise BadWorkbook("cells", most=MOST_CELLS)
        if text not in self.texts:
            text = text if len(self.texts) < _MOST_TEXTS else _OTHER_ERROR
            self.texts += [] if text in self.texts else [text]
        self._cells.append(row << 24 | column << 8 | self.texts.index(text))
        self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)

    def add_unit(self, row: int, column: int, unit: str) -> None:
        """Adds a cell whose number format adds a unit. Raises BadWorkbook as `add` does."""
        self.add(row, column, _ADDS + unit)

    def newer_errors(self) -> list[str]:
        """Lists the errors that the library does not know."""
        return [text for text in self.texts if text and not text.startswith(_ADDS) and text not in KNOWN_ERRORS]

    def add_area(self, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Adds the cells of an array formula, first and last by row and column: those that are empty are not computed.

        Raises BadWorkbook for too many such formulas.
        """
        if len(self.areas) >= MOST_MERGED:
            raise BadWorkbook("cells", most=MOST_CELLS)
        if last != first:
            self.areas.append((first[0], last[0], first[1], last[1]))

    def all(self) -> Iterator[tuple[int, int, str]]:
        """Yields row, column and text of each cell, in the order of rows."""
        cells = self._cells
        if any(cells[at] > cells[at + 1] for at in range(len(cells) - 1)):
            cells = array("Q", sorted(cells))
        for one in cells:
            yield one >> 24, one >> 8 & 0xFFFF, self.texts[one & 0xFF]


class FaultsByRow:
    """Gives the faults of rows asked for in rising order, as marks or as the errors that a sheet shows."""

    def __init__(self, faults: FaultyCells) -> None:
        self.last_row = faults.last_row
        self._cells = faults.all()
        self._next = next(self._cells, None)
        self._areas = sorted(faults.areas, reverse=True)
        self._open: list[tuple[int, int, int, int]] = []

    def put(self, number: int, texts: list[str], marked_at: Container[int]) -> None:
        """Puts the faults of a row into its texts, as marks in the columns whose cells are read, counted from 0.

        Elsewhere a formula without a value is not available, as spreadsheets say; alone it makes no row.
        """
        while self._next is not None and self._next[0] <= number:
            row, column, text = self._next
            if row == number and column <= len(texts):
                if column - 1 in marked_at:
                    texts[column - 1] = _mark(row, column, text)
                elif not text.startswith(_ADDS):
                    texts[column - 1] = text or ("#N/A" if any(map(str.strip, texts)) else "")
            self._next = next(self._cells, None)
        while self._areas and self._areas[-1][0] <= number:
            self._open.append(self._areas.pop())
        if self._open:
            self._open = [one for one in self._open if one[1] >= number]
        for _, _, first, last in self._open:
            for column in range(first, min(last, len(texts)) + 1):
                if column - 1 in marked_at:
                    texts[column - 1] = texts[column - 1] or _mark(number, column, "")


def _mark(row: int, column: int, text: str) -> str:
    if text.startswith(_ADDS):
        return marked(UNIT, cell_name(row, column), text[len(_ADDS) :])
    return marked(ERROR if text else NOT_COMPUTED, cell_name(row, column), text)


def cell_name(row: int, column: int) -> str:
    """Names a cell as spreadsheets do, row and column counted from 1: `AA7`."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
