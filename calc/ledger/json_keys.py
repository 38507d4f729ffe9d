"""The keys of JSON Lines that mean nothing. CSV has headings, which are known before any row is read; here each line
has its own keys, and one that is misspelt must not be taken for one that is not there."""

from __future__ import annotations

from collections.abc import Iterable

from calc.households.headings import MEMBERS, word_of
from calc.ledger.header import Naming
from calc.ledger.household_runs import Row

MOST = 100
"""So many are told of a file, the first ones in their order; there may be one for each line."""
_HELD = 10_000


class UnknownJsonKeys:
    """Gathers them; no more than some thousands are held."""

    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self.found: set[str] = set()

    def add(self, keys: Iterable[str]) -> None:
        """Take in keys, with or without a meaning."""
        self.found.update(key for key in keys if key not in self.found and self._is_unknown(key))
        if len(self.found) > _HELD:
            self.found = set(self.first())

    def first(self) -> tuple[str, ...]:
        """The first ones in their order."""
        return tuple(sorted(self.found)[:MOST])

    def _is_unknown(self, key: str) -> bool:
        return bool(key.strip()) and self.naming.meaning(key) is None and word_of(key) != MEMBERS


def keys_of(row: Row) -> Iterable[str]:
    """The keys of an object, and of the members in it."""
    if isinstance(row, dict):
        yield from row
        for key, value in row.items():
            if isinstance(value, list) and word_of(key) == MEMBERS:
                for member in value:
                    if isinstance(member, dict):
                        yield from member
