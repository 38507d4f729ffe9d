"""Finds the words of several facts in one cell: a kind and a level of disability, in any order, with marks between.

The cell is read as a whole: every part of it is a word of one of the facts, or a mark that separates them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Union

from calc.households.small_numbers import small_number
from calc.language.types import CHOICE
from calc.record import Record
from calc.rules.plan import FactPlan
from calc.text_forms import folded_word

LONGEST_CELL = 60
"""Characters of a cell that is looked at; a longer one is a sentence."""
_LONGEST_NUMBER = 8
_MARKS = frozenset("()[]{}<>《》「」『』【】〔〕、，,;；:：/\\|·・•-–—_ ")
_ROMAN = {"i": "Ⅰ", "v": "Ⅴ", "x": "Ⅹ"}


class Piece(Record):
    """A fact and its option or number in a cell, with the word; the option "" is that of a word that leaves it open."""

    fact: FactPlan
    value: Union[str, int]
    word: str


class SeveralFacts:
    """Reads cells that may state each of some facts once, the first of which is that of the column.

    Of a choice there may be several options, where one of its options means just that.
    """

    def __init__(self, facts: Sequence[FactPlan]) -> None:
        self.facts = facts
        self.places = {one.name: place for place, one in enumerate(facts)}
        self.options = {one.name: _words_of(one) for one in facts if one.type.kind == CHOICE}
        """The folded words of the choices among the facts."""
        self.longest = {
            one.name: max(map(len, self.options[one.name])) if one.type.kind == CHOICE else _LONGEST_NUMBER
            for one in facts
        }

    def pieces(self, cell: str) -> list[Piece] | None:
        """Returns the facts in a cell; None where something is left over, or where it can be read in two ways.

        A number alone, without its unit, may be the code of another fact as well: it is read beside another word only.
        """
        text = _folded(cell)
        ways = (way for each in self._ways(text, 0, ()) if (way := _combined(each)) is not None)
        found = {tuple((one.fact.name, one.value) for one in way): way for way in ways}
        (way,) = found.values() if len(found) == 1 else ([],)
        if len(way) == 1 and way[0].fact is not self.facts[0] and way[0].value.__class__ is int:
            unit = way[0].fact.unit
            return way if unit is not None and way[0].word.endswith(unit) else None
        return way or None

    def left_over(self, cell: str) -> str | None:
        """Returns a cell without the longest words found in it from its start; None where there are none."""
        text = _folded(cell)
        at, left, was_read = 0, "", False
        while at < len(text):
            end = max((end for end, _ in self._words_at(text, at)), default=None)
            if end is None:
                left += text[at]
                at += 1
            else:
                at, was_read = end, True
        return left.strip("".join(_MARKS)) if was_read else None

    def _ways(self, text: str, at: int, used: tuple[Piece, ...]) -> Iterator[list[Piece]]:
        """Lists the ways to read a text from a place on, the facts of each in the order of `facts`."""
        if at == len(text):
            yield []
            return
        for end, piece in self._words_at(text, at):
            if not any(one.fact is piece.fact and (one.value == piece.value or not one.fact.several) for one in used):
                for rest in self._ways(text, end, (*used, piece)):
                    yield sorted([piece, *rest], key=lambda one: self.places[one.fact.name])
        if text[at] in _MARKS:
            yield from self._ways(text, at + 1, used)

    def _words_at(self, text: str, at: int) -> Iterator[tuple[int, Piece]]:
        """Lists the words that begin at a place, each with its end."""
        if text[at] in _MARKS or not _is_between(text, at):
            return
        for fact in self.facts:
            options = self.options.get(fact.name)
            for end in range(at + 1, min(len(text), at + self.longest[fact.name]) + 1):
                word = text[at:end]
                value = options.get(word) if options is not None else _number(word, fact.unit)
                if value is not None and _is_between(text, end):
                    yield end, Piece(fact, value, word)


def _combined(way: list[Piece]) -> list[Piece] | None:
    """Replaces several options of a choice by the one that means them; None where there is none."""
    found: list[Piece] = []
    for one in way:
        options = [other.value for other in way if other.fact is one.fact]
        if len(options) == 1:
            found.append(one)
        elif all(other.fact is not one.fact for other in found):
            option = next((option for option, parts in one.fact.several.items() if parts.issuperset(options)), None)
            if option is None:
                return None
            found.append(Piece(one.fact, option, ""))
    return found


def _folded(cell: str) -> str:
    return folded_word(cell) if len(cell) <= LONGEST_CELL else ""


def _is_between(text: str, at: int) -> bool:
    """Says whether a word may begin or end at a place: not between two digits or two Latin letters."""
    if at in (0, len(text)):
        return True
    before, after = text[at - 1], text[at]
    if not (before.isascii() and after.isascii()):
        return True
    return not (before.isdigit() and after.isdigit()) and not (before.isalpha() and after.isalpha())


def _number(word: str, unit: str | None) -> int | None:
    """Reads a number, folded: a single Latin letter is a numeral here, for it is beside another word or its unit."""
    bare = word.removesuffix(unit) if unit is not None else word
    return small_number(_ROMAN.get(bare, bare), None)


def _words_of(fact: FactPlan) -> dict[str, str]:
    """Maps the words of a choice, folded, to its options."""
    found = dict(fact.words)
    for words in (fact.type.options, fact.options_en):
        found |= {folded_word(word): option for word, option in zip(words, fact.type.options, strict=False)}
    return found
