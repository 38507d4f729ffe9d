"""Finds some households of a ledger that was scanned, by their ids; only their rows are read.

Ids that are not there get the ids that are most like them. Neither needs more memory than the rows that are returned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import copy

from calc.diagnostics.diagnostic import Reject
from calc.households.overrides import Settings
from calc.ledger.ledger import Ledger, LedgerHousehold
from calc.ledger.prescan import BlockScan
from calc.record import replace
from calc.text_forms import clean_id, folded

MOST_NEAR = 3
"""Similar ids that are returned for one that is not there."""
_NUMBER = re.compile(r"\d+")


def households_named(
    ledger: Ledger, seen: Sequence[BlockScan], ids: Iterable[str]
) -> Iterator[tuple[str, LedgerHousehold | Reject]]:
    """Yields each place of these households, with its id as given; an id that two files have comes twice.

    `seen` are the scans of the blocks, in order; only blocks in which one of the households begins are read again.
    """
    wanted = {clean_id(one): one for one in ids}
    numbers = {hash(id): id for id in wanted}
    for (file, place), one in zip(ledger.order, seen, strict=True):
        if not numbers.keys().isdisjoint(one.starts):
            runs = [run for run in ledger.runs(file, place) if run.id in wanted]
            for run, entry in zip(runs, ledger.entries(file, runs), strict=True):
                yield wanted[run.id], entry
    for reject in ledger.without_members():
        if reject.id in wanted:
            yield wanted[reject.id], reject


def with_settings(ledger: Ledger, settings: Settings) -> Ledger:
    """Makes the same ledger, scanned, with other values set for its households."""
    other = copy(ledger)
    other.asked = replace(ledger.asked, settings=settings)
    other.set_scan(ledger.scan, ledger.memberless)
    return other


def near_ids(ledger: Ledger, id: str) -> list[str]:
    """Finds a few ids of a ledger that are most like one that it does not have."""
    typed = clean_id(id)
    found: list[tuple[int, int, str]] = []
    last = None
    for file, place in ledger.order:
        part = ledger.parts[file]
        for _, row in part.rows(place):
            other = part.id_of(row)
            if other == last or not other or part.is_set_aside(row, other):
                continue
            last = other
            rank = _likeness(typed, other)
            if rank is not None:
                likeness = rank, -_same_begin(typed, other), other
                if likeness not in found:
                    found = sorted([*found, likeness], key=lambda one: one[:2])[:MOST_NEAR]
    return [other for _, _, other in found]


def _likeness(typed: str, other: str) -> int | None:
    """Compares two ids: 0 the same but for width, capitals and zeros, 1 one slip apart, 2 the same last number."""
    if _form(typed) == _form(other):
        return 0
    if is_one_slip(typed.casefold(), other.casefold()):
        return 1
    number = _last_number(typed)
    return 2 if number and number == _last_number(other) else None


def is_one_slip(one: str, other: str) -> bool:
    """Says whether texts differ by one character that is wrong, missing or too much, or two that are swapped."""
    longer = max(len(one), len(other))
    if abs(len(one) - len(other)) > 1 or longer < 2:
        return False
    least = min(len(one), len(other))
    begin = _same_begin(one, other)
    end = 0
    while end < least - begin and one[-1 - end] == other[-1 - end]:
        end += 1
    if begin + end >= longer - 1:
        return True
    middle = one[begin : len(one) - end]
    return len(one) == len(other) and len(middle) == 2 and middle[::-1] == other[begin : len(other) - end]


def _same_begin(one: str, other: str) -> int:
    """Counts the first characters that are the same."""
    same = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        same += 1
    return same


def _form(id: str) -> str:
    return _NUMBER.sub(lambda digits: digits[0].lstrip("0") or "0", folded(id))


def _last_number(id: str) -> str:
    numbers = _NUMBER.findall(id)
    return numbers[-1].lstrip("0") if numbers else ""
