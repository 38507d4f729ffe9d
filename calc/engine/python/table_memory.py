"""Finds the cells of tables for compiled code, and remembers them by their keys."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor
from typing import Any

from calc.engine.python.python_expression import Code, grid
from calc.exact import Number, simplify
from calc.language.lookup_tables import Axis
from calc.language.typed_tree import HasRow, Lookup
from calc.language.types import NUMERIC, YES_NO

MOST_REMEMBERED = 10_000
"""Keys remembered of one look-up; the others are found again each time."""


class TableMemory(dict[Any, Any]):
    """The values of a look-up by its keys, found when they are first needed; several keys are a tuple."""

    def __init__(self, find: Callable[[Any], Any]) -> None:
        super().__init__()
        self.find = find

    def __missing__(self, keys: Any) -> Any:
        found = self.find(keys)
        if len(self) < MOST_REMEMBERED:
            self[keys] = found
        return found

    def __call__(self, *keys: Any) -> Any:
        """Finds the value of keys."""
        return self[keys]


class _Key:
    """A key of a look-up: a constant; a number that is brought to the first of its band; or any value as it is."""

    def __init__(self, code: Code, axis: Axis, low: Number | None, high: Number | None) -> None:
        self.constant = code.constant
        self.unit = None if code.unit is None else grid(code)
        self.edges: tuple[int, ...] = ()
        if axis.bands and self.unit is not None and self.constant is None:
            is_narrow = low is not None and high is not None and (high - low) / self.unit < MOST_REMEMBERED
            self.edges = () if is_narrow else _edges(axis, self.unit)

    def value(self, given: Any) -> Any:
        """Returns the key of the table for what compiled code gives: a place among the edges, or a scaled value."""
        if self.edges:
            given = self.edges[given - 1] if given else self.edges[0] - 1
        return given if self.unit is None else simplify(given * self.unit)


def _edges(axis: Axis, unit: Number) -> tuple[int, ...]:
    """Lists the scaled numbers at which another row may begin."""
    found: set[int] = set()
    for one in axis.single:
        found |= {ceil(Fraction(one) / unit), floor(Fraction(one) / unit) + 1}
    for band, _ in axis.bands:
        if band.low is not None:
            found.add(ceil(Fraction(band.low) / unit))
        if band.high is not None:
            high = Fraction(band.high) / unit
            found.add(ceil(high) if band.open_end else floor(high) + 1)
    return tuple(sorted(found))


class TableCode:
    """The memory of a look-up, and how its keys are written.

    `unset` is the value of a cell that is not set. Without a row a cell is 0 or no, as a branch that is not taken may
    have, which is computed all the same.
    """

    def __init__(self, term: Lookup | HasRow, codes: list[Code], unset: Any) -> None:
        self.term = term
        self.unset = unset
        self.without_row = False if term.type.kind == YES_NO else 0
        self.keys = [_Key(code, axis, key.type.low, key.type.high)
                     for code, axis, key in zip(codes, term.table.axes, term.keys, strict=True)]  # fmt: skip
        self.varying = [key for key in self.keys if key.constant is None]
        self.unit: Number | None = None
        if isinstance(term, Lookup) and term.type.kind in NUMERIC:
            self.unit = term.type.unit or 1
        self.memory = TableMemory(self.find)

    def find(self, given: Any) -> Any:
        """Finds the value for the keys that vary."""
        varying = iter(given if len(self.varying) > 1 else (given,))
        values = tuple(key.value(next(varying)) if key.constant is None else key.constant for key in self.keys)
        table = self.term.table
        places = None if table.beyond(values) else table.places(values)
        has_row = places is not None or table.beyond(values) is not None
        if isinstance(self.term, HasRow) or not has_row:
            return has_row if isinstance(self.term, HasRow) else self.without_row
        cell = table.cell(values) if places is None else table.cells[places]
        if cell is None or self.unit is None:
            return self.unset if cell is None else cell
        return int(Fraction(cell) / self.unit)  # type: ignore[arg-type]
