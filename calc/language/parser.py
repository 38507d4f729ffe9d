"""Parses expressions: Python's own parser reads the text, and its nodes are turned into ours or refused.

Expressions are only read, never run. Line ends are treated as blanks, as if the whole were in brackets.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from typing import Any, Union

from calc.exact import read_number
from calc.language.expression_error import Problem
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
    Span,
    TableHasRow,
    TableLookup,
    Truth,
    Word,
)
from calc.late_pattern import late_pattern
from calc.record import replace

LONGEST = 4000
DEEPEST = 100

_ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISON = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_WIDE = dict(zip("（），＋－＊／＜＞＝！［］：“”‘’、×÷≥≤≠\u3000；，", "(),+-*/<>=![]:\"\"'',*/\0\0\0 ;,", strict=False))
_WIDE.update({"≥": ">=", "≤": "<=", "≠": "!="})
_STRING_OR_COMMENT = late_pattern(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n]*")


_WARNED = late_pattern(r"\\|(?<!\w)\d[\w.]*[A-Za-z]")
"""Matches texts for which Python's parser prints warnings: unusual escapes, a number followed by a word."""


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def parse(text: str) -> Union[Node, Problem]:
    """Parses an expression, or returns the mistake in it. Spans count bytes of UTF-8, as Python's parser does."""
    return parse_with_names(text)[0]


def parse_with_names(text: str) -> tuple[Union[Node, Problem], frozenset[str]]:
    """Parses an expression as `parse` does, and collects all names it uses, except functions."""
    if len(text) > LONGEST:
        return Problem("too-long", (0, 1), {"length": len(text), "most": LONGEST}), frozenset()
    flat = text.replace("\n", " ").replace("\t", " ").replace("\r", " ")
    if "#" in flat:
        flat = _STRING_OR_COMMENT.sub(_blanked, text).replace("\n", " ").replace("\t", " ").replace("\r", " ")
    body = flat.lstrip(" ")
    try:
        if _WARNED.search(body):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(body.rstrip(" "), mode="eval").body
        else:
            tree = ast.parse(body.rstrip(" "), mode="eval").body
    except (RecursionError, MemoryError):
        return Problem("too-deep", (0, len(text.encode())), {"most": DEEPEST}), frozenset()
    except (SyntaxError, ValueError) as error:
        problem = _syntax_problem(flat, error)
        start, end = problem.span  # characters there, bytes everywhere else
        return replace(problem, span=(len(flat[:start].encode()), len(flat[:end].encode()))), frozenset()
    try:
        builder = _TreeBuilder(flat, len(flat) - len(body))
        return builder.node(tree, 0), frozenset(builder.names)
    except _Refused as refused:
        return refused.problem, frozenset()


def _blanked(match: re.Match[str]) -> str:
    """Replaces a comment by blanks of as many bytes; keeps a quoted text."""
    text = match.group()
    return " " * len(text.encode()) if text[0] == "#" else text


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


class _TreeBuilder:
    def __init__(self, text: str, lead: int) -> None:
        self.text = text
        self.lead = lead
        self.bytes = text.encode()
        self.names: set[str] = set()

    def span(self, node: ast.expr) -> Span:
        return node.col_offset + self.lead, (node.end_col_offset or node.col_offset) + self.lead

    def written(self, span: Span) -> str:
        return self.bytes[span[0] : span[1]].decode()

    def refuse(self, node: ast.expr, code: str = "not-allowed", **values: object) -> _Refused:
        return _Refused(Problem(code, self.span(node), values))

    def node(self, node: ast.expr, depth: int) -> Node:
        form = _FORMS.get(node.__class__)
        if form is None:
            raise self.refuse(node)
        if depth > DEEPEST:
            raise self.refuse(node, "too-deep", most=DEEPEST)
        return form(self, node, depth + 1, self.span(node))

    def name(self, node: ast.Name, depth: int, span: Span) -> Name:
        self.names.add(node.id)
        return Name(node.id, span)

    def arithmetic(self, node: ast.BinOp, depth: int, span: Span) -> Node:
        operator = _ARITHMETIC.get(node.op.__class__)
        if operator is None:
            raise self.refuse(node)
        return Arithmetic(operator, self.node(node.left, depth), self.node(node.right, depth), span)

    def logic(self, node: ast.BoolOp, depth: int, span: Span) -> Node:
        operator = "and" if node.op.__class__ is ast.And else "or"
        return AndOr(operator, tuple(self.node(value, depth) for value in node.values), span)

    def choice(self, node: ast.IfExp, depth: int, span: Span) -> Node:
        test, then, otherwise = (self.node(part, depth) for part in (node.test, node.body, node.orelse))
        return Conditional(test, then, otherwise, span)

    def lookup(self, node: ast.Subscript, depth: int, span: Span) -> Node:
        if not isinstance(node.value, ast.Name):
            raise self.refuse(node)
        return TableLookup(self.name(node.value, depth, self.span(node.value)), self.keys(node.slice, depth), span)

    def unary(self, node: ast.UnaryOp, depth: int, span: Span) -> Node:
        if node.op.__class__ is ast.Not:
            return Not(self.node(node.operand, depth), span)
        if node.op.__class__ is ast.USub:
            return Negative(self.node(node.operand, depth), span)
        raise self.refuse(node)

    def constant(self, node: ast.Constant, depth: int, span: Span) -> Node:
        value = node.value
        if value is True or value is False:
            return Truth(value, span)
        if value.__class__ is str and node.kind is None:
            if self.written(span)[:1] in ('"', "'"):
                return Word(str(value), span)
        elif value.__class__ is int or value.__class__ is float:
            try:
                return Numeral(read_number(self.written(span)), span)
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
        return parts[0] if len(parts) == 1 else AndOr("and", tuple(parts), span)

    def relation(self, left: ast.expr, operator: ast.cmpop, right: ast.expr, depth: int, span: Span) -> Node:
        if operator.__class__ in _COMPARISON:
            sign = _COMPARISON[operator.__class__]  # type: ignore[index]
            return Comparison(sign, self.node(left, depth), self.node(right, depth), span)
        if operator.__class__ is ast.NotIn:
            return Not(self.relation(left, ast.In(), right, depth, span), span)
        if operator.__class__ is ast.In:
            if right.__class__ is ast.Name:
                table = self.name(right, depth, self.span(right))  # type: ignore[arg-type]
                return TableHasRow(self.keys(left, depth), table, span)
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


_FORMS: dict[type[ast.expr], Callable[[_TreeBuilder, Any, int, Span], Node]] = {
    ast.Name: _TreeBuilder.name,
    ast.Constant: _TreeBuilder.constant,
    ast.BinOp: _TreeBuilder.arithmetic,
    ast.Compare: _TreeBuilder.comparison,
    ast.BoolOp: _TreeBuilder.logic,
    ast.IfExp: _TreeBuilder.choice,
    ast.Call: _TreeBuilder.call,
    ast.Subscript: _TreeBuilder.lookup,
    ast.UnaryOp: _TreeBuilder.unary,
}
