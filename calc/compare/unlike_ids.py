"""Find why hardly any household is in both of two pictures: how their ids differ."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import islice

from calc.compare.spool import Spool
from calc.record import Record
from calc.text_forms import folded

ZEROS, MARKS, ENDS, UNLIKE = "ids-zeros", "ids-marks", "ids-ends", "ids-unlike"
"""Keys of sentences of `calc.report.ui_text`."""
FEW = 10
"""Hardly any: fewer than one household in this many, of the picture that has fewer."""
_SAMPLE = 1000
_SHORTEST_CORE = 3


class UnlikeIds(Record):
    """The way in which ids differ, with one of each picture: the same household, unless `kind` is UNLIKE.

    `both` counts the households that are in both pictures of `households` that may be, `people` the people who are.
    """

    kind: str
    old: str
    new: str
    both: int
    households: int
    people: int


def unlike_ids(earlier: Spool, later: Spool, same: int, pairs: int) -> UnlikeIds | None:
    """Finds how ids differ where hardly any household is in both pictures; None where enough are.

    `same` households are in both and in neither spool, `pairs` are in both spools.
    """
    fewer = same + min(len(earlier.places), len(later.places))
    if not earlier.places or not later.places or (same + pairs) * FEW >= fewer:
        return None
    kind, old, new = likely_reason(earlier.places, later.places)
    people = len(earlier.homes.keys() & later.homes.keys())
    return UnlikeIds(kind, old, new, same + pairs, fewer, people)


def likely_reason(old: Collection[str], new: Collection[str]) -> tuple[str, str, str]:
    """Finds by what ids differ, with a pair of them: by what most of the first ones have in common when it is gone."""
    first = [one for one in islice(new, _SAMPLE) if one not in old]
    for kind, plain in _FORMS:
        known = {core: one for one in old if (core := plain(one))}
        pairs = [(known[core], one) for one in first if (core := plain(one)) in known]
        if len(pairs) * 2 > len(first):
            return kind, *pairs[0]
    found = _with_ends(old, first)
    return (ENDS, *found) if found else (UNLIKE, next(iter(old)), next(iter(first), next(iter(new))))


def _with_ends(old: Collection[str], first: Collection[str]) -> tuple[str, str] | None:
    """Finds a pair of ids of which one ends or begins as the other one is, where most are like that."""
    for is_swapped in (False, True):
        shorter, longer = (first, old) if is_swapped else (old, first)
        if not shorter or not longer:
            continue
        lengths = {len(one) for one in islice(shorter, _SAMPLE)}
        known = set(shorter)
        pairs = []
        for one in islice(longer, _SAMPLE):
            cores = [
                core for size in lengths if _SHORTEST_CORE <= size < len(one) for core in (one[-size:], one[:size])
            ]
            core = next((core for core in cores if core in known), None)
            if core is not None:
                pairs.append((one, core) if is_swapped else (core, one))
        if len(pairs) * 2 > min(len(longer), _SAMPLE):
            return pairs[0]
    return None


def _without_marks(id: str) -> str:
    return "".join(one for one in folded(id) if one.isalnum())


def _without_zeros(id: str) -> str:
    return id.lstrip("0")


_FORMS: tuple[tuple[str, Callable[[str], str]], ...] = ((ZEROS, _without_zeros), (MARKS, _without_marks))
