"""Makes the simplest term of logic on simplified terms, and of constants and unknown values."""

from __future__ import annotations

from typing import Any

from calc.engine.simple_plan import (
    Missing,
)
from calc.engine.unknown import Unknown, both, either, negation
from calc.exact import Number, magnitude
from calc.language.syntax_tree import Truth
from calc.language.typed_tree import (
    Constant,
    Logic,
    Term,
)
from calc.language.types import DATE, Type
from calc.record import replace

_NODE = Truth(True)


def logic(term: Term, operator: str, operands: list[Term]) -> Term:
    """Makes the simplest term of `and`, `or` or `not` on simplified terms, of the type of a term."""
    if operator == "not":
        (one,) = operands
        if isinstance(one, (Constant, Missing)):
            return wrapped(negation(value_of(one)), term.type)
        return replace(term, operands=(one,))
    decisive = operator == "or"
    left = [one for one in operands if not is_value(one, not decisive)]
    if any(is_value(one, decisive) for one in left):
        return constant(decisive)
    if all(isinstance(one, Missing) for one in left):
        combine = either if decisive else both
        return wrapped(combine(*(value_of(one) for one in left)), term.type)
    if len(left) == 1:
        return left[0]
    return Logic(term.type, term.node, operator, tuple(left))


def constant(value: Any, type_: Type | None = None) -> Constant:
    """Makes a constant with the tightest type; `type_` gives its kind."""
    kind = type_.kind if type_ is not None else "yes/no"
    if isinstance(value, (bool, str)):
        return Constant(Type("yes/no" if isinstance(value, bool) else kind), _NODE, value)
    number: Number = value
    unit: Number = 0 if kind == DATE else magnitude(number)
    kind = kind if type_ is not None else "literal"
    return Constant(Type(kind, 0, unit, number, number), _NODE, number)


def is_value(term: Term | None, value: Any) -> bool:
    """Says whether a term is a constant of exactly this value; `True` is not 1 here."""
    if not isinstance(term, Constant):
        return False
    if isinstance(value, bool) or isinstance(term.value, bool):
        return term.value is value
    return bool(term.value == value)


def value_of(term: Term) -> Any:
    """Returns the value of a constant, or the Unknown of a missing value."""
    return term.value if isinstance(term, Constant) else term.unknown  # type: ignore[attr-defined]


def wrapped(value: Any, type_: Type) -> Term:
    """Makes the term of a value that may be an Unknown."""
    return Missing(type_, _NODE, value) if isinstance(value, Unknown) else constant(value, type_)
