"""Types of declared facts, the input of engines, whatever file they came from.

Numbers are whole multiples of the fact's smallest step (amounts in fen), dates numbers like 20220531,
choices and texts are strings. A fact that was not given is absent. One that was stated as not known is absent too, and
has a key of its own: `{"工资?": True}` says that nobody knows the wage, which then has not even its default.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Union

from calc.record import Record

Declared = Union[int, bool, str]
NOT_KNOWN = "?"
"""The end of the key that states a fact as not known; the names of facts do not have it."""


def not_known(name: str) -> str:
    """Returns the key that states a fact as not known."""
    return name + NOT_KNOWN


class Member(Record):
    """A member: the id used in results, and the declared facts."""

    id: str
    facts: dict[str, Declared]


class Household(Record):
    """A household: its id, its declared facts, its members in the order of the file."""

    id: str
    facts: dict[str, Declared]
    members: tuple[Member, ...] = ()


def household_of(
    id: str, facts: dict[str, Declared], ids: Iterable[str], members: Iterable[dict[str, Declared]]
) -> Household:
    """Makes a household of the parts that compiled engines take: each id goes with the facts at its place."""
    return Household(id, facts, tuple(Member(one, own) for one, own in zip(ids, members, strict=True)))
