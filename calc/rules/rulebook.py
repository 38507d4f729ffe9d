"""What a rules file holds, as read and before any month is chosen."""

from __future__ import annotations

from typing import Any

from calc.diagnostics.diagnostic import Place
from calc.diagnostics.source import Source
from calc.record import Record

Keys = tuple[object, ...]


class Origin(Record):
    """Where a value was written: a file and a key path in it."""

    source: Source
    keys: Keys

    def place(self, *, on_key: bool = False, start: int | None = None, end: int | None = None) -> Place:
        """The place, narrowed to some characters of a string if they are given."""
        return Place(self.source, self.keys, start, end, on_key)


class Version(Record):
    """The keys of an entry that hold in one month, and where each was written."""

    values: dict[str, Any]
    origins: dict[str, Origin]
    since: int | None

    def get(self, key: str) -> Any:
        """A value, or None."""
        return self.values.get(key)

    def origin(self, key: str) -> Origin:
        """Where a key was written; the entry itself if it was not."""
        return self.origins.get(key) or self.origins[""]


class Entry(Record):
    """One named entry: its plain keys and what replaces them from which month on.

    A change of None ends the entry. Changes stand in the order of their months.
    """

    section: str
    name: str
    values: dict[str, Any]
    origins: dict[str, Origin]
    changes: tuple[tuple[int, dict[str, Any] | None, dict[str, Origin]], ...]

    @property
    def origin(self) -> Origin:
        """Where the entry stands."""
        return self.origins[""]


class Rulebook(Record):
    """A rules file, read and merged with its parents; shapes are right, formulas are not yet looked at."""

    title: dict[str, Any]
    documents: dict[str, dict[str, Any]]
    entries: dict[str, Entry]
    checks: dict[str, Entry]
    cases: tuple[tuple[dict[str, Any], Origin], ...]
    sources: tuple[Source, ...]
    sha256: str
    decimals: int
    first_month: int
    confirmed_until: int | None

    @property
    def has_members(self) -> bool:
        """Whether households have a list of members."""
        return any(entry.section == "facts.member" for entry in self.entries.values())

    @property
    def path(self) -> str:
        """The file that was asked for."""
        return self.sources[0].path
