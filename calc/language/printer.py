"""Writes a tree as text; parsing the text gives the same tree."""

from __future__ import annotations

import ast
from collections.abc import Callable

from calc.exact import plain
from calc.language.syntax_tree import (
    AndOr,
    Arithmetic,
    Call,
    Comparison,
    Conditional,
    Membership,
    Name,
    Negative,
    Node,
    Not,
    Numeral,
    TableHasRow,
    TableLookup,
    Truth,
    Word,
)

_IF, _OR, _AND, _NOT, _COMPARE, _ADD, _MULTIPLY, _NEGATE, _ATOM = range(9)
_OPERATORS = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY}

Leaf = Callable[[Node], "str | None"]


def to_text(node: Node, leaf: Leaf | None = None) -> str:
    """Writes an expression. `leaf` may write a node in another way, for example a name as its value."""
    return _write(node, _IF, leaf)


def _write(node: Node, around: int, leaf: Leaf | None) -> str:
    if leaf is not None:
        other = leaf(node)
        if other is not None:
            return other
    text, strength = _form(node, leaf)
    return f"({text})" if strength < around else text


def _form(node: Node, leaf: Leaf | None) -> tuple[str, int]:
    def write(part: Node, around: int) -> str:
        return _write(part, around, leaf)

    def listed(parts: tuple[Node, ...]) -> str:
        return ", ".join(write(part, _IF) for part in parts)

    match node:
        case Numeral(value=value):
            return plain(value), _ATOM
        case Truth(value=value):
            return str(value), _ATOM
        case Word(text=text):
            return _quoted(text), _ATOM
        case Name(name=name):
            return name, _ATOM
        case Negative(operand=operand):
            return f"-{write(operand, _NEGATE)}", _NEGATE
        case Arithmetic(operator=operator, left=left, right=right):
            own = _OPERATORS[operator]
            return f"{write(left, own)} {operator} {write(right, own + 1)}", own
        case Comparison(operator=operator, left=left, right=right):
            return f"{write(left, _ADD)} {operator} {write(right, _ADD)}", _COMPARE
        case AndOr(operator=operator, operands=operands):
            own = _OR if operator == "or" else _AND
            return f" {operator} ".join(write(operand, own + 1) for operand in operands), own
        case Not(operand=operand):
            return f"not {write(operand, _NOT)}", _NOT
        case Conditional(test=test, then=then, otherwise=otherwise):
            return f"{write(then, _OR)} if {write(test, _OR)} else {write(otherwise, _IF)}", _IF
        case Membership(left=left, items=items):
            inner = listed(items)
            return f"{write(left, _ADD)} in ({inner}{',' if len(items) == 1 else ''})", _COMPARE
        case TableHasRow(keys=keys, table=table):
            key = write(keys[0], _ADD) if len(keys) == 1 else f"({listed(keys)})"
            return f"{key} in {write(table, _ATOM)}", _COMPARE
        case TableLookup(table=table, keys=keys):
            return f"{write(table, _ATOM)}[{listed(keys)}]", _ATOM
        case Call(function=function, arguments=arguments, named=named):
            parts = [write(part, _IF) for part in arguments]
            parts += [f"{name}={write(part, _IF)}" for name, part in named]
            return f"{function}({', '.join(parts)})", _ATOM
        case _:
            raise AssertionError(f"no text for {node!r}")


def _quoted(text: str) -> str:
    return f'"{text}"' if text.isprintable() and not set('"\\') & set(text) else ast.unparse(ast.Constant(text))
