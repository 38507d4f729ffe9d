"""Values of which only the possibilities are known: a range of numbers or dates, or a set of words or truths.

They say what the answer to a question can still change: a comparison that has one result over the whole range needs
nothing. Ranges are never too narrow, so what is decided here is decided whatever the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Optional

from calc.engine.unknown import Unknown, needs_of
from calc.exact import Number
from calc.language.primitives import MEANING, OPPOSITE

ENDLESS = 10**60
"""An end of a range that has none: larger than any number that rules can reach."""
_BOTH = frozenset((True, False))


class Possible:
    """A value that is one of several. `needs` are the bits of the facts that would tell which.

    Of a number or a date `low` and `high` are the ends; of anything else `among` are the possibilities, None for any
    text. It `may_be_unknown` where some answers leave it unknown, as with a figure that nobody has published.
    """

    __slots__ = ("among", "high", "low", "may_be_unknown", "needs")

    def __init__(
        self, needs: int, low: Number = 0, high: Number = 0, among: Optional[frozenset[Any]] = None,
        may_be_unknown: bool = False,
    ) -> None:  # fmt: skip
        self.needs = needs
        self.low, self.high = low, high
        self.among = among
        self.may_be_unknown = may_be_unknown

    def __bool__(self) -> bool:
        raise TypeError("a value with several possibilities was used as a truth")


def possible_truth(needs: int, among: Iterable[bool], may_be_unknown: bool = False) -> Any:
    """Makes a truth of its possibilities: a plain one where only one is left."""
    found = frozenset(among)
    if not found:
        return Unknown(needs)
    if len(found) == 1 and not may_be_unknown:
        return next(iter(found))
    return Possible(needs, among=found, may_be_unknown=may_be_unknown)


def truths_of(value: Any) -> frozenset[bool]:
    """Lists what a truth can be, apart from unknown."""
    if value.__class__ is Possible:
        return value.among or _BOTH  # type: ignore[no-any-return]
    return frozenset() if value.__class__ is Unknown else frozenset((value,))


def can_be_unknown(value: Any) -> bool:
    """Says whether some answers leave a value unknown."""
    return value.__class__ is Unknown or (value.__class__ is Possible and value.may_be_unknown)


def is_decided(value: Any) -> bool:
    """Says whether no answer changes a value any more; one that is unknown for good is decided too."""
    return value.__class__ is not Possible


def needs_among(*values: Any) -> int:
    """Unites the needs of the values that are not decided."""
    needs = 0
    for value in values:
        if value.__class__ is Possible:
            needs |= value.needs
    return needs


def one_of(needs: int, values: Iterable[Any]) -> Any:
    """Makes the value that is one of some, which may be ranges themselves; plain if all are the same."""
    known, lost, unknown, decided = [], 0, False, True
    for one in values:
        if one.__class__ is Unknown:
            lost |= one.needs
            unknown, decided = True, False
            continue
        known.append(one)
        if one.__class__ is Possible:
            needs |= one.needs
            unknown = unknown or one.may_be_unknown
            decided = False
    if not known:
        return Unknown(lost)
    first = known[0]
    if decided and all(one == first for one in known):
        return first
    if any(map(_is_number, known)):
        ends = [ends_of(one) for one in known]
        return Possible(needs, min(low for low, _ in ends), max(high for _, high in ends), None, unknown)
    among: frozenset[Any] = frozenset()
    for one in known:
        words = one.among if one.__class__ is Possible else frozenset((one,))
        if words is None:
            return Possible(needs, 1, 0, None, unknown)
        among |= words
    return Possible(needs, 1, 0, among, unknown)


def ends_of(value: Any) -> tuple[Number, Number]:
    """Returns the least and the greatest number that a value can be."""
    return (value.low, value.high) if value.__class__ is Possible else (value, value)


def _is_number(value: Any) -> bool:
    if value.__class__ is Possible:
        return value.among is None and value.low <= value.high  # type: ignore[no-any-return]
    return value.__class__ in (int, Fraction)


def operated(operator: str, operands: list[Any]) -> Any:
    """Computes a strict operation: unknown for good if an operand is."""
    needs, unknown, is_plain = 0, False, True
    for one in operands:
        if one.__class__ is Possible:
            needs |= one.needs
            unknown = unknown or one.may_be_unknown
            is_plain = False
        elif one.__class__ is Unknown:
            return Unknown(needs_of(*operands))
    if is_plain:
        return MEANING[operator](*operands)
    if operator in OPPOSITE or operator == "in":
        return possible_truth(needs, _compared(operator, *operands), unknown)
    low, high = _RANGES.get(operator, _at_the_corners)(operator, [ends_of(one) for one in operands])
    if low == high and not unknown:
        return low
    return Possible(needs, low, high, None, unknown)


def _compared(operator: str, left: Any, *others: Any) -> frozenset[bool]:
    if operator == "in":
        each = [_compared("==", left, one) for one in others]
        if any(one == {True} for one in each):
            return frozenset((True,))
        return frozenset((False,)) if all(one == {False} for one in each) else _BOTH
    (right,) = others
    if operator in (">", ">=", "!="):
        return frozenset(not one for one in _compared(OPPOSITE[operator], left, right))
    if operator == "==" and not _is_number(left) and not _is_number(right):
        return _equal_words(left, right)
    (low, high), (least, most) = ends_of(left), ends_of(right)
    if operator == "==":
        return frozenset((False,)) if high < least or most < low else _BOTH
    always, never = (high < least, low >= most) if operator == "<" else (high <= least, low > most)
    return frozenset((True,)) if always else frozenset((False,)) if never else _BOTH


def _equal_words(left: Any, right: Any) -> frozenset[bool]:
    ours, theirs = (one.among if one.__class__ is Possible else frozenset((one,)) for one in (left, right))
    if ours is None or theirs is None:
        return _BOTH
    return _BOTH if ours & theirs else frozenset((False,))


_Ends = tuple[Number, Number]


def _at_the_corners(operator: str, ends: list[_Ends]) -> _Ends:
    """Computes what rises or falls with each operand by itself: the extremes are at ends of the ranges."""
    values: list[Any] = [()]
    for low, high in ends:
        values = [(*one, end) for one in values for end in dict.fromkeys((low, high))]
    found = [MEANING[operator](*one) for one in values]
    return min(found), max(found)


def _total(operator: str, ends: list[_Ends]) -> _Ends:
    (low, high), (least, most) = ends
    return low + least, high + most


def _quotient(operator: str, ends: list[_Ends]) -> _Ends:
    low, high = ends[1]
    return (-ENDLESS, ENDLESS) if low <= 0 <= high else _at_the_corners(operator, ends)


def _magnitude(operator: str, ends: list[_Ends]) -> _Ends:
    ((low, high),) = ends
    sizes: list[Any] = sorted((abs(low), abs(high)))
    return (0 if low <= 0 <= high else sizes[0], sizes[1])


def _month_of_year(operator: str, ends: list[_Ends]) -> _Ends:
    return 1, 12


_RANGES: dict[str, Callable[[str, list[_Ends]], _Ends]] = {
    "+": _total,
    "/": _quotient,
    "abs": _magnitude,
    "month": _month_of_year,
}


def all_of(values: Iterable[Any]) -> Any:
    """Computes Kleene's `and` of truths, each of which may have several possibilities."""
    needs, lost, among, unknown, open_ones = 0, 0, {True}, False, False
    for value in values:
        if value is False:
            return False
        if value is True:
            continue
        open_ones = True
        if value.__class__ is Unknown:
            lost |= value.needs
            among.discard(True)
            unknown = True
            continue
        needs |= value.needs
        unknown = unknown or value.may_be_unknown
        found = truths_of(value)
        if True not in found:
            among.discard(True)
        if False in found:
            among.add(False)
    if not open_ones:
        return True
    if not among:
        return Unknown(lost | needs)
    return possible_truth(needs, among, unknown)


def opposite_of(value: Any) -> Any:
    """Computes Kleene's `not`."""
    if value.__class__ is Possible:
        return possible_truth(value.needs, (not one for one in truths_of(value)), value.may_be_unknown)
    return value if value.__class__ is Unknown else not value


def any_of(values: Iterable[Any]) -> Any:
    """Computes Kleene's `or`."""
    return opposite_of(all_of(map(opposite_of, values)))
