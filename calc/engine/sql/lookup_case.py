"""Writes look-ups in tables as nested CASE trees: a level for each axis, a branch for each key or band in reach."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from sqlglot import exp

from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.dialects import TRUTH, WORD
from calc.engine.sql.integer_arithmetic import IntegerArithmetic
from calc.engine.sql.sql_value import NUMBER, Cell, constant, whole_bounds, width_of
from calc.exact import Number, simplify
from calc.language.lookup_tables import Axis, Band, LookupTable
from calc.language.typed_tree import Lookup
from calc.language.types import NUMERIC
from calc.record import replace

Places = tuple["int | None", ...]
Leaf = Callable[[Places], Tree]


def row_tree(table: LookupTable, keys: list[Cell]) -> Tree:
    """Writes the test that a table has a row for known keys."""
    found = _nested(table, keys, lambda places: build.truth(table.at(places) is not None))
    return _beyond(table, keys[0], build.truth(True), found)


def cell_tree(sums: IntegerArithmetic, term: Lookup, keys: list[Cell]) -> tuple[Cell, Tree | None]:
    """Writes the cell for known keys, and the test that it is unset (None: it never is).

    Keys without a row, which only a branch that is not taken can have, get any cell.
    """
    table = term.table
    known = [cell for cell in table.cells.values() if cell is not None]
    numeric = term.type.kind in NUMERIC
    unit: Number = (term.type.unit or 1) if numeric else 1
    if not known or isinstance(known[0], (bool, str)):
        shape = Cell(build.null(), TRUTH if not known or isinstance(known[0], bool) else WORD)
    else:
        counts = [int(Fraction(cell) / unit) for cell in known]  # type: ignore[arg-type]
        low, high = min(counts), max(counts)
        shape = Cell(build.null(), NUMBER, unit, low, high, width_of(low, high, sums.about))

    def leaf(places: Places) -> Tree:
        at = table.at(places)
        cell = known[0] if at is None and known else None if at is None else table.cells[at]
        if cell is None:
            return build.null()
        if shape.kind == NUMBER:
            return build.whole(int(Fraction(cell) / unit))  # type: ignore[arg-type]
        return constant(cell).value

    def is_unset(places: Places) -> Tree:
        at = table.at(places)
        return build.truth(at is not None and table.cells[at] is None)

    value = _nested(table, keys, leaf)
    unset = _nested(table, keys, is_unset)
    if table.each_more is not None:
        shape, value, unset = _with_each_more(sums, table, keys[0], shape, value, unset)
    is_set = isinstance(unset, exp.Boolean) and not unset.this
    return replace(shape, value=value), None if is_set else unset


def _with_each_more(
    sums: IntegerArithmetic, table: LookupTable, key: Cell, shape: Cell, value: Tree, unset: Tree
) -> tuple[Cell, Tree, Tree]:
    """Writes the cells beyond the last row: the last cell plus `each more` for each step."""
    assert table.last is not None and table.each_more is not None
    last = table.cell((table.last,))
    if last is None:
        return shape, _beyond(table, key, build.null(), value), _beyond(table, key, build.truth(True), unset)
    from_last = sums.added("-", replace(key, needs={}), constant(table.last))
    more = sums.added("+", sums.multiplied(from_last, constant(table.each_more)), constant(last))  # type: ignore[arg-type]
    assert isinstance(more, Cell)
    far = sums.in_unit(more, shape.unit)
    low, high = min(shape.low, far.low), max(shape.high, far.high)
    shape = replace(shape, low=low, high=high, width=max(far.width, width_of(low, high, sums.about)))
    return shape, _beyond(table, key, far.value, value), _beyond(table, key, build.truth(False), unset)


def _beyond(table: LookupTable, key: Cell, beyond: Tree, within: Tree) -> Tree:
    if table.last is None:
        return within
    edge = int(Fraction(table.last) // key.unit)
    if key.high <= edge:
        return within
    return build.case([(build.binary(exp.GT, key.value, build.whole(edge)), beyond)], within)


def _nested(table: LookupTable, keys: list[Cell], leaf: Leaf) -> Tree:
    """Writes the tree over all axes; leaves branches at the end out that give the same value as the rest."""

    def level(at: int, places: Places) -> Tree:
        if at == len(keys):
            return leaf(places)
        axis, key = table.axes[at], keys[at]
        rows = [(test, level(at + 1, (*places, place))) for test, place in _branches(axis, key)]
        rest = level(at + 1, (*places, axis.rest))
        while rows and rows[-1][1] == rest:
            rows.pop()
        return build.case(rows, rest) if rows else rest

    return level(0, ())


def _branches(axis: Axis, key: Cell) -> list[tuple[Tree, int]]:
    """Writes the tests of an axis, in order: single keys first, then bands."""
    found: list[tuple[Tree, int]] = []
    for value, place in axis.single.items():
        if key.kind == TRUTH:
            found.append((build.own(key.value) if value else build.negation(build.own(key.value)), place))
        elif key.kind == WORD:
            found.append((build.binary(exp.EQ, key.value, build.word(str(value))), place))
        else:
            whole = simplify(Fraction(value) / key.unit)  # type: ignore[arg-type]
            if isinstance(whole, int) and key.low <= whole <= key.high:
                found.append((build.binary(exp.EQ, key.value, build.whole(whole)), place))
    for band, place in axis.bands:
        test = _in_band(band, key)
        if test is not None:
            found.append((test, place))
    return found


def _in_band(band: Band, key: Cell) -> Tree | None:
    """Writes the test of a band; None where the key cannot be in it."""
    low, high = key.low, key.high
    if band.low is not None:
        low = max(low, whole_bounds(band.low, band.low, key.unit)[0])  # type: ignore[index]
    if band.high is not None:
        least, most = whole_bounds(band.high, band.high, key.unit)  # type: ignore[misc]
        high = min(high, least - 1 if band.open_end else most)
    if low > high:
        return None
    tests: list[Tree] = []
    if low > key.low:
        tests.append(build.binary(exp.GTE, key.value, build.whole(low)))
    if high < key.high:
        tests.append(build.binary(exp.LTE, key.value, build.whole(high)))
    return build.both(*tests) if tests else build.truth(True)
