"""Measures an older Excel workbook (.xls, BIFF8) before it is read: sizes of sheets, errors, merged cells.

The library holds the rectangle of all sheets at once and copies a shared text for each cell, so a small file could
fill the memory. The layout is that of the published [MS-CFB] and [MS-XLS].
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from calc.ledger.xlsx.faulty_cells import Extent, FaultyCells
from calc.ledger.xlsx.merged_cells import Area
from calc.ledger.xlsx.sheet_limits import MOST_CELLS, MOST_MERGED, MOST_TEXT
from calc.ledger.xlsx.units_shown import unit_in
from calc.ledger.xlsx.zip_archive import BadWorkbook, is_encrypted
from calc.record import Record

LARGEST = 64 << 20
"""Bytes of a file; a full sheet of 65,536 rows and 25 columns has half of them."""
MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
_BEGIN, _END, _SHEET, _PASSWORD, _YEAR, _TEXTS, _MORE = 0x809, 0x0A, 0x85, 0x2F, 0x22, 0xFC, 0x3C
_MERGED, _SIZE, _SHARED, _FORMULA, _ERROR, _NUMBERS = 0xE5, 0x200, 0xFD, 0x06, 0x205, 0xBD
_FORMAT, _STYLE, _NUMBER, _SMALL_NUMBER = 0x41E, 0xE0, 0x203, 0x27E
_CELLS = frozenset([_NUMBER, _SMALL_NUMBER, _NUMBERS, _SHARED, 0x204, 0xD6, _FORMULA, _ERROR])
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BIFF8 = 0x600
_LAST_SECTOR = 0xFFFFFFFA


class OldWorkbook(Record):
    """The sheets of a workbook by their names: sizes, merged cells; `from_1904` where days count from 1904."""

    extents: dict[str, Extent]
    areas: dict[str, list[Area]]
    from_1904: bool


def old_workbook(file: BinaryIO) -> OldWorkbook:
    """Measures a workbook. Raises BadWorkbook for one with a password, one that is too large, and for other files."""
    size = file.seek(0, 2)
    if size > LARGEST:
        raise BadWorkbook("large", most=f"{LARGEST >> 20} MB")
    file.seek(0)
    data = file.read()
    try:
        return _measured(_stream(data))
    except (struct.error, IndexError, UnicodeDecodeError):
        raise BadWorkbook("encrypted" if is_encrypted(data) else "damaged") from None


def _stream(data: bytes) -> bytes:
    """Finds the stream of the workbook among those of the compound file."""
    sector, small = 1 << min(data[30], 16), 1 << min(data[32], 16)
    fats, first_entry = struct.unpack_from("<II", data, 44)
    (cutoff, first_small, _, next_fat) = struct.unpack("<IIII", data[56:72])
    listed = list(struct.unpack("<109I", data[76:512]))
    while next_fat < _LAST_SECTOR and len(listed) < fats:
        more = struct.unpack(f"<{sector // 4}I", data[(next_fat + 1) * sector : (next_fat + 2) * sector])
        listed += more[:-1]
        next_fat = more[-1]
    table: list[int] = []
    for one in listed[:fats]:
        table += struct.unpack(f"<{sector // 4}I", data[(one + 1) * sector : (one + 2) * sector])

    def chain(start: int) -> bytes:
        return _chain(data[sector:], table, start, sector)

    folder = chain(first_entry)
    entries = [folder[at : at + 128] for at in range(0, len(folder) - 127, 128)]
    places = {one[: max(0, one[64] - 2)].decode("utf-16-le"): struct.unpack("<II", one[116:124]) for one in entries}
    if "EncryptedPackage" in places:
        raise BadWorkbook("encrypted")
    if "Workbook" not in places:
        raise BadWorkbook("old" if "Book" in places else "")
    start, length = places["Workbook"]
    if length >= cutoff:
        return chain(start)[:length]
    smalls = chain(first_small)
    small_table = list(struct.unpack(f"<{len(smalls) // 4}I", smalls))
    return _chain(chain(struct.unpack("<I", entries[0][116:120])[0]), small_table, start, small)[:length]


def _chain(data: bytes, table: list[int], start: int, sector: int) -> bytes:
    found: list[bytes] = []
    while start < _LAST_SECTOR:
        if len(found) > len(table):
            raise IndexError("a circle")
        found.append(data[start * sector : (start + 1) * sector])
        start = table[start]
    return b"".join(found)


def _records(data: bytes, at: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yields the records of the part that begins at a place, those of parts within it left out."""
    depth = 0
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        body = data[at + 4 : at + 4 + size]
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 0:
            return
        if depth == 1:
            yield kind, body
        at += 4 + size
    raise IndexError("no end")


