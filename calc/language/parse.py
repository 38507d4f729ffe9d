"""Text → tree. Python's own parser reads the text; every node of its result is rebuilt as one of ours or refused.

Only expressions are read, never run. Line ends count as blanks, as if the whole stood in brackets.
"""

from __future__ import annotations

import ast
import re
from typing import Union

from calc.exact import read_number
from calc.language.problem import Problem
from calc.language.tree import (
    Arithmetic,
    Call,
    Comparison,
    HasRow,
    If,
    Logic,
    Lookup,
    Membership,
    Name,
    Negative,
    Node,
    Not,
    Numeral,
    Span,
    Truth,
    Word,
)

LONGEST = 4000
DEEPEST = 100

_ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISON = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_WIDE = dict(zip("（），＋－＊／＜＞＝！［］：“”‘’、×÷≥≤≠\u3000；，", "(),+-*/<>=![]:\"\"'',*/\0\0\0 ;,", strict=False))
_WIDE.update({"≥": ">=", "≤": "<=", "≠": "!="})
_STRING_OR_COMMENT = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n]*")


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def parse(text: str) -> Union[Node, Problem]:
    """The tree of an expression, or what is wrong with it."""
    if len(text) > LONGEST:
        return Problem("too-long", (0, 40), {"length": len(text), "most": LONGEST})
    flat = text.replace("\n", " ").replace("\t", " ").replace("\r", " ")
    if "#" in flat:
        text_lines = _STRING_OR_COMMENT.sub(lambda m: " " * len(m.group()) if m.group()[0] == "#" else m.group(), text)
        flat = text_lines.replace("\n", " ").replace("\t", " ").replace("\r", " ")
    body = flat.lstrip(" ")
    try:
        tree = ast.parse(body.rstrip(" "), mode="eval").body
    except (RecursionError, MemoryError):
        return Problem("too-deep", (0, len(text)), {"most": DEEPEST})
    except (SyntaxError, ValueError) as error:
        return _syntax_problem(flat, error)
    try:
        return _Builder(flat, len(flat) - len(body)).node(tree, 0)
    except _Refused as refused:
        return refused.problem


def _syntax_problem(text: str, error: Exception) -> Problem:
    outside = _STRING_OR_COMMENT.sub(lambda m: " " * len(m.group()), text)
    for at, character in enumerate(outside):
        if character in _WIDE:
            return Problem(
                "full-width",
                (at, at + 1),
                {"character": character},
                ("write-instead", {"text": _WIDE[character]}),
            )
    if not text.strip():
        return Problem("syntax/empty", (0, 1))
    if "nested" in str(error) or "too complex" in str(error):
        return Problem("too-deep", (0, len(text)), {"most": DEEPEST})
    single = re.search(r"(?<![<>=!])=(?!=)", outside)
    if single and not re.search(r"\w\s*\([^()]*$", outside[: single.start()]):
        return Problem("syntax", single.span(), help=("write-instead", {"text": "=="}))
    lead = len(text) - len(text.lstrip(" "))
    offset = getattr(error, "offset", None) or 1
    at = min(max(0, offset - 1 + lead), max(0, len(text.rstrip()) - 1))
    end = getattr(error, "end_offset", None) or 0
    return Problem("syntax", (at, max(at + 1, min(end - 1 + lead, len(text)))))


