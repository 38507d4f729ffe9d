"""Decides the cell of a table by its keys, axis by axis, over the places that have cells.

A decision is a value, or a record with one decision for each group of keys that give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from fractions import Fraction
from typing import Any, Union

from calc.engine.sql.dialects import TRUTH
from calc.engine.sql.sql_value import NUMBER, Cell, whole_bounds
from calc.exact import simplify
from calc.language.lookup_tables import Axis, Key, LookupTable
from calc.record import Record

ANY = "any value"
"""The value for keys without a row: only a branch that is not taken can have them."""


class ByWord(Record):
    """A decision by a word or a truth: one for each group of them, and one for all others."""

    axis: int
    groups: tuple[tuple[tuple[Key, ...], Any], ...]
    rest: Any


class ByNumber(Record):
    """A decision by a scaled number: the last one of each interval but the last, and the decision of each."""

    axis: int
    ends: tuple[int, ...]
    within: tuple[Any, ...]


Decision = Union[ByWord, ByNumber, Hashable]


class TooLarge(Exception):
    """Raised for a decision over more than `most` cells."""


class Decider:
    """Makes the decision of a table for keys.

    `value` gives the value of a cell, `none` is the value without a row. Raises TooLarge above `most` cells.
    """

    def __init__(
        self, table: LookupTable, keys: list[Cell], value: Callable[[Any], Hashable], none: Hashable, most: int | None
    ) -> None:
        self.axes = table.axes
        self.keys = keys
        self.value = value
        self.none = none
        self.most = most
        self.count = 0
        self.nested: dict[Any, Any] = {}
        for places, cell in table.cells.items():
            below = self.nested
            for place in places[:-1]:
                below = below.setdefault(place, {})
            below[places[-1]] = cell

    def decision(self) -> Decision:
        """Makes the decision over all axes."""
        return self._level(0, [self.nested])

    def _level(self, at: int, found: list[Any]) -> Decision:
        """Decides from an axis on; `found` are the cells below the keys so far: what comes first has the row."""
        if not found:
            return self.none
        if at == len(self.keys):
            self.count += 1
            if self.most is not None and self.count > self.most:
                raise TooLarge
            return self.value(found[0])
        axis, key = self.axes[at], self.keys[at]
        there = {place for one in found for place in one}

        def below(place: int | None) -> Decision:
            options = {place: None, axis.rest: None}
            return self._level(at + 1, [one[option] for one in found for option in options if option in one])

        if key.constant is not None:
            return below(axis.find(key.constant))
        if key.kind == NUMBER:
            return self._by_number(at, [(low, high, below(place)) for low, high, place in intervals(axis, key, there)])
        found_words = {word: below(place) for word, place in axis.single.items() if place in there}
        rest = found_words.pop(False) if key.kind == TRUTH and len(found_words) == 2 else below(None)
        return self._by_word(at, found_words, rest)

    def _by_word(self, at: int, found: dict[Key, Decision], rest: Decision) -> Decision:
        groups: dict[Decision, list[Key]] = {}
        for word, decision in found.items():
            groups.setdefault(decision, []).append(word)
        if rest is ANY and groups:
            rest = max(groups, key=lambda one: len(groups[one]))
        groups.pop(rest, None)
        listed = tuple((tuple(words), decision) for decision, words in groups.items())
        return ByWord(at, listed, rest) if listed else rest

    def _by_number(self, at: int, found: list[tuple[int, int, Decision]]) -> Decision:
        ends: list[int] = []
        within: list[Decision] = []
        for _, high, decision in found:
            if within and (decision is ANY or within[-1] is ANY or decision == within[-1]):
                within[-1] = within[-1] if decision is ANY else decision
                ends[-1] = high
            else:
                ends.append(high)
                within.append(decision)
        return ByNumber(at, tuple(ends[:-1]), tuple(within)) if len(within) > 1 else within[0]


def size_of(decision: Decision) -> int:
    """Counts the words and intervals that a decision tests."""
    match decision:
        case ByWord(groups=groups, rest=rest):
            return size_of(rest) + sum(len(words) + size_of(below) for words, below in groups)
        case ByNumber(within=within):
            return sum(1 + size_of(below) for below in within)
    return 0


def intervals(axis: Axis, key: Cell, there: set[int]) -> list[tuple[int, int, int | None]]:
    """Lists the scaled numbers a key can have in rising order: first, last and place; None where there is no cell."""
    rows: list[tuple[int, int, int]] = []
    for one, place in axis.single.items():
        whole = simplify(Fraction(one) / key.unit)
        if isinstance(whole, int):
            rows.append((whole, whole, place))
    for band, place in axis.bands:
        low, high = key.low, key.high
        if band.low is not None:
            low = max(low, whole_bounds(band.low, band.low, key.unit)[0])  # type: ignore[index]
        if band.high is not None:
            least, most = whole_bounds(band.high, band.high, key.unit)  # type: ignore[misc]
            high = min(high, least - 1 if band.open_end else most)
        rows.append((low, high, place))
    found: list[tuple[int, int, int | None]] = []
    start = key.low
    for low, high, place in sorted(rows):
        if place not in there or low > high or not key.low <= low <= high <= key.high:
            continue
        if start < low:
            found.append((start, low - 1, None))
        found.append((low, high, place))
        start = high + 1
    if start <= key.high:
        found.append((start, key.high, None))
    return found
