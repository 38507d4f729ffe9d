"""Measures a sheet with a parser of XML: for uncommon markup, and where the quick bound is too large."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator

from calc.ledger.xlsx.faulty_cells import Extent, FaultyCells
from calc.ledger.xlsx.parse_xml import local_name, parse_xml
from calc.ledger.xlsx.sheet_limits import MOST_CELLS, MOST_MERGED, column_number, row_and_column
from calc.ledger.xlsx.units_shown import Units
from calc.ledger.xlsx.zip_archive import BadWorkbook

_REFERENCE = re.compile(r"([A-Z]{1,4})(\d{1,10})", re.IGNORECASE)


class _Sheet:
    """Counts the cells of a sheet. Those without a value are ignored, as the library ignores them."""

    def __init__(self, sizes: array[int] | None, units: Units) -> None:
        self.sizes = sizes
        self.units = units
        self.row = self.column = self.last_row = self.last_column = self.cells = self.text = self.merged = 0
        self.faults = FaultyCells()
        self.kind = self.area = self.unit = ""
        self.has_formula = False
        self.value: str | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = local_name(tag)
        if local == "row":
            self.row = int(attributes["r"]) if attributes.get("r", "").isdecimal() else self.row + 1
            self.column = 0
        elif local == "c":
            match = _REFERENCE.fullmatch(attributes.get("r", ""))
            self.column = column_number(match[1].upper()) if match else self.column + 1
            self.row = int(match[2]) if match else self.row
            self.kind = attributes.get("t", "")
            self.unit = self.units.get(attributes.get("s", ""), "") if self.kind in ("", "n") else ""
            self.has_formula = False
        elif local == "f":
            self.has_formula, self.area = True, attributes.get("ref", "")
        elif local in ("v", "is"):
            self.has_formula = self.has_formula and local == "v"
            self.last_row = max(self.last_row, self.row)
            self.last_column = max(self.last_column, self.column)
            self.cells += 1
            self.value = "" if local == "v" and (self.has_formula or self.kind in ("s", "e")) else None
            if self.unit and local == "v":
                self.faults.add_unit(self.row, self.column, self.unit)
        elif local == "mergeCell":
            self.merged += 1

    def characters(self, text: str) -> None:
        if self.value is not None and len(self.value) < 30:
            self.value += text

    def end(self, tag: str) -> None:
        local = local_name(tag)
        if local == "c" and self.has_formula:
            self.add_not_computed()
        if self.value is None or local != "v":
            return
        if self.value.strip() or self.kind == "str":
            self.has_formula = False
        if self.kind == "e" and self.value.strip():
            self.faults.add(self.row, self.column, self.value.strip())
        elif self.sizes is not None and self.value.strip().isdecimal() and int(self.value) < len(self.sizes):
            self.text += self.sizes[int(self.value)]
        self.value = None

    def add_not_computed(self) -> None:
        self.has_formula = False
        self.faults.add(self.row, self.column, "")
        first, colon, last = self.area.upper().partition(":")
        if colon and _REFERENCE.fullmatch(first) and _REFERENCE.fullmatch(last):
            self.faults.add_area(row_and_column(first), row_and_column(last))


def exact_extent(pieces: Iterator[bytes], sizes: array[int] | None, units: Units) -> Extent:
    """Measures a sheet; given the sizes of the shared texts, also the bytes that its texts take.

    `units` are those that styles of cells add to their numbers.
    Raises BadWorkbook for damaged XML or too many merged ranges.
    """
    sheet = _Sheet(sizes, units)
    parse_xml(pieces, sheet)
    if sheet.merged > MOST_MERGED:
        raise BadWorkbook("cells", most=MOST_CELLS)
    last_row, last_column = max(sheet.last_row, sheet.faults.last_row), max(sheet.last_column, sheet.faults.last_column)
    return Extent(last_row, last_column, sheet.cells, sheet.faults, sheet.text)


class _Texts:
    def __init__(self) -> None:
        self.sizes = array("q")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if local_name(tag) == "si":
            self.sizes.append(0)

    def characters(self, text: str) -> None:
        if self.sizes:
            self.sizes[-1] += len(text.encode("utf-8", "replace"))

    def end(self, tag: str) -> None:
        pass


def text_sizes(pieces: Iterator[bytes]) -> array[int]:
    """Counts the bytes of each shared text, in order."""
    texts = _Texts()
    parse_xml(pieces, texts)
    return texts.sizes
