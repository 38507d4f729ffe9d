"""Defines the unknown value, and the operations that can have a known result in spite of one.

An unknown holds the set of its needs as the bits of a whole number.
Every strict operation on it gives an unknown again, so that arithmetic and comparison in compiled rules need no
test for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Unknown:
    """A value that is not known. Raises TypeError if it is used as a truth, which is a fault of the program."""

    __slots__ = ("needs",)
    __hash__ = object.__hash__

    def __init__(self, needs: int) -> None:
        self.needs = needs

    def _with(self, other: Any) -> Unknown:
        if other.__class__ is not Unknown or other is self:
            return self
        needs = self.needs | other.needs  # most often those of one of the two
        return self if needs == self.needs else other if needs == other.needs else unknown(needs)  # type: ignore[no-any-return]

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _with
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _with
    __lt__ = __le__ = __gt__ = __ge__ = _with
    __eq__ = __ne__ = _with  # type: ignore[assignment]

    def __neg__(self) -> Unknown:
        return self

    def __bool__(self) -> bool:
        raise TypeError("an unknown was used as a truth")

    def __repr__(self) -> str:
        return f"Unknown({self.needs:b})"


_KEPT: dict[int, Unknown] = {}
MOST_KEPT = 20_000
"""Unknowns that are kept by their needs, at most: nine in ten of those that a ledger makes, where many cells are not
known. Finding one takes a third of the time that making it takes."""


def unknown(needs: int) -> Unknown:
    """Returns an unknown with some needs, often one that was made before."""
    found = _KEPT.get(needs)
    if found is None:
        found = Unknown(needs)
        if len(_KEPT) < MOST_KEPT:
            _KEPT[needs] = found
    return found


def needs_of(*values: Any) -> int:
    """Unites the needs of all unknowns among the values, as bits."""
    needs = 0
    for value in values:
        if value.__class__ is Unknown:
            needs |= value.needs
    return needs


def both(*operands: Any) -> Any:
    """Computes Kleene's `and`: false if one is false, else unknown if one is unknown."""
    needs, last = 0, None
    for operand in operands:
        if operand is False:
            return False
        if operand is not True:
            needs |= operand.needs
            last = operand
    if last is None:
        return True
    return last if needs == last.needs else unknown(needs)


def either(*operands: Any) -> Any:
    """Computes Kleene's `or`: true if one is true, else unknown if one is unknown."""
    needs, last = 0, None
    for operand in operands:
        if operand is True:
            return True
        if operand is not False:
            needs |= operand.needs
            last = operand
    if last is None:
        return False
    return last if needs == last.needs else unknown(needs)


def both_of(one: Any, other: Any) -> Any:
    """Computes `both` of two operands, in half the time."""
    if one is False or other is False:
        return False
    if one is True:
        return other
    return one if other is True else one._with(other)


def either_of(one: Any, other: Any) -> Any:
    """Computes `either` of two operands, in half the time."""
    if one is True or other is True:
        return True
    if one is False:
        return other
    return one if other is False else one._with(other)


def negation(operand: Any) -> Any:
    """Computes Kleene's `not`."""
    return operand if operand.__class__ is Unknown else not operand


def choose(test: Any, then: Any, otherwise: Any) -> Any:
    """Computes `then if test else otherwise`; an unknown test gives a known value only if both are known and equal."""
    if test is True:
        return then
    if test is False:
        return otherwise
    needs = test.needs
    if then.__class__ is Unknown:
        needs |= then.needs
    if otherwise.__class__ is Unknown:
        needs |= otherwise.needs
    elif then.__class__ is not Unknown:
        return then if then == otherwise else test
    return test if needs == test.needs else unknown(needs)


def choose_quotient(test: Any, above: Any, below: Any, other_above: Any, other_below: Any) -> tuple[Any, Any]:
    """Chooses between two quotients as `choose` does; returns numerator and denominator."""
    if test is True:
        return above, below
    if test is False:
        return other_above, other_below
    needs = needs_of(above, below, other_above, other_below)
    if not needs and above * other_below == other_above * below:
        return above, below
    return unknown(test.needs | needs), 1


def strict(function: Callable[..., Any], *operands: Any) -> Any:
    """Calls a function on known operands; unites the needs where one is unknown."""
    needs = 0
    for operand in operands:
        if operand.__class__ is Unknown:
            needs |= operand.needs
    return unknown(needs) if needs else function(*operands)


