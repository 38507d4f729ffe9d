"""Assigns the columns of each layer to stages.

A query cannot use a column in the select list that makes it, so a layer consists of stages: a column is made in the
first stage after all it uses. Columns that are not used any more are left out of later stages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.identifiers import Names
from calc.record import Record

SOURCE, END = -1, 10**6
"""Stages before the first and after the last."""


class TableRows(Record):
    """The rows of a table as a relation: its name, and those of the columns of keys and of cells."""

    name: str
    keys: tuple[str, ...]
    cells: tuple[str, ...]


class RowMatch(Record):
    """A join with at most one row of a table's relation, which has another name in it; `on` are keys and columns."""

    alias: str
    relation: str
    on: tuple[tuple[Tree, str], ...]


class Pairing(Record):
    """Pairs each member with the members of the household whose column `theirs` is its own column `mine`.

    Where one of the two is NULL they are paired too, as they may be the same; `is_sure` if neither ever is.
    `own_needs` are the columns of what the member itself needs, each with its word.
    """

    theirs: str
    mine: str
    is_sure: bool
    own_needs: tuple[tuple[int, str], ...]

    @property
    def own(self) -> frozenset[str]:
        """The columns that are those of the member itself."""
        return frozenset((self.mine, *(name for _, name in self.own_needs)))


class ComputedColumn(Record):
    """A column: its tree, the layer and stage that make it, the columns it uses, and the rows of tables.

    `grouped`: it is an aggregate over the layer before its own, made before the first stage. With a `pairing` it is an
    aggregate over the pairs of the layer of members before its own.
    """

    name: str
    tree: Tree
    layer: int
    stage: int
    uses: frozenset[str]
    grouped: bool = False
    matches: tuple[RowMatch, ...] = ()
    pairing: Pairing | None = None


