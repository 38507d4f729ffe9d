"""Builds parts of a query as sqlglot trees. Names and words of a rules file become nodes here, never text.

A tree has one parent: every function copies a tree that is already part of another.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Union

from sqlglot import Dialect, exp

if TYPE_CHECKING:
    Tree = exp.Expr  # the base of all nodes to the type checker
else:
    Tree = exp.Expression
Branch = tuple[Tree, Tree]
Value = Union[int, bool, str, None]
_PATTERNS = re.compile(r"[*?\[]")


def own(tree: Tree) -> Tree:
    """Returns the tree, or a copy if it is already part of another."""
    return tree.copy() if tree.parent is not None else tree


def operand(tree: Tree) -> Tree:
    """Puts a tree in brackets where the operator around it needs them: sqlglot adds none by itself."""
    plain = (exp.Column, exp.Literal, exp.Paren, exp.Case, exp.Null, exp.Boolean)
    if isinstance(tree, plain) or (isinstance(tree, exp.Func) and not isinstance(tree, exp.Binary)):
        return own(tree)
    return exp.Paren(this=own(tree))


def column(name: str, table: str | None = None) -> exp.Column:
    """Makes a column; its name is always quoted."""
    of = exp.to_identifier(table, quoted=True) if table else None
    return exp.Column(this=exp.to_identifier(name, quoted=True), table=of)


def relation(name: str, alias: str | None = None) -> exp.Table:
    """Makes a table, view or common table expression by its name."""
    named = exp.TableAlias(this=exp.to_identifier(alias, quoted=True)) if alias else None
    return exp.Table(this=exp.to_identifier(name, quoted=True), alias=named)


def whole(value: int) -> Tree:
    """Makes a whole number."""
    number = exp.Literal.number(str(abs(value)))
    return exp.Paren(this=exp.Neg(this=number)) if value < 0 else number


def truth(value: bool) -> exp.Boolean:
    """Makes true or false."""
    return exp.Boolean(this=value)


def word(value: str) -> exp.Literal:
    """Makes a string."""
    return exp.Literal.string(value)


def null() -> exp.Null:
    """Makes NULL."""
    return exp.Null()


def is_settled(tree: Tree) -> bool:
    """Says whether a tree can be used twice at no cost: a column or a value."""
    if isinstance(tree, exp.Paren):
        return isinstance(tree.this, exp.Neg) and isinstance(tree.this.this, exp.Literal)
    return isinstance(tree, (exp.Column, exp.Literal, exp.Boolean, exp.Null))


def is_null_value(tree: Tree) -> bool:
    """Says whether a tree is NULL itself."""
    return isinstance(tree, exp.Null)


def binary(kind: type[exp.Binary], left: Tree, right: Tree) -> Tree:
    """Puts an operator between two trees."""
    return kind(this=operand(left), expression=operand(right))


def negation(tree: Tree) -> Tree:
    """Makes `NOT tree`."""
    if isinstance(tree, exp.Boolean):
        return truth(not tree.this)
    if is_null_value(tree):
        return null()
    return tree.this if isinstance(tree, exp.Not) and tree.parent is None else exp.Not(this=operand(tree))


def joined(kind: type[exp.Connector], trees: Iterable[Tree]) -> Tree:
    """Puts AND or OR between several trees."""
    result: Tree | None = None
    for tree in trees:
        result = operand(tree) if result is None else kind(this=result, expression=operand(tree))
    assert result is not None
    return result


def both(*trees: Tree) -> Tree:
    """Puts `AND` between trees; in SQL it is Kleene's."""
    return joined(exp.And, trees)


def either(*trees: Tree) -> Tree:
    """Puts `OR` between trees; in SQL it is Kleene's."""
    return joined(exp.Or, trees)


def is_null(tree: Tree) -> Tree:
    """Makes `tree IS NULL`."""
    return exp.Is(this=operand(tree), expression=null())


def is_not_null(tree: Tree) -> Tree:
    """Makes `tree IS NOT NULL`."""
    return exp.Not(this=is_null(tree))


def case(branches: Sequence[Branch], otherwise: Tree | None = None) -> Tree:
    """Makes `CASE WHEN … THEN … ELSE … END`; without `otherwise` it is NULL where no test is true.

    A test that is NULL itself is never true and has no type that Spark takes for a test, so its branch is left out.
    """
    branches = [(test, value) for test, value in branches if not is_null_value(test)]
    if not branches:
        return null() if otherwise is None else own(otherwise)
    ifs = [exp.If(this=own(test), true=own(value)) for test, value in branches]
    return exp.Case(ifs=ifs, default=None if otherwise is None else own(otherwise))


def call(function: str, *trees: Tree) -> Tree:
    """Calls a function by its name, so that no dialect of sqlglot replaces it by another."""
    return exp.Anonymous(this=function, expressions=[own(tree) for tree in trees])


def coalesce(tree: Tree, value: Tree) -> Tree:
    """Makes `COALESCE(tree, value)`."""
    return exp.Coalesce(this=own(tree), expressions=[own(value)])


