"""Writes look-ups: the type of a table's cells, what is beyond its last row, and whether it is a CASE or a join."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Union

from sqlglot import exp

from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.dialects import TRUTH, WORD
from calc.engine.sql.lookup_case import CaseOfTable, Scaled
from calc.engine.sql.lookup_join import MOST_ACROSS, JoinOfTable
from calc.engine.sql.shared_columns import ColumnAllocator
from calc.engine.sql.sql_value import NUMBER, Cell, constant, kind_of, width_of
from calc.engine.sql.table_decisions import TooLarge, size_of
from calc.exact import Number, grid_of
from calc.language.lookup_tables import LookupTable
from calc.language.typed_tree import HasRow, Lookup
from calc.language.types import NUMERIC
from calc.record import replace

MOST_IN_CASE = 200
"""Words and intervals up to which a look-up is a CASE; beyond it is a join, where the database joins values.

With ten times as many it is still a CASE where a join would take ten rows for each of them, as of a table that has the
same cell almost everywhere.
"""
MOST_VISITED = 100_000
"""Cells within reach above which a CASE is not tried."""

TableTrees = Union[CaseOfTable, JoinOfTable]


class LookedUp:
    """A look-up for known keys: `value`, and `unset`, the test that the cell is unset (None: it never is).

    `kept` puts one of them into a column if it has to be one.
    """

    def __init__(self, term: Lookup | HasRow, keys: list[Cell], lowering: ColumnAllocator) -> None:
        table = term.table
        self.unset: Tree | None = None
        shape, scaled, some = _shape(term, lowering)
        trees = _trees_of(table, keys, lowering, term.name, scaled, shape.unit)
        if isinstance(term, HasRow):
            self.value = Cell(_beyond(table, keys[0], build.truth(True), trees.has_row()), TRUTH)
        else:
            value, unset = trees.cell(build.literal(scaled(some))), trees.unset()
            if table.each_more is not None:
                shape, value, unset = _with_each_more(lowering, table, keys[0], shape, value, unset)
            self.value = replace(shape, value=value)
            self.unset = None if isinstance(unset, exp.Boolean) and not unset.this else unset
        self.kept = trees.kept


def _trees_of(
    table: LookupTable, keys: list[Cell], lowering: ColumnAllocator, name: str, scaled: Scaled, unit: Number
) -> TableTrees:
    varying = [axis for axis, key in zip(table.axes, keys, strict=True) if key.constant is None]
    is_of_bands = len(varying) == 1 and varying[0].bands  # the key of a join would be as large a CASE as the look-up
    if is_of_bands or not lowering.dialect.joins_values:
        return CaseOfTable(table, keys, scaled)
    across = len({places[-1] for places in table.cells})
    rows = len(table.cells) // (across if across <= MOST_ACROSS else 1)
    try:
        small = CaseOfTable(table, keys, scaled, MOST_VISITED)
    except TooLarge:
        small = None
    if small is None or size_of(small.cells) > max(MOST_IN_CASE, min(10 * MOST_IN_CASE, rows // 10)):
        same = lowering.layer, id(table), unit, *(key.value for key in keys)
        if same not in lowering.joins:
            lowering.joins[same] = JoinOfTable(table, keys, lowering, scaled, name)
        found: JoinOfTable = lowering.joins[same]
        return found
    return small


def _shape(term: Lookup | HasRow, lowering: ColumnAllocator) -> tuple[Cell, Scaled, Any]:
    """Finds the type of a table's cells; returns it without a value, how a cell is scaled, and any of them."""
    known = [cell for cell in term.table.cells.values() if cell is not None]
    some = known[0] if known else None
    if isinstance(some, (bool, str)) or (some is None and kind_of(term.type) != NUMBER):
        kind = TRUTH if isinstance(some, bool) else WORD
        return Cell(build.null(), kind), lambda cell: cell, some
    unit: Number = 1
    if isinstance(term, HasRow):
        # that of a look-up with the same keys, so that both are one join
        unit = grid_of(*known) or 1  # type: ignore[arg-type]
    elif term.type.kind in NUMERIC:
        unit = term.type.unit or 1
    counts = {cell: int(Fraction(cell) / unit) for cell in {*known}} or {0: 0}  # type: ignore[arg-type]
    low, high = min(counts.values()), max(counts.values())
    shape = Cell(build.null(), NUMBER, unit, low, high, width_of(low, high, lowering.sums.about))
    return shape, counts.get, some


def _with_each_more(
    lowering: ColumnAllocator, table: LookupTable, key: Cell, shape: Cell, value: Tree, unset: Tree
) -> tuple[Cell, Tree, Tree]:
    """Writes the cells beyond the last row: the last cell plus `each more` for each step."""
    assert table.last is not None and table.each_more is not None
    sums = lowering.sums
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
