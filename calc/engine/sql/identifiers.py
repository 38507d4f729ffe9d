"""Names columns and relations as in the rules file, changed where a database would treat two names as the same."""

from __future__ import annotations

from calc.engine.sql.dialects import Dialect

HOUSEHOLD, PLACE, ID = "household", "place", "id"
"""Columns other than facts: the ordinal of a household, the place of a member in it, the id of the member."""


class Names:
    """Gives out names that are not used yet."""

    def __init__(self, dialect: Dialect, taken: tuple[str, ...] = ()) -> None:
        self.dialect = dialect
        self.taken = {self._same(name) for name in taken}

    def fresh(self, wanted: str) -> str:
        """Returns the name, cut to the length the database keeps, with a number added where it is used already."""
        number, name = 1, self._cut(wanted, "")
        while self._same(name) in self.taken:
            number += 1
            name = self._cut(wanted, f" {number}")
        self.taken.add(self._same(name))
        return name

    def _cut(self, name: str, ending: str) -> str:
        plain = "".join(" " if character < " " else character for character in name)
        most = self.dialect.bytes_of_names
        if most is None:
            return plain + ending
        while len((plain + ending).encode("utf-8", "replace")) > most:
            plain = plain[:-1]
        return plain + ending

    def _same(self, name: str) -> str:
        return name.casefold() if self.dialect.folds_case else name
