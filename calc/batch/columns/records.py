"""A CSV file as DuckDB can read it: plain lines as they are, and the rows of all that is not plain read beforehand.

DuckDB and the row path must not differ over where a record ends. So the blocks of a file are looked at first: one
without quotation marks, odd line ends or damaged text, in which every line has as many cells as there are headings,
is plain. The records of any other are read by the row path's own reader, and empty lines stand in their place.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from typing import BinaryIO

from calc.intake.ledger.blocks import Block
from calc.intake.ledger.rows import Part, Row
from calc.record import Record, replace

LONGEST_BLOCK = 1 << 20
"""Bytes of a block above which it has a line that is too long to be plain."""


class Prepared(Record):
    """A file to be read by DuckDB from `skip` lines on; `strange` are the records of its other blocks, by line."""

    path: str
    skip: int
    strange: dict[int, Row]


def prepared(part: Part, folder: str) -> Prepared:
    """Look at every block of a file, and note the line on which each begins."""
    file, width = part.file, part.columns.width
    delimiter = file.delimiter.encode()
    strange: dict[int, Row] = {}
    line, as_it_is = part.first_line, part.first_line == 2
    fillings: list[int] = []
    with open(file.path, "rb") as source:
        for place in range(len(part.blocks)):
            part.blocks[place] = block = replace(part.blocks[place], line=line)
            data = _bytes(source, block)
            plain = _plain(data, file.encoding, delimiter, width - 1)
            lines = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")  # as the survey counts them
            if plain is None:
                strange.update(part.rows(place))
            as_it_is = as_it_is and plain is not None and (plain is data or plain == data + b"\n")
            fillings.append(-1 if plain is not None else lines)
            line += lines
        if as_it_is:
            return Prepared(file.path, 1, strange)
        path = os.path.join(folder, f"records-{part.at}.csv")
        empty = delimiter * (width - 1) + b"\n"
        with open(path, "wb") as copy:
            for block, lines in zip(part.blocks, fillings, strict=True):
                plain = _plain(_bytes(source, block), file.encoding, delimiter, width - 1) if lines < 0 else None
                copy.write(empty * lines if plain is None else plain)
    return Prepared(path, 0, strange)


def _bytes(source: BinaryIO, block: Block) -> bytes:
    source.seek(block.start)
    return source.read(block.end - block.start)


def _plain(data: bytes, encoding: str, delimiter: bytes, marks: int) -> bytes | None:
    """A block as UTF-8 with plain line ends, the last one too; None where it is not plain."""
    if b'"' in data or b"\0" in data or len(data) > LONGEST_BLOCK:
        return None
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    if encoding != "utf-8":
        data = text.encode()
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
        if b"\r" in data:
            return None
    if not data.endswith(b"\n"):
        data += b"\n"
    found = {one.count(delimiter) for one in data.split(b"\n")[:-1]}
    if found != {marks} or (not marks and b"\n\n" in b"\n" + data):
        return None
    return data


class Reader:
    """Gives back the rows of lines from the blocks of a file, of which it holds a few."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.starts = [block.line for block in part.blocks]
        self.held: dict[int, dict[int, Row]] = {}

    def row(self, line: int) -> Row | None:
        """The row that begins on a line; None where it says nothing."""
        place = bisect_right(self.starts, line) - 1
        held = self.held.get(place)
        if held is None:
            if len(self.held) > 3:
                del self.held[next(iter(self.held))]
            held = self.held[place] = dict(self.part.rows(place))
        return held.get(line)

