"""Phrases of SQL as trees: our own fixed text with places in it, which are filled by trees and never by text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import sqlglot
from sqlglot import exp

from calc.engine.sql import build
from calc.engine.sql.build import Tree

_PLACE = re.compile(r":([a-z_]+)")
_MARK = "place__"


@lru_cache(maxsize=512)
def _parsed(text: str) -> Tree:
    """The text as a tree, its places as names that nothing else has: DuckDB's `name: value` is not to be read in."""
    return sqlglot.parse_one(_PLACE.sub(rf"{_MARK}\1", text), dialect="duckdb")  # type: ignore[return-value]


def phrase(text: str, /, **trees: Tree | str | int) -> Tree:
    """A fixed text with `:name` for each tree that is put in; words and whole numbers become literals."""
    found = _parsed(text).copy()
    for place in [*found.find_all(exp.Column, exp.Table)]:
        of = place.args.get("table")
        if isinstance(of, exp.Identifier) and of.name.startswith(_MARK):
            name = exp.to_identifier(trees[of.name.removeprefix(_MARK)].name, quoted=True)  # type: ignore[union-attr]
            place.set("table", name)
        if not place.name.startswith(_MARK):
            continue
        given = trees[place.name.removeprefix(_MARK)]
        if isinstance(given, str):
            given = build.word(given)
        elif isinstance(given, int):
            given = build.whole(given)
        tree = build.own(given) if isinstance(place, exp.Table) else build.operand(given)
        if place is found:
            return tree
        place.replace(tree)
    return found


def named(tree: Tree, name: str) -> Tree:
    """The tree as a column of that name."""
    return exp.alias_(build.own(tree), name, quoted=True)


def select(relation: Tree | str, columns: Sequence[Tree]) -> exp.Select:
    """Columns of a relation or query."""
    source = build.relation(relation) if isinstance(relation, str) else build.own(relation)
    return exp.select(*(build.own(one) for one in columns), copy=False).from_(source, copy=False)


def within(query: Tree, name: str) -> Tree:
    """A query as a relation."""
    return exp.Subquery(this=build.own(query), alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))


def joined_text(trees: list[Tree]) -> Tree:
    """Texts one behind the other; NULL counts for nothing."""
    merged: list[Tree] = []
    for tree in trees:
        if merged and isinstance(tree, exp.Literal) and isinstance(merged[-1], exp.Literal):
            merged[-1] = build.word(merged[-1].this + tree.this)
        else:
            merged.append(tree)
    return build.call("CONCAT", *merged)


def sql(tree: Tree) -> str:
    """The text of a tree for DuckDB."""
    return str(tree.sql(dialect="duckdb"))
