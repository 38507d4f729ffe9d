"""Reads the values of parameters from TOML: single values, tables and scales."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Union

from calc.exact import Number, decimals_of, grid_of
from calc.language.lookup_tables import Axis, Band, Cell, Key, LookupTable, Scale
from calc.language.types import CHOICE, COUNT, DATE, LIMITS, NUMERIC, TEXT, YES_NO, Type
from calc.rules.schema import is_number
from calc.rules.toml_document import day_number

MOST_ROWS = 5000
MOST_STEPS = 60


class BadValue(Exception):
    """Raised for a value that does not fit; `code` and `values` make the message, `path` leads to the cell."""

    def __init__(self, code: str, path: tuple[int, ...] = (), **values: object) -> None:
        super().__init__(code)
        self.code, self.path, self.values = code, path, values


def scalar(kind: str, raw: Any, options: tuple[str, ...], path: tuple[int, ...] = ()) -> Union[Number, bool, str]:
    """Reads a single value of a kind. Raises BadValue."""
    if kind in NUMERIC and is_number(raw) and decimals_of(raw) is not None:
        low, high = LIMITS[kind]
        if low <= raw <= high and (kind != COUNT or raw.__class__ is int):
            return raw  # type: ignore[no-any-return]
    elif kind == YES_NO and raw.__class__ is bool:
        return raw  # type: ignore[no-any-return]
    elif kind == DATE and day_number(raw) is not None:
        return day_number(raw)  # type: ignore[return-value]
    elif (kind == CHOICE and raw in options) or (kind == TEXT and isinstance(raw, str)):
        return raw  # type: ignore[no-any-return]
    raise BadValue("wrong-value/kind", path, kind=kind)


def cells_type(kind: str, options: tuple[str, ...], cells: list[Any]) -> Type:
    """Makes the type that covers the given values of a kind; None is an unset value."""
    if kind in NUMERIC:
        known = [cell for cell in cells if cell is not None] or [0]
        if len(known) < len(cells):  # an unset cell may hold anything until it is set
            low, high = LIMITS[kind]
            return Type(kind, 0, grid_of(*known), low, high)
        return Type(kind, 0, grid_of(*known), min(known), max(known))
    if kind == DATE:
        low, high = LIMITS[DATE]
        days = [cell for cell in cells if cell is not None]
        return Type(kind, 0, 0, min(days, default=low), max(days, default=high))
    return Type(kind, options=options)


def scale(raw: Any) -> Scale:
    """Reads a marginal scale `[[threshold, rate], …]`. Raises BadValue."""
    if not isinstance(raw, list) or not raw or len(raw) > MOST_STEPS:
        raise BadValue("wrong-value/scale")
    steps: list[tuple[Number, Number]] = []
    for at, row in enumerate(raw):
        if not (isinstance(row, list) and len(row) == 2 and all(is_number(one) for one in row)):
            raise BadValue("wrong-value/scale", (at,))
        if steps and row[0] <= steps[-1][0]:
            raise BadValue("table-overlap/scale", (at,))
        steps.append((row[0], row[1]))
    return Scale(tuple(steps))


def table(kind: str, options: tuple[str, ...], axes: int, raw: Any) -> LookupTable:
    """Reads the rows of a table. Raises BadValue with the path to the row or cell that does not fit."""
    if not isinstance(raw, list) or not raw or not all(isinstance(row, list) for row in raw):
        raise BadValue("wrong-value/table")
    if len(raw) > MOST_ROWS:
        raise BadValue("wrong-value/table-size")
    if axes == 1:
        return _column(kind, options, raw)
    heading, *rows = raw
    across = heading[axes - 1 :]
    if not across or not rows:
        raise BadValue("wrong-value/table")
    places: list[dict[Any, int]] = [{} for _ in range(axes - 1)]
    keys: list[list[tuple[Any, tuple[int, ...]]]] = [[] for _ in range(axes - 1)]
    for at, row in enumerate(rows, 1):
        if len(row) != len(heading):
            raise BadValue("wrong-value/row", (at,), wanted=len(heading), given=len(row))
        for axis in range(axes - 1):
            key = _key_id(row[axis])
            if key not in places[axis]:
                places[axis][key] = len(keys[axis])
                keys[axis].append((row[axis], (at, axis)))
    keys.append([(key, (0, axes - 1 + at)) for at, key in enumerate(across)])
    built = [_axis(column) for column in keys]
    cells: dict[tuple[int, ...], Cell] = {}
    for at, row in enumerate(rows, 1):
        lead = tuple(places[axis][_key_id(row[axis])] for axis in range(axes - 1))
        for column in range(len(across)):
            where = (*lead, column)
            if where in cells:
                raise BadValue("table-overlap", (at,), key=[str(key) for key in row[: axes - 1]])
            path = (at, axes - 1 + column)
            cells[where] = _cell(kind, options, row[axes - 1 + column], path)
    return LookupTable(tuple(built), cells)


def key_path(raw: list[list[Any]], axes: int, axis: int, place: int) -> tuple[int, int]:
    """Finds the row and column of a key of a table by its axis and its place along it; -1 is the last row."""
    if axes == 1:
        return (place if place >= 0 else len(raw) - 1), 0
    if axis == axes - 1:
        return 0, axis + place
    rows: dict[object, int] = {}
    for at, row in enumerate(raw[1:], 1):
        rows.setdefault(_key_id(row[axis]), at)
    return [*rows.values()][place], axis


def _column(kind: str, options: tuple[str, ...], raw: list[Any]) -> LookupTable:
    for at, row in enumerate(raw):
        if len(row) != 2:
            raise BadValue("wrong-value/row", (at,), wanted=2, given=len(row))
    more: Number | None = None
    last: Number | None = None
    if raw[-1][0] == "each more":
        numbers = [row[0] for row in raw[:-1] if row[0].__class__ is int]
        value = raw[-1][1]
        if not numbers or len(numbers) < len(raw) - 1 or kind not in NUMERIC or not is_number(value):
            raise BadValue("wrong-value/each-more", (len(raw) - 1,))
        raw, more, last = raw[:-1], value, max(numbers)
    axis = _axis([(row[0], (at, 0)) for at, row in enumerate(raw)])
    cells: dict[tuple[int, ...], Cell] = {(at,): _cell(kind, options, row[1], (at, 1)) for at, row in enumerate(raw)}
    return LookupTable((axis,), cells, last, more)


def _cell(kind: str, options: tuple[str, ...], raw: Any, path: tuple[int, ...]) -> Cell:
    return None if raw == "unset" else scalar(kind, raw, options, path)


def _key_id(key: Any) -> tuple[type, Any]:
    """Makes what is equal for equal keys: `true` is not 1 here; a list is no key, and `_axis` says so."""
    return key.__class__, key if key.__class__.__hash__ else str(key)


def _axis(keys: list[tuple[Any, tuple[int, ...]]]) -> Axis:
    """Makes an axis from keys and their paths. Raises BadValue where two keys cover the same value."""
    single: dict[Key, int] = {}
    paths: dict[Key, tuple[int, ...]] = {}
    bands: list[tuple[Band, int, tuple[int, ...], str]] = []
    rest: int | None = None
    for place, (raw, path) in enumerate(keys):
        key = band(raw) if isinstance(raw, str) and ".." in raw else raw
        if raw == "*":
            if rest is not None:
                raise BadValue("table-overlap", path, key="*")
            rest = place
        elif isinstance(key, Band):
            bands.append((key, place, path, raw))
        elif isinstance(raw, bool) or is_number(raw) or (isinstance(raw, str) and raw):
            if raw in single:
                raise BadValue("table-overlap", path, key=str(raw))
            single[raw] = place
            paths[raw] = path
        else:
            raise BadValue("wrong-value/table-key", path)
    bands.sort(key=lambda one: (one[0].low is not None, one[0].low or 0))
    for (before, *_), (after, _, path, written) in pairwise(bands):
        if _overlap(before, after):
            raise BadValue("table-overlap", path, key=written)
    starts = tuple(after.low for after, *_ in bands[1:] if after.low is not None)
    axis = Axis({}, tuple((one, place) for one, place, *_ in bands), None, starts)
    for raw, path in paths.items():
        if bands and is_number(raw) and axis.find(raw) is not None:
            raise BadValue("table-overlap", path, key=str(raw))
    return Axis(single, axis.bands, rest, starts)


def band(text: str) -> Band:
    """Reads a band like `"12..17"`, `"0..<500"`, `"500.."`, `"..<500"`. Raises BadValue."""
    from calc.exact import read_number

    low_text, _, high_text = text.partition("..")
    open_end = high_text.startswith("<")
    try:
        low = read_number(low_text.strip()) if low_text.strip() else None
        high_digits = high_text.lstrip("<").strip()
        high = read_number(high_digits) if high_digits else None
    except ValueError:
        raise BadValue("wrong-value/band", key=text) from None
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        raise BadValue("wrong-value/band", key=text)
    return Band(low, high, open_end)


def _overlap(one: Band, other: Band) -> bool:
    def ends_before(first: Band, second: Band) -> bool:
        if first.high is None or second.low is None:
            return False
        return first.high <= second.low if first.open_end else first.high < second.low

    return not ends_before(one, other) and not ends_before(other, one)
