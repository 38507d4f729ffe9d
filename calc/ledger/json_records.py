"""JSON Lines → a copy that is read in blocks like CSV: records of text cells under a header, each with its line.

A member is a record; a household with its members on one line gives several of one line. The columns are

    household   its id, blanks settled
    line        the line of the record
    place       "" for a member with a line of its own, 0, 1, … for a member of a household with a line, or `LOOK_UP`
    …           keys whose values go into the results
    …           facts, names and ids of members, in the order in which they were first met

A line is copied where all that it says can be said by texts of CSV with the same meaning. Any other line (broken, with
a key given twice, with a value that a text would not mean) gives records with `LOOK_UP`: both engines leave their
household to the full reader, which takes from the line itself what is there. No cell holds the delimiter, a line end
or a quotation mark, so a line of the copy is always a record.

Over 300 lines: one copy of a file and the way back from its records to the lines, which have one form.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from json.decoder import JSONDecoder
from typing import Any

from calc.households.derived_facts import numbers_of
from calc.households.headings import HOUSEHOLDS, ID, MEMBERS, word_of
from calc.households.identity_numbers import check_digit
from calc.language.types import DATE, HOUSEHOLD, MEMBER, MOST_MEMBERS, NUMERIC, YES_NO
from calc.ledger.csv_blocks import Block, cut, text_of
from calc.ledger.header import IGNORED, LINE, LOOK_UP, PLACE, Header, Meaning, Naming
from calc.ledger.json_objects import JsonRow, UnknownKeys, household_of, json_row, keys_of, people_in
from calc.ledger.open_files import CSV, LedgerFile
from calc.record import Record, replace
from calc.rules.plan import FactPlan
from calc.text_forms import clean_id

DELIMITER = "\x1f"
MARK = "\x01"
"""Begins a cell that holds no text itself: an id followed by its number in a list, or a value to be looked up
on the line."""
STRIDE = 1024
"""Numbers for the members of one line; no line that is copied has as many."""
_BLOCK = 1 << 17
_LONGEST = 1000
_MOST_KEYS = 10_000
"""Characters of a value above which the full reader refuses it."""
_UNCLEAN = re.compile('["\r\n\0\x01\x02\x1f\ufffd\ud800-\udfff]')
_DAMAGED = re.compile("[\ufffd\ud800-\udfff]")
_DAMAGED_ESCAPE = re.compile(r"\\u(?:[dD][89a-fA-F]|[fF]{3}[dD])")
_BLANKS = " \t\r"


class NotPlain(Exception):
    """A line cannot be copied as texts."""


class _Decimal(str):
    """A number with a point or an exponent, as written."""

    __slots__ = ()


class JsonLines:
    """Facts about a copied file of JSON Lines: how its lines and the records of the copy belong
    together. Gives back single ones of both.

    `kept` are the columns of values that go into the results, `keys` the first keys with their meanings, `unknown`
    those that mean nothing, `facts` those of lines that are not copied, `lines` the lines there are, `joined` the
    records that share a line with one before; `has_wholes` says that most lines are households.
    """

    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self.originals: list[Block] = []
        self.copies: list[Block] = []
        self.first_lines: list[int] = []
        self.ids: list[str] = []
        self.kept: dict[str, int] = {}
        self.unknown: tuple[str, ...] = ()
        self.keys: dict[str, Meaning] = {}
        self.facts: set[str] = set()
        self.lines = self.joined = 0
        self.has_wholes = False
        self._originals: dict[int, list[str]] = {}
        self._records: dict[int, dict[int, list[list[str]]]] = {}

    def id_of(self, cell: str) -> str:
        """A household's id from its cell."""
        return self.ids[int(cell[1:])] if cell.startswith(MARK) else cell

    def row(self, line: int) -> JsonRow:
        """The object on a line, as it is there."""
        at = bisect_right(self.first_lines, line) - 1
        texts = _held(self._originals, at, lambda: text_of(self.originals[at]).split("\n"))
        row = json_row(texts[line - self.first_lines[at]])
        return {} if row is None else row

    def records(self, line: int) -> list[list[str]]:
        """The records of a line."""

        def read() -> dict[int, list[list[str]]]:
            found: dict[int, list[list[str]]] = {}
            for number, cells in self.numbered(one.split(DELIMITER) for one in text_of(self.copies[at]).splitlines()):
                found.setdefault(number, []).append(cells)
            return found

        at = bisect_right(self.first_lines, line) - 1
        found: list[list[str]] = _held(self._records, at, read).get(line, [])
        return found

    def numbered(self, rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
        """Records of the copy, each with its line and its household's id."""
        for cells in rows:
            if cells[0][:1] == MARK:
                cells[0] = self.id_of(cells[0])
            yield int(cells[1]), cells

    def kept_text(self, line: int, name: str) -> str:
        """The value of a key on a line, as results write it."""
        row = self.row(line)
        value = row.get(name) if isinstance(row, dict) else None
        return "" if value is None else str(value).strip()


def _held(held: dict[int, Any], at: int, read: Callable[[], Any]) -> Any:
    """Lines read of a block; a few blocks are held."""
    if at not in held:
        if len(held) > 3:
            del held[next(iter(held))]
        held[at] = read()
    return held[at]


def copied(file: LedgerFile, naming: Naming, kept: Sequence[str]) -> tuple[LedgerFile, Header, JsonLines]:
    """Copy a file. `kept` are the keys whose values go into the results."""
    return _Copier(file, naming, kept).run()


class _Special(Record):
    """A key that says more than a fact: `at` is its column, 0 for none; `kept` that of its value in the results."""

    at: int
    is_owner: bool
    is_members: bool
    kept: int


class _Places(dict[str, int]):
    """Keys → the column that each fills: 0 for none, below 0 for the number of a special key."""

    def __init__(self, copier: _Copier, context: str) -> None:
        super().__init__()
        self.copier = copier
        self.context = context

    def __missing__(self, key: str) -> int:
        found = self.copier.place_of(key, self.context)
        if len(self) > 20_000:  # keys that are ever new ones
            self.clear()
        self[key] = found
        return found


class _Copier:
    def __init__(self, file: LedgerFile, naming: Naming, kept: Sequence[str]) -> None:
        self.file = file
        self.naming = naming
        self.source = JsonLines(naming)
        self.unknown = UnknownKeys(naming)
        self.headings: list[str] = [HOUSEHOLDS, LINE, PLACE]
        self.meanings: list[Meaning] = [HOUSEHOLDS, LINE, PLACE]
        for name in kept:
            meaning = naming.meaning(name)
            if not (isinstance(meaning, FactPlan) and meaning.type.level == HOUSEHOLD):
                self.source.kept[name] = len(self.headings)
                self.headings.append(name)
                self.meanings.append(None)
        self.columns: dict[str, int] = {}
        self.kinds: list[str | None] = [None] * len(self.headings)
        self.special: list[_Special] = []
        self.of_line, self.of_whole, self.of_member = (_Places(self, one) for one in ("line", "whole", "member"))
        self.id_numbers: dict[str, str] = {}
        self.members_key: str | None = None
        self.wholes = self.singles = 0
        people = numbers_of(naming.plan, MEMBER)
        self.person = next((one for one in people if one.format == "identity-number"), next(iter(people), None))
        decoder = JSONDecoder(parse_float=_Decimal, parse_constant=_refuse, object_pairs_hook=_once)
        self.scan: Callable[[str, int], tuple[Any, int]] = decoder.scan_once  # type: ignore[attr-defined]

    def run(self) -> tuple[LedgerFile, Header, JsonLines]:
        source = self.source
        handle, path = tempfile.mkstemp(prefix="json-", dir=self.file.folder or None)
        line, end, widths = 1, 0, []
        with os.fdopen(handle, "wb") as out:
            for block in cut(self.file, self.file.begin, _BLOCK):
                text = text_of(block)
                records = self._block(text, line)
                source.originals.append(block)
                source.first_lines.append(line)
                line += text.count("\n")
                data = "".join(records).encode()
                out.write(data)
                source.copies.append(Block(self.file, end, end + len(data)))
                end += len(data)
                widths.append(len(self.headings))
        source.lines = line
        source.unknown = self.unknown.first()
        source.facts = self.unknown.facts
        source.has_wholes = self.wholes > self.singles
        if widths and widths[0] < widths[-1]:
            path = self._widened(path, widths)
        file = replace(self.file, path=path, format=CSV, encoding="utf-8", delimiter=DELIMITER, begin=0,
                       size=os.path.getsize(path), line_at=1)  # fmt: skip
        source.copies = [replace(block, file=file) for block in source.copies]
        return file, Header(self.headings, self.naming, self.meanings), source

    def _widened(self, path: str, widths: list[int]) -> str:
        """Give the records that were copied before the last key was met as many cells as the others."""
        shift = 0
        with open(path, "rb") as narrow, open(f"{path}-wide", "wb") as wide:
            for at, (block, width) in enumerate(zip(self.source.copies, widths, strict=True)):
                if width == widths[-1]:
                    shutil.copyfileobj(narrow, wide)
                    break
                more = DELIMITER.encode() * (widths[-1] - width)
                data = narrow.read(block.end - block.start).replace(b"\n", more + b"\n")
                wide.write(data)
                grown = len(data) - (block.end - block.start)
                self.source.copies[at] = replace(block, start=block.start + shift, end=block.end + shift + grown)
                shift += grown
        for at in range(widths.index(widths[-1]), len(widths)):
            block = self.source.copies[at]
            self.source.copies[at] = replace(block, start=block.start + shift, end=block.end + shift)
        os.remove(path)
        return f"{path}-wide"

    # lines

    def _block(self, text: str, line: int) -> list[str]:
        """The records of a block, each with a line end."""
        has_escapes, is_damaged, scan, plain = "\\" in text, _is_damaged(text), self.scan, self._plain
        records: list[str] = []
        width = len(self.headings)
        for number, raw in enumerate(text.split("\n"), line):
            if not raw or raw.isspace():
                continue
            raw = raw.strip(_BLANKS)
            try:
                if has_escapes and "\\u" in raw and _DAMAGED_ESCAPE.search(raw):
                    raise NotPlain
                if is_damaged and _DAMAGED.search(raw):
                    raise NotPlain
                table, end = scan(raw, 0)
                if end != len(raw) or table.__class__ is not dict:
                    raise NotPlain
                found = plain(table, str(number), has_escapes and "\\" in raw)
            except (NotPlain, StopIteration, ValueError, RecursionError):
                found = self._looked_up(raw, str(number))
            if len(self.headings) > width:
                more = DELIMITER * (len(self.headings) - width) + "\n"
                records = [one[:-1] + more for one in records]
                width = len(self.headings)
            records += found
        return records

    def _plain(self, table: dict[str, Any], line: str, has_escapes: bool) -> list[str]:
        """The records of a line whose values are all plain."""
        members = None if self.members_key is None else table.get(self.members_key)
        cells = [""] * len(self.headings)
        cells[1] = line
        if members.__class__ is not list:
            members = self._fill(table, cells, self.of_line)
        if members is None:
            rows = [cells]
        else:
            cells = [""] * len(self.headings)
            cells[1] = line
            self._fill(table, cells, self.of_whole)
            if not 0 < len(members) <= MOST_MEMBERS or not self.naming.plan.has_members:
                raise NotPlain
            rows = []
            for place, member in enumerate(members):
                if member.__class__ is not dict:
                    raise NotPlain
                own = cells.copy()
                own[2] = str(place)
                self._fill(member, own, self.of_member)
                rows.append(own)
        if not cells[0]:
            raise NotPlain
        width = len(self.headings)
        records = []
        for row in rows:
            if has_escapes and _UNCLEAN.search("".join(row[len(self.source.kept) + 3 :])):
                raise NotPlain
            if len(row) < width:
                row += [""] * (width - len(row))
            record = DELIMITER.join(row) + "\n"
            if len(record) > _LONGEST and max(map(len, row)) > _LONGEST:
                raise NotPlain
            records.append(record)
        if members is None:
            self.singles += 1
        else:
            self.wholes += 1
            self.source.joined += len(rows) - 1
        return records

    def _looked_up(self, raw: str, line: str) -> list[str]:
        """The records of any other line: which household it is of, and one for each person on it."""
        row = json_row(raw)
        if row is None:
            return []
        self.unknown.add(keys := [*keys_of(row)])
        for key in keys:
            self._noted(key)
        people: list[str] = [*people_in(row, self.naming)]
        at = self._column(self.person) if people and self.person is not None else 0
        cells = [""] * len(self.headings)
        cells[:3] = self._id_cell(household_of(row, self.naming)), line, LOOK_UP
        for name, kept in self.source.kept.items():
            cells[kept] = _kept_cell(row.get(name)) if isinstance(row, dict) else ""
        if not at or self.person is None:
            return [DELIMITER.join(cells) + "\n"]
        behind = "" if self.person.format == "identity-number" else "11"
        records = []
        for number in people:
            cells[at] = number + check_digit(number) + behind
            records.append(DELIMITER.join(cells) + "\n")
        self.source.joined += len(records) - 1
        return records

    # keys and values

    def _fill(self, table: dict[str, Any], cells: list[str], places: _Places) -> list[Any] | None:
        """Put the values of an object into the cells of a record; returns its members if they turn up unexpectedly."""
        has_owner = places is self.of_member  # its household is known
        width = len(cells)
        for key, value in table.items():
            at = places[key]
            if 0 < at < width and value.__class__ is str and not cells[at]:  # most values: what follows does the same
                if value and not value.isspace():
                    cells[at] = value
                continue
            if not at or value is None:
                if at < 0 and self.special[~at].is_owner and not has_owner:
                    raise NotPlain
                continue
            if at < 0:
                special = self.special[~at]
                if special.kept:
                    cells[special.kept] = _kept_cell(value)
                if special.is_members and value.__class__ is list:
                    if places is self.of_line:
                        self.members_key = key
                        return value  # type: ignore[no-any-return]
                    if key != self.members_key:
                        raise NotPlain
                    continue
                if special.is_owner:
                    if not has_owner:
                        cells[0] = self._id_cell(clean_id(_word(value)))
                        has_owner = True
                    elif value.__class__ is str and len(value) > _LONGEST:
                        raise NotPlain
                    continue
                at = special.at
                if not at:
                    continue
            if value.__class__ is not str:
                value = self._text(value, self.kinds[at])
            elif not value or value.isspace():
                continue
            if at >= len(cells):
                cells += [""] * (at + 1 - len(cells))
            if cells[at]:
                value = self._second(at, cells[at], value)
            cells[at] = value
        return None

    def _text(self, value: Any, kind: str | None) -> str:
        """A value that is no text as the text that means the same to a kind of fact, or to a word."""
        if value.__class__ is int:
            if kind in NUMERIC or (0 <= value < 10**18 and (kind != DATE or 10**7 < value < 10**8)):
                return str(value)
        elif value.__class__ is _Decimal:
            if kind in NUMERIC:
                return value  # type: ignore[no-any-return]
        elif value.__class__ is bool and kind == YES_NO:
            return "true" if value else "false"
        raise NotPlain

    def _second(self, at: int, first: str, second: str) -> str:
        """The cell of what is said twice: of a word the last counts, of the household's facts they must be the same."""
        meaning = self.meanings[at]
        if not isinstance(meaning, FactPlan) or (meaning.type.level == HOUSEHOLD and first == second):
            return second
        raise NotPlain

    def _id_cell(self, id: str) -> str:
        """The cell of a household's id; one with other than plain characters is numbered."""
        if len(id) <= _LONGEST and not _UNCLEAN.search(id):
            return id
        cell = self.id_numbers.get(id)
        if cell is None:
            cell = self.id_numbers[id] = f"{MARK}{len(self.source.ids)}"
            self.source.ids.append(id)
        return cell

    def place_of(self, key: str, context: str) -> int:
        """The column that a key fills: on a line, on the line of a household with its members, or in a member."""
        self.unknown.add((key,))
        meaning = self._noted(key)
        is_member = context == "member"
        kept = 0 if is_member else self.source.kept.get(key, 0)
        is_members = not is_member and word_of(key) == MEMBERS
        is_owner = meaning == HOUSEHOLDS or (context == "whole" and meaning == ID)
        at = 0 if meaning in (None, IGNORED) or is_owner else self._column(meaning)
        if not (kept or is_members or is_owner):
            return at
        self.special.append(_Special(at, is_owner, is_members, kept))
        return ~(len(self.special) - 1)

    def _noted(self, key: str) -> Meaning:
        """Finds the meaning of a key, which is noted as one of the first keys of the file."""
        meaning = self.naming.meaning(key)
        if len(self.source.keys) < _MOST_KEYS:
            self.source.keys.setdefault(key, meaning)
        return meaning

    def _column(self, meaning: Meaning) -> int:
        """The column of a meaning, a new one where it is met first."""
        name = meaning.name if isinstance(meaning, FactPlan) else str(meaning)
        if name not in self.columns:
            self.columns[name] = len(self.headings)
            self.headings.append(name)
            self.meanings.append(meaning)
            self.kinds.append(meaning.type.kind if isinstance(meaning, FactPlan) else None)
        return self.columns[name]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no key is given twice."""
    table = dict(pairs)
    if len(table) != len(pairs):
        raise NotPlain
    return table


def _refuse(_: str) -> Any:
    raise NotPlain


def _word(value: Any) -> str:
    """The id that a value is."""
    if value.__class__ is str:
        return value  # type: ignore[no-any-return]
    if value.__class__ is int and 0 <= value < 10**18:
        return str(value)
    raise NotPlain


def _kept_cell(value: Any) -> str:
    """A value as results write it; a mark where it has to be looked up."""
    if value is None:
        return ""
    text = str(value).strip() if value.__class__ in (str, int) else MARK
    return text if len(text) <= _LONGEST and not _UNCLEAN.search(text) else MARK


def _is_damaged(text: str) -> bool:
    """Says whether some character of a text is none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return "\ufffd" in text
