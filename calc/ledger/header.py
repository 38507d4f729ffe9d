"""Find what each column of a ledger holds by its heading; a column that is not read is reported, with a near match.

A column that is not read and may decide money stops the run until the user says what it is or leaves it out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any, Union

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
from calc.diagnostics.source import Source
from calc.households.headings import (
    HEAD_NUMBER,
    HOUSEHOLDS,
    ID,
    LEDGER_HEADINGS,
    LEDGER_WORDS,
    Headings,
    relation_to_head,
)
from calc.households.household_reader import quoted
from calc.language.types import HOUSEHOLD, MEMBER, MONEYS
from calc.ledger.heading_places import HeadingPlaces, is_unnamed, listed_headings, unnamed_texts
from calc.ledger.heading_units import ADDITION, UNITS, other_unit
from calc.ledger.unclear_columns import UnknownColumn
from calc.record import Record, replace
from calc.rules.plan import FactPlan, Plan
from calc.text_forms import folded

IGNORED = "-"
LINE, PLACE = "line", "place"
"""Two columns of a copy of JSON Lines: the line of each record, and its place on it (see `json_records`)."""
LOOK_UP = "!"
"""The place of a record that says only which household and person it is of; the rest is read from its line."""
_ALIKE = 0.8
_LATIN = re.compile(r"[a-z]+")
_LONGEST = 200
Meaning = Union[str, FactPlan, None]
"""One of the program's own words, a fact, or None for a column that no rule knows."""


class Column(Record):
    """One column: its place (or key), its heading as written, and what it holds."""

    at: Any
    heading: str
    meaning: Meaning


