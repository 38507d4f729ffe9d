"""Finds the number formats of a workbook that add a unit to the number of a cell: 0.05 shown as `0.05万元`.

The number alone is then not the amount. A format that also scales (`0.00,`, or a point put in as in `0!.0000`) shows
the number of the cell in that unit, and the number is whole. Format codes: ECMA-376 part 1, 18.8.30 and 18.8.31.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from calc.ledger.xlsx.parse_xml import local_name, parse_xml

Units = dict[str, str]
"""By the number of a style of cells the unit that its format adds."""
_IN_BRACKETS = re.compile(r"\[[^\]]*\]")
_SCALES = re.compile(r"[0#?],+(?![0#?,])|[!\\]\.|\"\.\"")
_SHOWN = re.compile(r"\d[\d,]*(?:\.(\d+))?")
_UNIT = re.compile(r"[十百千万亿]+元?|(?:元\s*)?[/每]\s*(?:年|季度?|天|日|周)")


def unit_in(code: str) -> str:
    """Finds the unit that a format code adds to a number; "" for none, and where the number is scaled to it."""
    number = _IN_BRACKETS.sub("", code).partition(";")[0]
    found = None if _SCALES.search(number) else _UNIT.search(re.sub(r"[\"\\!]", "", number))
    return found[0] if found is not None else ""


def unit_beside(shown: str, value: str) -> str:
    """Finds the unit that a cell shows behind the number that it holds; "" for none, and for another number.

    Another one is the number in that unit: 500 shown as `0.05万元`.
    """
    found = _UNIT.search(shown)
    number = _SHOWN.search(shown)
    if found is None or number is None:
        return ""
    try:
        difference = abs(Decimal(number[0].replace(",", "")) - abs(Decimal(value)))
    except InvalidOperation:
        return ""
    return found[0] if difference * 10 ** len(number[1] or "") <= 1 else ""


class _Styles:
    """Collects the format codes of a workbook, and the one of each style of cells."""

    def __init__(self) -> None:
        self.units: dict[str, str] = {}
        self.found: dict[int, str] = {}
        self.count = 0
        self.is_within = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = local_name(tag)
        if local == "numFmt":
            self.units[attributes.get("numFmtId", "")] = unit_in(attributes.get("formatCode", ""))
        elif local == "cellXfs":
            self.is_within = True
        elif local == "xf" and self.is_within:
            unit = self.units.get(attributes.get("numFmtId", ""))
            if unit:
                self.found[self.count] = unit
            self.count += 1

    def characters(self, text: str) -> None:
        pass

    def end(self, tag: str) -> None:
        self.is_within = self.is_within and local_name(tag) != "cellXfs"


def units_by_style(pieces: Iterable[bytes]) -> Units:
    """Reads the units that the formats of a workbook add, from its styles. Raises BadWorkbook for damaged XML."""
    styles = _Styles()
    parse_xml(pieces, styles)
    return {str(at): unit for at, unit in styles.found.items()}
