"""Finds the row of headings among the first rows of a file, and makes the columns of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from calc.ledger.header import Header, Naming
from calc.ledger.heading_units import is_row_of_units, unit_above, with_unit, with_units
from calc.ledger.two_row_headings import joined_rows


def heading_row(records: Iterable[tuple[int, Sequence[str]]], naming: Naming, most: int = 20) -> tuple[int, Header]:
    """Finds the record of headings among the first ones, and its columns: the first with most known headings.

    Ledgers often begin with a title and the date; of the lines above the headings only a unit is read. Of two rows of
    headings it is the place of the lower one, and of a row of units below them the place of that.
    """
    rows = [[cell.strip() for cell in cells] for _, cells in islice(records, most)]
    best: tuple[int, Header] | None = None
    for place, cells in enumerate(rows):
        if any(cells):
            columns = Header(cells, naming)
            if best is None or columns.known > best[1].known:
                best = place, columns
    if best is None:
        return 0, Header([], naming)
    place, first, headings = best[0], best[0], [one.heading for one in best[1].all]
    for lower in (best[0], best[0] + 1):
        pair = rows[lower - 1 : lower + 1] if lower else []
        joined = joined_rows(pair, naming.meaning, lambda one: naming.unknown(one).decides_money)
        if joined is not None:
            place, first, headings = lower, lower - 1, joined
            break
    meaning = naming.meaning
    with_own = with_unit(headings, unit_above(rows[:first]), meaning)
    if place + 1 < len(rows) and is_row_of_units(rows[place + 1]):
        place += 1
        with_own = with_units(with_own, rows[place], meaning)
    header = best[1] if with_own == [one.heading for one in best[1].all] else Header(with_own, naming)
    header.rows_above = rows[: place + 1]
    return place, header
