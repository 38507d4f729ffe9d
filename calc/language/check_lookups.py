"""Checks that a table has a row for every key that can occur, and finds the type of its cells."""

from __future__ import annotations

from itertools import product

from calc.exact import Number, grid_of, plain, simplify
from calc.language.lookup_tables import Axis, Key, LookupTable
from calc.language.type_inference import Mismatch, level_of
from calc.language.typed_tree import Term
from calc.language.types import CHOICE, NUMERIC, WORD, YES_NO, Type
from calc.record import replace

MOST_COMBINATIONS = 20_000


def missing_keys(table: LookupTable, keys: list[Type]) -> str | None:
    """Finds keys that can occur and have no row, as text; None if every key has one.

    Raises Mismatch if a key has another kind than its axis.
    """
    if table.each_more is not None and simplify(keys[0].unit or 1).__class__ is not int:
        raise Mismatch("wrong-kind/whole-key")
    samples = [_samples(axis, key) for axis, key in zip(table.axes, keys, strict=True)]
    size = 1
    for sample in samples:
        size *= len(sample)
    if size > MOST_COMBINATIONS:
        return "…"
    for combination in product(*samples):
        if not table.has(combination):
            return ", ".join(_shown(key) for key in combination)
    return None


def _samples(axis: Axis, key: Type) -> list[Key]:
    """Lists keys of a type: enough to reach every row and every gap."""
    words = [one for one in axis.single if isinstance(one, str)]
    numbers = [one for one in axis.single if not isinstance(one, (str, bool))]
    if key.kind in (CHOICE, WORD):
        if axis.bands or len(words) < len(axis.single):
            raise Mismatch("wrong-kind/key", kind=key.kind)
        for word in words:
            if key.kind == CHOICE and word not in key.options:
                raise Mismatch("unknown-word", word=word, options=list(key.options))
        return list(key.options)
    if key.kind == YES_NO:
        if axis.bands or any(not isinstance(one, bool) for one in axis.single):
            raise Mismatch("wrong-kind/key", kind=key.kind)
        return [True, False]
    if key.kind not in NUMERIC or words or any(isinstance(one, bool) for one in axis.single):
        raise Mismatch("wrong-kind/key", kind=key.kind)
    if key.quotient:
        raise Mismatch("stray-quotient")
    return list(_number_samples(axis, numbers, key))


def _number_samples(axis: Axis, numbers: list[Number], key: Type) -> set[Number]:
    low, high = key.low, key.high
    assert low is not None and high is not None
    step = key.unit or 1
    edges = set(numbers)
    for band, _ in axis.bands:
        edges |= {edge for edge in (band.low, band.high) if edge is not None}
    found: set[Number] = {low, high}
    for edge in edges:
        nearest = edge // step * step  # the grid of the key need not contain the edge
        found |= {nearest - step, nearest, nearest + step}
    return {one for one in found if low <= one <= high}


def _shown(key: Key) -> str:
    return str(key) if isinstance(key, (str, bool)) else plain(key)


def cell_type(cells: Type, table: LookupTable, keys: tuple[Term, ...]) -> Type:
    """Makes the type of a cell looked up with these keys."""
    level = level_of([key.type for key in keys])
    if table.each_more is None or cells.low is None or cells.high is None:
        return replace(cells, level=level)
    farthest = keys[0].type.high
    last = table.cell((table.last,))  # type: ignore[arg-type]
    if last is None or farthest is None or isinstance(last, str):
        return replace(cells, level=level)
    end = last + max(0, farthest - table.last) * table.each_more  # type: ignore[operator]
    return replace(
        cells,
        level=level,
        unit=grid_of(cells.unit, table.each_more),
        low=min(cells.low, end),
        high=max(cells.high, end),
    )
