"""Chooses the function for a member by the facts the member states.

There are few different sets of facts of one member, and thousands of a whole household. So the household's
function is made for the facts of the household, and each member's for those of the member.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from calc.engine.python.function_writer import Emitter
from calc.engine.simple_plan import ALWAYS, MAYBE

Member = Callable[..., Any]
MOST_COUNTED = 10_000
"""Sets of facts that are counted; members with others run on general code where there are more."""
_MOST_NAMES = 50_000


class MemberCode(dict[tuple[str, ...], Member]):
    """The functions of members, by the names of the facts a member states, in their order.

    `keys` are the facts of members that outcomes use, and those of them that code reads whether they are stated or
    not. After `frequent` members with the same of the others, a function is made for them if `may_make` allows it.
    """

    def __init__(
        self,
        household: Emitter,
        general: Member,
        keys: tuple[frozenset[str], frozenset[str]],
        frequent: int,
        may_make: Callable[[], bool],
    ) -> None:
        super().__init__()
        self.household = household
        self.general = general
        matter, optional = keys
        self.matter = matter - optional
        self.optional = {name: MAYBE for name in household.simple.pattern if name in matter & optional}
        self.frequent = frequent
        self.may_make = may_make
        self.counts: Counter[frozenset[str]] = Counter()
        self.functions: dict[frozenset[str], Member] = {}

    def __missing__(self, names: tuple[str, ...]) -> Member:
        if len(self.counts) >= MOST_COUNTED:
            return self.general
        stated = self.matter.intersection(names)
        found = self.functions.get(stated)
        if found is None:
            self.counts[stated] += 1
            if self.counts[stated] <= self.frequent:
                return self.general
            pattern = {**self.optional, **dict.fromkeys(stated, ALWAYS)}
            found = self.functions[stated] = self.household.member(pattern) if self.may_make() else self.general
        if len(self) < _MOST_NAMES:
            self[names] = found
        return found
