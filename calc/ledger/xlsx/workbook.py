"""Reads the index of a workbook: the part of each sheet, and the year from which its days are counted."""

from __future__ import annotations

import posixpath
from typing import Any

from calc.ledger.xlsx.zip_archive import Archive, BadWorkbook
from calc.record import Record

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_LARGEST = 4 << 20


class Workbook(Record):
    """The index of a workbook: parts by the names of their sheets; `from_1904` where days count from 1904.

    `targets` are the last names of all listed parts: each may be a sheet, in any folder.
    """

    parts: dict[str, str]
    from_1904: bool
    targets: frozenset[str]


def workbook_of(archive: Archive) -> Workbook:
    """Reads `xl/workbook.xml`. Raises BadWorkbook for a zip archive that is no XLSX."""
    if "xl/workbook.bin" in archive.parts:
        raise BadWorkbook("old")
    if _WORKBOOK not in archive.parts:
        raise BadWorkbook("")
    tree, relations = _tree(archive, _WORKBOOK), _tree(archive, _RELATIONS)
    targets = {one.get("Id"): one.get("Target", "") for one in relations.iter()}
    parts: dict[str, str] = {}
    from_1904 = False
    for one in tree.iter():
        local = one.tag.rpartition("}")[2]
        if local == "workbookPr":
            from_1904 = one.get("date1904", "").lower() in ("1", "true", "on")
        elif local == "sheet":
            id = next((value for key, value in one.attrib.items() if key.endswith("}id")), None)
            target = targets.get(id, "").lower()
            path = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            parts[one.get("name", "")] = path if path in archive.parts else target
    return Workbook(parts, from_1904, frozenset(target.rpartition("/")[2].lower() for target in targets.values()))


def _tree(archive: Archive, name: str) -> Any:
    from xml.etree import ElementTree

    data = archive.whole(name, _LARGEST)
    if data is None:
        raise BadWorkbook("damaged")
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise BadWorkbook("damaged") from None
