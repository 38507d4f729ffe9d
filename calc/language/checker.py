"""Checks the tree of one expression in one month: names, kinds, levels, grids and bounds; makes the typed tree.

A part with a mistake becomes None, and what contains it is not reported as well: each mistake is reported once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from calc.exact import magnitude
from calc.language import function_table
from calc.language.check_context import CheckContext
from calc.language.check_lookups import cell_type, missing_keys
from calc.language.narrowing import Guards, guards_from, known_constant, merged
from calc.language.symbols import ScaleSymbol, Silent, TableSymbol, WordSymbol
from calc.language.syntax_tree import AndOr as LogicNode
from calc.language.syntax_tree import (
    Arithmetic,
    Call,
    Comparison,
    Membership,
    Name,
    Negative,
    Node,
    Not,
    Numeral,
    Truth,
    Word,
)
from calc.language.syntax_tree import Conditional as IfNode
from calc.language.syntax_tree import TableHasRow as HasRowNode
from calc.language.syntax_tree import TableLookup as LookupNode
from calc.language.type_inference import (
    Mismatch,
    arithmetic_type,
    common_type,
    comparison_type,
    level_of,
    negative_type,
    too_long,
)
from calc.language.typed_tree import (
    Constant,
    Definition,
    Fact,
    HasRow,
    If,
    Logic,
    Lookup,
    Me,
    Operation,
    Parameter,
    Term,
    UnknownTerm,
)
from calc.language.types import FIXED, LITERAL, MEMBER, NOBODY, REFERENCE, WORD, YES_NO, Type
from calc.record import replace


class Checker(CheckContext):
    """Checks one expression of any form; afterwards `problems` holds all that is wrong with it."""

    def check(self, node: Node) -> Term | None:
        """Checks a node; None where a mistake was noted. A guard on the node narrows the bounds of its term."""
        term = _FORMS[node.__class__](self, node)
        if self.guards and term is not None and node in self.guards and term.type.low is not None:
            guard, known = self.guards[node], term.type
            low = known.low if guard.low is None else max(known.low, guard.low)  # type: ignore[type-var]
            high = known.high if guard.high is None else min(known.high, guard.high)  # type: ignore[type-var]
            if low is not None and high is not None and low <= high:
                term = replace(term, type=replace(known, low=low, high=high))
        return term

    # one method for each form

    def numeral(self, node: Numeral) -> Term:
        value = node.value
        return Constant(Type(LITERAL, FIXED, magnitude(value), value, value), node, value)

    def truth(self, node: Truth) -> Term:
        return Constant(Type(YES_NO), node, node.value)

    def word(self, node: Word) -> Term:
        return Constant(Type(WORD, options=(node.text,)), node, node.text)

    def name(self, node: Name) -> Term | None:
        name = node.name
        if name in ("month_start", "month_end"):
            day = getattr(self.scope, name)
            return Constant(Type("date", FIXED, 0, day, day), node, day)
        if name == "nobody":
            return Constant(Type(REFERENCE), node, NOBODY)
        if name == "me" and self.scope.has_members:
            if self.is_inside:
                self.problem("not-allowed/me", node)
                return None
            return Me(Type(REFERENCE, MEMBER), node)
        if name == "unknown":
            if self.in_default:
                return UnknownTerm(Type("unknown"), node)
            self.problem("unknown-name/unknown", node, name=name)
            return None
        symbol = self.scope.find(name)
        kind = symbol.__class__
        if kind is Definition:
            return Definition(symbol.type, node, name, symbol.value)  # type: ignore[union-attr, arg-type]
        if kind is Fact:
            return Fact(symbol.type, node, name)  # type: ignore[union-attr]
        match symbol:
            case None:
                self.unknown_name(node)
                return None
            case Silent():
                return None
            case TableSymbol():
                self.problem("wrong-kind/table", node, name=name)
                return None
            case ScaleSymbol():
                self.problem("wrong-kind/scale", node, name=name)
                return None
            case WordSymbol():
                return Constant(Type(WORD, options=(name,)), node, name)
        return replace(symbol, node=node)

    def negative(self, node: Negative) -> Term | None:
        operand = self.check(node.operand)
        if operand is None:
            return None
        try:
            return Operation(negative_type(operand.type), node, "negative", (operand,))
        except Mismatch as mismatch:
            return self.mismatch(mismatch, node)

    def arithmetic(self, node: Arithmetic) -> Term | None:
        terms = self.check_all((node.left, node.right))
        if terms is None:
            return None
        left, right = terms
        if "unknown" in (left.type.kind, right.type.kind):
            return UnknownTerm(Type("unknown"), node)
        try:
            type_ = arithmetic_type(node.operator, left.type, right.type, known_constant(right))
        except Mismatch as mismatch:
            return self.mismatch(mismatch, node)
        if node.operator == "/" and not self.never_zero(right):
            self.problem("zero-denominator", node.right, ("guard-zero", {}))
            return None
        if too_long(type_):
            self.problem("too-many-digits", node, ("round-it", {}))
            return None
        return Operation(type_, node, node.operator, (left, right))

    def never_zero(self, term: Term) -> bool:
        """Says whether bounds or a guard prove that the value is not zero."""
        low, high = term.type.low, term.type.high
        assert low is not None and high is not None
        guard = self.guards.get(term.node)
        if low > 0 or high < 0:
            return True
        return guard is not None and guard.not_zero and not term.type.quotient

    def comparison(self, node: Comparison) -> Term | None:
        terms = self.check_all((node.left, node.right))
        if terms is None:
            return None
        left, right = terms
        try:
            type_ = comparison_type(node.operator, left.type, right.type)
        except Mismatch as mismatch:
            return self.mismatch(mismatch, node)
        return Operation(type_, node, node.operator, (left, right))

    def membership(self, node: Membership) -> Term | None:
        known = self.check_all((node.left, *node.items))
        if known is None:
            return None
        for item in known[1:]:
            try:
                comparison_type("==", known[0].type, item.type)
            except Mismatch as mismatch:
                return self.mismatch(mismatch, item.node)
        return Operation(Type(YES_NO, level_of([one.type for one in known])), node, "in", tuple(known))

    def logic(self, node: LogicNode) -> Term | None:
        known: list[Term] = []
        guards: Guards = {}
        for operand in node.operands:
            if known:
                guards = merged(guards, guards_from(known[-1], node.operator == "and"))
            before = self.guards
            self.guards = merged(before, guards) if guards else before
            term = self.check_truth(operand)
            self.guards = before
            if term is not None:
                known.append(term)
        if len(known) < len(node.operands):
            return None
        return Logic(Type(YES_NO, level_of([one.type for one in known])), node, node.operator, tuple(known))

    def negation(self, node: Not) -> Term | None:
        operand = self.check_truth(node.operand)
        return None if operand is None else Logic(Type(YES_NO, operand.type.level), node, "not", (operand,))

    def choice(self, node: IfNode) -> Term | None:
        test = self.check_truth(node.test)
        then = self.check_under(guards_from(test, True) if test else {}, node.then)
        otherwise = self.check_under(guards_from(test, False) if test else {}, node.otherwise)
        if test is None or then is None or otherwise is None:
            return None
        branches = [one.type for one in (then, otherwise) if one.type.kind != "unknown"]
        if not branches:
            return UnknownTerm(Type("unknown", test.type.level), node)
        try:
            both = common_type(branches)
        except Mismatch as mismatch:
            return self.mismatch(mismatch, node)
        level = level_of([test.type, then.type, otherwise.type])
        options = tuple(dict.fromkeys(word for one in branches for word in one.options))
        return If(replace(both, level=level, options=both.options or options), node, test, then, otherwise)

    def keyed(self, table: Name, keys: tuple[Node, ...]) -> tuple[TableSymbol, tuple[Term, ...]] | None:
        """Finds a table and checks its keys; None where there is a mistake in either."""
        symbol = self.scope.find(table.name)
        terms = [self.check(key) for key in keys]
        known = tuple(term for term in terms if term is not None)
        match symbol:
            case TableSymbol(axes=axes):
                if len(axes) != len(keys):
                    self.problem(
                        "wrong-number-of-arguments/table", table, name=table.name, wanted=len(axes), given=len(keys)
                    )
                    return None
                return (symbol, known) if len(known) == len(keys) else None
            case None:
                self.unknown_name(table)
            case Silent():
                pass
            case _:
                self.problem("wrong-kind/no-table", table, name=table.name)
        return None

    def lookup(self, node: LookupNode) -> Term | None:
        found = self.keyed(node.table, node.keys)
        if found is None:
            return None
        symbol, keys = found
        if symbol.table is None:
            return Parameter(replace(symbol.type, level=level_of([key.type for key in keys])), node, symbol.name, None)
        try:
            missing = missing_keys(symbol.table, [key.type for key in keys])
        except Mismatch as mismatch:
            return self.mismatch(mismatch, node, symbol.name)
        guard = self.guards.get(HasRowNode(node.keys, node.table)) if missing else None
        if missing and not (guard and guard.has_row):
            self.problem("table-gap", node, ("guard-row", {"table": symbol.name}), name=symbol.name, missing=missing)
            return None
        cells = cell_type(symbol.type, symbol.table, keys)
        return Lookup(cells, node, symbol.name, symbol.table, keys)

    def has_row(self, node: HasRowNode) -> Term | None:
        found = self.keyed(node.table, node.keys)
        if found is None:
            return None
        symbol, keys = found
        if symbol.table is None:
            return Parameter(Type(YES_NO), node, symbol.name, None)
        try:
            missing_keys(symbol.table, [key.type for key in keys])
        except Mismatch as mismatch:
            return self.mismatch(mismatch, node, symbol.name)
        return HasRow(Type(YES_NO, level_of([key.type for key in keys])), node, symbol.name, symbol.table, keys)

    def call(self, node: Call) -> Term | None:
        return function_table.check_call(self, node)


_FORMS: dict[type[Node], Callable[[Checker, Any], Term | None]] = {
    Numeral: Checker.numeral,
    Truth: Checker.truth,
    Word: Checker.word,
    Name: Checker.name,
    Negative: Checker.negative,
    Arithmetic: Checker.arithmetic,
    Comparison: Checker.comparison,
    Membership: Checker.membership,
    LogicNode: Checker.logic,
    Not: Checker.negation,
    IfNode: Checker.choice,
    LookupNode: Checker.lookup,
    HasRowNode: Checker.has_row,
    Call: Checker.call,
}