class Naming:
    """Finds what headings mean: as the user maps them, as a word of the program, as a fact of either level.

    The rows of a register are people, so that none of its columns has to name households.
    """

    def __init__(
        self, plan: Plan, mapped: Mapping[str, str], at_household: bool = False, is_register: bool = False
    ) -> None:
        self.plan = plan
        self.headings = Headings(plan)
        self.at_household = at_household or not plan.has_members
        self.mapped = {folded(heading): self.target(heading, target) for heading, target in mapped.items()}
        self.asked: set[str] = set()
        self.heads_begin = False
        self.is_register = is_register

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
            if word == HEAD_NUMBER:
                return word
        return self._fact(plain) or self._fact_with_unit(plain) or self._head_number(heading)

    def of_head(self, heading: str) -> tuple[str, Meaning]:
        """Finds what a heading such as 户主出生日期 states of a head: its rest, and what that means of members."""
        match = self._heads.fullmatch(heading.strip()) if len(heading) < _LONGEST else None
        if match is None:
            return "", None
        rest, plain = match.group(1), folded(match.group(1))
        if not self.at_household:
            return rest, self.meaning(rest)
        return rest, LEDGER_WORDS.get(plain) or self.headings.facts[MEMBER].get(ADDITION.sub("", plain))

    def _head_number(self, heading: str) -> Meaning:
        meaning = self.of_head(heading)[1]
        return HEAD_NUMBER if isinstance(meaning, FactPlan) and meaning.format == "identity-number" else None

    @cached_property
    def _heads(self) -> re.Pattern[str]:
        """The form of a heading that begins with a word for the head."""
        relation, words = relation_to_head(self.plan), [*self.plan.title.get("head_words", ())]
        if relation is not None and relation.options_en:
            pairs = zip(relation.type.options or (), relation.options_en, strict=False)
            words += [en for word, en in pairs if word in words]
        return re.compile(rf"(?:{'|'.join(map(re.escape, words)) or '(?!)'})(?:的|'s)?[\s_-]*(.+)", re.I | re.S)

    def may_be_household(self, heading: str) -> bool:
        """Says whether a heading is that of a number of households, by the rules' `household_id_words`."""
        return len(heading) < _LONGEST and folded(heading) in self._household_words

    @cached_property
    def _household_words(self) -> frozenset[str]:
        return frozenset(map(folded, self.plan.title.get("household_id_words", ())))

    def meaning_of_unnamed(self, at: int) -> Meaning:
        """Finds the meaning that the user gave a column without a heading, by its place: `column 6`, `第6列`."""
        key = next((one for one in map(folded, unnamed_texts(at)) if one in self.mapped), None)
        if key is None:
            return None
        self.asked.add(key)
        return self.mapped[key]

    def unknown(self, heading: str) -> UnknownColumn:
        """A heading without a meaning, with the known one most like it."""
        plain = ADDITION.sub("", folded(heading)) if len(heading) < _LONGEST else ""
        exact = self._fact(plain)
        near = exact.about.label if exact is not None else None
        near = near or next((near for level in self._levels() if (near := self.headings.near(plain, level))), None)
        fact = self._fact(folded(near)) if near else None
        has_other_unit = fact is not None and other_unit(heading, fact) is not None
        return UnknownColumn(heading, near, self._decides_money(heading, plain, near), has_other_unit=has_other_unit)

    def _decides_money(self, heading: str, plain: str, near: str | None) -> bool:
        """Says whether a heading is like that of a fact, holds the name of one in money, or a word of the rules."""
        if near is not None and SequenceMatcher(None, plain, folded(near)).ratio() >= _ALIKE:
            return True
        tokens = " ".join(_LATIN.findall(heading.casefold()))
        return any(
            (f" {' '.join(_LATIN.findall(word.casefold()))} " in f" {tokens} ") if word.isascii() else word in plain
            for word in self._money_words
        )

    @cached_property
    def _money_words(self) -> list[str]:
        """Words of headings that decide money: those the rules list, and names of facts that are amounts."""
        facts = [one for one in self.plan.facts.values() if one.type.kind in MONEYS]
        names = [name for one in facts for name in (one.name, one.about.label, one.about.en, *one.aliases)]
        given = [*self.plan.title.get("money_words", ()), *(name for name in names if len(name) > 1)]
        return [one if one.isascii() else folded(one) for one in dict.fromkeys(given) if len(one) < _LONGEST]

    def _levels(self) -> tuple[int, ...]:
        return (HOUSEHOLD,) if self.at_household else (MEMBER, HOUSEHOLD)

    def _fact(self, plain: str) -> FactPlan | None:
        for level in self._levels():
            fact = self.headings.facts[level].get(plain)
            if fact is not None:
                return fact
        return None

    def _fact_with_unit(self, plain: str) -> FactPlan | None:
        """Finds the fact of a heading with additions, if they say nothing else than its kind does."""
        fact = self._fact(ADDITION.sub("", plain))
        if fact is None:
            return None
        units = UNITS.get(fact.type.kind, set())
        return fact if all(one.group(1) is None or one.group(1) in units for one in ADDITION.finditer(plain)) else None

    def target(self, heading: str, target: str, place: Place | None = None) -> Meaning:
        """Finds the meaning a heading is mapped to. Raises InputErrors for a target that is nothing."""
        plain = folded(target)
        if target == IGNORED:
            return IGNORED
        word = LEDGER_WORDS.get(plain)
        fact = self._fact(plain)
        if fact is not None:
            own = folded(heading) if len(heading) < _LONGEST else ""
            unit = other_unit(heading, fact) if self._fact(own) != fact else None
            if unit is None:
                return fact
            place = place or Place(Source("--map", f"{heading}={target}"))
            values = {"heading": quoted(heading), "unit": unit, "name": fact.about.label}
            raise InputErrors([Diagnostic("bad-setting/unit", place, values)])
        if word is not None:
            return word
        near = self.unknown(target).near
        help_ = ("did-you-mean", {"name": near}) if near else None
        code = "bad-setting/map" if place is None else "bad-setting/columns"
        place = place or Place(Source("--map", f"{heading}={target}"))
        values = {"heading": quoted(heading), "name": quoted(target)}
        raise InputErrors([Diagnostic(code, place, values, help_)])


