"""Recognise rows of a ledger that are no people: subtotals, totals, signatures, by the words of the rules; headings.

A total may name a household: where the number of each one is merged over its members and over its subtotal, that row
has a total's word for a name. Headings and titles that stand on each page are the rows up to the headings again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from calc.households.cell_values import CellError
from calc.households.headings import HOUSEHOLDS, NAME
from calc.households.read_cell import read_cell
from calc.language.types import CHOICE, MEMBER, YES_NO
from calc.ledger.header import IGNORED, Header
from calc.rules.plan import FactPlan, Plan
from calc.text_forms import INVISIBLE, clean_id, folded

_LONGEST = 60
_FIRST = 2
_DIGITS = 10
"""Digits that a personal number has, even a damaged one; a date has fewer."""
_BLANKS = f"[\\s\xa0\u2000-\u200a\u202f\u205f\u3000{INVISIBLE}]*"
"""Blanks that may stand between the characters of a word, as DuckDB reads a pattern too."""


class SetAsideRows:
    """Says which rows of a file are totals or signatures: one of their first two texts is a word of the rules.

    A row in which a fact of a person is stated that is no amount, count or date is never one of them. Rows that repeat
    one of those up to the headings are none of a household either, nor those with a text in the first column alone, if
    that is not read.
    `doubtful_ids` is a pattern of ids of rows to be looked at, `names` one of what is in a name of such a row.
    """

    def __init__(self, columns: Header, plan: Plan) -> None:
        words = [folded(one) for one in plan.title.get("set_aside_words", ())]
        escaped = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
        # such as `小计`, `东村合计`, `合计12户`, `制表人：…`; behind a word with a colon, `注：`, there may be anything
        self._form = re.compile(rf"[^:]{{0,12}}?(?:{escaped})(?:(?<=:).*|[:(0-9].*)?") if words else None
        name, household = columns.by_word.get(NAME), columns.by_word.get(HOUSEHOLDS)
        self.name_at = name.at if name is not None and words else None
        self.names = "|".join(_BLANKS.join(map(re.escape, one)) for one in words)
        self._names = re.compile(self.names or "(?!)", re.IGNORECASE | re.ASCII)
        at = household.at if household is not None else 0
        self._above = [_texts(row) for row in columns.rows_above]
        self._headings = {id for row in columns.rows_above if at < len(row) and (id := clean_id(row[at]))}
        whole = [*([f".*({escaped}).*"] if words else ()), *map(re.escape, sorted(self._headings))]
        self.doubtful_ids = "|".join(whole)
        # most ids hold no character with which a word ends, or none of the Latin words: that is seen at once
        last = {one[-1] for one in words if not one.isascii()}
        self._ends = {end for one in words for end in (one[-1], one[-1].upper())}
        self._last_ones = last | {"：" for one in last if one == ":"}
        latin = [re.escape(one.split()[0]) for one in plan.title.get("set_aside_words", ()) if one.isascii()]
        self._latin = re.compile("|".join(latin) or "(?!)", re.IGNORECASE)
        self.has_labels = columns.width > 1 and columns.all[0].meaning in (None, IGNORED)
        self._facts = [(one.at, one.meaning) for one in columns.facts if isinstance(one.meaning, FactPlan)]

    def is_word(self, text: str) -> bool:
        """Says whether a text is one of the words, perhaps with a name before or more after it."""
        if self._form is None:
            return False
        if not self._latin.search(text) and (text.isascii() or self._last_ones.isdisjoint(text)):
            return False
        return self._form.fullmatch(folded(text[:_LONGEST])) is not None

    def may_be(self, id: str, row: Sequence[str]) -> bool:
        """Says whether a row of a household, or of none, may be set aside, by its id or its name."""
        return not id or id in self._headings or self.is_word(id) or self.names_total(row)

    def names_total(self, row: Sequence[str]) -> bool:
        """Says whether a row has the word of a total for a name."""
        at = self.name_at
        if at is None or at >= len(row) or self._ends.isdisjoint(row[at]):
            return False
        return self._names.search(row[at]) is not None and self.is_word(row[at])

    def has(self, row: Sequence[str]) -> bool:
        """Says whether a row is a total or a signature, or repeats one of those up to the headings."""
        first = [one for one in row if one.strip()][:_FIRST]
        if first and (self._repeats(row) or self._is_label(row)):
            return True
        if not any(map(self.is_word, first)) and not self.names_total(row):
            return False
        return not any(_is_of_person(fact, row[at]) for at, fact in self._facts if at < len(row) and row[at].strip())

    def _is_label(self, row: Sequence[str]) -> bool:
        """Says whether a row has one text alone, in a first column that is not read: a village, a number prefilled."""
        return self.has_labels and bool(row[0].strip()) and not any(map(str.strip, row[1:]))

    def _repeats(self, row: Sequence[str]) -> bool:
        """Says whether the texts of a row are those of a row up to the headings, each in its place."""
        first = next(((at, text) for at, one in enumerate(row) if (text := folded(one))), None)
        return any(first in one for one in self._above) and any(map(_texts(row).issubset, self._above))


def _texts(row: Sequence[str]) -> frozenset[tuple[int, str]]:
    """Lists the texts of a row with their places."""
    return frozenset((at, text) for at, one in enumerate(row) if (text := folded(one)))


def _is_of_person(fact: FactPlan, cell: str) -> bool:
    if fact.type.level != MEMBER:
        return False
    if fact.format is not None:
        return sum(one.isdigit() for one in cell) >= _DIGITS
    return fact.type.kind in (CHOICE, YES_NO) and not isinstance(read_cell(fact, cell)[0], CellError)
