"""Finds in a trace what decided a number: the branches taken, the value chosen, the parts that are not zero.

A formula with its tests and choices becomes a small tree of sums, products and roundings, whose leaves are names or
numbers. Explanations are written of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.exact import ROUNDINGS, Number, divide
from calc.language.typed_tree import (
    Aggregate,
    Amount,
    Composed,
    Definition,
    Fact,
    If,
    Logic,
    Lookup,
    Operation,
    Parameter,
    Received,
    Term,
)
from calc.language.types import MEMBER, MONEYS, NUMERIC
from calc.record import Record, replace


class Part(Record):
    """A number with its kind. `because` are the yes/no terms that chose it, each with the member it is about."""

    value: Number
    kind: str
    because: tuple[tuple[Term, int | None], ...] = ()


class Leaf(Part):
    """A number by the name of its entry, or one without a name; `members` are those it is the sum of."""

    name: str | None = None
    members: tuple[int, ...] = ()
    counted: bool = False


class Sum(Part):
    """A sum; a part with the sign -1 is taken off."""

    parts: tuple[tuple[int, Part], ...] = ()


class Product(Part):
    """A product divided by other numbers."""

    factors: tuple[Part, ...] = ()
    divisors: tuple[Part, ...] = ()


class Rounded(Part):
    """A number on a grid, and the number before; `mode` is a function of rounding, or `floor` for a lower limit."""

    of: Part = Part(0, "")
    mode: str = ""


def decided(trace: Trace, term: Term, member: int | None) -> Part | None:
    """Finds what decided the value of a term; None if it is unknown or no number."""
    if term.type.level == MEMBER and member is None:
        return None
    value = trace.evaluate(term, member)
    if value.__class__ is Unknown or isinstance(value, (bool, str)) or term.type.kind not in (*NUMERIC, "literal"):
        return None
    return _PartFinder(trace, member).of(term)


def inside(trace: Trace, leaf: Leaf) -> list[tuple[int | None, Part]]:
    """Finds what decided a definition: once, or for each member whose values it adds up; nothing for other leaves."""
    definition = trace.plan.definitions.get(leaf.name or "")
    if definition is None:
        return []
    places: tuple[int | None, ...] = leaf.members or (None,)
    found = [(place, decided(trace, definition.term, place)) for place in places]
    return [(place, part) for place, part in found if part is not None]


def leaves(part: Part) -> Iterator[Leaf]:
    """Lists the leaves of a tree from left to right."""
    match part:
        case Leaf():
            yield part
        case Sum(parts=parts):
            for _, one in parts:
                yield from leaves(one)
        case Product(factors=factors, divisors=divisors):
            for one in (*factors, *divisors):
                yield from leaves(one)
        case Rounded(of=of):
            yield from leaves(of)


class _PartFinder:
    def __init__(self, trace: Trace, member: int | None) -> None:
        self.trace = trace
        self.member = member

    def of(self, term: Term) -> Part:
        value: Any = self.trace.evaluate(term, self.member)
        kind = term.type.kind
        match term:
            case Fact(name=name) | Definition(name=name) | Amount(name=name):
                return Leaf(value, kind, (), name, self._place(term))
            case Parameter(name=name) | Lookup(name=name):
                return Leaf(value, kind, (), name)
            case If(test=test, then=then, otherwise=otherwise):
                chosen = self.trace.evaluate(test, self.member)
                if chosen.__class__ is Unknown:  # both branches give the same
                    return self.of(then)
                part = self.of(then if chosen else otherwise)
                return replace(part, because=((test, self.member), *part.because))
            case Composed(meaning=meaning):
                return replace(self.of(meaning), kind=kind)
            case Aggregate():
                return self.aggregate(term, value)
            case Operation(operator=operator, operands=operands):
                return self.operation(operator, operands, value, kind)
        return Leaf(value, kind)

    def _place(self, term: Term) -> tuple[int, ...]:
        return (self.member,) if term.type.level == MEMBER and self.member is not None else ()

    def operation(self, operator: str, operands: tuple[Term, ...], value: Any, kind: str) -> Part:
        if operator in ROUNDINGS:
            inner = self.of(operands[0])
            return inner if inner.value == value else Rounded(value, kind, (), inner, operator)
        parts = [self.of(one) for one in operands] if operator in _NUMERIC_OPERATIONS else []
        if operator in ("+", "-"):
            return _sum([(1, parts[0]), (1 if operator == "+" else -1, parts[1])], value, kind)
        if operator == "negative":
            return _sum([(-1, parts[0])], value, kind)
        if operator == "*":
            return _product(parts, [], value, kind)
        if operator == "/":
            return _product(parts[:1], parts[1:], value, kind)
        if operator in ("min", "max"):
            return _chosen(parts, value, kind)
        return Leaf(value, kind)

    def aggregate(self, term: Aggregate, value: Any) -> Part:
        kind, trace = term.type.kind, self.trace
        if term.function == "count" or term.operand is None:
            return Leaf(value, kind, (), None, tuple(self._inside(term)), True)
        if term.function == "rank":
            return Leaf(value, kind)
        found = [(place, _PartFinder(trace, place).of(term.operand)) for place in self._inside(term)]
        if term.function in ("max_of", "min_of", "value_of"):
            if not found and term.empty is not None:
                return self.of(term.empty)
            return next((part for _, part in found if part.value == value), Leaf(value, kind))
        found = [(place, part) for place, part in found if part.value]
        names = {part.name if isinstance(part, Leaf) and part.members else None for _, part in found}
        if len(found) > 1 and len(names) == 1 and None not in names:
            return Leaf(value, kind, (), names.pop(), tuple(place for place, _ in found))
        return _sum([(1, part) for _, part in found], value, kind)

    def _inside(self, term: Aggregate) -> list[int]:
        """Lists the members an aggregate is about; a member whose `where` is unknown adds nothing to a known sum."""
        places = range(len(self.trace.household.members))
        return [at for at in places if self.trace.is_inside(term, at, self.member) is True]


_NUMERIC_OPERATIONS = ("+", "-", "negative", "*", "/", "min", "max")


def _sum(parts: list[tuple[int, Part]], value: Any, kind: str) -> Part:
    flat: list[tuple[int, Part]] = []
    for sign, part in parts:
        if isinstance(part, Sum) and not part.because:
            flat += [(sign * own, one) for own, one in part.parts]
        elif part.value:
            flat.append((sign, part))
    flat.sort(key=lambda one: -one[0])
    if not flat:
        calculations = [part for _, part in parts if not isinstance(part, Leaf)]
        return calculations[0] if calculations else parts[0][1] if len(parts) == 1 else Leaf(value, kind)
    return flat[0][1] if len(flat) == 1 and flat[0][0] == 1 else Sum(value, kind, (), tuple(flat))


def _product(factors: list[Part], divisors: list[Part], value: Any, kind: str) -> Part:
    above: list[Part] = []
    below = [*divisors]
    for part in factors:
        if isinstance(part, Product) and not part.because:
            above += part.factors
            below += part.divisors
        else:
            above.append(part)
    for part in [*above]:
        same = next((one for one in below if one.value == part.value), None)
        if same is not None and part.value and len(above) > 1:
            above.remove(part)
            below.remove(same)
    below = [one for one in below if one.value != 1]
    above = [one for one in above if one.value != 1 or one.kind in MONEYS] or above[:1]
    return (
        replace(above[0], kind=kind)
        if len(above) == 1 and not below
        else Product(value, kind, (), tuple(above), tuple(below))
    )


def _chosen(parts: list[Part], value: Any, kind: str) -> Part:
    """Finds the value that `min` or `max` chose: one with a name before a bare number.

    Zero as the lower limit of a calculation keeps the calculation.
    """
    equal = [part for part in parts if part.value == value]
    named = [part for part in equal if not (isinstance(part, Leaf) and part.name is None)]
    if named:
        return named[0]
    others = [part for part in parts if part.value != value]
    if value == 0 and len(others) == 1 and not isinstance(others[0], Leaf):
        return Rounded(value, kind, (), others[0], "floor")
    return equal[0]


def recomputed(part: Part) -> Number:
    """Computes a tree from its leaves; equal to its value unless something was left out that matters."""
    match part:
        case Sum(parts=parts):
            total: Number = 0
            for sign, one in parts:
                total += sign * recomputed(one)
            return total
        case Product(factors=factors, divisors=divisors):
            product: Number = 1
            for one in factors:
                product *= recomputed(one)
            for one in divisors:
                product = divide(product, recomputed(one))
            return product
    return part.value


def truths(trace: Trace, term: Term, member: int | None) -> Iterator[tuple[Term, int | None]]:
    """Lists the terms that decided a yes/no: comparisons, facts and benefits; of an `or` that holds the first.

    Definitions on the way are listed before what decided them.
    """
    value = trace.evaluate(term, member) if term.type.level < MEMBER or member is not None else None
    match term:
        case Logic(operator="not", operands=(inner,)):
            yield from truths(trace, inner, member)
        case Logic(operator=operator, operands=operands):
            decisive = operator == "or"
            if value is decisive:  # what follows may rest on the others: a division on its test for zero
                operands = (next(one for one in operands if trace.evaluate(one, member) is decisive),)
            for one in operands:
                yield from truths(trace, one, member)
        case Definition(name=name):
            yield term, member
            yield from truths(trace, trace.plan.definitions[name].term, member)
        case If(test=test, then=then, otherwise=otherwise) if term.type.kind == "yes/no":
            taken = trace.evaluate(test, member)
            yield from truths(trace, test, member)
            if taken.__class__ is not Unknown:
                yield from truths(trace, then if taken else otherwise, member)
        case Composed(meaning=meaning):
            yield from truths(trace, meaning, member)
        case Received():
            yield term, member
        case _:
            yield term, member
