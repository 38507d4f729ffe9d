"""Types of the typed tree, which the checker makes of an expression in one month, and which engines evaluate.

Names are resolved, parameters carry their value, and every term has a `Type`.
Most forms are strict: unknown if any operand is unknown. Those are `Operation`s.
`Logic`, `If` and `Aggregate` are the only ones that can absorb an unknown.
"""

from __future__ import annotations

from calc.exact import Number
from calc.language.lookup_tables import LookupTable
from calc.language.syntax_tree import Node
from calc.language.types import Type
from calc.record import Record

Value = "Number | bool | str"


class Term(Record):
    """Base of the terms. `node` is the expression as written, for explanations."""

    type: Type
    node: Node


class Constant(Term):
    """A value written in the formula."""

    value: Number | bool | str


class Parameter(Term):
    """A parameter's value this month; None where it is unset."""

    name: str
    value: Number | bool | str | None


class Fact(Term):
    """A declared fact."""

    name: str


class Definition(Term):
    """A derived value; `value` is set if it uses nothing but parameters with a value."""

    name: str
    value: Number | None = None


class Amount(Term):
    """The amount of a benefit."""

    name: str


class Received(Term):
    """The receipt of a benefit: yes if it is granted."""

    name: str


class Me(Term):
    """The member whose formula it is."""


class UnknownTerm(Term):
    """`unknown`, written in a default; or `ask_after(…)`, which needs that first."""

    after: Term | None = None


class Operation(Term):
    """A strict operation, by the name it has in `calc.language.primitives`."""

    operator: str
    operands: tuple[Term, ...]


class Logic(Term):
    """Kleene `and`, `or`, `not`."""

    operator: str
    operands: tuple[Term, ...]


class If(Term):
    """`then` or `otherwise`, depending on `test`."""

    test: Term
    then: Term
    otherwise: Term


class Lookup(Term):
    """A cell of a table; strict in its keys."""

    name: str
    table: LookupTable
    keys: tuple[Term, ...]


class HasRow(Term):
    """The test that a table has a row for the keys; strict in its keys."""

    name: str
    table: LookupTable
    keys: tuple[Term, ...]


class Aggregate(Term):
    """`sum count any all max_of min_of value_of rank` over the members.

    With `theirs` and `mine` it has a value for each member, over those whose `theirs` is the member's own `mine`.
    """

    function: str
    operand: Term | None
    where: Term | None
    empty: Term | None
    theirs: Term | None = None
    mine: Term | None = None


class Composed(Term):
    """A function defined in the language: engines use its meaning, explanations its name."""

    function: str
    arguments: tuple[Term, ...]
    meaning: Term


def parts(term: Term) -> tuple[Term, ...]:
    """Lists the terms directly below, as engines evaluate them."""
    match term:
        case Operation(operands=operands) | Logic(operands=operands):
            return operands
        case If(test=test, then=then, otherwise=otherwise):
            return (test, then, otherwise)
        case Lookup(keys=keys) | HasRow(keys=keys):
            return keys
        case Aggregate():
            return (*over_members(term), *(() if term.empty is None else (term.empty,)))
        case Composed(meaning=meaning):
            return (meaning,)
        case UnknownTerm(after=after) if after is not None:
            return (after,)
        case _:
            return ()


def over_members(term: Aggregate) -> tuple[Term, ...]:
    """Lists the terms of an aggregate that are evaluated for each member."""
    return tuple(one for one in (term.operand, term.where, term.theirs, term.mine) if one is not None)


def walk(term: Term) -> list[Term]:
    """Lists a term and everything below it."""
    found = [term]
    for one in found:
        found.extend(parts(one))
    return found


def names_used(term: Term) -> list[str]:
    """Lists the names of the household's values that a term uses: facts, definitions, benefits."""
    return [one.name for one in walk(term) if isinstance(one, (Fact, Definition, Amount, Received))]
