"""The headings of a ledger → what each of its columns is; what is not known is said, with a near match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Union

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
from calc.diagnostics.source import Source
from calc.households.cell_values import folded
from calc.households.headings import HOUSEHOLDS, ID, LEDGER_HEADINGS, LEDGER_WORDS, Headings
from calc.households.household_reader import quoted
from calc.language.types import HOUSEHOLD, MEMBER
from calc.record import Record
from calc.rules.plan import FactPlan, Plan

IGNORED = "-"
LINE, PLACE = "line", "place"
"""Two columns of a copy of JSON Lines: the line of each record, and its place on it (see `json_records`)."""
LOOK_UP = "!"
"""The place of a record that says only which household and person it is of; the rest is read from its line."""
_UNITS = re.compile(r"[*＊]|[(（\[【](元|元/月|元/年|元每月|人|月|岁|套|辆|个|级|是/否|y/n|yes/no)[)）\]】]")
"""Additions to a name in a heading. A unit that changes the number, such as 万元, is not among them."""
_LONGEST = 200
Meaning = Union[str, FactPlan, None]
"""One of the program's own words, a fact, or None for a column that no rule knows."""


class Column(Record):
    """One column: its place (or key), its heading as written, and what it holds."""

    at: Any
    heading: str
    meaning: Meaning


class UnknownColumn(Record):
    """A heading that means nothing here, and the one that may have been meant."""

    heading: str
    near: str | None


class Naming:
    """Finds what headings mean: as the user maps them, as a word of the program, as a fact of either level."""

    def __init__(self, plan: Plan, mapped: Mapping[str, str], at_household: bool = False) -> None:
        self.plan = plan
        self.headings = Headings(plan)
        self.at_household = at_household or not plan.has_members
        self.mapped = {folded(heading): self._target(heading, target) for heading, target in mapped.items()}
        self.asked: set[str] = set()

    def meaning(self, heading: str) -> Meaning:
        """Finds the meaning of a heading; None if it has none."""
        plain = folded(heading) if len(heading) < _LONGEST else ""
        if plain in self.mapped:
            self.asked.add(plain)
            return self.mapped[plain]
        if plain in LEDGER_WORDS:
            word = LEDGER_WORDS[plain]
            if not self.at_household:
                return word
            if word in (HOUSEHOLDS, ID):  # a row is a household: its own number is the household's
                return HOUSEHOLDS
        return self._fact(plain) or self._fact(_without_unit(plain))

    def unknown(self, heading: str) -> UnknownColumn:
        """A heading without a meaning, with the known one most like it."""
        plain = _without_unit(folded(heading)) if len(heading) < _LONGEST else ""
        near = next((near for level in self._levels() if (near := self.headings.near(plain, level))), None)
        return UnknownColumn(heading, near)

    def _levels(self) -> tuple[int, ...]:
        return (HOUSEHOLD,) if self.at_household else (MEMBER, HOUSEHOLD)

    def _fact(self, plain: str) -> FactPlan | None:
        for level in self._levels():
            fact = self.headings.facts[level].get(plain)
            if fact is not None:
                return fact
        return None

    def _target(self, heading: str, target: str) -> Meaning:
        """Finds the meaning a heading is mapped to. Raises InputErrors for a target that is nothing."""
        plain = folded(target)
        if target == IGNORED:
            return IGNORED
        word = LEDGER_WORDS.get(plain)
        fact = self._fact(plain)
        if fact is not None or word is not None:
            return fact if fact is not None else word
        near = self.unknown(target).near
        help_ = ("did-you-mean", {"name": near}) if near else None
        place = Place(Source("--map", f"{heading}={target}"))
        values = {"heading": quoted(heading), "name": quoted(target)}
        raise InputErrors([Diagnostic("bad-setting/map", place, values, help_)])


class Header:
    """The columns of a file. `by_word` and `facts` give those that are read, `unknown` what is not.

    `meanings` are what the headings mean where that does not follow from them alone.
    """

    def __init__(self, headings: Sequence[str], naming: Naming, meanings: Sequence[Meaning] | None = None) -> None:
        self.naming = naming
        found = map(naming.meaning, headings) if meanings is None else meanings
        self.all = [Column(at, *one) for at, one in enumerate(zip(headings, found, strict=True))]
        self.by_word = {one.meaning: one for one in reversed(self.all) if isinstance(one.meaning, str)}
        self.facts = [one for one in self.all if isinstance(one.meaning, FactPlan)]

    @cached_property
    def unknown(self) -> list[UnknownColumn]:
        """The headings that mean nothing; looking for near ones is slow, and rows that are no headings have many."""
        return [self.naming.unknown(one.heading) for one in self.all if one.meaning is None and one.heading.strip()]

    @property
    def width(self) -> int:
        """Number of cells of a record."""
        return len(self.all)

    def heading_of(self, fact: str) -> str:
        """Finds the heading of a fact or word; the name itself where it has no column."""
        for one in self.all:
            if one.meaning == fact or (isinstance(one.meaning, FactPlan) and one.meaning.name == fact):
                return one.heading
        return fact

    def place_of(self, heading: str) -> int | None:
        """The place of a column by its heading as people type it, or by what it means."""
        plain = folded(heading)
        meaning = self.naming.meaning(heading)
        found = next((one.at for one in self.all if folded(one.heading) == plain), None)
        if found is None and meaning is not None:
            found = next((one.at for one in self.all if one.meaning == meaning), None)
        return found

    def mistakes(self, path: str) -> list[Diagnostic]:
        """Lists mistakes of the header: no column for the household, two columns with one meaning."""
        found: list[Diagnostic] = []
        place = Place(Source(path, ""))
        if HOUSEHOLDS not in self.by_word:
            listed = ", ".join(quoted(one.heading) for one in self.all[:12] if one.heading.strip())
            values = {"headings": listed or "—", "wanted": " / ".join(LEDGER_HEADINGS[HOUSEHOLDS])}
            found.append(Diagnostic("missing-column", place, values, ("map-column", {})))
        seen: dict[str, Column] = {}
        for one in self.all:
            key = one.meaning.name if isinstance(one.meaning, FactPlan) else one.meaning
            if key is None or key == IGNORED:
                continue
            other = seen.setdefault(key, one)
            if other is not one:
                values = {"fact": key, "first": quoted(other.heading), "second": quoted(one.heading)}
                found.append(Diagnostic("column-twice", place, values, ("map-column-away", {})))
        return found


def heading_row(records: Iterable[tuple[int, Sequence[str]]], naming: Naming, most: int = 20) -> tuple[int, Header]:
    """Finds the record of headings among the first ones, and its columns: the first with most known headings.

    Ledgers often begin with a title and the date; the lines above the headings are not read.
    """
    best: tuple[int, int, Header] | None = None
    for place, (_, cells) in enumerate(records):
        if place >= most:
            break
        if not any(cell.strip() for cell in cells):
            continue
        columns = Header([cell.strip() for cell in cells], naming)
        known = len(columns.facts) + 2 * len(columns.by_word)
        if best is None or known > best[0]:
            best = known, place, columns
    if best is None:
        return 0, Header([], naming)
    return best[1], best[2]


def _without_unit(plain: str) -> str:
    return _UNITS.sub("", plain)
