"""Remembers what texts of a column mean, so that each is read once: cells of facts, parts of identity numbers."""

from __future__ import annotations

from math import ceil, floor
from operator import mul
from typing import Any

from calc.engine.facts import Declared
from calc.households.cell_values import NOT_KNOWN, CellError, NotKnown, read_value
from calc.households.dates import day_of
from calc.households.identity_numbers import WEIGHTS
from calc.households.read_cell import read_cell
from calc.language.types import HOUSEHOLD, NUMERIC
from calc.rules.plan import FactPlan

MOST_REMEMBERED = 20_000
LONGEST_CELL = 100
"""Characters up to which a cell of a fact is read by its text alone."""
SHORTEST_NUMBER = 15
"""Characters of an identity number of the first generation."""
DAMAGED = "�"
"""Replacement for bytes that are no text."""


class NeedsFullReader(Exception):
    """The household is for the careful reader."""


class MeetsNotKnown(NeedsFullReader):
    """A cell says "not known", which the function was not made for: most ledgers have no such cell."""


class CellCache(dict[str, Any]):
    """The cells of a column read so far, by their text; None where a cell says nothing.

    Without `meets_not_known` it raises MeetsNotKnown for the first cell that says "not known". `others` has what cells
    state of other facts than their own; a text that was just read is in it.
    """

    def __init__(self, fact: FactPlan, meets_not_known: bool = True) -> None:
        super().__init__()
        self.others: dict[str, tuple[tuple[str, Declared], ...]] = {}
        self.fact = fact
        self.meets_not_known = meets_not_known
        self.step = 10**fact.decimals
        is_number = fact.type.kind in NUMERIC
        low, high = fact.stated_bounds if is_number else (0, -1)
        self.low, self.high = ceil(low * self.step), floor(high * self.step)

    def __missing__(self, text: str) -> Declared | NotKnown | None:
        whole, point, part = text.partition(".")
        if whole.isdigit() and (not point or part.isdigit()) and text.isascii() and len(whole) < 16:  # most amounts
            given = len(part)
            if given <= self.fact.decimals and text not in self.fact.not_known:
                number: int = int(whole + part) * 10 ** (self.fact.decimals - given)
                if self.low <= number <= self.high:
                    if len(self) < MOST_REMEMBERED:
                        self[text] = number
                    return number
        if len(text) > LONGEST_CELL or not text.isprintable() or DAMAGED in text:
            raise NeedsFullReader
        value: Any
        value, others = read_cell(self.fact, text)
        if value.__class__ is CellError or (others and self.fact.type.level == HOUSEHOLD):
            raise NeedsFullReader
        if others:
            if len(self.others) >= MOST_REMEMBERED:
                self.clear()  # too: what is remembered has its others
                self.others.clear()
            self.others[text] = tuple(others.items())
        if value is NOT_KNOWN and not self.meets_not_known:
            raise MeetsNotKnown
        if len(self) < MOST_REMEMBERED:
            self[text] = value
        return value  # type: ignore[no-any-return]


class ShortCells(dict[str, Any]):
    """Short cells of a column of personal numbers, which are no number: None for a dash, or "not known"."""

    def __init__(self, fact: FactPlan) -> None:
        super().__init__()
        self.fact = fact

    def __missing__(self, text: str) -> NotKnown | None:
        value = read_value(self.fact, text)
        if value is not None and not isinstance(value, NotKnown):
            raise NeedsFullReader
        self[text] = value
        return value


class _Days(dict[str, Any]):
    """The eight digits of a birth date → their share of the check sum, and the day."""

    def __init__(self, low: int, high: int) -> None:
        super().__init__()
        self.low, self.high = low, high

    def __missing__(self, digits: str) -> tuple[int, int]:
        if not (digits.isascii() and digits.isdigit()):
            raise NeedsFullReader
        day = day_of(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        if day is None or not self.low <= day <= self.high:
            raise NeedsFullReader
        found = self[digits] = (_weighed(digits, 6), day)
        return found


class _Digits(dict[str, Any]):
    """Some digits of an identity number → their share of the check sum."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self.first = first

    def __missing__(self, digits: str) -> int:
        if not (digits.isascii() and digits.isdigit()) or (self.first == 0 and digits[0] == "0"):
            raise NeedsFullReader
        found = self[digits] = _weighed(digits, self.first)
        return found


def _weighed(digits: str, first: int) -> int:
    return sum(map(mul, map(int, digits), WEIGHTS[first:]))


class IdentityParts:
    """Reads plain identity numbers by their three parts, which are few; the sum of 17 products is what takes long."""

    def __init__(self, low: int, high: int) -> None:
        self.areas, self.serials, self.days = _Digits(0), _Digits(14), _Days(low, high)

    @staticmethod
    def refuse(text: str) -> None:
        """Raises what is right for a text that is no plain number of 18 characters, or one that somebody else has."""
        raise MeetsNotKnown if len(text) < SHORTEST_NUMBER else NeedsFullReader