class StageColumns:
    """All columns of a query. Even layers are of households, odd ones of members."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.made: dict[str, ComputedColumn] = {}
        self.tables: dict[str, tuple[str, exp.Select]] = {}
        self._rows: dict[tuple[str, str], TableRows] = {}
        self._once: dict[tuple[int, Tree], exp.Column] = {}
        self._matches: dict[Any, RowMatch] = {}
        self._pairings: dict[Any, Pairing] = {}

    def put(self, layer: int, wanted: str, tree: Tree, matches: tuple[RowMatch, ...] = ()) -> exp.Column:
        """Makes a column of a layer; `matches` are the rows of tables that its tree uses."""
        name = self.names.fresh(wanted)
        trees = [tree, *(key for match in matches for key, _ in match.on)]
        uses = frozenset(one for each in trees for one in build.columns_of(each)) & self.made.keys()
        stages = [self.made[one].stage for one in uses if self.made[one].layer == layer]
        stage = max([SOURCE, *stages]) + 1
        self.made[name] = ComputedColumn(name, tree, layer, stage, uses, False, matches)
        return build.column(name)

    def once(self, layer: int, wanted: str, tree: Tree) -> Tree:
        """Makes a column of a layer, one for all uses of the same tree."""
        if build.is_settled(tree):
            return tree
        if (layer, tree) not in self._once:
            self._once[layer, tree] = self.put(layer, wanted, tree)
        return self._once[layer, tree]

    def rows_of(self, wanted: str, keys: int, cells: int, rows: list[list[build.Value]]) -> TableRows:
        """Makes the relation of a table's rows, one for all that have the same; each row has keys, then cells."""
        text = build.rows_text(rows, self.names.dialect.name)
        found = self._rows.get((wanted, text))
        if found is None:
            named = [tuple(self.names.fresh(f"{wanted} {what}") for _ in range(count))
                     for what, count in (("key", keys), ("cell", cells))]  # fmt: skip
            found = self._rows[wanted, text] = TableRows(f"table_{len(self.tables) + 1}", *named)
            self.tables[found.name] = wanted, build.rows_relation(text, [*found.keys, *found.cells])
        return found

    def match(self, layer: int, rows: TableRows, keys: list[Tree]) -> RowMatch:
        """Makes the join with the row of these keys, one for all columns of a layer that need it."""
        same = layer, rows.name, tuple(keys)
        if same not in self._matches:
            alias = f"row_{len(self._matches) + 1}"
            self._matches[same] = RowMatch(alias, rows.name, tuple(zip(keys, rows.keys, strict=True)))
        return self._matches[same]

    def group(self, layer: int, wanted: str, tree: Tree) -> exp.Column:
        """Makes a column of the household layer after a member layer, an aggregate over its members."""
        name = self.names.fresh(wanted)
        uses = frozenset(build.columns_of(tree)) & self.made.keys()
        self.made[name] = ComputedColumn(name, tree, layer + 1, SOURCE, uses, True)
        return build.column(name)

    def pairing(self, layer: int, keys: list[Tree], own_needs: Mapping[int, Tree], is_sure: bool) -> Pairing:
        """Makes the columns by which members are paired, once for all aggregates; `keys` are theirs and mine.

        The columns are its own: another that has the same tree may be read from the other member.
        """
        same = layer, tuple(keys), tuple(own_needs.items())
        if same not in self._pairings:
            theirs, mine = (
                self.put(layer, f"pair {role}", key).name for role, key in zip(("theirs", "mine"), keys, strict=True)
            )
            needs = tuple((word, self.put(layer, "pair needs", tree).name) for word, tree in own_needs.items())
            self._pairings[same] = Pairing(theirs, mine, is_sure, needs)
        return self._pairings[same]

    def pair(self, layer: int, wanted: str, tree: Tree, pairing: Pairing) -> exp.Column:
        """Makes a column of the next layer of members, an aggregate over the pairs of members of a layer."""
        name = self.names.fresh(wanted)
        uses = frozenset({*build.columns_of(tree), pairing.theirs, pairing.mine}) & self.made.keys()
        self.made[name] = ComputedColumn(name, tree, layer + 2, SOURCE, uses, pairing=pairing)
        return build.column(name)

    def source(self, layer: int, wanted: str, tree: Tree) -> exp.Column:
        """Makes a column of the first layer of its kind from one of the input."""
        name = self.names.fresh(wanted)
        self.made[name] = ComputedColumn(name, tree, layer, 0, frozenset())
        return build.column(name)

    def live(self, wanted: set[str]) -> dict[str, ComputedColumn]:
        """Finds the wanted columns and all that they use, in the order in which they were made."""
        found: set[str] = set()
        waiting = list(wanted)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.made[name].uses
        return {name: made for name, made in self.made.items() if name in found}


class Uses:
    """The last use of each column: in layers of its own kind, and in each layer of members it is joined into."""

    def __init__(self, live: dict[str, ComputedColumn], outputs: set[str]) -> None:
        self.live = live
        self.last: dict[str, tuple[int, int]] = {name: (END, 0) for name in outputs}
        self.joined: dict[int, dict[str, int]] = {}
        for made in live.values():
            if made.pairing is not None:
                place = made.layer - 2, END
            else:
                place = (made.layer - 1, END) if made.grouped else (made.layer, made.stage)
            for name in made.uses:
                self._use(live[name], *place)

    def _use(self, used: ComputedColumn, layer: int, stage: int) -> None:
        if used.layer % 2 != layer % 2:  # a value of the household in a layer of members
            joined = self.joined.setdefault(layer, {})
            joined[used.name] = max(joined.get(used.name, stage), stage)
            layer, stage = layer - 1, END
        self.last[used.name] = max(self.last.get(used.name, (0, SOURCE)), (layer, stage))

    def carried(self, layer: int, stage: int) -> list[str]:
        """Lists the columns that are made before a stage of a layer and used after it."""
        found = []
        for name, made in self.live.items():
            if made.layer % 2 != layer % 2:
                if stage < self.joined.get(layer, {}).get(name, SOURCE):
                    found.append(name)
            elif (made.layer, made.stage) < (layer, stage) < self.last.get(name, (0, SOURCE)):
                found.append(name)
        return found
