"""Types of the tree of an expression, which `parse` makes and `to_text` prints.

Every node has its span, in bytes of the text as UTF-8, so that a message can point at it.
"""

from __future__ import annotations

from calc.exact import Number
from calc.record import Record

Span = tuple[int, int]


class Node(Record):
    """Base of the nodes; equality ignores the span."""


class Numeral(Node):
    """A number as written."""

    value: Number
    span: Span = (0, 0)


class Truth(Node):
    """`True` or `False`."""

    value: bool
    span: Span = (0, 0)


class Word(Node):
    """A quoted text: a word of a choice, or a text to compare with."""

    text: str
    span: Span = (0, 0)


class Name(Node):
    """A name, NFKC-normalised."""

    name: str
    span: Span = (0, 0)

    def __hash__(self) -> int:  # most guards are about names, and looked up often
        return hash(self.name)


class Negative(Node):
    """`-operand`."""

    operand: Node
    span: Span = (0, 0)


class Arithmetic(Node):
    """`left + right`, and `- * /`."""

    operator: str
    left: Node
    right: Node
    span: Span = (0, 0)


class Comparison(Node):
    """`left < right` and other comparisons; a chain is an `and` of comparisons."""

    operator: str
    left: Node
    right: Node
    span: Span = (0, 0)


class AndOr(Node):
    """`and` or `or` of two or more operands."""

    operator: str
    operands: tuple[Node, ...]
    span: Span = (0, 0)


class Not(Node):
    """`not operand`."""

    operand: Node
    span: Span = (0, 0)


class Conditional(Node):
    """`then if test else otherwise`."""

    test: Node
    then: Node
    otherwise: Node
    span: Span = (0, 0)


class Membership(Node):
    """`left in (item, …)`."""

    left: Node
    items: tuple[Node, ...]
    span: Span = (0, 0)


class TableHasRow(Node):
    """`key in table`, `(key, key) in table`."""

    keys: tuple[Node, ...]
    table: Name
    span: Span = (0, 0)


class TableLookup(Node):
    """`table[key, …]`."""

    table: Name
    keys: tuple[Node, ...]
    span: Span = (0, 0)


class Call(Node):
    """`function(argument, …, name=argument)`."""

    function: str
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]
    span: Span = (0, 0)


def children(node: Node) -> tuple[Node, ...]:
    """Lists the nodes directly below, in reading order."""
    match node:
        case Negative(operand=operand) | Not(operand=operand):
            return (operand,)
        case Arithmetic(left=left, right=right) | Comparison(left=left, right=right):
            return (left, right)
        case AndOr(operands=operands):
            return operands
        case Conditional(test=test, then=then, otherwise=otherwise):
            return (then, test, otherwise)
        case Membership(left=left, items=items):
            return (left, *items)
        case TableHasRow(keys=keys, table=table) | TableLookup(keys=keys, table=table):
            return (table, *keys)
        case Call(arguments=arguments, named=named):
            return (*arguments, *(argument for _, argument in named))
        case _:
            return ()
