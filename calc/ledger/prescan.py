"""First look at a ledger: where its households begin, which rows stand apart, and who is in it more than once.

Nothing is read here but the household and the identity number of each row. What is kept is eight bytes for each
run of rows and each person, so that a second look, which assesses, can be bounded in memory and divided among
processes, and still knows what stands far away.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from calc.households.derived_facts import numbers_of
from calc.households.headings import MEMBERS, word_of
from calc.households.identity_numbers import DisabilityCertificate, read_disability_certificate, read_identity_number
from calc.language.types import MEMBER
from calc.ledger.csv_blocks import text_of
from calc.ledger.header import Header, Naming
from calc.ledger.household_runs import LedgerFileReader, Row, Run, is_empty
from calc.ledger.json_keys import UnknownJsonKeys, keys_of
from calc.ledger.open_files import JSON_LINES
from calc.record import Record, replace
from calc.rules.plan import FactPlan, Plan

_BUCKETS = 256
MemberPlace = tuple[int, str, int, str]
"""A file, a household, a line, and the file's name."""


class BlockScan(Record):
    """What one block holds: its lines, its first and last household, a number for each run and each person.

    `unknown` are keys of JSON that mean nothing.
    """

    lines: int
    rows: int
    first: str | None
    last: str | None
    starts: array[int]
    people: array[int]
    unknown: tuple[str, ...] = ()


class LedgerScan(Record):
    """What stands out in a whole ledger.

    `scattered` are the households whose rows are not adjacent, with all their rows and the line of the first;
    `clashing` the ids that stand in more than one file; `twins` the identity numbers (17 digits) given more than
    once, with every place; `unknown` the keys of each file of JSON Lines that mean nothing.
    """

    rows: int
    scattered: dict[tuple[int, str], Run]
    clashing: frozenset[str]
    twins: dict[str, list[MemberPlace]]
    unknown: dict[int, tuple[str, ...]] = {}


class BlockScanner:
    """Looks at the blocks of the files."""

    def __init__(self, parts: list[LedgerFileReader], plan: Plan) -> None:
        self.parts = parts
        self.people = [people_columns(part.columns, plan) for part in parts]

    def seen(self, file: int, place: int) -> BlockScan:
        """What one block holds."""
        part = self.parts[file]
        block = part.blocks[place]
        starts, people = array("q"), array("q")
        add_start, add_person = starts.append, people.append
        people_at = self.people[file]
        rows = 0
        first = last = None
        is_csv = part.file.format != JSON_LINES
        at = part.household_at
        raw_last: object = None
        text = text_of(block)
        keys: set[str] = set()
        who, length = people_at[0] if people_at and is_csv else (0, 0)
        length = 20 if length else 18
        for _, row in part.every(place, text):
            raw: object = row[at] if is_csv and len(row) > at else None  # type: ignore[index, arg-type]
            if raw is None or raw != raw_last or not raw:
                id = part.id_of(row)
                raw_last = raw if id else None  # the next row may be one of blanks only
                if not id and is_csv and is_empty(row):  # type: ignore[arg-type]
                    continue
                if id != last or not id:
                    if id or not part.fill_down:
                        add_start(hash(id) if id else 0)
                        last = id
                    if first is None:
                        first = id
            rows += 1
            if is_csv and people_at and len(row) > who and len(text_ := row[who]) == length:  # type: ignore[index, arg-type]
                digits = text_[:17]
                if digits.isdigit() and digits.isascii():
                    add_person(int(digits))
                    continue
            if not is_csv:
                keys.update(keys_of(row))
            for number in people_in(part, row, people_at):
                add_person(int(number))
        lines = text.count("\n")
        if is_csv:
            lines += text.count("\r") - text.count("\r\n")
        unknown = UnknownJsonKeys(part.columns.naming)
        unknown.add(keys)
        return BlockScan(lines, rows, first, last, starts, people, unknown.first())

    def order(self) -> list[tuple[int, int]]:
        """Every block, in order."""
        return [(part.at, place) for part in self.parts for place in range(len(part.blocks))]


def people_in(part: LedgerFileReader, row: Row, people_at: list[tuple[Any, bool]]) -> Iterator[str]:
    """The first 17 digits of the identity number of a row's member, or of each member of a whole household.

    Of several numbers that are given the first that is one counts, identity numbers before certificates.
    """
    if row.__class__ is list:
        cells = ((row[at], is_certificate) for at, is_certificate in people_at if at < len(row))  # type: ignore[index]
        number = _first_number(cells)
        if number is not None:
            yield number
    elif isinstance(row, dict):
        yield from _people_of_object(part.columns.naming, row)


def _first_number(given: Iterable[tuple[Any, bool]]) -> str | None:
    return next((number for value, is_certificate in given if (number := _number(value, is_certificate))), None)


