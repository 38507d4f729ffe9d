"""Writes look-ups in small tables as CASE: a test for each group of keys that give the same cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.dialects import TRUTH
from calc.engine.sql.sql_value import Cell
from calc.engine.sql.table_decisions import ANY, ByNumber, ByWord, Decider, Decision
from calc.language.lookup_tables import LookupTable

IN_ROW = 8
"""Intervals of a number that are tested one after the other; of more, half of them are left out by each test."""


Scaled = Callable[[Any], build.Value]
"""Turns the cell of a table into what a query holds: a number into a scaled one."""


class CaseOfTable:
    """A table and its keys: the trees of what it has for them."""

    def __init__(self, table: LookupTable, keys: list[Cell], scaled: Scaled, most: int | None = None) -> None:
        self.table = table
        self.scaled = scaled
        self.keys = keys
        self.cells = Decider(table, keys, lambda cell: (cell,), ANY, most).decision()

    def has_row(self) -> Tree:
        """Writes the test that there is a row for known keys."""
        decision = Decider(self.table, self.keys, lambda cell: True, False, None).decision()
        return case_of(decision, self.keys, lambda found: build.truth(found))

    def cell(self, otherwise: Tree) -> Tree:
        """Writes the cell; `otherwise` is for keys that have no row."""
        return case_of(
            self.cells,
            self.keys,
            lambda found: build.own(otherwise) if found is ANY else build.literal(self.scaled(found[0])),
        )

    def unset(self) -> Tree:
        """Writes the test that the cell is unset."""
        decision = Decider(self.table, self.keys, lambda cell: cell is None, ANY, None).decision()
        return case_of(decision, self.keys, lambda found: build.truth(found is True))

    def kept(self, tree: Tree, wanted: str) -> Tree:
        """Returns a tree as it is: it needs no other relation."""
        return tree


def case_of(decision: Decision, keys: list[Cell], write: Callable[[Any], Tree]) -> Tree:
    """Writes a decision; `write` makes the tree of a value."""
    match decision:
        case ByWord(axis=at, groups=groups, rest=rest):
            branches = [(_is_one_of(keys[at], words), case_of(one, keys, write)) for words, one in groups]
            return build.case(branches, case_of(rest, keys, write))
        case ByNumber(axis=at, ends=ends, within=within):
            return _by_number(keys[at], ends, [case_of(one, keys, write) for one in within])
    return write(decision)


def _is_one_of(key: Cell, words: tuple[Any, ...]) -> Tree:
    if key.kind == TRUTH:
        (is_true,) = words
        return build.own(key.value) if is_true else build.negation(build.own(key.value))
    if len(words) == 1:
        return build.binary(exp.EQ, key.value, build.word(words[0]))
    return exp.In(this=build.operand(key.value), expressions=[build.word(word) for word in words])


def _by_number(key: Cell, ends: tuple[int, ...], trees: list[Tree]) -> Tree:
    if len(trees) > IN_ROW:
        half = len(trees) // 2
        test = build.binary(exp.LTE, key.value, build.whole(ends[half - 1]))
        lower, upper = _by_number(key, ends[: half - 1], trees[:half]), _by_number(key, ends[half:], trees[half:])
        return build.case([(test, lower)], upper)
    tests = [build.binary(exp.LTE, key.value, build.whole(end)) for end in ends]
    return build.case([*zip(tests, trees, strict=False)], trees[-1]) if tests else trees[0]
