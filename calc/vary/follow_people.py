"""Follows people from the households of one picture to those of another, by their identity numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

from calc.engine.facts import Household
from calc.record import replace
from calc.vary.answers import NO_ANSWER, picture_of
from calc.vary.people import same_households, with_ids_of

Place = tuple[str, int]
"""The id of a household, and the place of a member in it."""


class FollowedPeople:
    """Knows which households and people of an earlier picture are in a later one, and where.

    `number` is the fact that holds a member's identity number; None where nobody is to be followed. A household of
    `before` has the id of the same one now: that of its people if `by_people`, else its own.
    """

    def __init__(
        self, before: Iterable[Household], after: Iterable[Household], number: Optional[str], by_people: bool = False
    ) -> None:
        self.before = {one.id: one for one in before}
        self.after = {one.id: one for one in after}
        self._number = number
        if by_people:
            self.before = self._by_people()
        self.moves: dict[Place, Place] = {}
        """The earlier places of people who are in another household now, by the later ones."""
        if number is not None:
            self._follow()
        self._moved = frozenset(self.moves.values())

    def _by_people(self) -> dict[str, Household]:
        """Gives earlier households the ids of those with the same people now; one of nobody's keeps its own."""
        old = {number: next(iter(homes)) for number, homes in self._homes(self.before).items()}
        people: dict[str, list[str]] = {id: [] for id in self.after}
        for number, homes in self._homes(self.after).items():
            for id in homes:
                people[id].append(number)
        now = {home: id for id, home in same_households(people.items(), old, self.before).items()}
        found: dict[str, Household] = {}
        for id, one in self.before.items():
            if id in now:
                found[now[id]] = replace(one, id=now[id])
            else:  # with a mark where the id is now that of other people
                found[f"{id}′" if id in self.after else id] = one
        return found

    def _follow(self) -> None:
        old, new = self._homes(self.before), self._homes(self.after)
        taken = set()
        for number, homes in new.items():
            gone = {id: at for id, at in old.get(number, {}).items() if id not in homes}
            for id, at in homes.items():
                home = next((one for one in gone.items() if one not in taken), None)
                if home is not None and id not in old[number]:
                    taken.add(home)
                    self.moves[id, at] = home

    def _homes(self, households: dict[str, Household]) -> dict[str, dict[str, int]]:
        """Lists the households of each person whose number is known, with the place there."""
        found: dict[str, dict[str, int]] = {}
        for id, household in households.items():
            for at, one in enumerate(household.members):
                number = one.facts.get(self._number or "")
                if number is not None:
                    found.setdefault(str(number), {}).setdefault(id, at)
        return found

    def earlier(self, id: str) -> Optional[Household]:
        """Finds a household in the earlier picture; the same people have the ids of the later one."""
        before, after = self.before.get(id), self.after.get(id)
        if before is None or after is None:
            return before
        return with_ids_of(picture_of(before), NO_ANSWER, picture_of(after), self._number)[0].household()

    def left(self, id: str) -> list[int]:
        """Lists the places of earlier members of a household who are in none now, as far as numbers say."""
        before, after = self.earlier(id), self.after.get(id)
        ids = () if after is None else {one.id for one in after.members}
        members = () if before is None else before.members
        return [at for at, one in enumerate(members) if one.id not in ids and (id, at) not in self._moved]
