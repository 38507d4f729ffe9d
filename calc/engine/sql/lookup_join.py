"""Writes look-ups in large tables as a join with a relation of the table's rows.

A row of the relation has the keys of a row of the table and its cells across, as the rules file has them. Rows with
`*` on some axes are a relation of their own, without these keys: the first of the relations that has a row decides.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, Union

from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.lookup_case import Scaled, case_of
from calc.engine.sql.shared_columns import ColumnAllocator
from calc.engine.sql.sql_value import NUMBER, Cell
from calc.engine.sql.stages import RowMatch
from calc.engine.sql.table_decisions import ANY, ByNumber, Decider, Decision, intervals
from calc.language.lookup_tables import LookupTable
from calc.record import Record

MOST_ACROSS = 24
"""Places of the last axis up to which each is a column of the relation."""
Across = Union[int, None]


class _Relation(Record):
    """Rows with `*` on the same axes: their cells by the places of their other keys, and then across.

    `match` is the join that finds a row; None if there is no key, so that each household has the one row.
    `names` are the columns of cells that differ, by place.
    """

    cells: dict[tuple[int, ...], dict[Across, Any]]
    match: RowMatch | None
    names: dict[Across, str]


class JoinOfTable:
    """A table and its keys: the trees of what it has for them; `kept` puts one into a column, with its joins."""

    def __init__(self, table: LookupTable, keys: list[Cell], lowering: ColumnAllocator, scaled: Scaled,
                 name: str) -> None:  # fmt: skip
        self.table = table
        self.keys = keys
        self.lowering = lowering
        self.scaled = scaled
        self.name = name
        last = len(keys) - 1
        across = {places[-1] for places in table.cells}
        self.is_wide = last > 0 and keys[last].constant is None and len(across) <= MOST_ACROSS
        self.joined = [at for at, key in enumerate(keys) if key.constant is None and not (self.is_wide and at == last)]
        self.firsts: dict[int, dict[int, int]] = {}
        self.trees = [self._key(at) for at in self.joined]
        parted = self._parted()
        self.rows = [made for mask in sorted(parted) if (made := self._rows(mask, parted[mask]))]

    def has_row(self) -> Tree:
        """Writes the test that there is a row for known keys."""
        return self._first(lambda rows, at: True, build.truth(False), lambda rows, found: build.truth(True), False)

    def cell(self, otherwise: Tree) -> Tree:
        """Writes the cell; `otherwise` is for keys that have no row."""

        def tree(rows: _Relation, found: Any) -> Tree:
            return _column(rows, found) if isinstance(found, str) else build.literal(self.scaled(found[0]))

        return self._first(_cell_of, otherwise, tree)

    def unset(self) -> Tree:
        """Writes the test that the cell is unset."""
        if None not in self.table.cells.values():
            return build.truth(False)

        def tree(rows: _Relation, found: Any) -> Tree:
            return build.is_null(_column(rows, found)) if isinstance(found, str) else build.truth(found[0] is None)

        return self._first(_cell_of, build.truth(False), tree)

    def kept(self, tree: Tree, wanted: str) -> Tree:
        """Puts a tree into a column of the layer, in a stage that joins the rows it needs."""
        if build.is_settled(tree):
            return tree
        matches = tuple(rows.match for rows in self.rows if rows.match is not None)
        return self.lowering.columns.put(self.lowering.layer, wanted, tree, matches)

    def _first(
        self,
        of: Callable[[_Relation, Across], Any],
        otherwise: Tree,
        write: Callable[[_Relation, Any], Tree],
        none: Hashable = ANY,
    ) -> Tree:
        """Writes what the first relation that has a row gives.

        `of` gives the value of a place across, `none` is that of keys without one, `write` makes the tree of a value.
        """
        branches: list[build.Branch] = []
        for rows in self.rows:
            tree = case_of(self._across(rows, of, none), self.keys[-1:], partial(self._written, rows, otherwise, write))
            if rows.match is None:
                return build.case(branches, tree)
            branches.append((build.is_not_null(build.column(rows.match.on[0][1], rows.match.alias)), tree))
        return build.case(branches, otherwise)

    def _across(self, rows: _Relation, of: Callable[[_Relation, Across], Any], none: Hashable) -> Decision:
        """Decides by the last axis, where that runs across."""
        if not self.is_wide:
            return of(rows, None)  # type: ignore[no-any-return]
        places = next(iter(rows.cells.values()))
        table = LookupTable((self.table.axes[-1],), {(place,): place for place in places})  # type: ignore[misc]
        return Decider(table, self.keys[-1:], partial(of, rows), none, None).decision()

    @staticmethod
    def _written(rows: _Relation, otherwise: Tree, write: Callable[[_Relation, Any], Tree], found: Any) -> Tree:
        return build.own(otherwise) if found is ANY or found is False else write(rows, found)

    # keys

    def _key(self, at: int) -> Tree:
        """Writes the key that rows are joined by; a number in a band is the first number of its band."""
        axis, key = self.table.axes[at], self.keys[at]
        if key.kind != NUMBER:
            return key.value
        there = {places[at] for places in self.table.cells} - {axis.rest}
        found = intervals(axis, key, there)
        self.firsts[at] = {place: low for low, _, place in found if place is not None}
        if not axis.bands:
            return key.value
        ends, within = (
            tuple(high for _, high, _ in found[:-1]),
            tuple(None if p is None else low for low, _, p in found),
        )
        decision = ByNumber(0, ends, within)
        tree = case_of(decision, [key], lambda low: build.null() if low is None else build.whole(low))
        return self.lowering.columns.once(self.lowering.layer, f"{self.lowering.wanted} key", tree)

    def _shown(self, at: int, place: int) -> Any:
        """Returns what a place of an axis is joined by; None if the key cannot have it."""
        if self.keys[at].kind == NUMBER:
            return self.firsts[at].get(place)
        return next(word for word, one in self.table.axes[at].single.items() if one == place)

    # rows

    def _parted(self) -> dict[tuple[bool, ...], dict[tuple[int, ...], dict[Across, Any]]]:
        """Parts the rows by the axes on which they have `*`; drops those that a constant key excludes."""
        constants = {at: self.table.axes[at].find(key.constant)
                     for at, key in enumerate(self.keys) if key.constant is not None}  # fmt: skip
        leading = range(len(self.keys) - self.is_wide)
        rests = [axis.rest for axis in self.table.axes]
        found: dict[tuple[bool, ...], dict[tuple[int, ...], dict[Across, Any]]] = {}
        for places, cell in self.table.cells.items():
            if any(places[at] not in (place, rests[at]) for at, place in constants.items()):
                continue
            mask = tuple(places[at] == rests[at] != constants.get(at) for at in leading)
            own = tuple(places[at] for at in self.joined if not mask[at])
            found.setdefault(mask, {}).setdefault(own, {})[places[-1] if self.is_wide else None] = cell
        return found

    def _rows(self, mask: tuple[bool, ...], cells: dict[tuple[int, ...], dict[Across, Any]]) -> _Relation | None:
        by = [(at, tree) for at, tree in zip(self.joined, self.trees, strict=True) if not mask[at]]
        if not by:
            return _Relation(cells, None, {})
        words = [{place: self._shown(at, place) for place in {one[n] for one in cells}} for n, (at, _) in enumerate(by)]
        keys = {own: [shown[place] for shown, place in zip(words, own, strict=True)] for own in cells}
        cells = {own: across for own, across in cells.items() if None not in keys[own]}
        if not cells:
            return None
        columns = self.lowering.columns
        first = next(iter(cells.values()))
        differing = [place for place in first if len({across[place] for across in cells.values()}) > 1]
        written = [[*keys[own], *(self.scaled(across[place]) for place in differing)]
                   for own, across in cells.items()]  # fmt: skip
        names = columns.rows_of(self.name, len(by), len(differing), written)
        match = columns.match(self.lowering.layer, names, [tree for _, tree in by])
        return _Relation(cells, match, dict(zip(differing, names.cells, strict=True)))


def _cell_of(rows: _Relation, place: Across) -> Any:
    """Returns the name of a column of cells, or the one cell that all rows have, in a tuple."""
    return rows.names.get(place) or (next(iter(rows.cells.values()))[place],)


def _column(rows: _Relation, name: str) -> Tree:
    assert rows.match is not None
    return build.column(name, rows.match.alias)
