"""Rewrites a file with a row a household and its members across (成员1姓名, 成员1关系, 成员2姓名 …) as JSON Lines.

Each household is an object with its members on the line of its row. Columns of the head (户主姓名), and those of
members without a number, are the first member, whose relation is that of a head if no column states it; a number of
which no cell is filled is nobody. A row of too many or too few cells is rejected.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from calc.diagnostics.diagnostic import InputErrors, Place
from calc.diagnostics.source import Source
from calc.households.cell_values import read_value
from calc.households.headings import HEAD_NUMBER, HOUSEHOLDS, ID, LEDGER_HEADINGS, MEMBERS, NAME, relation_to_head
from calc.language.types import MEMBER
from calc.ledger.cell_marks import CELLS, marked
from calc.ledger.csv_blocks import Block, blocks_of, cut, records, text_of
from calc.ledger.header import IGNORED, Header, Meaning, Naming
from calc.ledger.heading_places import is_unnamed, unnamed_texts
from calc.ledger.heading_units import is_row_of_units, unit_above, with_unit, with_units
from calc.ledger.household_ids import made_id
from calc.ledger.household_runs import is_empty
from calc.ledger.open_files import CSV, JSON_LINES, LedgerFile
from calc.ledger.set_aside import SetAsideRows
from calc.ledger.two_row_headings import NUMBER, joined_rows
from calc.ledger.unclear_columns import unclear_column
from calc.record import Record, replace
from calc.rules.plan import FactPlan
from calc.temporary_folder import TemporaryFolder
from calc.text_forms import visible

_NUMBERED = re.compile(rf"\s*(?:家庭)?(?:成员|member)[\s_(（-]*{NUMBER}[\s_.、:：)）-]*(\D.*)", re.I | re.S)
_DIGITS = {one: number for number, one in enumerate("一二三四五六七八九十", 1)}
_ROWS = 20
_LEAST = 2
HEAD, HOUSEHOLD = 0, -1
"""Numbers of the columns of the head, and of those of the household."""


class AcrossColumn(Record):
    """One column: the number of its member, the heading without the number, and what it means."""

    number: int
    heading: str
    meaning: Meaning


@contextlib.contextmanager
def with_members_down(files: list[LedgerFile], naming: Naming) -> Iterator[list[LedgerFile]]:
    """Replaces each file with members across by a copy as JSON Lines; other files stay as they are."""
    with TemporaryFolder() as folder:
        yield [_copied(at, file, naming, os.path.join(folder, f"members-{at}")) for at, file in enumerate(files)]


def across_columns(headings: Sequence[str], naming: Naming) -> list[AcrossColumn] | None:
    """Finds whose the columns are; None where headings do not have members across."""
    numbered = [_NUMBERED.fullmatch(one) for one in headings]
    found = []
    for at, (heading, match) in enumerate(zip(headings, numbered, strict=True)):
        meaning, number = naming.meaning(heading), HOUSEHOLD
        if meaning is None and is_unnamed(heading):
            meaning = naming.meaning_of_unnamed(at)
            heading = meaning.name if isinstance(meaning, FactPlan) else meaning or ""
        if meaning is None and match is not None:
            digits, heading = match.groups()
            number, meaning = _DIGITS.get(digits) or int(digits), naming.meaning(heading)
        elif meaning in (None, HEAD_NUMBER):
            rest, other = naming.of_head(heading)
            if _is_of_member(other):
                number, heading, meaning = HEAD, rest, other
        elif _is_of_member(meaning):
            number = HEAD
        found.append(AcrossColumn(number, heading, meaning))
    known = [one for one in found if one.number > HEAD and _is_of_member(one.meaning)]
    return found if len(known) >= _LEAST else None


def _headings_across(rows: Sequence[Sequence[str]], naming: Naming) -> tuple[int, list[AcrossColumn]] | None:
    """Finds the row of headings with members across, of two rows the lower one, or a row of units below; else None."""
    for place, headings in enumerate(rows):
        columns, first = across_columns(headings, naming), place
        if columns is None and place:
            first = place - 1
            joined = joined_rows(rows[first : place + 1], naming.meaning, lambda one: naming.unknown(one).decides_money)
            columns = None if joined is None else across_columns(joined, naming)
        if columns is not None:
            plain = [one.heading for one in columns]
            units = with_unit(plain, unit_above(rows[:first]), naming.meaning)
            if place + 1 < len(rows) and is_row_of_units(rows[place + 1]):
                place += 1
                units = with_units(units, rows[place], naming.meaning)
            return place, [one if text == one.heading else replace(one, heading=text, meaning=naming.meaning(text))
                           for one, text in zip(columns, units, strict=True)]  # fmt: skip
    return None


def _is_of_member(meaning: Meaning) -> bool:
    return meaning in (NAME, ID) or (isinstance(meaning, FactPlan) and meaning.type.level == MEMBER)


def _copied(at: int, file: LedgerFile, naming: Naming, path: str) -> LedgerFile:
    if file.format != CSV or naming.at_household:
        return file
    first = next(blocks_of(file, file.begin), None)
    head = () if first is None else islice(records(text_of(first), file.delimiter), _ROWS)
    texts = [[one.strip() for one in row] for _, row in head]
    found = _headings_across(texts, naming)
    if found is None:
        return file
    place, columns = found
    rows = _Rows(at, columns, Header(texts[place], naming))
    with open(path, "w", encoding="utf-8", errors="replace") as copy:
        for line in rows.lines(file, cut(file, file.begin), place):
            copy.write(line)
    if rows.unnamed:
        place_of_file = Place(Source(file.shown, ""))
        raise InputErrors([unclear_column("unclear-column/unnamed", place_of_file, unnamed_texts(one))
                           for one in sorted(rows.unnamed)])  # fmt: skip
    return replace(file, path=path, format=JSON_LINES, encoding="utf-8", delimiter="", begin=0,
                   size=os.path.getsize(path), is_guessed=False, set_aside=rows.set_aside)  # fmt: skip


class _Rows:
    """Writes the rows of a file as objects. `set_aside` counts those that are totals and signatures, `unnamed` are the
    places of columns without a heading that have cells.
    """

    def __init__(self, at: int, columns: list[AcrossColumn], header: Header) -> None:
        plan = header.naming.plan
        self.at = at
        self.columns = columns
        self.width = len(columns)
        self.least = 1 + max(place for place, one in enumerate(columns) if one.meaning not in (None, IGNORED))
        self.is_set_aside = SetAsideRows(header, plan).has
        self.set_aside = 0
        self.unnamed: set[int] = set()
        self.relation = relation_to_head(plan)
        self.words = tuple(plan.title.get("head_words", ()))
        self.has_household = any(one.meaning == HOUSEHOLDS for one in columns)
        self.has_relation = any(one.number == HEAD and one.meaning == self.relation for one in columns)

    def lines(self, file: LedgerFile, blocks: list[Block], place: int) -> Iterator[str]:
        """Yields the lines behind the headings, with empty ones before them, so that each has its number."""
        before, line, written = place + 1, 1, 1
        for block in blocks:
            text = text_of(block)
            for at, row in records(text, file.delimiter, line, self.width):
                if before:
                    before -= 1
                elif not is_empty(row):
                    yield "\n" * (at - written)
                    written = at
                    if self.is_set_aside(row):
                        self.set_aside += 1
                        continue
                    yield json.dumps(self._object(at, row), ensure_ascii=False) + "\n"
                    written += 1
            line += text.count("\n") + text.count("\r") - text.count("\r\n")

    def _object(self, line: int, row: list[str]) -> dict[str, object]:
        """Makes the object of a household; one with a mark for a member where the number of cells is wrong."""
        own: dict[str, object] = {}
        people: dict[int, dict[str, str]] = {}
        meanings: dict[int, dict[object, str]] = {}
        for at, (one, cell) in enumerate(zip(self.columns, row, strict=False)):
            if not visible(cell).strip() or one.meaning == IGNORED:
                continue
            if not one.heading:
                self.unnamed.add(at)
            if one.number == HOUSEHOLD:
                own[one.heading] = cell
            else:
                people.setdefault(one.number, {})[one.heading] = cell
                key = one.meaning.name if isinstance(one.meaning, FactPlan) else one.meaning
                meanings.setdefault(one.number, {})[key] = cell
        if not self.has_household:
            first = meanings.get(min(people, default=HEAD), {}).get(NAME, "")
            own[LEDGER_HEADINGS[HOUSEHOLDS][0]] = made_id(first, self.at, line)
        if len(row) < min(self.least, self.width) or any(map(str.strip, row[self.width :])):
            return {**own, MEMBERS: [marked(CELLS, f"{len(row)}:{self.width}")]}
        if HEAD in people and not self._settle_head(people, meanings):
            del people[HEAD]
        return {**own, MEMBERS: [people[number] for number in sorted(people)]}

    def _settle_head(self, people: dict[int, dict[str, str]], meanings: dict[int, dict[object, str]]) -> bool:
        """States the relation of a head that no column states; False for one who is also among the numbered."""
        relation, name = self.relation, meanings[HEAD].get(NAME)
        if relation is None or self.has_relation:
            return True
        for number, one in meanings.items():
            is_head = number != HEAD and read_value(relation, one.get(relation.name)) in self.words
            if is_head and name is not None and one.get(NAME) == name:
                for heading, cell in people[HEAD].items():
                    people[number].setdefault(heading, cell)
                return False
        if self.words:
            people[HEAD][relation.name] = self.words[0]
        return True