class _Builder:
    def __init__(self, text: str, lead: int) -> None:
        self.text = text
        self.lead = lead
        self.bytes = None if text.isascii() else text[lead:].encode()

    def span(self, node: ast.expr) -> Span:
        start, end = node.col_offset, node.end_col_offset or node.col_offset
        if self.bytes is not None:
            start, end = len(self.bytes[:start].decode()), len(self.bytes[:end].decode())
        return start + self.lead, end + self.lead

    def refuse(self, node: ast.expr, code: str = "not-allowed", **values: object) -> _Refused:
        return _Refused(Problem(code, self.span(node), values))

    def node(self, node: ast.expr, depth: int) -> Node:
        if depth > DEEPEST:
            raise self.refuse(node, "too-deep", most=DEEPEST)
        kind = node.__class__
        span = self.span(node)
        below = depth + 1
        if kind is ast.Name:
            return Name(node.id, span)  # type: ignore[attr-defined]
        if kind is ast.Constant:
            return self.constant(node, span)  # type: ignore[arg-type]
        match node:
            case ast.BinOp(left=left, op=op, right=right) if op.__class__ in _ARITHMETIC:
                return Arithmetic(
                    _ARITHMETIC[op.__class__],  # type: ignore[index]
                    self.node(left, below),
                    self.node(right, below),
                    span,
                )
            case ast.Compare():
                return self.comparison(node, below, span)
            case ast.BoolOp(op=op, values=values):
                operator = "and" if op.__class__ is ast.And else "or"
                return Logic(operator, tuple(self.node(value, below) for value in values), span)
            case ast.IfExp(test=test, body=then, orelse=otherwise):
                return If(self.node(test, below), self.node(then, below), self.node(otherwise, below), span)
            case ast.Call():
                return self.call(node, below, span)
            case ast.Subscript(value=ast.Name() as table, slice=key):
                return Lookup(Name(table.id, self.span(table)), self.keys(key, below), span)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.node(operand, below), span)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(self.node(operand, below), span)
        raise self.refuse(node)

    def constant(self, node: ast.Constant, span: Span) -> Node:
        value = node.value
        if value is True or value is False:
            return Truth(value, span)
        if value.__class__ is str and node.kind is None:
            if self.text[span[0]] in "\"'":
                return Word(str(value), span)
        elif value.__class__ is int or value.__class__ is float:
            try:
                return Numeral(read_number(self.text[span[0] : span[1]]), span)
            except ValueError:
                pass
        raise self.refuse(node)

    def keys(self, node: ast.expr, depth: int) -> tuple[Node, ...]:
        if node.__class__ is ast.Tuple and node.elts:  # type: ignore[attr-defined]
            return tuple(self.node(one, depth) for one in node.elts)  # type: ignore[attr-defined]
        return (self.node(node, depth),)

    def comparison(self, node: ast.Compare, depth: int, span: Span) -> Node:
        parts: list[Node] = []
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            single = len(node.ops) == 1
            own = span if single else (self.span(left)[0], self.span(right)[1])
            parts.append(self.relation(left, operator, right, depth, own))
            left = right
        return parts[0] if len(parts) == 1 else Logic("and", tuple(parts), span)

    def relation(self, left: ast.expr, operator: ast.cmpop, right: ast.expr, depth: int, span: Span) -> Node:
        if operator.__class__ in _COMPARISON:
            sign = _COMPARISON[operator.__class__]  # type: ignore[index]
            return Comparison(sign, self.node(left, depth), self.node(right, depth), span)
        if operator.__class__ is ast.NotIn:
            return Not(self.relation(left, ast.In(), right, depth, span), span)
        if operator.__class__ is ast.In:
            if right.__class__ is ast.Name:
                table = Name(right.id, self.span(right))  # type: ignore[attr-defined]
                return HasRow(self.keys(left, depth), table, span)
            if right.__class__ is ast.Tuple and right.elts:  # type: ignore[attr-defined]
                items = tuple(self.node(one, depth) for one in right.elts)  # type: ignore[attr-defined]
                return Membership(self.node(left, depth), items, span)
        raise self.refuse(right)

    def call(self, node: ast.Call, depth: int, span: Span) -> Node:
        if node.func.__class__ is not ast.Name:
            raise self.refuse(node.func)
        named = []
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self.refuse(keyword.value)
            named.append((keyword.arg, self.node(keyword.value, depth)))
        arguments = tuple(self.node(argument, depth) for argument in node.args)
        return Call(node.func.id, arguments, tuple(named), span)  # type: ignore[attr-defined]
