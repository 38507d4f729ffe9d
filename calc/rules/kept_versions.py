"""Keeps what one month's plan made of each entry, so that other months of the same rules make only what differs.

An entry is built again if its keys differ, or the meaning of a name that its formulas use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from calc.diagnostics.diagnostic import Diagnostic
from calc.rules.expressions import Expression, expressions_of
from calc.rules.in_force import changes_by, version_after
from calc.rules.rulebook import Entry, Version

AnyBuilt = TypeVar("AnyBuilt")


class KeptVersion:
    """Holds one version of an entry with its parsed formulas, the names they use, and the last plan made of them."""

    def __init__(self, entry: Entry, version: Version) -> None:
        self.version = version
        self.mistakes: list[Diagnostic] = []
        self.expressions: list[Expression] = expressions_of(entry, version, self.mistakes)
        self.names = sorted(frozenset().union(*(one.names for one in self.expressions)))
        self._meanings: object = None
        self._built: Any = None

    def built(self, meanings: object, found: list[Diagnostic], build: Callable[[], AnyBuilt]) -> AnyBuilt:
        """Returns what was built where the names had the same meanings, else builds it.

        What `build` finds wrong it adds to `found`, in every month again.
        """
        if self._meanings is not None and self._meanings == meanings:
            return self._built  # type: ignore[no-any-return]
        before = len(found)
        made = build()
        self._meanings, self._built = (meanings if len(found) == before else None), made
        return made


class KeptVersions:
    """Holds the versions of all entries of a rulebook that were in force in a month planned before."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, int, bool], KeptVersion | None] = {}

    def in_month(self, entries: dict[str, Entry], month: int) -> dict[str, KeptVersion]:
        """Finds the versions of some entries that are in force in a month."""
        found: dict[str, KeptVersion] = {}
        for name, entry in entries.items():
            count, is_new = changes_by(entry, month)
            key = entry.section, name, count, is_new
            if key not in self._found:
                version = version_after(entry, count, is_new)
                self._found[key] = None if version is None else KeptVersion(entry, version)
            kept = self._found[key]
            if kept is not None:
                found[name] = kept
        return found
