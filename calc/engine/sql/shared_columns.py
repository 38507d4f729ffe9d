"""Puts cells into columns: those that are used more than once, and those that grow too large."""

from __future__ import annotations

from typing import Any

from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.dialects import LONG, WIDE, Dialect
from calc.engine.sql.integer_arithmetic import IntegerArithmetic
from calc.engine.sql.sql_value import NUMBER, Cell, Needs, whole_bounds, width_of
from calc.engine.sql.stages import StageColumns
from calc.language.types import Type
from calc.record import replace

HEAVY = 60
"""Nodes of a tree above which it becomes a column: databases and sqlglot read trees by recursion."""


class ColumnAllocator:
    """Keeps cells in the columns of a layer, named after the entry that is being written."""

    def __init__(self, dialect: Dialect, columns: StageColumns) -> None:
        self.dialect = dialect
        self.columns = columns
        self.sums = IntegerArithmetic(dialect)
        self.joins: dict[Any, Any] = {}
        self.layer = 0
        self.wanted = ""

    def begin(self, layer: int, name: str, entry: str = "") -> None:
        """Begins an entry: sets its layer, the name of its columns, and the entry's name where it is another."""
        self.layer, self.wanted = layer, name
        self.sums.about = entry or name

    def column(self, tree: Tree, wanted: str) -> Tree:
        """Puts a tree into a column, unless it is one or is a value."""
        if build.is_settled(tree):
            return tree
        return self.columns.put(self.layer, wanted, tree)

    def kept(self, cell: Cell, name: str) -> Cell:
        """Puts the value and needs of a cell into columns."""
        needs = {word: self.column(tree, f"{name} needs") for word, tree in cell.needs.items()}
        return replace(cell, value=self.column(cell.value, name), needs=needs)

    def atom(self, cell: Cell) -> Cell:
        """Puts a cell into columns, so that it may be used more than once."""
        return self.kept(cell, self.wanted)

    def light(self, cell: Cell) -> Cell:
        """Puts the heavy parts of a cell into columns."""
        trees = [cell.value, *cell.needs.values()]
        if all(_is_light(tree) for tree in trees):
            return cell
        needs = {
            word: tree if _is_light(tree) else self.column(tree, f"{self.wanted} needs")
            for word, tree in cell.needs.items()
        }
        value = cell.value if _is_light(cell.value) else self.column(cell.value, self.wanted)
        return replace(cell, value=value, needs=needs)

    def tightened(self, cell: Cell, type_: Type) -> Cell:
        """Narrows the value of a whole entry to the bounds that the checker proved for it.

        It is for whole entries only: inside a formula these bounds may hold only in the branch that is taken, and here
        both branches are computed.
        """
        if cell.kind != NUMBER or cell.is_never_known or cell.constant is not None:
            return cell
        bounds = whole_bounds(type_.low, type_.high, cell.unit)
        if bounds is None:
            return cell
        low, high = max(cell.low, bounds[0]), min(cell.high, bounds[1])
        if low > high:
            return cell
        tree, width = cell.value, cell.width
        if width == WIDE and width_of(low, high, self.wanted) < WIDE:
            tree, width = self.dialect.cast(cell.value, LONG), LONG
        return replace(cell, value=tree, low=low, high=high, width=width)

    def masked(self, branches: list[tuple[Tree, Needs]], otherwise: Needs) -> Needs:
        """Writes the needs of the first branch whose test is true."""
        found: Needs = {}
        several = [needs for _, needs in branches] + [otherwise]
        for word in sorted({word for needs in several for word in needs}):
            zero = build.whole(0)
            rows = [(test, needs.get(word, zero)) for test, needs in branches]
            found[word] = build.case(rows, otherwise.get(word, zero))
        return found


def _is_light(tree: Tree) -> bool:
    return sum(1 for _ in tree.walk()) <= HEAVY
