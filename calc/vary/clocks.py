"""Finds how the month enters the rules of a plan: which dates are counted from, and which counts decide something.

A count is a function of a date and of the month: full years since a birth, full months of a term, a day that is
passed, the year itself. Dates are never computed, only chosen; so every date in a formula is that of a fact, a
constant, or the first or last day of the month. A count that is only compared with fixed numbers matters where it
reaches one of them; one that is added, multiplied or compared with another fact matters whenever it changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from math import ceil, floor
from typing import Any

from calc.exact import Number
from calc.language.primitives import MEANING, SWAPPED
from calc.language.printer import to_text
from calc.language.typed_tree import (
    Aggregate,
    Composed,
    Constant,
    Definition,
    Fact,
    HasRow,
    If,
    Lookup,
    Operation,
    Parameter,
    Term,
    parts,
    walk,
)  # fmt: skip
from calc.language.types import DATE
from calc.rules.dependency_order import reachable
from calc.rules.plan import Plan
from calc.vary.clock import COUNTED, END, PASSES, START, Clock, Source

_Count = tuple[str, Source, Source]
_Sources = frozenset[Any]
_NONE: _Sources = frozenset()
_CHOSEN = ("min", "max", "max_of", "min_of", "value_of")


def clocks_of(plan: Plan) -> tuple[Clock, ...]:
    """Lists the clocks of a plan on which a benefit or a check may depend."""
    return _ClockFinder(plan).clocks()


class _ClockFinder:
    """Walks formulas: `term` gives the sources of a date, or the counts that a number may be."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.found: dict[tuple[_Count, frozenset[str]], set[int] | None] = {}
        self.labels: dict[_Count, str] = {}
        self.names: dict[str, _Sources] = {}
        self.strict: dict[str, frozenset[str]] = {}
        self.monthly: set[str] = set()

    def clocks(self) -> tuple[Clock, ...]:
        plan = self.plan
        wanted = reachable([*plan.benefits, *plan.root_names], plan.needs)
        for name in plan.steps:
            if name in plan.benefits:
                self.benefit(name)
            elif name in wanted:
                self.names[name] = self.named(name)
        for check in plan.checks:
            self.term(check.term)
        return tuple(
            Clock(*count, None if ends is None else tuple(sorted(ends)), guard, self.labels.get(count, ""))
            for (count, guard), ends in self.found.items()
        )

    def benefit(self, name: str) -> None:
        benefit = self.plan.benefits[name]
        for condition in benefit.conditions:
            self.term(condition.term)
        for one in (benefit.applies_to, benefit.amount, benefit.persons):
            if one is not None:
                self.every(self.term(one), frozenset())

    def named(self, name: str) -> _Sources:
        """The sources of a fact or a definition."""
        definition, fact = self.plan.definitions.get(name), self.plan.facts.get(name)
        if definition is not None:
            found = self.term(definition.term)
            is_date = definition.type.kind == DATE
            if any(map(self.is_monthly, walk(definition.term))):
                self.monthly.add(name)
            self.strict[name] = self.required(definition.term)
        else:
            assert fact is not None
            found = self.term(fact.default) if fact.default is not None else _NONE
            is_date = fact.type.kind == DATE
            found |= {name} if is_date else _NONE
            self.strict[name] = frozenset((name,)) if fact.default is None else frozenset()
        if len(found) == 1 and not is_date:
            self.labels.setdefault(next(iter(found)), name)
        return found

    # terms

    def term(self, term: Term) -> _Sources:
        match term:
            case Constant(value=value):
                day = getattr(term.node, "name", "") if self.is_monthly(term) else value
                return frozenset((day,)) if term.type.kind == DATE else _NONE
            case Parameter(value=value):
                return frozenset((value,)) if term.type.kind == DATE and value is not None else _NONE
            case Fact(name=name) | Definition(name=name):
                return self.names.get(name, _NONE)
            case Composed(meaning=meaning):
                return self.term(meaning)
            case Operation():
                return self.operation(term)
            case Lookup() | HasRow():
                for at, key in enumerate(term.keys):
                    self.key(term, at, self.term(key))
                is_day = isinstance(term, Lookup) and term.type.kind == DATE
                return frozenset(one for one in term.table.cells.values() if one is not None) if is_day else _NONE
            case If(test=test, then=then, otherwise=otherwise):
                self.term(test)
                return self.term(then) | self.term(otherwise)
            case Aggregate():
                return self.aggregate(term)
        for part in parts(term):
            self.term(part)
        return _NONE

    def operation(self, term: Operation) -> _Sources:
        operator, operands = term.operator, term.operands
        sides = [self.term(one) for one in operands]
        if operator in SWAPPED or operator == "in":
            sign = "==" if operator == "in" else operator
            for at, other in enumerate(operands[1:], 1):
                guard = self.required(term) | self.default_of(operands[0], other)
                self.compared(guard, sign, (sides[0], sides[at]), (operands[0], other))
            return _NONE
        if operator in COUNTED:
            pairs = product(*sides)
            return frozenset((operator, *pair) for pair in pairs if sum(one in (START, END) for one in pair) == 1)
        if operator in ("year", "month"):
            return frozenset((operator, one, one) for one in sides[0] if one in (START, END))
        every = _NONE.union(*sides)
        if operator in _CHOSEN:
            return self.chosen(every, term)
        self.every(every, self.required(term))
        return _NONE

    def chosen(self, sources: _Sources, term: Term) -> _Sources:
        """The sources of one of several values; which of some dates it is may change with the month."""
        if term.type.kind == DATE:
            self.passed("==", sources, sources, frozenset())
        return sources

    def aggregate(self, term: Aggregate) -> _Sources:
        if term.where is not None:
            self.term(term.where)
        if term.theirs is not None and term.mine is not None:
            pair = term.theirs, term.mine
            self.compared(frozenset(), "==", (self.term(pair[0]), self.term(pair[1])), pair)
        values = [one for one in (term.operand, term.empty) if one is not None]
        sources = _NONE.union(*(self.term(one) for one in values))
        if term.function in _CHOSEN:
            return self.chosen(sources, term)
        if term.function == "rank" and values and values[0].type.kind == DATE:
            self.passed("==", sources, sources, frozenset())
        elif term.function in ("sum", "rank"):
            self.every(sources, frozenset())
        return _NONE

    def key(self, term: Lookup | HasRow, at: int, sources: _Sources) -> None:
        """Notes where a key of a table comes to another row."""
        if not sources:
            return
        axis, guard = term.table.axes[at], self.required(term)
        ends = [("==", one) for one in axis.single if not isinstance(one, (str, bool))]
        for band, _ in axis.bands:
            ends += [] if band.low is None else [(">=", band.low)]
            ends += [] if band.high is None else [("<" if band.open_end else "<=", band.high)]
        if term.table.last is not None:
            self.every(sources, guard)
        for operator, end in ends:
            if term.keys[at].type.kind == DATE:
                self.passed(operator, sources, frozenset((end,)), guard)
            else:
                self.note(sources, _thresholds(operator, end), guard)

    # what is noted

    def compared(
        self, guard: frozenset[str], operator: str, sides: tuple[_Sources, _Sources], operands: tuple[Term, Term]
    ) -> None:
        """Notes where a comparison changes."""
        if operands[0].type.kind == DATE:
            self.passed(operator, *sides, guard)
            return
        directions = (sides, operands[1], operator), (sides[::-1], operands[0], SWAPPED[operator])
        for (mine, other), against, sign in directions:
            fixed = self.fixed(against)
            if mine and (other or fixed is None):
                self.every(mine, guard)
            elif mine:
                self.note(mine, _thresholds(sign, fixed), guard)

    def passed(self, operator: str, left: _Sources, right: _Sources, guard: frozenset[str]) -> None:
        """Notes where a day of the month passes another date."""
        for one, other in product(left, right):
            if (one in (START, END)) == (other in (START, END)):
                continue
            pair, sign = ((one, other), operator) if other in (START, END) else ((other, one), SWAPPED[operator])
            ends = {"<": {2}, ">=": {2}, "<=": {1}, ">": {1}}.get(sign, {1, 2})
            self.note(((PASSES, *pair),), ends, guard)

    def note(self, counts: Iterable[_Count], ends: set[int], guard: frozenset[str]) -> None:
        """Notes values of counts at which something is decided."""
        for count in counts:
            known = self.found.setdefault((count, guard), set())
            if known is not None:
                known |= ends

    def every(self, counts: Iterable[_Count], guard: frozenset[str]) -> None:
        """Notes that something depends on each value of some counts."""
        for count in counts:
            if isinstance(count, tuple):
                self.found[count, guard] = None

    def default_of(self, one: Term, other: Term) -> frozenset[str]:
        """The fact, if one side is a fact and the other its own default: they are equal until it is stated."""
        for fact, formula in ((one, other), (other, one)):
            default = self.plan.facts[fact.name].default if isinstance(fact, Fact) else None
            if isinstance(fact, Fact) and default is not None and to_text(default.node) == to_text(formula.node):
                return frozenset((fact.name,))
        return frozenset()

    def is_monthly(self, term: Term) -> bool:
        """Says whether a term is a day of the month, or a name that uses one."""
        if isinstance(term, Constant):
            return term.type.kind == DATE and getattr(term.node, "name", "") in (START, END)
        return isinstance(term, Definition) and term.name in self.monthly

    def fixed(self, term: Term) -> Number | None:
        """The number that a term is for every household and in every month; None where it is none."""
        if self.is_monthly(term):
            return None
        match term:
            case Constant(value=value) | Parameter(value=value) | Definition(value=value):
                return None if isinstance(value, str) else value
            case Composed(meaning=meaning):
                return self.fixed(meaning)
            case Operation(operator=operator, operands=operands) if operator not in ("/", *COUNTED):
                values = [self.fixed(one) for one in operands]
                return None if None in values else MEANING[operator](*values)
        return None

    def required(self, term: Term) -> frozenset[str]:
        """The facts without which a term is unknown in every month."""
        match term:
            case Fact(name=name) | Definition(name=name):
                return self.strict.get(name, frozenset())
            case Operation() | Lookup() | HasRow() | Composed():
                return frozenset[str]().union(*map(self.required, parts(term)))
        return frozenset()


def _thresholds(operator: str, number: Number | None) -> set[int]:
    """The whole numbers at which a comparison with a fixed number changes, as what is compared rises."""
    assert number is not None
    ends = {"<": {ceil(number)}, ">=": {ceil(number)}, "<=": {floor(number) + 1}, ">": {floor(number) + 1}}
    return ends.get(operator, {ceil(number), floor(number) + 1})
