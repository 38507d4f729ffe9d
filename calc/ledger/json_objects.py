"""One line of JSON Lines → an object, and what it says: which household it is of, its members with their cells.

CSV has headings, which are known before any row is read; here each line has its own keys, so a key that means nothing
is reported: one that is misspelt must not be taken for one that is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Union

from calc.diagnostics.diagnostic import InputErrors
from calc.diagnostics.source import Source
from calc.households.headings import HOUSEHOLDS, ID, MEMBERS, word_of
from calc.households.household_reader import quoted
from calc.households.parse_document import DuplicateKeys, parse
from calc.ledger.cell_marks import fault_in
from calc.ledger.header import Meaning, Naming
from calc.ledger.person_numbers import first_number
from calc.record import Record
from calc.rules.plan import FactPlan
from calc.text_forms import clean_id, visible

MOST_UNKNOWN = 100
"""Unknown keys reported of a file, the first ones in their order; there may be one for each line."""
_MOST_HELD = 10_000
Cell = tuple[str, Meaning, Any]
"""Heading, what it means, the value under it."""
Note = Callable[[str, int, Union[str, None], dict[str, Any]], None]
"""Takes a mistake: its code, line, heading and values."""


class BrokenLine(Record):
    """A line that is no record: the code of what is wrong and its values."""

    code: str
    values: dict[str, Any]


JsonRow = Union[dict[str, Any], BrokenLine]


def json_row(text: str) -> JsonRow | None:
    """The object on a line of JSON Lines, with exact numbers; None where the line is blank."""
    if not text.strip():
        return None
    try:
        value = parse(Source("", text), "json")
    except InputErrors as faulty:
        first = faulty.diagnostics[0]
        return BrokenLine(first.code, first.values)
    return value if isinstance(value, dict) else BrokenLine("bad-household", {})


def is_whole(row: object) -> bool:
    """Says whether an object is a household with its members in it, rather than one member."""
    return isinstance(row, dict) and any(
        isinstance(value, list) and word_of(key) == MEMBERS for key, value in row.items()
    )


def household_of(row: JsonRow, naming: Naming) -> str:
    """The household that an object names, blanks settled; "" where it names none."""
    if isinstance(row, BrokenLine):
        return ""
    word = ID if is_whole(row) or naming.at_household else HOUSEHOLDS
    for key, value in row.items():
        if naming.meaning(key) in (word, HOUSEHOLDS) and not isinstance(value, (list, dict, bool)):
            return clean_id(str(value)) if value is not None else ""
    return ""


def people_in(row: JsonRow, naming: Naming) -> Iterator[str]:
    """The first 17 digits of the identity number of each member in an object."""
    if isinstance(row, BrokenLine):
        return
    key = next((key for key, value in row.items() if isinstance(value, list) and word_of(key) == MEMBERS), None)
    own = {name: value for name, value in row.items() if name != key}  # what a household says is said of each
    for member in [{}] if key is None else row[key]:
        if not isinstance(member, dict):
            continue
        found: dict[str, Any] = {}
        for name, value in (*own.items(), *member.items()):
            meaning = naming.meaning(name)
            if isinstance(meaning, FactPlan) and meaning.format and meaning.derives and not is_blank(value):
                found[meaning.format] = value
        formats = (("identity-number", False), ("disability-certificate", True))
        number = first_number((found.get(format), is_certificate) for format, is_certificate in formats)
        if number is not None:
            yield number


def is_blank(value: Any) -> bool:
    """Says whether a value is blank."""
    return value is None or (isinstance(value, str) and not visible(value).strip())


class ObjectReader:
    """Gives the members that objects hold, each with its cells, and notes mistakes of form."""

    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self.known: dict[str, Meaning] = {}

    def members(self, line: int, row: JsonRow, note: Note) -> Iterator[list[Cell]]:
        """The cells of each member of a line."""
        if isinstance(row, BrokenLine):
            note(row.code, line, None, row.values)
            return
        self._note_twice(line, row, note)
        if not is_whole(row):
            yield self._cells(row)
            return
        key = next(key for key, value in row.items() if word_of(key) == MEMBERS and isinstance(value, list))
        own = self._cells({name: value for name, value in row.items() if name != key})
        own = [(heading, HOUSEHOLDS if meaning == ID else meaning, value) for heading, meaning, value in own]
        for member in row[key]:
            if isinstance(member, dict):
                self._note_twice(line, member, note)
                yield [*own, *self._cells(member)]  # what the household says is said of each
            elif (fault := fault_in(member)) is not None:  # of a row with members across
                note(fault[0], line, None, fault[1])
            else:
                note("no-members/list", line, key, {})
        if not row[key]:
            note("no-members", line, key, {})

    def _note_twice(self, line: int, row: dict[str, Any], note: Note) -> None:
        for key in row.twice if isinstance(row, DuplicateKeys) else ():
            shown = quoted(key)
            note("fact-twice", line, key, {"fact": shown, "first": shown, "second": shown})

    def _cells(self, row: dict[str, Any]) -> list[Cell]:
        for key in row:
            if key not in self.known:
                self.known[key] = self.naming.meaning(key)
        return [(key, self.known[key], value) for key, value in row.items()]


class UnknownKeys:
    """Gathers the keys of a file that mean nothing; no more than some thousands are held.

    `facts` are the names of the facts that other keys hold.
    """

    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self.found: set[str] = set()
        self.facts: set[str] = set()

    def add(self, keys: Iterable[str]) -> None:
        """Take in keys, with or without a meaning."""
        self.found.update(key for key in keys if key not in self.found and self._is_unknown(key))
        if len(self.found) > _MOST_HELD:
            self.found = set(self.first())

    def first(self) -> tuple[str, ...]:
        """The first ones in their order, those that may decide money before others: none of these may be left out."""
        return tuple(sorted(self.found, key=self._order)[:MOST_UNKNOWN])

    def _order(self, key: str) -> tuple[bool, str]:
        return not self.naming.unknown(key).decides_money, key

    def _is_unknown(self, key: str) -> bool:
        meaning = self.naming.meaning(key)
        if isinstance(meaning, FactPlan):
            self.facts.add(meaning.name)
        return bool(key.strip()) and meaning is None and word_of(key) != MEMBERS


def keys_of(row: JsonRow) -> Iterator[str]:
    """The keys of an object, and of the members in it."""
    if isinstance(row, dict):
        yield from row
        for key, value in row.items():
            if isinstance(value, list) and word_of(key) == MEMBERS:
                for member in value:
                    if isinstance(member, dict):
                        yield from member
