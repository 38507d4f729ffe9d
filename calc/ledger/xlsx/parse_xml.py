"""Parses a part of a workbook piece by piece, so that it is never held as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol
from xml.parsers import expat

from calc.ledger.xlsx.zip_archive import BadWorkbook


class XmlEvents(Protocol):
    """Takes what a parser finds: the beginning of an element, characters, the end of an element."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Takes the beginning of an element."""

    def characters(self, text: str) -> None:
        """Takes characters; a text may come in several pieces."""

    def end(self, tag: str) -> None:
        """Takes the end of an element."""


def parse_xml(pieces: Iterable[bytes], into: XmlEvents) -> None:
    """Parses the pieces of a part. Raises BadWorkbook where it is not XML."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = into.start
    parser.CharacterDataHandler = into.characters
    parser.EndElementHandler = into.end
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):  # LookupError: an unknown encoding
        raise BadWorkbook("damaged") from None


def local_name(name: str) -> str:
    """Takes the prefix off the name of an element or attribute."""
    return name.rpartition(":")[2]