def _measured(data: bytes) -> OldWorkbook:
    sheets: list[tuple[str, int]] = []
    texts: list[bytes] = []
    formats: dict[int, str] = {}
    styles: list[str] = []
    from_1904, before = False, 0
    for kind, body in _records(data):
        if kind == _BEGIN and struct.unpack_from("<H", body)[0] != _BIFF8:
            raise BadWorkbook("old")
        if kind == _PASSWORD:
            raise BadWorkbook("encrypted")
        if kind == _YEAR:
            from_1904 = body[:1] == b"\1"
        elif kind == _SHEET and body[5] == 0:
            sheets.append((_text(b"%c\0" % body[6] + body[7:]), struct.unpack_from("<I", body)[0]))
        elif kind == _FORMAT:
            formats[struct.unpack_from("<H", body)[0]] = unit_in(_text(body, 2))
        elif kind == _STYLE:
            styles.append(formats.get(struct.unpack_from("<H", body, 2)[0], ""))
        elif kind == _TEXTS or (kind == _MORE and before == _TEXTS):
            texts.append(body)
        before = before if kind == _MORE else kind
    measured = _Sheets(_lengths(texts), {at: unit for at, unit in enumerate(styles) if unit})
    return OldWorkbook({name: measured.extent(data, at, name) for name, at in sheets}, measured.areas, from_1904)


def _text(body: bytes, at: int = 0) -> str:
    """Reads a text that begins with the number of its characters and with their width."""
    size, flags = struct.unpack_from("<HB", body, at)
    width, encoding = (2, "utf-16-le") if flags & 1 else (1, "latin-1")
    return body[at + 3 : at + 3 + size * width].decode(encoding)


def _lengths(pieces: list[bytes]) -> list[int]:
    """Finds the lengths of the shared texts; a text may go on in the next piece, which then begins with its width."""
    found: list[int] = []
    pieces = [pieces[0][8:], *pieces[1:]] if pieces else []
    while pieces and (pieces[0] or pieces[1:]):
        if not pieces[0]:
            pieces.pop(0)
            continue
        count, flags = struct.unpack_from("<HB", pieces[0])
        found.append(count)
        at, rest = 3, 0
        if flags & 8:
            rest += 4 * struct.unpack_from("<H", pieces[0], at)[0]
            at += 2
        if flags & 4:
            rest += struct.unpack_from("<I", pieces[0], at)[0]
            at += 4
        width = 1 + (flags & 1)
        while (here := (len(pieces[0]) - at) // width) < count:
            count -= here
            pieces.pop(0)
            width, at = 1 + (pieces[0][0] & 1), 1
        at += count * width
        while len(pieces[0]) - at < rest:
            rest -= len(pieces[0]) - at
            pieces.pop(0)
            at = 0
        pieces[0] = pieces[0][at + rest :]
    return found


class _Sheets:
    """Measures sheets, and adds up what they take together; `units` are those that styles add to numbers."""

    def __init__(self, lengths: list[int], units: dict[int, str]) -> None:
        self.lengths = lengths
        self.units = units
        self.areas: dict[str, list[Area]] = {}
        self.cells = self.text = 0

    def extent(self, data: bytes, at: int, name: str) -> Extent:
        """Measures a sheet. Raises BadWorkbook where the sheets so far would take too much memory."""
        faults, areas = FaultyCells(), self.areas.setdefault(name, [])
        rows = columns = count = 0
        for kind, body in _records(data, at):
            if kind == _SIZE:
                _, last, _, right = struct.unpack_from("<IIHH", body)
                self._add(last * right, 0)
            elif kind == _MERGED:
                for first, end, left, right in struct.iter_unpack("<4H", body[2 : 2 + 8 * body[0] + 2048 * body[1]]):
                    areas.append(((first, left), (end, right)))
                if len(areas) > MOST_MERGED:
                    raise BadWorkbook("cells", most=MOST_CELLS)
            elif kind in _CELLS:
                row, column = struct.unpack_from("<HH", body)
                last = struct.unpack("<H", body[-2:])[0] if kind == _NUMBERS else column
                rows, columns, count = max(rows, row + 1), max(columns, last + 1), count + last - column + 1
                if kind == _SHARED:
                    self._add(0, self.lengths[struct.unpack_from("<I", body, 6)[0]])
                elif kind == _ERROR and body[7]:
                    faults.add(row + 1, column + 1, _ERRORS.get(body[6], "#?"))
                elif kind == _FORMULA and body[6] == 2 and body[12:14] == b"\xff\xff":
                    faults.add(row + 1, column + 1, _ERRORS.get(body[8], "#?"))
                elif self.units:
                    self._add_units(faults, kind, body)
        self._add(rows * columns, 0)
        return Extent(rows, columns, count, faults)

    def _add_units(self, faults: FaultyCells, kind: int, body: bytes) -> None:
        """Adds the numbers of a record to which their style adds a unit."""
        row, column = struct.unpack_from("<HH", body)
        is_number = kind in (_NUMBER, _SMALL_NUMBER) or (kind == _FORMULA and body[12:14] != b"\xff\xff")
        places = range(4, len(body) - 2, 6) if kind == _NUMBERS else (4,) if is_number else ()
        for at, place in enumerate(places):
            unit = self.units.get(struct.unpack_from("<H", body, place)[0])
            if unit:
                faults.add_unit(row + 1, column + at + 1, unit)

    def _add(self, cells: int, text: int) -> None:
        self.cells += cells
        self.text += text
        if self.cells > 2 * MOST_CELLS or self.text > MOST_TEXT:  # the size that it states, and the one it has
            raise BadWorkbook("cells", most=MOST_CELLS)
