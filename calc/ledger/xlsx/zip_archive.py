"""Reads the parts of an XLSX file, a zip archive: limits what is inflated, tests checksums, trusts no header.

A workbook comes from anybody: without these limits a damaged one ends in a traceback, or takes all memory.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from calc.record import Record

LARGEST_FILE = 256 << 20
"""Bytes of the file on the disk."""
LARGEST_UNPACKED = 1 << 30
"""Bytes of all parts together, counted while they are inflated."""
LARGEST_DIRECTORY = 4 << 20
"""Bytes of the list of parts: room for tens of thousands, where a workbook has some dozens."""

_PIECE = 1 << 18
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_BEGINS, _PASSWORD = b"\x09\x08", b"\x2f\x00"
_SECTOR = 512
_STORED, _DEFLATED = 0, 8
_FLAG_ENCRYPTED = 1


class BadWorkbook(Exception):
    """Raised for a file that cannot be read as a workbook; has the code `not-xlsx/…` and the values of its message."""

    def __init__(self, variant: str, **values: Any) -> None:
        super().__init__(variant)
        self.code = f"not-xlsx/{variant}" if variant else "not-xlsx"
        self.values = values


class ZipEntry(Record):
    """One part of the archive: name, offset in the file, size, compression and checksum."""

    name: str
    offset: int
    packed: int
    method: int
    checksum: int


class Archive:
    """The parts of a workbook, by their names in lower case (Excel ignores case too)."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.unpacked = 0
        self.parts = _parts_of(file)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Inflates a part piece by piece. Raises BadWorkbook when the limit is reached or the part is damaged."""
        part = self.parts[name]
        if part.method not in (_STORED, _DEFLATED):
            raise BadWorkbook("damaged")
        self.file.seek(part.offset)
        header = self.file.read(30)
        if len(header) < 30 or header[:4] != b"PK\3\4":
            raise BadWorkbook("damaged")
        self.file.seek(sum(struct.unpack("<HH", header[26:30])), 1)
        checksum = 0
        for piece in _stored(self.file, part.packed) if part.method == _STORED else _inflated(self.file, part.packed):
            self.unpacked += len(piece)
            if self.unpacked > LARGEST_UNPACKED:
                raise BadWorkbook("unpacked", most=f"{LARGEST_UNPACKED >> 30} GiB")
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if checksum != part.checksum:
            raise BadWorkbook("damaged")

    def whole(self, name: str, largest: int) -> bytes | None:
        """Reads a small part whole; None where it is missing or larger than `largest` bytes."""
        if name not in self.parts:
            return None
        found = bytearray()
        for piece in self.pieces(name):
            found += piece
            if len(found) > largest:
                return None
        return bytes(found)


def _parts_of(file: BinaryIO) -> dict[str, ZipEntry]:
    import zipfile

    size = file.seek(0, 2)
    _check_kind_and_size(file, size)
    try:
        listed = zipfile.ZipFile(file).infolist()
    except Exception:  # zipfile lets through whatever a damaged directory makes Python raise
        raise BadWorkbook("damaged") from None
    parts: dict[str, ZipEntry] = {}
    for one in listed:
        name = one.filename.lower().lstrip("/")
        if name in parts or one.flag_bits & _FLAG_ENCRYPTED or not 0 <= one.header_offset < size:
            raise BadWorkbook("damaged")  # of two parts with one name, programs read different ones
        parts[name] = ZipEntry(name, one.header_offset, one.compress_size, one.compress_type, one.CRC)
    return parts


def _check_kind_and_size(file: BinaryIO, size: int) -> None:
    """Raises BadWorkbook for a file of another format, or one too large, before anything is unpacked."""
    if size > LARGEST_FILE:
        raise BadWorkbook("large", most=f"{LARGEST_FILE >> 20} MB")
    file.seek(0)
    head = file.read(8)
    if not head.startswith(b"PK\3\4"):
        raise BadWorkbook("")
    file.seek(max(0, size - (1 << 16) - 98))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 22:
        raise BadWorkbook("damaged")
    (directory,) = struct.unpack("<I", tail[at + 12 : at + 16])
    wide = tail.rfind(b"PK\6\6")
    if directory == 0xFFFFFFFF and 0 <= wide <= len(tail) - 56:
        (directory,) = struct.unpack("<Q", tail[wide + 40 : wide + 48])
    if directory > LARGEST_DIRECTORY:
        raise BadWorkbook("damaged")


def is_encrypted(data: bytes) -> bool:
    """Says whether a compound file is a workbook with a password: an encrypted package, or an older workbook.

    That one begins, in a sector of 512 bytes, with a record of its version; one of the password comes next, or
    behind one that protects from writing.
    """
    if _ENCRYPTED in data:
        return True
    for at in range(0, len(data), _SECTOR):
        if data[at : at + 2] == _WORKBOOK_BEGINS:
            for _ in range(3):
                at += 4 + int.from_bytes(data[at + 2 : at + 4], "little")
                if data[at : at + 2] == _PASSWORD:
                    return True
    return False


def _stored(file: BinaryIO, packed: int) -> Iterator[bytes]:
    while packed > 0:
        piece = file.read(min(_PIECE, packed))
        if not piece:
            raise BadWorkbook("damaged")
        packed -= len(piece)
        yield piece


def _inflated(file: BinaryIO, packed: int) -> Iterator[bytes]:
    """Inflates the stored bytes, at most one piece at a time however well they were compressed."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for stored in _stored(file, packed):
            while stored:
                yield inflater.decompress(stored, _PIECE)
                stored = inflater.unconsumed_tail
            if inflater.eof:
                break
        while not inflater.eof:
            piece = inflater.decompress(b"", _PIECE)
            if not piece:
                raise BadWorkbook("damaged")
            yield piece
    except zlib.error:
        raise BadWorkbook("damaged") from None
