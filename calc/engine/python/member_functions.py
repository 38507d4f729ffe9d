"""Code for members, by the facts they state.

Members state few different sets of facts, where households of several people state thousands. So the household's
code is made for what the household states, and each member's for what that member states.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from calc.engine.python.function_writer import Emitter

Member = Callable[..., Any]
_MOST_COUNTED = 50_000
_MOST_NAMES = 50_000


class MemberCode(dict[tuple[str, ...], Member]):
    """The names a member states, in their order → the function for that member.

    `matter` are the facts that outcomes lean on, `frequent` members who state the same get a function of their own, and
    `may_make` says whether there is room for another one.
    """

    def __init__(
        self, household: Emitter, general: Member, matter: frozenset[str], frequent: int, may_make: Callable[[], bool]
    ) -> None:
        super().__init__()
        self.household = household
        self.general = general
        self.matter = matter
        self.frequent = frequent
        self.may_make = may_make
        self.counts: Counter[frozenset[str]] = Counter()
        self.functions: dict[frozenset[str], Member] = {}

    def __missing__(self, names: tuple[str, ...]) -> Member:
        stated = self.matter.intersection(names)
        found = self.functions.get(stated)
        if found is None:
            if stated in self.counts or len(self.counts) < _MOST_COUNTED:
                self.counts[stated] += 1
            if self.counts[stated] <= self.frequent:
                return self.general
            found = self.functions[stated] = self.household.member(stated) if self.may_make() else self.general
        if len(self) < _MOST_NAMES:
            self[names] = found
        return found