class Header:
    """The columns of a file. `by_word` and `facts` give those that are read, `unknown` what is not.

    `meanings` are those of headings where they alone do not say it, `rows_above` all rows up to the headings.
    """

    def __init__(self, headings: Sequence[str], naming: Naming, meanings: Sequence[Meaning] | None = None) -> None:
        self.naming = naming
        self.heading_places: HeadingPlaces | None = None
        self.rows_above: Sequence[Sequence[str]] = ()
        if meanings is None:
            meanings = [
                naming.meaning(one) or (naming.meaning_of_unnamed(at) if is_unnamed(one) else None)
                for at, one in enumerate(headings)
            ]
            if HOUSEHOLDS not in meanings and HEAD_NUMBER in meanings:  # the last one: a copy has ids there
                meanings[len(meanings) - 1 - meanings[::-1].index(HEAD_NUMBER)] = HOUSEHOLDS
            elif HOUSEHOLDS not in meanings and not naming.is_register:
                own = [at for at, one in enumerate(headings) if meanings[at] is None and naming.may_be_household(one)]
                meanings = [HOUSEHOLDS if [at] == own else one for at, one in enumerate(meanings)]
        self.all = [Column(at, *one) for at, one in enumerate(zip(headings, meanings, strict=True))]
        self.by_word = {one.meaning: one for one in reversed(self.all) if isinstance(one.meaning, str)}
        self.facts = [one for one in self.all if isinstance(one.meaning, FactPlan)]

    @cached_property
    def unknown(self) -> list[UnknownColumn]:
        """The headings that mean nothing; looking for near ones is slow, and rows that are no headings have many."""
        return [
            replace(self.naming.unknown(one.heading), place=self.heading_places and self.heading_places.of(one.at))
            for one in self.all
            if one.meaning is None and one.heading.strip() and not is_unnamed(one.heading)
        ]

    @cached_property
    def unnamed(self) -> list[int]:
        """The places of columns without a heading of their own that the user has not given a meaning."""
        return [one.at for one in self.all if one.meaning is None and is_unnamed(one.heading)]

    @cached_property
    def least_width(self) -> int:
        """Number of cells that a record needs: those behind the last column that is read may be left out."""
        return 1 + max((one.at for one in self.all if one.meaning not in (None, IGNORED)), default=-1)

    @cached_property
    def is_by_head(self) -> bool:
        """Says whether it is the identity number of its head alone that says of which household a row is."""
        column = self.by_word.get(HOUSEHOLDS)
        return column is not None and self.naming.meaning(column.heading) == HEAD_NUMBER

    @property
    def known(self) -> int:
        """Says how many headings are known; those of the program itself count twice."""
        return len(self.facts) + 2 * len(self.by_word)

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

    def place_in(self, path: str, at: int | None) -> Place:
        """Finds the place of a column's heading, of the whole row of headings for None."""
        return Place(Source(path, "")) if self.heading_places is None else self.heading_places.of(at)

    def mistakes(self, path: str) -> list[Diagnostic]:
        """Lists mistakes of the header: no column for the household, two columns with one meaning."""
        found: list[Diagnostic] = []
        if HOUSEHOLDS not in self.by_word and not self.naming.is_register:
            values = {
                "headings": listed_headings(one.heading for one in self.all),
                "wanted": " / ".join(LEDGER_HEADINGS[HOUSEHOLDS]),
            }
            is_roster = relation_to_head(self.naming.plan) in [one.meaning for one in self.facts]
            help_: tuple[str, dict[str, str]] = ("household-by" if is_roster else "map-column", {})
            found.append(Diagnostic("missing-column", self.place_in(path, None), values, help_))
        else:
            found += [one.mistake(path) for one in self.unknown if one.decides_money]
        seen: dict[str, Column] = {}
        for one in self.all:
            key = one.meaning.name if isinstance(one.meaning, FactPlan) else one.meaning
            if key is None or key == IGNORED:
                continue
            other = seen.setdefault(key, one)
            if other is not one:
                values = {"fact": key, "first": quoted(other.heading), "second": quoted(one.heading)}
                found.append(Diagnostic("column-twice", self.place_in(path, one.at), values, ("map-column-away", {})))
        return found
