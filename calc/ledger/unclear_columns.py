"""Describes columns that no rule knows: what may have been meant, and the mistake of one that may decide money."""

from __future__ import annotations

from calc.diagnostics.diagnostic import Diagnostic, Place
from calc.diagnostics.source import Source
from calc.households.household_reader import quoted
from calc.record import Record


class UnknownColumn(Record):
    """A heading that means nothing here, and the one that may have been meant.

    `decides_money` if the column may not be left out quietly; `place` is that of the heading, where it is known.
    `code` is that of the warning if it is left out, `path` the map of the ledger that the warning names.
    `has_other_unit` if it cannot be read as what may have been meant, since its heading says another unit or period.
    """

    heading: str
    near: str | None
    decides_money: bool = False
    place: Place | None = None
    code: str = "unknown-column"
    path: str = ""
    has_other_unit: bool = False

    def mistake(self, path: str, code: str = "unclear-column") -> Diagnostic:
        """Reports a column that stops the run."""
        help_ = "map-other-unit" if self.has_other_unit else "map-unclear"
        return unclear_column(code, self.place or Place(Source(path, "")), quoted(self.heading), self.near, help_)


def unclear_column(
    code: str, place: Place, heading: str | tuple[str, str], near: str | None = None, about: str = "map-unclear"
) -> Diagnostic:
    """Makes the mistake for a column that stops the run; a pair is a heading in English and Chinese."""
    help_ = (about, {"heading": heading, "name": near or "…"})
    return Diagnostic(code, place, {"heading": heading}, help_)
