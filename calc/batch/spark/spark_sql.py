"""Trees written for DuckDB, as Spark has to be told them: the few places where sqlglot's generator is not enough.

A form is matched as a whole by anchors, and `(?d)` has the dot stand for what it stands for in DuckDB. DuckDB's CONCAT
leaves NULL out, as only CONCAT_WS does in Spark. Its widest whole numbers are decimals without decimals.
A text is read as a number by what gives NULL where it is none: Spark may do it before the test that stands before it.
"""

from __future__ import annotations

from sqlglot import exp

from calc.engine.sql import build
from calc.engine.sql.build import Tree

_WIDEST = exp.DataType.build("DECIMAL(38, 0)", dialect="spark")


def in_spark(tree: Tree) -> Tree:
    """The tree with what Spark says in another way."""
    return tree.transform(_told)  # type: ignore[no-any-return]


def sql(tree: Tree) -> str:
    """The text of a tree for Spark."""
    return str(in_spark(tree).sql(dialect="spark"))


def _told(node: Tree) -> Tree:
    if isinstance(node, exp.RegexpFullMatch):
        form = node.args["expression"]
        assert isinstance(form, exp.Literal), "forms are our own fixed texts"
        return exp.RegexpLike(this=node.this, expression=build.word(rf"(?d)\A(?:{form.this})\z"))
    if isinstance(node, exp.Anonymous) and node.name.upper() == "CONCAT":
        return exp.Anonymous(this="CONCAT_WS", expressions=[build.word(""), *node.expressions])
    if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.INT128:
        return _WIDEST.copy()
    if isinstance(node, exp.TryCast) or (isinstance(node, exp.Cast) and isinstance(node.this, exp.Substring)):
        return exp.TryCast(this=node.this, to=node.args["to"], safe=True)
    return node
