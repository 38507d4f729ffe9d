"""Finds the relations that a database is to compute once, where it would put them into those that use them.

PostgreSQL replaces a relation that is used once by its select, and each column by the expression that makes it. Over
many stages an expression that is used twice at each of them grows beyond the memory of the planner.
"""

from __future__ import annotations

from collections import Counter

from sqlglot import exp

from calc.engine.sql import build

MOST_NODES = 2_000
"""Nodes of an expression with all that was put into it, from which its relation is computed once."""


def computed_once(relations: list[exp.CTE], ends: exp.Query) -> set[str]:
    """Finds the names of relations that have to be computed once; `ends` is the select over all relations."""
    used = Counter(build.relations_of(ends))
    for one in relations:
        used.update(build.relations_of(one.this))
    sizes: dict[str, dict[str, int]] = {}
    found = set()
    for relation in relations:
        name, select = relation.alias, relation.this
        inlined = {
            column: size for source in build.relations_of(select) for column, size in sizes.get(source, {}).items()
        }
        columns = {column.alias_or_name: _nodes(column, inlined) for column in select.selects}
        if max(columns.values(), default=0) > MOST_NODES:
            found.add(name)
        is_kept = name in found or used[name] != 1 or select.args.get("group") is not None
        sizes[name] = {} if is_kept else columns
    return found


def _nodes(tree: exp.Expression, inlined: dict[str, int]) -> int:
    return sum(inlined.get(node.name, 1) if isinstance(node, exp.Column) else 1 for node in tree.walk())
