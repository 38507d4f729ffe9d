"""A file → blocks of whole records, small enough to hold and independent enough to be read by different processes.

A block ends at a line end outside quotation marks. That is found by counting quotation marks, which is many times
faster than reading the cells; where the count never comes out even (a mark that is opened and not closed), the block
is cut all the same, and what reads it deals with the broken record. Behind such a mark a block may also end within
a cell of several lines; its household is then rejected, never its neighbours.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from calc.ledger.open_files import CSV, LedgerFile
from calc.record import Record

BLOCK = 1 << 18
_FARTHEST = 1 << 22
"""Bytes after which an open quotation mark is no longer followed."""
_LONGEST_OBJECT = 1 << 26
"""Bytes of a line of JSON Lines that is read as one."""
LONGEST_CELL = 1 << 24
"""Characters of a cell that are read, more than a block holds: so every cell that is too long gets its message."""
csv.field_size_limit(LONGEST_CELL)
Cells = list[str]
Line = tuple[int, Cells]
"""A record and the line it begins on."""


class Block(Record):
    """Bytes `start` to `end` of a file; the first of its lines is `line`."""

    file: LedgerFile
    start: int
    end: int
    line: int = 0


def cut(file: LedgerFile, begin: int, size: int = BLOCK) -> list[Block]:
    """The blocks of a file from an offset on. Their line numbers are not known before they were read once."""
    return [*blocks_of(file, begin, size)]


def blocks_of(file: LedgerFile, begin: int, size: int = BLOCK) -> Iterator[Block]:
    """Yields the blocks of a file one by one: whoever wants the first reads no more."""
    quoted = file.format == CSV
    with open(file.path, "rb") as source:
        source.seek(begin)
        start = begin
        while data := source.read(size):
            if not data.endswith(b"\n"):
                data += source.readline(_FARTHEST if quoted else _LONGEST_OBJECT)
            if file.line_at is not None:
                data += _rest_of_line(source, data, file.delimiter.encode(), file.line_at)
            marks = data.count(b'"') if quoted else 0
            length = len(data)
            while marks % 2 and length - size < _FARTHEST and (more := source.readline(_FARTHEST)):
                marks += more.count(b'"')
                length += len(more)
            yield Block(file, start, start + length)
            start += length


def _rest_of_line(source: BinaryIO, data: bytes, delimiter: bytes, line_at: int) -> bytes:
    """The records that follow and are of the same line as the last one of the data: they stay in one block."""
    line = data[data.rfind(b"\n", 0, -1) + 1 :].split(delimiter, line_at + 1)[line_at]
    found = []
    while more := source.readline():
        if more.split(delimiter, line_at + 1)[line_at] != line:
            source.seek(-len(more), io.SEEK_CUR)
            break
        found.append(more)
    return b"".join(found)


def text_of(block: Block) -> str:
    """The text of a block. Bytes that are no text become characters that the careful reader refuses by cell."""
    with open(block.file.path, "rb") as source:
        source.seek(block.start)
        data = source.read(block.end - block.start)
    encoding = block.file.encoding
    try:
        text = data.decode(encoding, "surrogateescape" if encoding == "utf-8" else "strict")
    except UnicodeDecodeError:  # a damaged character of GB18030 would take the end of its line with it
        lines = data.splitlines(keepends=True)
        bare = [line.rstrip(b"\r\n") for line in lines]
        text = "".join(
            one.decode(encoding, "replace") + line[len(one) :].decode() for one, line in zip(bare, lines, strict=True)
        )
    return text.replace("\0", "\ufffd") if "\0" in text else text


def records(text: str, delimiter: str, line: int = 1, width: int | None = None) -> Iterator[Line]:
    """The records of a CSV text with the line each begins on.

    A record of several lines that has not `width` cells, or whose quotation marks are not closed, is given line by
    line instead: one broken record must not swallow its neighbours.
    """
    if '"' in text:
        return _quoted(text, delimiter, line, width)
    # a record is a line
    plain = text.replace("\r\n", "\n") if "\r" in text else text
    if "\r" in plain:
        return enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=csv.QUOTE_NONE), line)
    lines = plain.split("\n")
    if not lines[-1]:
        lines.pop()  # behind the last line end
    return enumerate(map(lambda one: one.split(delimiter) if one else [], lines), line)  # half of what csv takes


def _quoted(text: str, delimiter: str, line: int, width: int | None) -> Iterator[Line]:
    lines = io.StringIO(text, newline="").readlines()
    at = 0
    while at < len(lines):
        reader = csv.reader(map(lines.__getitem__, range(at, len(lines))), delimiter=delimiter)  # copies no line
        base, before = at, 0
        for cells in _read(reader):
            taken = reader.line_num - before
            of_several = taken > 1 and not _is_whole(lines[at : at + taken], delimiter, cells, width)
            if of_several or (taken == 1 and at + 1 == len(lines) and _is_open(lines[at], delimiter)):
                yield line + at, _alone(lines[at], delimiter)
                at += 1
                break
            yield line + at, cells
            before = reader.line_num
            at = base + before
        else:
            if at < len(lines):  # the reader gave up on a cell without an end
                yield line + at, _alone(lines[at], delimiter)
                at += 1


def _read(reader: Iterator[Cells]) -> Iterator[Cells]:
    try:
        yield from reader
    except csv.Error:
        return


def _is_whole(lines: list[str], delimiter: str, cells: Cells, width: int | None) -> bool:
    if width is not None and len(cells) != width:
        return False
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _is_open(line: str, delimiter: str) -> bool:
    """Says whether a quotation mark of the line is not closed in it."""
    return sum(1 for _ in csv.reader([line.rstrip("\r\n") + "\n", "x"], delimiter=delimiter)) == 1


def _alone(line: str, delimiter: str) -> Cells:
    """The cells of a broken line; its quotation marks stand for themselves."""
    return line.rstrip("\r\n").split(delimiter)
