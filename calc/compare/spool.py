"""Keep the households of a picture in a file while the other one is read: memory has some numbers for each."""

from __future__ import annotations

import marshal
from types import TracebackType
from typing import IO, Any

from calc.temporary_folder import TemporaryFolder
from calc.vary.answers import Answer, HouseholdPicture
from calc.vary.kinds import Side
from calc.vary.people import same_households

_LENGTH = 8
"""Bytes in front of a household that hold the number of its bytes."""


class Spool:
    """Households by id, with the household of each person whose identity number is known. A context manager.

    `number` is the fact that holds the number; None where nobody is to be found by it.
    """

    def __init__(self, number: str | None) -> None:
        self.places: dict[str, int] = {}
        self.homes: dict[str, str] = {}
        self._number = number
        self._folder = TemporaryFolder()
        self._file: IO[bytes] = open(f"{self._folder.name}/households", "w+b")  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        self._folder.cleanup()

    def add(self, id: str, side: Side) -> None:
        """Adds a household."""
        facts, answer = side.facts, side.answer
        parts: Any = None
        if answer is not None:
            own, members = (None, None) if facts is None else (facts.own, facts.members)
            parts = own, members, answer.grants, answer.open
            for number in self.numbers(facts):
                self.homes.setdefault(number, id)
        self.places[id] = self._file.tell()
        data = marshal.dumps((parts, side.people, side.group))
        self._file.write(len(data).to_bytes(_LENGTH, "little") + data)

    def numbers(self, facts: HouseholdPicture | None) -> list[str]:
        """Lists the identity numbers of the members of a household."""
        if facts is None or self._number is None:
            return []
        return [str(found) for one in facts.members.values() if (found := one.get(self._number)) is not None]

    def side(self, id: str | None) -> Side | None:
        """Reads a household; None where there is none of this id."""
        place = self.places.get(id) if id is not None else None
        if id is None or place is None:
            return None
        self._file.seek(place)
        data = self._file.read(int.from_bytes(self._file.read(_LENGTH), "little"))  # `marshal.load` reads byte by byte
        parts, count, group = marshal.loads(data)  # our own file, which no other user can write
        if parts is None:
            return Side(None, None, count, group)
        own, members, grants, opened = parts
        facts = None if own is None else HouseholdPicture(id, own, members)
        return Side(facts, Answer(grants, opened), count, group)

    def same_people(self, later: Spool) -> dict[str, str]:
        """Finds for households of a later picture that of this one with most of the same people, each taken once.

        Households of which no person is known by a number, or none is in the other picture, go by their ids.
        """
        people = ((id, later.numbers(side.facts if (side := later.side(id)) else None)) for id in later.places)
        return same_households(people, self.homes, self.places)
