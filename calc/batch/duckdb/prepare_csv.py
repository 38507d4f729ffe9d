"""A CSV file as DuckDB can read it: plain lines with their numbers, and all other rows read beforehand.

DuckDB and the row path must not differ over where a record ends. So every block of a file is looked at first: a line
without quotation marks and with as many cells as there are headings is plain. A line that is a record by itself but
not plain is read here; a block in which some line is not a record by itself, or which is damaged, is read by the row
path's own reader. The plain lines are copied with their numbers before them, so that DuckDB may read them in any order.
"""

from __future__ import annotations

import csv
import os
from bisect import bisect_right
from typing import BinaryIO

from calc.ledger.csv_blocks import Block, text_of
from calc.ledger.household_runs import LedgerFileReader, Row, is_empty
from calc.record import Record, replace

LONGEST_BLOCK = 1 << 20
"""Bytes of a block above which it has a line that is too long to be plain."""


class Prepared(Record):
    """A copy of the plain lines of a file; `unparsed` are records that were read here, by line."""

    path: str
    unparsed: dict[int, Row]


def prepared(part: LedgerFileReader, folder: str) -> Prepared:
    """Look at every block of a file, note the line on which each begins, and copy its plain lines."""
    unparsed: dict[int, Row] = {}
    line = part.first_line
    path = os.path.join(folder, f"records-{part.at}.csv")
    with open(part.file.path, "rb") as source, open(path, "wb") as copy:
        for place in range(len(part.blocks)):
            part.blocks[place] = block = replace(part.blocks[place], line=line)
            data = _bytes(source, block)
            plain, found = _plain(data, part, place)
            copy.write(plain)
            unparsed.update(found)
            line += _lines(data)
    return Prepared(path, unparsed)


def _bytes(source: BinaryIO, block: Block) -> bytes:
    source.seek(block.start)
    return source.read(block.end - block.start)


Found = tuple[bytes, dict[int, Row]]


def _lines(data: bytes) -> int:
    """The lines that end in a block, as the survey counts them."""
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")


def _plain(data: bytes, part: LedgerFileReader, place: int) -> Found:
    """The plain lines of a block as UTF-8, each behind its number in the file; and the records of the others."""
    encoding, first = part.file.encoding, part.blocks[place].line
    delimiter, marks = part.file.delimiter, part.columns.width - 1
    try:
        text = data.decode(encoding) if len(data) <= LONGEST_BLOCK and b"\0" not in data else None
    except UnicodeDecodeError:
        text = None
    if text is None:
        return b"", dict(part.rows(place))
    data = text.encode() if encoding != "utf-8" else data
    data = data.replace(b"\r\n", b"\n") if b"\r" in data else data
    if b"\r" in data:
        return b"", dict(part.rows(place))
    mark, unparsed = delimiter.encode(), {}
    lines = [*enumerate(data.removesuffix(b"\n").split(b"\n"), first - part.first_line)]
    if b'"' in data or {one.count(mark) for _, one in lines} != {marks}:
        plain = []
        for at, one in lines:
            if one.count(mark) == marks and b'"' not in one:
                plain.append((at, one))
                continue
            cells = _alone(one.decode(), delimiter)
            if cells is None:
                return b"", dict(part.rows(place))
            if not is_empty(cells):
                unparsed[at + part.first_line] = cells
        lines = plain
    numbered = b"%d" + mark.replace(b"%", b"%%") + b"%b\n"
    return b"".join(map(numbered.__mod__, lines)), unparsed


def _alone(line: str, delimiter: str) -> list[str] | None:
    """The cells of a line that is a record by itself; None where its quotation marks are not all in order."""
    if '"' not in line:
        return line.split(delimiter) if line else []
    try:
        (cells,) = csv.reader([line], delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        return None
    return cells


class RecordReader:
    """Gives back the rows of single lines, from the blocks of a file, of which it holds a few."""

    def __init__(self, part: LedgerFileReader) -> None:
        self.part = part
        self.starts = [block.line for block in part.blocks]
        self.held: dict[int, list[str]] = {}

    def row(self, line: int) -> Row | None:
        """The row on a line, which has to be a plain one; None where it says nothing."""
        place = bisect_right(self.starts, line) - 1
        held = self.held.get(place)
        if held is None:
            if len(self.held) > 3:
                del self.held[next(iter(self.held))]
            held = self.held[place] = text_of(self.part.blocks[place]).split("\n")
        text = held[line - self.starts[place]]
        cells = text.removesuffix("\r").split(self.part.file.delimiter)
        return None if is_empty(cells) else cells
