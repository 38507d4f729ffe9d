"""Copies a workbook with errors that the library does not know, such as `#SPILL!`, each written as `#N/A`.

The library would give up the whole workbook for one of them. Which error a cell shows was noted before.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import IO

from calc.ledger.xlsx.faulty_cells import Extent
from calc.ledger.xlsx.zip_archive import Archive

_LONGEST = 200


@contextlib.contextmanager
def without_newer_errors(archive: Archive, extents: Mapping[str, Extent]) -> Iterator[IO[bytes]]:
    """Gives the workbook itself, or, where it has such errors, a temporary copy without them."""
    newer = {
        name: texts
        for name, extent in extents.items()
        if name in archive.parts and (texts := extent.faults.newer_errors())
    }
    if not newer:
        archive.file.seek(0)
        yield archive.file
        return
    archive.unpacked = 0
    names = {one.filename.lower().lstrip("/"): one.filename for one in zipfile.ZipFile(archive.file).infolist()}
    with tempfile.TemporaryFile(prefix="doudi-") as copied:
        with zipfile.ZipFile(copied, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
            for name in archive.parts:
                pieces = archive.pieces(name)
                with copy.open(names[name], "w", force_zip64=True) as part:
                    for piece in _replaced(pieces, newer[name]) if name in newer else pieces:
                        part.write(piece)
        copied.seek(0)
        yield copied


def _replaced(pieces: Iterable[bytes], errors: list[str]) -> Iterator[bytes]:
    """Replaces the errors in a part; a value that ends in the next piece waits for it."""
    texts = b"|".join(re.escape(one.encode()) for one in errors)
    value = re.compile(rb"(<(?:[\w.-]+:)?v(?:\s[^<>]{0,99})?>\s{0,20})(?:" + texts + rb")(?=\s{0,20}</)")
    rest = b""
    for piece in pieces:
        data = value.sub(rb"\1#N/A", rest + piece)
        cut = max(0, len(data) - _LONGEST)
        yield data[:cut]
        rest = data[cut:]
    yield rest
