"""Checks that a table has a row for every key that can occur, and finds the type of its cells."""

from __future__ import annotations

from calc.exact import Number, grid_of, plain, simplify
from calc.language.lookup_tables import Axis, Key, LookupTable
from calc.language.type_inference import Mismatch, level_of
from calc.language.typed_tree import Term
from calc.language.types import CHOICE, NUMERIC, WORD, YES_NO, Type
from calc.record import replace

Places = tuple[int, ...]


def missing_keys(table: LookupTable, keys: list[Type]) -> list[str] | None:
    """Finds keys that can occur and have no row, as texts; None if every key has one.

    Raises Mismatch if a key has another kind than its axis; `row` is the axis and the place of the row that does not
    fit, where others do.
    """
    if table.each_more is not None and simplify(keys[0].unit or 1).__class__ is not int:
        raise Mismatch("wrong-kind/whole-row", row=(0, -1))
    samples = [_samples(at, axis, key) for at, (axis, key) in enumerate(zip(table.axes, keys, strict=True))]
    if len(samples) == 1:
        return next(([_shown(key)] for key in samples[0] if not table.has((key,))), None)
    gap = _first_gap(table, samples)
    return None if gap is None else [*map(_shown, gap)]


def _first_gap(table: LookupTable, samples: list[list[Key]]) -> tuple[Key, ...] | None:
    """Finds keys of several axes without a row.

    Keys with the same place are one, and only the rows there are get compared: it takes as long as there are rows.
    All rows have all columns, so that the last axis is looked at alone.
    """
    found: list[dict[int, Key]] = []
    for at, (axis, keys) in enumerate(zip(table.axes, samples, strict=True)):
        places: dict[int, Key] = {}
        for key in keys:
            place = axis.find(key)
            if place is None:
                return tuple(key if other == at else one[0] for other, one in enumerate(samples))
            places.setdefault(place, key)
        found.append(places)
    rows = [*dict.fromkeys(places[:-1] for places in table.cells)]
    gap = _gap_from(0, rows, table.axes[:-1], found)
    return None if gap is None else (*gap, *(samples[at][0] for at in range(len(gap), len(samples))))


def _gap_from(
    at: int, rows: list[Places], axes: tuple[Axis, ...], keys: list[dict[int, Key]]
) -> tuple[Key, ...] | None:
    """Finds keys without a row from an axis on; `rows` are those that fit the keys of the axes before it."""
    if at == len(axes):
        return None
    groups: dict[int, list[Places]] = {}
    for row in rows:
        groups.setdefault(row[at], []).append(row)
    other = axes[at].rest
    rest = groups.get(other, []) if other is not None else []
    behind = _gap_from(at + 1, rest, axes, keys) if rest else ()
    if behind is None:
        return None
    for place, key in keys[at].items():
        own = groups.get(place, []) if place != other else []
        gap = _gap_from(at + 1, own + rest, axes, keys) if own else behind
        if gap is not None:
            return (key, *gap)
    return None


def _samples(at: int, axis: Axis, key: Type) -> list[Key]:
    """Lists keys of a type: enough to reach every row and every gap.

    Where no row fits the type, the look-up is wrong and not a row.
    """
    is_number, is_word = key.kind in NUMERIC, key.kind in (CHOICE, WORD)
    if not is_number and not is_word and key.kind != YES_NO:
        raise Mismatch("wrong-kind/key", kind=key.kind)
    odd = [place for _, place in axis.bands if not is_number]
    for one, place in axis.single.items():
        if isinstance(one, str) != is_word or isinstance(one, bool) != (key.kind == YES_NO):
            odd.append(place)
    if len(odd) == len(axis.single) + len(axis.bands) > 0:
        raise Mismatch("wrong-kind/key", kind=key.kind)
    if odd:
        raise Mismatch("wrong-kind/row", kind=key.kind, row=(at, min(odd)))
    if key.kind == CHOICE:
        for word, place in axis.single.items():
            if word not in key.options:
                raise Mismatch("unknown-word", word=word, options=list(key.options), row=(at, place))
    if key.kind in (CHOICE, WORD):
        return list(key.options)
    if key.kind == YES_NO:
        return [True, False]
    if key.quotient:
        raise Mismatch("stray-quotient")
    return sorted(_number_samples(axis, [*axis.single], key))  # type: ignore[list-item]


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
