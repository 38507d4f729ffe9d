"""Finds the row of headings of a sheet, and as much of its columns as decides how their cells are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from calc.households.cell_values import read_value
from calc.households.headings import HEAD_NUMBER, HOUSEHOLDS, ID, NAME, relation_to_head
from calc.households.identity_numbers import IdentityNumber, read_identity_number
from calc.households.value_forms import day_in
from calc.language.types import DATE, HOUSEHOLD, MONEYS, NUMERIC, TEXT
from calc.ledger.header import IGNORED, Column, Naming
from calc.ledger.heading_row import heading_row
from calc.record import Record
from calc.rules.plan import FactPlan

HEAD = 20
"""Rows among which the headings are."""
OTHER, OWN_ID, OWN, OWN_AMOUNT, OF_MEMBER = "other", "own id", "own", "own amount", "of a member"
"""Uses of a column: not read; the household's number; its facts, amounts apart; a fact or name of a member."""
_MANY = 3
Rows = Sequence[Sequence[str]]


class SheetColumns(Record):
    """The columns of a sheet by their places, counted from 0, and the number of the row of headings, from 1.

    `days` hold days. A number in one of `exact` says which household or person it is, or is a text: cut, it is none.
    """

    row: int
    uses: dict[int, str]
    days: tuple[int, ...]
    exact: frozenset[int]
    personal: frozenset[int]
    known: frozenset[str]
    is_ledger: bool
    has_member_facts: bool

    def use(self, at: int) -> str:
        """The use of a column."""
        return self.uses.get(at, OTHER)


def sheet_columns(head: Rows, naming: Naming) -> SheetColumns:
    """Finds the columns by the first rows of a sheet, as the reader of a ledger does."""
    place, header = heading_row(enumerate(head), naming, HEAD)
    uses = {one.at: use for one in header.all if (use := _use(one)) != OTHER}
    facts = [(one.at, one.meaning) for one in header.facts if isinstance(one.meaning, FactPlan)]
    names_rows = HOUSEHOLDS in header.by_word
    names_rows |= naming.heads_begin and relation_to_head(naming.plan) in [fact for _, fact in facts]
    names_rows |= naming.is_register and any(fact.format is not None for _, fact in facts)
    numbers = [one.at for one in header.all if naming.meaning(one.heading) == HEAD_NUMBER]
    words = [one.at for one in header.all if one.meaning in (HOUSEHOLDS, ID, NAME) and one.at not in numbers]
    texts = [at for at, fact in facts if fact.type.kind == TEXT and fact.format is None]
    return SheetColumns(
        place + 1,
        uses,
        tuple(at for at, fact in facts if fact.type.kind == DATE),
        frozenset([*words, *texts]),
        frozenset([*numbers, *(at for at, fact in facts if fact.format is not None)]),
        frozenset([*header.by_word, *(fact.name for _, fact in facts)]) - {HEAD_NUMBER, IGNORED},
        names_rows and not _is_list(head, naming),
        any(fact.type.level != HOUSEHOLD and fact.format is None for _, fact in facts),
    )


def holds_people(columns: SheetColumns | None, rows: Iterable[tuple[int, Sequence[str]]], naming: Naming) -> bool:
    """Says whether a sheet without a column of households is about people all the same.

    Its headings are a name or number and other facts of members, or a row has a valid identity number, or both the
    word of a relation and a day, as the second sheet of a table may have, without its headings.
    """
    if columns is not None and columns.has_member_facts and (NAME in columns.known or columns.personal):
        return True
    relation = relation_to_head(naming.plan)
    for _, texts in islice(rows, HEAD):
        cells = [one for one in texts if one.strip()]
        if any(isinstance(read_identity_number(one), IdentityNumber) for one in cells):
            return True
        words = [one for one in cells if not one.strip().isdigit()]
        is_related = relation is not None and any(isinstance(read_value(relation, one), str) for one in words)
        if is_related and any(day_in(one) is not None for one in cells):
            return True
    return False


def _use(column: Column) -> str:
    meaning = column.meaning
    if isinstance(meaning, FactPlan):
        if meaning.type.level != HOUSEHOLD:
            return OF_MEMBER
        return OWN_AMOUNT if meaning.type.kind in MONEYS or meaning.type.kind in NUMERIC else OWN
    return OWN_ID if meaning == HOUSEHOLDS else OF_MEMBER if meaning in (ID, NAME) else OTHER


def _is_list(head: Rows, naming: Naming) -> bool:
    """Says whether a sheet lists headings one below the other, to explain them: it is no table with those headings."""
    columns: dict[int, set[str]] = {}
    for row in head[:HEAD]:
        for at, text in enumerate(row):
            meaning = naming.meaning(text.strip())
            if meaning is not None and meaning != IGNORED:
                columns.setdefault(at, set()).add(meaning.name if isinstance(meaning, FactPlan) else meaning)
    return any(len(one) >= _MANY for one in columns.values())
