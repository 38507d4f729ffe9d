"""Types of declared facts, the input of engines, whatever file they came from.

Numbers are whole multiples of the fact's smallest step (amounts in fen), dates numbers like 20220531,
choices and texts are strings. A fact that was not given is absent.
"""

from __future__ import annotations

from typing import Union

from calc.record import Record

Declared = Union[int, bool, str]


class Member(Record):
    """A member: the id used in results, and the declared facts."""

    id: str
    facts: dict[str, Declared]


class Household(Record):
    """A household: its id, its declared facts, its members in the order of the file."""

    id: str
    facts: dict[str, Declared]
    members: tuple[Member, ...] = ()
