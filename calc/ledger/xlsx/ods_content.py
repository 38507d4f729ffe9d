"""Measures the sheets of an OpenDocument spreadsheet, and finds faulty and merged cells, before a library opens it.

The library gives an error as an empty cell or as zero, knows nothing of merged cells, and holds all sheets in memory,
with every cell that a few bytes repeat a million times.
"""

from __future__ import annotations

import re

from calc.ledger.xlsx.faulty_cells import Extent, FaultyCells
from calc.ledger.xlsx.merged_cells import Area
from calc.ledger.xlsx.parse_xml import local_name, parse_xml
from calc.ledger.xlsx.sheet_limits import LARGEST_OTHER, LAST_COLUMN, LAST_ROW, MOST_CELLS, MOST_MERGED, MOST_TEXT
from calc.ledger.xlsx.units_shown import unit_beside
from calc.ledger.xlsx.zip_archive import Archive, BadWorkbook

CONTENT = "content.xml"
_MANIFEST = "meta-inf/manifest.xml"
_ERROR = re.compile(r"#[A-Z/0?!_]{2,20}|Err:\d{3}")
_SHOWN = 30
Attributes = dict[str, str]


class OdsTables:
    """The sheets of a spreadsheet by name: their extents, and their merged cells, counted from 0."""

    def __init__(self) -> None:
        self.extents: dict[str, Extent] = {}
        self.areas: dict[str, list[Area]] = {}
        self.from_1904 = False
        self._depth = 0
        self._room, self._text_room = MOST_CELLS, MOST_TEXT
        self._begin("")

    def _begin(self, name: str) -> None:
        self.name = name
        self.row = self.column = self.last_row = self.last_column = self.cells = 0
        self.rows = self.columns = 1
        self.faults = FaultyCells()
        self.merged: list[Area] = []
        self.formula = self.in_cell = False
        self.types: set[str] = set()
        self.value = ""
        self.text = ""
        self.text_size = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        local = local_name(tag)
        if local == "table":
            self._depth += 1
            if self._depth == 1:
                self._begin(_given(attributes, "name"))
        elif local == "null-date":
            self.from_1904 = _given(attributes, "date-value").startswith("1904")
        elif self._depth != 1:
            return
        elif local == "table-row":
            self.column, self.rows = 0, _repeated(attributes, "number-rows-repeated")
        elif local in ("table-cell", "covered-table-cell"):
            self.columns = _repeated(attributes, "number-columns-repeated")
            self.types = {value for key, value in attributes.items() if local_name(key) == "value-type"} - {"void"}
            self.value = _given(attributes, "value")
            self.formula, self.in_cell = bool(_given(attributes, "formula")), True
            self.text, self.text_size = "", 0
            span = _repeated(attributes, "number-rows-spanned"), _repeated(attributes, "number-columns-spanned")
            if span[0] > 1:
                first = self.row, self.column
                self.merged.append((first, (self.row + span[0] - 1, self.column + span[1] - 1)))

    def characters(self, text: str) -> None:
        if self.in_cell:
            self.text_size += len(text)
            self.text = (self.text + text)[:_SHOWN]

    def end(self, tag: str) -> None:
        local = local_name(tag)
        if local == "table":
            self._depth -= 1
            if not self._depth:
                self._finish()
        elif self._depth != 1:
            return
        elif local == "table-row":
            self.row += self.rows
        elif local in ("table-cell", "covered-table-cell"):
            self._cell()
            self.column += self.columns
            self.in_cell = False

    def _cell(self) -> None:
        """Counts a cell as often as it is repeated."""
        is_error = "error" in self.types or (self.formula and _ERROR.fullmatch(self.text) is not None)
        if not self.types and not self.formula:
            return
        last_row, last_column = self.row + self.rows, self.column + self.columns
        if last_row > LAST_ROW or last_column > LAST_COLUMN or len(self.merged) > MOST_MERGED:
            raise BadWorkbook("cells", most=MOST_CELLS)
        self.last_row, self.last_column = last_row, max(self.last_column, last_column)
        if self.last_row * self.last_column > self._room:
            raise BadWorkbook("cells", most=MOST_CELLS)
        self.cells += self.rows * self.columns
        self._text_room -= self.text_size * self.rows * self.columns
        if self._text_room < 0:
            raise BadWorkbook("unpacked", most=f"{MOST_TEXT >> 30} GiB")
        unit = unit_beside(self.text, self.value) if self.value else ""
        if is_error or unit or not self.types:
            for row in range(self.row + 1, last_row + 1):
                for column in range(self.column + 1, last_column + 1):
                    if unit and not is_error:
                        self.faults.add_unit(row, column, unit)
                    else:
                        self.faults.add(row, column, (self.text or "#?") if is_error else "")

    def _finish(self) -> None:
        self._room -= self.last_row * self.last_column
        self.extents[self.name] = Extent(self.last_row, self.last_column, self.cells, self.faults)
        self.areas[self.name] = self.merged


def ods_tables(archive: Archive) -> OdsTables:
    """Reads `content.xml`. Raises BadWorkbook for a spreadsheet that is damaged, encrypted or would be too large."""
    for name in archive.parts:
        if name != CONTENT and name.endswith((".xml", ".rdf")):
            sizes = [len(piece) for piece in archive.pieces(name)]
            if sum(sizes) > LARGEST_OTHER:
                raise BadWorkbook("unpacked", most=f"{LARGEST_OTHER >> 20} MB")
    if b"encryption-data" in (archive.whole(_MANIFEST, LARGEST_OTHER) or b""):
        raise BadWorkbook("encrypted")
    tables = OdsTables()
    parse_xml(archive.pieces(CONTENT), tables)
    return tables


def _given(attributes: Attributes, name: str) -> str:
    return next((value for key, value in attributes.items() if local_name(key) == name), "")


def _repeated(attributes: Attributes, name: str) -> int:
    found = _given(attributes, name)
    return max(1, int(found)) if found and found.isdecimal() and len(found) < 9 else 1
