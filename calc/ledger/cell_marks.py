"""Marks cells of a copy that hold no value to be read, though the cell of the spreadsheet is not empty.

The copy has a text there that no kind of fact reads, and that every engine leaves to the full reader. It begins with
the character for damaged bytes, and says what is wrong, and in which cell of the sheet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from calc.households.cell_values import CellError, shown
from calc.households.identity_numbers import read_identity_number

NOT_COMPUTED, ERROR, UNIT, MERGED, CUT, HEAD, UNKNOWN_HEAD, CELLS = "F", "E", "N", "M", "D", "H", "U", "C"
_CODES = {
    NOT_COMPUTED: "bad-cell/formula",
    ERROR: "bad-cell/error",
    UNIT: "bad-cell/unit",
    MERGED: "bad-cell/merged",
    CUT: "bad-cell/cut",
    HEAD: "bad-identity-number",
    UNKNOWN_HEAD: "household-missing/head",
    CELLS: "wrong-cell-count",
}
_DAMAGED = re.compile("[\ud800-\udfff\ufffd]")
_LONGEST = 1000
_MARK = re.compile("\ufffd\\{([FENMDHUC])\\|([A-Z0-9:]*)\\|(.*)\\}", re.DOTALL)


def marked(kind: str, cell: str, read: str = "") -> str:
    """Writes the mark of a cell (`F2`) or merged cells (`F2:F3`), with the text that the spreadsheet shows there.

    That of a row of another number of cells has both numbers (`4:12`).
    """
    return f"\ufffd{{{kind}|{cell}|{read}}}"


Fault = tuple[str, "dict[str, Any]"]
"""The code and values of the message for a marked cell; the fact is not known yet."""


def fault_in(value: Any) -> Fault | None:
    """Finds the code and values of the message for a marked cell; None for any other."""
    match = _MARK.fullmatch(value) if value.__class__ is str and value.startswith("\ufffd{") else None
    if match is None:
        return None
    if match[1] == CELLS:
        given, _, wanted = match[2].partition(":")
        return _CODES[CELLS], {"given": int(given), "wanted": int(wanted)}
    values = {"cell": match[2], "read": match[3]}
    return _CODES[match[1]], values | ({"reason": read_identity_number(match[3])} if match[1] == HEAD else {})


def wrong_head(row: Sequence[str], width: int) -> Fault | None:
    """Finds the mark behind the cells of a row whose number of the head is wrong or nobody's; None for other rows."""
    fault = fault_in(row[-1]) if len(row) > width else None
    return fault if fault is not None and "read" in fault[1] else None


def cell_count(row: Sequence[str], width: int) -> dict[str, Any]:
    """Returns how many cells a row has and should have; those of the file, if a mark at its end says them."""
    fault = fault_in(row[-1])
    return fault[1] if fault is not None and "given" in fault[1] else {"given": len(row), "wanted": width}


def bad_cell(fault: Fault, name: str, show_ids: bool) -> CellError:
    """Makes the mistake of a marked cell under a fact or heading."""
    code, values = fault
    return CellError(code, values | {"fact": name, "read": shown(values["read"], show_ids)})


def bad_text_of(name: str, value: Any, show_ids: bool = False) -> CellError | None:
    """Finds the mistake of a text under a fact or heading that is damaged or too long; None for any other."""
    if not isinstance(value, str) or not (len(value) > _LONGEST or _DAMAGED.search(value)):
        return None
    code = "not-a-text/long" if len(value) > _LONGEST else "not-a-text/damaged"
    read = shown(_DAMAGED.sub("\ufffd", value[:200]), show_ids)
    return CellError(code, {"fact": name, "read": read, "most": _LONGEST})


def shown_household(id: str) -> str:
    """Returns the number of a household as messages show it; "" where its cell has none."""
    match = _MARK.fullmatch(id)
    return id if match is None else match[3] if match[1] == CUT else ""


def without_mark(text: str) -> str:
    """Returns the text that the spreadsheet shows in a marked cell; any other text as it is."""
    fault = fault_in(text)
    return text if fault is None else fault[1]["read"]