def window(tree: Tree, partition: Sequence[Tree], order: Sequence[Tree] = ()) -> Tree:
    """Makes an aggregate or a row number within a partition."""
    return exp.Window(
        this=own(tree),
        partition_by=[own(one) for one in partition],
        order=exp.Order(expressions=[ordered(one) for one in order]) if order else None,
    )


def columns_of(tree: Tree) -> set[str]:
    """Finds the names of the columns a tree uses."""
    return {found.name for found in tree.find_all(exp.Column)}


def literal(value: Value) -> Tree:
    """Makes a known value, or NULL."""
    if value is None:
        return null()
    if isinstance(value, bool):
        return truth(value)
    return word(value) if isinstance(value, str) else whole(value)


def rows_text(rows: Iterable[Iterable[Value]], dialect: str) -> str:
    """Writes rows as `VALUES` takes them: as nodes they would be most of the time of a query's making."""
    generator = Dialect.get_or_raise(dialect).generator()
    texts: dict[tuple[type, Value], str] = {}

    def text(value: Value) -> str:
        same = value.__class__, value
        if same not in texts:
            texts[same] = generator.generate(literal(value), copy=False)
        return texts[same]

    return ",\n".join(f"({', '.join(map(text, row))})" for row in rows)


def rows_relation(text: str, columns: Sequence[str]) -> exp.Select:
    """Selects rows that `rows_text` has written, with names for their columns."""
    named = exp.TableAlias(
        this=exp.to_identifier("t", quoted=True), columns=[exp.to_identifier(one, quoted=True) for one in columns]
    )
    return select_all(exp.Values(expressions=[exp.Var(this=text)], alias=named))


# statements


def table_of(name: str, columns: Sequence[tuple[str, str]]) -> Tree:
    """Makes a table with columns of DuckDB's types."""
    shape = [
        exp.ColumnDef(this=exp.to_identifier(column, quoted=True), kind=exp.DataType.build(kind, dialect="duckdb"))
        for column, kind in columns
    ]
    return exp.Create(this=exp.Schema(this=relation(name), expressions=shape), kind="TABLE", replace=True)


def column_added(name: str, column: str, kind: str) -> Tree:
    """Adds a column to a table."""
    shape = exp.ColumnDef(this=exp.to_identifier(column, quoted=True), kind=exp.DataType.build(kind, dialect="duckdb"))
    return exp.Alter(this=relation(name), kind="TABLE", actions=[shape])


def rows_added(name: str, columns: Sequence[str], kinds: Sequence[str]) -> Tree:
    """Inserts rows into a table; takes one parameter for each column, the list of its values."""
    lists = [
        call("UNNEST", exp.Cast(this=exp.Placeholder(), to=exp.DataType.build(f"{kind}[]", dialect="duckdb")))
        for kind in kinds
    ]
    into = exp.Schema(this=relation(name), expressions=[exp.to_identifier(one, quoted=True) for one in columns])
    return exp.Insert(this=into, expression=exp.select(*lists, copy=False))


def ordered(tree: Tree) -> exp.Ordered:
    """Sorts in rising order, NULL first."""
    return exp.Ordered(this=own(tree), desc=False, nulls_first=True)


def table_from(name: str, query: Tree) -> Tree:
    """Makes a table with the rows of a query; replaces one of that name."""
    return exp.Create(this=relation(name), kind="TABLE", expression=own(query), replace=True)


def copy_to(path: str, query: Tree) -> Tree:
    """Writes the rows of a query to a file, in the format of its ending."""
    return exp.Copy(this=exp.Subquery(this=own(query)), kind=False, files=[word(path)])


def view_of(name: str, query: Tree) -> Tree:
    """Makes a view; replaces one of that name."""
    return exp.Create(this=relation(name), kind="VIEW", expression=own(query), replace=True)


def select_all(source: Tree) -> exp.Select:
    """Selects all columns of a relation or table function."""
    return exp.select(exp.Star(), copy=False).from_(own(source), copy=False)


def shape_of(name: str) -> exp.Select:
    """Selects no row of a relation, to find its columns."""
    return select_all(relation(name)).limit(0, copy=False)


def select_from(name: str, columns: Sequence[Tree]) -> exp.Select:
    """Selects columns from a relation."""
    return exp.select(*(own(one) for one in columns), copy=False).from_(relation(name), copy=False)


def count_all() -> Tree:
    """Counts rows."""
    return exp.Count(this=exp.Star())


def relations_of(tree: Tree) -> list[str]:
    """Lists the names of the relations a query reads, each as often as it is read."""
    return [found.name for found in tree.find_all(exp.Table)]


def behind(select: exp.Query, expressions: Iterable[exp.CTE], once: Collection[str] = ()) -> exp.Query:
    """Puts common table expressions before a select; the database computes those named `once` apart, and once."""
    for one in expressions:
        apart = True if one.alias in once else None
        select = select.with_(one.args["alias"].copy(), as_=one.this.copy(), materialized=apart, copy=False)
    return select


def one_file(path: str) -> Tree:
    """Escapes the path of a file, so that DuckDB reads it neither as a pattern nor as a network address."""
    return word(_PATTERNS.sub(r"[\g<0>]", os.path.abspath(path)))