def counted(where: Any, element: Any) -> Any:
    """Returns what an element adds to a sum; a zero adds nothing even if its `where` is unknown."""
    if where is True:
        return element
    if where is False:
        return 0
    if element.__class__ is Unknown:
        return where._with(element)
    return where if element else 0


def extended(function: Callable[..., Any], so_far: Any, where: Any, element: Any) -> Any:
    """Extends a greatest or least value (None before the first element) by one more element."""
    if where is False:
        return so_far
    needs = needs_of(so_far, where, element)
    if needs:
        return unknown(needs)
    return element if so_far is None else function(so_far, element)


def ranks(keys: list[Any], wheres: list[Any], ids: list[str]) -> list[Any]:
    """Ranks members 1, 2, 3 … by ascending key, then id, then place; 0 outside; one unknown makes all unknown."""
    inside = [place for place, where in enumerate(wheres) if where is not False]
    needs = needs_of(*(wheres[place] for place in inside), *(keys[place] for place in inside))
    result: list[Any] = [0] * len(keys)
    if needs:
        for place in inside:
            result[place] = unknown(needs)
        return result
    for rank, place in enumerate(sorted(inside, key=lambda place: (keys[place], ids[place], place)), 1):
        result[place] = rank
    return result


def paired(
    function: str, theirs: list[Any], mine: list[Any], wheres: list[Any], elements: list[Any], empty: Any
) -> list[Any]:
    """Computes an aggregate for each member, over the members whose `theirs` is the member's own `mine`.

    The lists have a value for each member.
    """
    sure: dict[Any, list[tuple[Any, Any]]] = {}
    doubtful: list[tuple[Any, Any]] = []
    for key, where, element in zip(theirs, wheres, elements, strict=True):
        if where is False:
            continue
        if key.__class__ is Unknown:
            doubtful.append((both_of(key, where), element))
        else:
            sure.setdefault(key, []).append((where, element))
    of_nobody = _OF_NOBODY.get(function, empty)
    found = []
    for own in mine:
        if own.__class__ is Unknown:
            others = [(both_of(own, where), element) for same in sure.values() for where, element in same]
            visited = others + [(own._with(inside), element) for inside, element in doubtful]
        else:
            visited = sure.get(own, doubtful)
            if doubtful and visited is not doubtful:
                visited = visited + doubtful
        found.append(_aggregate(function, visited) if visited else of_nobody)
    return found


_OF_NOBODY = {"sum": 0, "count": 0, "any": False, "all": True}
"""Aggregates over nobody; others have the value that the rules give for it."""


def _aggregate(function: str, visited: list[tuple[Any, Any]]) -> Any:
    """Computes an aggregate over members, each with whether it is inside, which is not False, and its element."""
    if function in ("sum", "count"):
        found: Any = 0
        for inside, element in visited:
            found = found + (element if inside is True else counted(inside, element))
    elif function == "any":
        found = either(*(both_of(inside, element) for inside, element in visited))
    elif function == "all":
        found = both(*(either_of(negation(inside), element) for inside, element in visited))
    else:
        found = None
        for inside, element in visited:
            found = extended(min if function == "min_of" else max, found, inside, element)
    return found


def outcome(applies: Any, conditions: tuple[Any, ...], amount: Any) -> tuple[int, Any, int, int]:
    """Computes the outcome of a benefit: status, amount, failed conditions as bits, needs as bits."""
    if applies is False:
        return (0, 0, 0, 0)
    failed = 0
    needs = 0
    for place, condition in enumerate(conditions):
        if condition is False:
            failed |= 1 << place
        elif condition is not True:
            needs |= condition.needs
    if failed:
        return (2, 0, failed, 0)
    needs |= needs_of(applies, amount)
    return (3, None, 0, needs) if needs else (1, amount, 0, 0)


def opened(conditions: tuple[Any, ...], amount: Any) -> tuple[int, Any, int, int, Any]:
    """Computes the outcome of a benefit none of whose conditions is false, as `outcome` does, and its receipt.

    The receipt is True, or what it needs as bits: few formulas use it, so that it is made an unknown only there.
    """
    needs = 0
    for condition in conditions:
        if condition is not True:
            needs |= condition.needs
    received = needs or True
    if amount.__class__ is Unknown:
        needs |= amount.needs
    return (3, None, 0, needs, received) if needs else (1, amount, 0, 0, True)
