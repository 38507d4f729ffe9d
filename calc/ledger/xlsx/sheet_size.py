"""Measures how much memory a workbook will take, and finds its faulty cells, before a library opens it.

The library keeps a sheet as a full rectangle of cells and copies every text. So two cells in opposite corners,
or a million references to one long text, would take all memory for a file of a few hundred bytes.
The library also returns nothing for a cell that shows `#N/A`, or for a formula that was never computed, as a program
writes it: a fact would be silently left out. It knows nothing of a number format that adds a unit.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from calc.ledger.xlsx.faulty_cells import Extent, FaultyCells
from calc.ledger.xlsx.sheet_limits import (
    LARGEST_OTHER,
    LAST_COLUMN,
    LAST_ROW,
    MOST_CELLS,
    MOST_MERGED,
    MOST_PARSED,
    MOST_TEXT,
    column_number,
    row_and_column,
)
from calc.ledger.xlsx.units_shown import Units, units_by_style
from calc.ledger.xlsx.zip_archive import Archive, BadWorkbook

_TEXTS, _STYLES = "xl/sharedstrings.xml", "xl/styles.xml"
_NO_SHEETS = ("xl/workbook.xml", _STYLES)
_LONGEST_CELL = 4 << 20
_COLUMN = re.compile(rb'<c r="([A-Z]{1,3})\d{1,7}"')
_ROW = re.compile(rb'<c r="[A-Z]{1,3}(\d{1,7})"')
_EMPTY_CELL = re.compile(rb'<c r="[^<>]*/>')
_FORMULA = rb"(<f[^<>]*/>|<f[^<>]*>[^<]*</f>)"
_ERROR = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"[^<>]*\st="e"[^<>]*>' + _FORMULA + rb"?<v>([^<]{1,30})</v>")
_ERROR_CELL = re.compile(rb"\st\s*=\s*['\"]e['\"]")
_NOT_COMPUTED = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"([^<>]*)>' + _FORMULA + rb"(<v>\s*</v>|<v\s*/>)?</c>")
_COMPUTED = re.compile(rb"(?:</f>|<f(?:\s[^<>]*)?/>)(?:<v(?:\s[^<>]*)?>\s*[^<\s]|<is>)")
_FORMULA_CELL = re.compile(rb"<f[\s/>]")
_NUMBER = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"([^<>]*[^<>/])>' + _FORMULA + rb"?<v>")
_STYLE = re.compile(rb'\ss="(\d{1,9})"')
_NOT_A_NUMBER = re.compile(rb'\st="[^n"]')
_AREA = re.compile(rb"\bref=\"([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})\"")
_BEGINNINGS = [*(sign + b"c" + end for sign in (b"<", b":") for end in (b">", b" ", b"/", b"\n", b"\t", b"\r"))]
_BEGINNINGS += [b"<\0c", b":\0c"]  # UTF-16, in either order of bytes
_OTHER_END = re.compile(rb"</c\s")
_PREFIXED_END = re.compile(rb"</[^<>\s]*:c[\s>]")


class UncommonMarkup(Exception):
    """Raised for a sheet written otherwise than common programs do: it needs a parser of XML, which is slower."""


def extents_of(archive: Archive, targets: Collection[str]) -> dict[str, Extent]:
    """Measures all sheets, by the names of their parts.

    `targets` are the last names of the parts that may be sheets, or the table of texts.
    Raises BadWorkbook for a workbook that is damaged or would be too large.
    """
    found: dict[str, Extent] = {}
    longest = 0
    units = _units(archive)
    for name in archive.parts:
        if name == _TEXTS:
            longest = _longest_text(archive.pieces(name))
        elif name.rpartition("/")[2] in targets and name not in _NO_SHEETS:
            found[name] = _extent(archive, name, units)
        else:
            size = sum(len(piece) for piece in archive.pieces(name))
            if size > LARGEST_OTHER and name.endswith((".xml", ".rels")):
                raise BadWorkbook("unpacked", most=f"{LARGEST_OTHER >> 20} MB")
    for name, extent in found.items():
        if longest * extent.cells > MOST_TEXT:
            from calc.ledger.xlsx.sheet_size_xml import exact_extent, text_sizes

            archive.unpacked = 0
            found[name] = exact_extent(archive.pieces(name), text_sizes(archive.pieces(_TEXTS)), units)
            if found[name].text > MOST_TEXT:
                raise BadWorkbook("unpacked", most=f"{MOST_TEXT >> 30} GiB")
    return found


def _units(archive: Archive) -> Units:
    """Reads the units that styles of cells add to their numbers."""
    if _STYLES not in archive.parts:
        return {}
    before = archive.unpacked
    is_large = sum(map(len, archive.pieces(_STYLES))) > LARGEST_OTHER
    archive.unpacked = before
    units = {} if is_large else units_by_style(archive.pieces(_STYLES))
    archive.unpacked = before
    return units


def _extent(archive: Archive, name: str, units: Units) -> Extent:
    before = archive.unpacked
    try:
        extent = _scanned(archive.pieces(name), units)
    except UncommonMarkup:
        extent = None
    if extent is None or _too_large(extent):
        from calc.ledger.xlsx.sheet_size_xml import exact_extent

        archive.unpacked = before
        _require_few(archive.pieces(name))
        archive.unpacked = before
        extent = exact_extent(archive.pieces(name), None, units)
        if _too_large(extent):
            raise BadWorkbook("cells", most=MOST_CELLS)
    return extent


def _require_few(pieces: Iterator[bytes]) -> None:
    """Raises BadWorkbook for more cells, or elements such as rows, than a parser should be kept busy with.

    Empty ones count, and those without a reference.
    """
    cells = elements = 0
    for data in pieces:
        cells += sum(map(data.count, _BEGINNINGS))
        elements += data.count(b"<") - data.count(b"</") - data.count(b"<\0/")
        if cells > MOST_PARSED or elements > 2 * MOST_PARSED:
            raise BadWorkbook("cells", most=MOST_PARSED)


def _too_large(extent: Extent) -> bool:
    inside = extent.last_row <= LAST_ROW and extent.last_column <= LAST_COLUMN
    return not inside or extent.last_row * extent.last_column > MOST_CELLS


def _scanned(pieces: Iterator[bytes], units: Units) -> Extent:
    """Measures a sheet by the usual markup of cells, empty ones included. Raises UncommonMarkup for any other."""
    last_row = last_column = valued = merged = 0
    faults = FaultyCells()
    for data in _whole_cells(pieces):
        columns = _COLUMN.findall(data)
        ends = data.count(b"</c>")
        empty = len(_EMPTY_CELL.findall(data)) if b"/>" in data else 0
        if ends > len(columns) - empty or b"<!" in data:
            raise UncommonMarkup
        if data.count(b"</c") != ends and _OTHER_END.search(data):
            raise UncommonMarkup
        if b":c" in data and _PREFIXED_END.search(data):
            raise UncommonMarkup
        if columns:
            last_row = max(last_row, *map(int, set(_ROW.findall(data))))
            last_column = max(last_column, *map(column_number, set(columns)))
        valued += ends
        merged += data.count(b"<mergeCell")
        if b't="e"' in data or (b"'" in data and b"'e'" in data):
            _add_errors(data, faults)
        if b"f" in data and b"<f" in data:  # a single character is found faster
            _add_not_computed(data, faults)
        if units:
            _add_units(data, units, faults)
    if merged > MOST_MERGED:
        raise BadWorkbook("cells", most=MOST_CELLS)
    return Extent(last_row, last_column, valued, faults)


def _add_errors(data: bytes, faults: FaultyCells) -> None:
    found = _ERROR.findall(data)
    if len(found) != len(_ERROR_CELL.findall(data)):
        raise UncommonMarkup
    for name, _, text in found:
        faults.add(*row_and_column(name.decode()), text.decode("utf-8", "replace").strip())


def _add_units(data: bytes, units: Units, faults: FaultyCells) -> None:
    """Adds the numbers whose style adds a unit."""
    if b"'" in data:
        raise UncommonMarkup
    for name, attributes in (match.groups()[:2] for match in _NUMBER.finditer(data)):
        style = _STYLE.search(attributes)
        unit = units.get(style[1].decode()) if style is not None else None
        if unit and not _NOT_A_NUMBER.search(attributes):
            faults.add_unit(*row_and_column(name.decode()), unit)


def _add_not_computed(data: bytes, faults: FaultyCells) -> None:
    """Adds the formulas without a value; a text that is empty is a value."""
    found = _NOT_COMPUTED.findall(data)
    if len(found) + len(_COMPUTED.findall(data)) != len(_FORMULA_CELL.findall(data)):
        raise UncommonMarkup
    for name, attributes, formula, value in found:
        if value and b't="str"' in attributes:
            continue
        faults.add(*row_and_column(name.decode()), "")
        area = _AREA.search(formula)
        if area is not None:
            faults.add_area(row_and_column(area[1].decode()), row_and_column(area[2].decode()))


def _whole_cells(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Cuts the bytes of a sheet before the beginnings of cells, so that no cell is in two pieces."""
    rest = b""
    for piece in pieces:
        if b"\0" in piece:  # UTF-16
            raise UncommonMarkup
        data = rest + piece
        cut = data.rfind(b"<c ")
        if cut <= 0:
            if len(data) > _LONGEST_CELL:
                raise UncommonMarkup
            rest = data
            continue
        rest = data[cut:]
        yield data[:cut]
    yield rest


def _longest_text(pieces: Iterator[bytes]) -> int:
    """Bounds the bytes of the longest shared text from above, whatever the markup."""
    longest = since = texts = 0
    rest = b""
    for piece in pieces:
        data = rest + piece
        if b"<!" in data:  # `<si>` may be inside a comment
            longest = MOST_TEXT + 1
        parts = data.split(b"<si>")
        texts += data.count(b"<si") + data.count(b":si")
        longest = max(longest, since + len(parts[0]), *map(len, parts))
        since = len(parts[-1]) if len(parts) > 1 else since + len(parts[0])
        rest = data[-3:]
    if texts > 2 * MOST_CELLS:
        raise BadWorkbook("cells", most=MOST_CELLS)
    return longest
