"""Recognise rows of a ledger that are no people: subtotals, totals, signatures, by the words of the rules."""

from __future__ import annotations

import re

from calc.households.cell_values import CellError
from calc.households.read_cell import read_cell
from calc.language.types import CHOICE, MEMBER, YES_NO
from calc.ledger.header import Header
from calc.rules.plan import FactPlan, Plan
from calc.text_forms import folded

_LONGEST = 60
_FIRST = 2
_DIGITS = 10
"""Digits that a personal number has, even a damaged one; a date has fewer."""


class SetAsideRows:
    """Says which rows of a file are totals or signatures: one of their first two texts is a word of the rules.

    A row in which a fact of a person is stated that is no amount, count or date is never one of them.
    """

    def __init__(self, columns: Header, plan: Plan) -> None:
        words = [folded(one) for one in plan.title.get("set_aside_words", ())]
        self.words = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
        # such as `小计`, `东村合计`, `合计12户`, `制表人：…`
        self._form = re.compile(rf"[^:]{{0,12}}?(?:{self.words})(?:[:(0-9].*)?") if words else None
        # most ids hold no character with which a word ends, or none of the Latin words: that is seen at once
        self._last_ones = {one[-1] for one in words if not one.isascii()}
        latin = [re.escape(one.split()[0]) for one in plan.title.get("set_aside_words", ()) if one.isascii()]
        self._latin = re.compile("|".join(latin) or "(?!)", re.IGNORECASE)
        self._facts = [(one.at, one.meaning) for one in columns.facts if isinstance(one.meaning, FactPlan)]

    def is_word(self, text: str) -> bool:
        """Says whether a text is one of the words, perhaps with a name before or more after it."""
        if self._form is None or len(text) > _LONGEST:
            return False
        if not self._latin.search(text) and (text.isascii() or self._last_ones.isdisjoint(text)):
            return False
        return self._form.fullmatch(folded(text)) is not None

    def has(self, row: list[str]) -> bool:
        """Says whether a row is a total or a signature."""
        if self._form is None:
            return False
        first = [one for one in row if one.strip()][:_FIRST]
        if not any(map(self.is_word, first)):
            return False
        return not any(_is_of_person(fact, row[at]) for at, fact in self._facts if at < len(row) and row[at].strip())


def _is_of_person(fact: FactPlan, cell: str) -> bool:
    if fact.type.level != MEMBER:
        return False
    if fact.format is not None:
        return sum(one.isdigit() for one in cell) >= _DIGITS
    return fact.type.kind in (CHOICE, YES_NO) and not isinstance(read_cell(fact, cell)[0], CellError)
