"""Finds what parts the households of a roster without household ids: heads, blank rows, or numbers of households.

Where a row comes before the first head, or follows a blank row and is no head, households cannot be taken to begin
with their heads: husband and wife would be of two. If each block between blank rows, or from one row with a number in
the first column to the next, has exactly one head, the blocks are the households; else nothing says where one ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, Optional

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, cell_place
from calc.ledger.household_ids import Blocks, Heads, HeadsBegin, Person, made_id

RosterRow = tuple[int, Optional[Person], bool]
"""The line of a row, whom it is about (None for a blank one), and whether its first column has a number."""


class _Block(NamedTuple):
    """Rows of what may be a household: the line of the first, how many are heads, whether the first is, the id."""

    line: int
    heads: int
    is_head_first: bool
    id: str


def ids_by_heads(
    at: int, path: str, heads: Heads, rows: Callable[[], Iterator[RosterRow]], has_numbers: bool
) -> HeadsBegin | Blocks:
    """Returns how the rows of one of several files, counted from 0, get their households.

    `has_numbers` if the first column is not read, and may number households.
    Raises InputErrors where a household does not begin with its head, and nothing else parts it from the one above.
    """

    def blocks(by_number: bool) -> Iterator[_Block]:
        return _blocks(at, heads, rows(), by_number)

    loose = None
    for by_number in [True, False] if has_numbers else [False]:
        loose, are_households = _look(blocks(by_number))
        if loose is not None and are_households:
            return Blocks((one.line, one.id) for one in blocks(by_number))
    if loose is not None:
        raise InputErrors([Diagnostic("head-not-first", cell_place(path, loose), {}, ("head-first", {}))])
    return HeadsBegin(at, heads)


def _look(blocks: Iterator[_Block]) -> tuple[int | None, bool]:
    """Finds the first block that does not begin with a head, and whether there are several and each has one head."""
    loose, count, have_one = None, 0, True
    for one in blocks:
        count += 1
        have_one = have_one and one.heads == 1
        if loose is None and not one.is_head_first:
            loose = one.line
    return loose, have_one and count > 1


def _blocks(at: int, heads: Heads, rows: Iterator[RosterRow], by_number: bool) -> Iterator[_Block]:
    block: _Block | None = None
    is_parted = False
    for line, person, has_number in rows:
        if person is None:
            is_parted = is_parted or not by_number
            continue
        is_head = heads.has(person)
        if block is None or is_parted or (by_number and has_number):
            if block is not None:
                yield block
            block, is_parted = _Block(line, 0, is_head, ""), False
        if is_head:
            block = block._replace(heads=block.heads + 1, id=made_id(person.name, at, line))
    if block is not None:
        yield block
