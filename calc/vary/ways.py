"""Finds the smallest sets of conditions that would have to change so that conditions which failed hold.

Under `or` one of several is enough, under `and` all that fail are needed: without the sets, a list of failed parts
says neither. What is the same for every household is not a condition that can change, nor is the case of an `if`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.language.printer import to_text
from calc.language.typed_tree import Composed, Definition, If, Logic, Term
from calc.language.types import FIXED, MEMBER, YES_NO
from calc.record import Record

MOST_WAYS = 40
"""Sets of conditions, above which none are listed: nobody reads them."""
MOST_TRIED = 5_000
"""Sets that are tried: all of twelve conditions; of more, sets of many conditions are not listed."""


class OpenCondition(Record):
    """A condition without parts, about a member or the household, that would have to be `wanted`."""

    term: Term
    member: int | None
    wanted: bool


Way = tuple[OpenCondition, ...]


def ways(trace: Trace, terms: Sequence[Term], member: int | None) -> list[Way]:
    """Lists the smallest sets of leaves that would make all of some terms true, the shortest first.

    None are listed if there are too many.
    """
    formula = _Formula(trace)
    tree = ("and", tuple(formula.tree(one, member) for one in terms))
    found = list(formula.smallest(tree))
    return [tuple(map(formula.condition, one)) for one in found] if len(found) <= MOST_WAYS else []


_Tree = tuple[str, Any]
"""`and`, `or`, `not` with the trees below, `leaf` with its place, `fixed` with its truth; None is unknown."""
_Literal = tuple[int, bool]
"""A leaf, and the truth that it would have."""


class _Formula:
    """The leaves of some conditions, with what they are now."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.leaves: dict[object, int] = {}
        self.terms: list[tuple[Term, int | None]] = []
        self.now: list[bool | None] = []

    def tree(self, term: Term, member: int | None) -> _Tree:
        match term:
            case Composed(meaning=meaning) if term.type.kind == YES_NO:
                return self.tree(meaning, member)
            case Definition(name=name) if self._has_parts(term):
                return self.tree(self.trace.plan.definitions[name].term, member)
            case If(test=test, then=then, otherwise=otherwise):
                case = self._truth(test, member)
                if case is not None:
                    return self.tree(then if case else otherwise, member)
            case Logic(operator=operator, operands=operands):
                return operator, tuple(self.tree(one, member) for one in operands)
        truth = self._truth(term, member)
        if term.type.level == FIXED:
            return "fixed", truth
        key = to_text(self._meant(term).node), member if term.type.level == MEMBER else None
        if key not in self.leaves:
            self.leaves[key] = len(self.terms)
            self.terms.append((term, member))
            self.now.append(truth)
        return "leaf", self.leaves[key]

    def condition(self, literal: _Literal) -> OpenCondition:
        """Makes the condition of a leaf."""
        return OpenCondition(*self.terms[literal[0]], literal[1])

    def smallest(self, tree: _Tree) -> Iterator[tuple[_Literal, ...]]:
        """Yields the smallest sets of changes that make a tree true, by inclusion, the shortest first."""
        signs = set(_signs(tree, True))
        useful = [one for one in sorted(signs) if self.now[one[0]] is not one[1]]
        is_plain = len({leaf for leaf, _ in signs}) == len(signs)  # then no useful change ever does harm
        always = [one for one in useful if is_plain and not self._holds(tree, [each for each in useful if each != one])]
        free = [one for one in useful if one not in always]
        found: list[set[_Literal]] = []
        tried = 0
        for size in range(len(free) + 1):
            for more in combinations(free, size):
                tried += 1
                if tried > MOST_TRIED:
                    return
                chosen = {*always, *more}
                if len({leaf for leaf, _ in chosen}) < len(chosen) or any(map(chosen.issuperset, found)):
                    continue
                if self._holds(tree, chosen):
                    found.append(chosen)
                    yield tuple(one for one in useful if one in chosen)

    def _holds(self, tree: _Tree, changed: Sequence[_Literal] | set[_Literal]) -> bool:
        values = [*self.now]
        for leaf, truth in changed:
            values[leaf] = truth
        return _value(tree, values) is True

    def _truth(self, term: Term, member: int | None) -> bool | None:
        """Evaluates a condition; one behind a guard that fails may have no value."""
        try:
            found = self.trace.evaluate(term, member)
        except (ArithmeticError, LookupError, ValueError):
            return None
        return None if found.__class__ is Unknown else found

    def _has_parts(self, term: Term) -> bool:
        """Says whether a yes/no formula is made of conditions, so that its own name says less than they do."""
        return isinstance(self._meant(term), (Logic, If))

    def _meant(self, term: Term) -> Term:
        """Finds the formula of a name, through names of the same."""
        while isinstance(term, Definition):
            term = self.trace.plan.definitions[term.name].term
        return term


def _signs(tree: _Tree, wanted: bool) -> Iterator[_Literal]:
    """Yields the leaves of a tree, each with the truth that helps it to be as wanted."""
    kind, rest = tree
    if kind == "leaf":
        yield rest, wanted
    elif kind != "fixed":
        for one in rest:
            yield from _signs(one, wanted is not (kind == "not"))


def _value(tree: _Tree, values: Sequence[bool | None]) -> bool | None:
    kind, rest = tree
    if kind == "leaf":
        return values[rest]
    if kind == "fixed":
        return rest  # type: ignore[no-any-return]
    if kind == "not":
        inner = _value(rest[0], values)
        return None if inner is None else not inner
    decisive = kind == "or"
    found: bool | None = not decisive
    for one in rest:
        value = _value(one, values)
        if value is decisive:
            return decisive
        found = None if value is None else found
    return found
