"""Types of tables and scales, parameters whose value depends on a key, and the look-up in them."""

from __future__ import annotations

from bisect import bisect_right
from typing import Union

from calc.exact import Number
from calc.record import Record

Cell = Union[Number, bool, str, None]
Key = Union[Number, bool, str]


class Band(Record):
    """Numbers from `low` to `high`; None is no bound. `high` belongs to the band unless `open_end`."""

    low: Number | None
    high: Number | None
    open_end: bool = False

    def holds(self, value: Number) -> bool:
        """Says whether a number is in the band."""
        if self.low is not None and value < self.low:
            return False
        return self.high is None or (value < self.high if self.open_end else value <= self.high)


class Axis(Record):
    """The keys of one axis: single keys, bands, and perhaps a rest; each has a place along the axis.

    Bands are in rising order; `starts` are the lower ends of all but the first.
    """

    single: dict[Key, int]
    bands: tuple[tuple[Band, int], ...]
    rest: int | None
    starts: tuple[Number, ...] = ()

    def find(self, key: Key) -> int | None:
        """Finds the place of a key; None if the axis has no row for it."""
        place = self.single.get(key)
        if place is None and self.bands:
            band, at = self.bands[bisect_right(self.starts, key)]  # type: ignore[type-var]
            if band.holds(key):  # type: ignore[arg-type]
                return at
        return self.rest if place is None else place


class LookupTable(Record):
    """Cells by the places of their keys; a cell of None is unset.

    Beyond the key `last`, each step adds `each_more` to the last cell.
    """

    axes: tuple[Axis, ...]
    cells: dict[tuple[int, ...], Cell]
    last: Number | None = None
    each_more: Number | None = None

    def places(self, keys: tuple[Key, ...]) -> tuple[int, ...] | None:
        """Finds the places of keys; None if there is no such row."""
        found = []
        for axis, key in zip(self.axes, keys, strict=True):
            place = axis.find(key)
            if place is None:
                return None
            found.append(place)
        return self.at(tuple(found))

    def at(self, places: tuple[int | None, ...]) -> tuple[int, ...] | None:
        """Finds the row at the places of keys; None if there is none. On each axis `*` is the row of all other keys."""
        if places in self.cells:
            return places  # type: ignore[return-value]
        if None in places:
            return None
        from itertools import product

        options = [
            (place,) if axis.rest is None or axis.rest == place else (place, axis.rest)
            for axis, place in zip(self.axes, places, strict=True)
        ]
        return next((one for one in product(*options) if one in self.cells), None)  # type: ignore[return-value]

    def has(self, keys: tuple[Key, ...]) -> bool:
        """Says whether there is a row for the keys."""
        return self.beyond(keys) is not None or self.places(keys) is not None

    def beyond(self, keys: tuple[Key, ...]) -> Number | None:
        """Returns the distance of a key beyond the last row of a table with `each more`; None if it is not beyond."""
        if self.last is not None and keys[0] > self.last:  # type: ignore[operator]
            return keys[0] - self.last  # type: ignore[operator]
        return None

    def cell(self, keys: tuple[Key, ...]) -> Cell:
        """Returns the cell for keys that have a row."""
        beyond = self.beyond(keys)
        if beyond is not None:
            last = self.cell((self.last,))  # type: ignore[arg-type]
            return None if last is None else last + beyond * self.each_more  # type: ignore[operator]
        places = self.places(keys)
        assert places is not None, "a look-up without a row passed the checker"
        return self.cells[places]


class Scale(Record):
    """A marginal scale: thresholds, each with the rate for the part above it."""

    steps: tuple[tuple[Number, Number], ...]
