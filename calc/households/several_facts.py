"""Finds the words of several facts in one cell: a kind and a level of disability, in any order, with marks between.

The cell is read as a whole: every part of it is a word of one of the facts, or a mark that separates them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Union

from calc.households.small_numbers import small_number
from calc.language.types import CHOICE
from calc.record import Record
from calc.rules.plan import FactPlan
from calc.text_forms import folded_word

LONGEST_CELL = 60
"""Characters of a cell that is looked at; a longer one is a sentence."""
_LONGEST_NUMBER = 8
_MARKS = frozenset("()[]{}<>《》「」『』【】〔〕、,，;；:：/\\|·・•-–—_ ")
_ROMAN = {"i": "Ⅰ", "v": "Ⅴ", "x": "Ⅹ"}


class Piece(Record):
    """A fact and its option or number in a cell, with the word; the option "" is that of a word that leaves it open."""

    fact: FactPlan
    value: Union[str, int]
    word: str


class SeveralFacts:
    """Reads a cell that may state each of some facts once."""

    def __init__(self, facts: Sequence[FactPlan], text: str) -> None:
        self.facts = facts
        self.text = folded_word(text) if len(text) <= LONGEST_CELL else ""

    def pieces(self) -> list[Piece] | None:
        """Returns the facts in the text; None where something is left over, or where it can be read in two ways.

        A number alone, without its unit, may be the code of another fact as well: it is read beside another word only.
        """
        found = {tuple((one.fact.name, one.value) for one in way): way for way in self._ways(0, ())}
        (way,) = found.values() if len(found) == 1 else ([],)
        if len(way) == 1 and way[0].fact is not self.facts[0] and way[0].value.__class__ is int:
            unit = way[0].fact.unit
            return way if unit is not None and way[0].word.endswith(unit) else None
        return way or None

    def left_over(self) -> str | None:
        """Returns the text without the longest words found in it from its start; None where there are none."""
        at, left, was_read = 0, "", False
        while at < len(self.text):
            end = max((end for end, _ in self._words_at(at)), default=None)
            if end is None:
                left += self.text[at]
                at += 1
            else:
                at, was_read = end, True
        return left.strip("".join(_MARKS)) if was_read else None

    def _ways(self, at: int, used: tuple[str, ...]) -> Iterator[list[Piece]]:
        """Lists the ways to read the text from a place on, the facts of each in the order of `facts`."""
        if at == len(self.text):
            yield []
            return
        for end, piece in self._words_at(at):
            if piece.fact.name not in used:
                for rest in self._ways(end, (*used, piece.fact.name)):
                    yield sorted([piece, *rest], key=lambda one: self.facts.index(one.fact))
        if self.text[at] in _MARKS:
            yield from self._ways(at + 1, used)

    def _words_at(self, at: int) -> Iterator[tuple[int, Piece]]:
        """Lists the words that begin at a place, each with its end."""
        if not self._is_between(at):
            return
        for fact in self.facts:
            longest = self._longest[fact.name]
            for end in range(at + 1, min(len(self.text), at + longest) + 1):
                if not self._is_between(end):
                    continue
                word = self.text[at:end]
                if fact.type.kind == CHOICE:
                    option = self._options[fact.name].get(word)
                    if option is not None:
                        yield end, Piece(fact, option, word)
                else:
                    number = _number(word, fact.unit)
                    if number is not None:
                        yield end, Piece(fact, number, word)

    def _is_between(self, at: int) -> bool:
        """Says whether a word may begin or end at a place: not between two digits or two Latin letters."""
        if at in (0, len(self.text)):
            return True
        before, after = self.text[at - 1], self.text[at]
        return not any(before.isascii() and after.isascii() and kind(before) and kind(after)
                       for kind in (str.isdigit, str.isalpha))  # fmt: skip

    @cached_property
    def _options(self) -> dict[str, dict[str, str]]:
        """The folded words of the choices among the facts, by fact."""
        return {one.name: _words_of(one) for one in self.facts if one.type.kind == CHOICE}

    @cached_property
    def _longest(self) -> dict[str, int]:
        """The length of the longest word of each fact."""
        return {
            one.name: max(map(len, self._options[one.name])) if one.type.kind == CHOICE else _LONGEST_NUMBER
            for one in self.facts
        }


def _number(word: str, unit: str | None) -> int | None:
    """Reads a number, folded: a single Latin letter is a numeral here, for it is beside another word or its unit."""
    bare = word.removesuffix(unit) if unit is not None else word
    return small_number(_ROMAN.get(bare, bare.upper()), None)


def _words_of(fact: FactPlan) -> dict[str, str]:
    """Maps the words of a choice, folded, to its options."""
    found = dict(fact.words)
    for words in (fact.type.options, fact.options_en):
        found |= {folded_word(word): option for word, option in zip(words, fact.type.options, strict=False)}
    return found
