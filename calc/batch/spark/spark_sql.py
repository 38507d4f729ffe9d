"""Trees written for DuckDB in the words of Spark: the few places where sqlglot's generator is not enough.

DuckDB's CONCAT leaves NULL out, as only CONCAT_WS does in Spark. Its widest whole numbers are decimals of 38 digits.
"""

from __future__ import annotations

from sqlglot import exp

from calc.engine.sql import build
from calc.engine.sql.build import Tree

_WIDEST = exp.DataType.build("DECIMAL(38, 0)", dialect="spark")


def in_spark(tree: Tree) -> Tree:
    """The tree with the few nodes that Spark expresses in another way."""
    return tree.transform(_translated)  # type: ignore[no-any-return]


def sql(tree: Tree) -> str:
    """The text of a tree for Spark."""
    return str(in_spark(tree).sql(dialect="spark"))


def _translated(node: Tree) -> Tree:
    if isinstance(node, exp.Anonymous) and node.name.upper() == "CONCAT":
        return exp.Anonymous(this="CONCAT_WS", expressions=[build.word(""), *node.expressions])
    if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.INT128:
        return _WIDEST.copy()
    return node