def _number(value: Any, is_certificate: bool) -> str | None:
    """What tells whose a number is; right or wrong where its form says it all."""
    if value.__class__ is not str and value.__class__ is not int:
        return None
    text = str(value) if value.__class__ is not int or value.bit_length() < 256 else ""
    if len(text) == 18 + 2 * is_certificate and (digits := text[:17]).isascii() and digits.isdigit():
        return digits
    if not text or len(text) > 60:
        return None
    read = read_disability_certificate(text) if is_certificate else read_identity_number(text)
    if isinstance(read, tuple):
        return None
    return read.identity.number[:17] if isinstance(read, DisabilityCertificate) else read.number[:17]


def _people_of_object(naming: Naming, row: dict[str, Any]) -> Iterator[str]:
    key = next((key for key, value in row.items() if isinstance(value, list) and word_of(key) == MEMBERS), None)
    own = {name: value for name, value in row.items() if name != key}  # what a household says is said of each
    for member in [{}] if key is None else row[key]:
        if not isinstance(member, dict):
            continue
        found: dict[str, Any] = {}
        for name, value in (*own.items(), *member.items()):
            meaning = naming.meaning(name)
            is_blank = value is None or (isinstance(value, str) and not value.strip())
            if isinstance(meaning, FactPlan) and meaning.format and meaning.derives and not is_blank:
                found[meaning.format] = value
        formats = (("identity-number", False), ("disability-certificate", True))
        number = _first_number((found.get(format), is_certificate) for format, is_certificate in formats)
        if number is not None:
            yield number


def repeated(arrays: Iterable[array[int]]) -> set[int]:
    """The numbers that stand more than once. They are divided first, so that few are held as objects at a time."""
    buckets = [array("q") for _ in range(_BUCKETS)]
    for one in arrays:
        for number in one:
            buckets[number % _BUCKETS].append(number)
    found: set[int] = set()
    for bucket in buckets:
        if len(set(bucket)) != len(bucket):
            found.update(number for number, count in Counter(bucket).items() if count > 1)
    return found


def number_lines(parts: list[LedgerFileReader], order: list[tuple[int, int]], seen: list[BlockScan]) -> None:
    """Give every block its lines, and say of each which household it begins and ends within."""
    for part in parts:
        line, carried, last = part.first_line, None, 0
        for (file, place), one in zip(order, seen, strict=True):
            if file != part.at:
                continue
            part.blocks[place] = replace(part.blocks[place], line=line)
            line += one.lines
            part.carried[place] = carried
            if carried and one.first is not None and (one.first == carried or (part.fill_down and not one.first)):
                part.continues[last:place] = [True] * (place - last)  # also over blocks of empty rows
                if one.first and one.starts:
                    del one.starts[0]
            carried = one.last if one.last is not None else carried
            last = place if one.first is not None else last


def find_repeated(
    parts: list[LedgerFileReader], surveyor: BlockScanner, order: list[tuple[int, int]], seen: list[BlockScan]
) -> LedgerScan:
    """What stands out, from what every block holds; blocks that hold some of it are looked at a second time."""
    starts = repeated(one.starts for one in seen) - {0}
    people = repeated(one.people for one in seen)
    gathered: dict[tuple[int, str], Run] = {}
    runs_of: Counter[tuple[int, str]] = Counter()
    twins: dict[str, list[MemberPlace]] = {}
    numbers = {f"{number:017d}" for number in people}
    unknown = {part.at: UnknownJsonKeys(part.columns.naming) for part in parts}
    goes_on = False
    for (file, place), one in zip(order, seen, strict=True):
        part = parts[file]
        unknown[file].add(one.unknown)
        is_wanted = not starts.isdisjoint(one.starts) or not people.isdisjoint(one.people)
        if is_wanted or goes_on:
            current = part.carried[place]
            for line, row in part.rows(place):
                id = part.id_of(row) or (current or "" if part.fill_down else "")
                if id and hash(id) in starts:
                    gathered.setdefault((file, id), Run(id, [])).rows.append((line, row))
                    runs_of[file, id] += id != current
                current = id
                for number in people_in(part, row, surveyor.people[file]):
                    if number in numbers:
                        twins.setdefault(number, []).append((file, id, line, part.file.shown))
        goes_on = part.continues[place] and (is_wanted or goes_on)
    files_of = Counter(id for _, id in gathered)
    return LedgerScan(
        sum(one.rows for one in seen),
        {key: run for key, run in gathered.items() if runs_of[key] > 1},
        frozenset(id for id, count in files_of.items() if count > 1),
        {number: places for number, places in twins.items() if len(places) > 1},
        {file: keys.first() for file, keys in unknown.items()},
    )


def people_columns(columns: Header, plan: Plan) -> list[tuple[Any, bool]]:
    """The columns that say who a member is, the identity number first; the other kind are certificates."""
    own = {fact.name: fact for fact in numbers_of(plan, MEMBER)}
    found = [
        (one.at, one.meaning.format == "disability-certificate")
        for one in columns.facts
        if isinstance(one.meaning, FactPlan) and one.meaning.name in own
    ]
    return sorted(found, key=lambda one: one[1])
