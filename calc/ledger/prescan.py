"""Scan a ledger once: where its households begin, which rows are scattered, and who is in it more than once.

Nothing is read here but the household and the identity number of each row. What is kept is eight bytes for each
run of rows and each person, so that a second look, which assesses, can be bounded in memory and divided among
processes, and still knows of rows far away.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable

from calc.ledger.csv_blocks import text_of
from calc.ledger.household_runs import LedgerFileReader, Run, is_empty
from calc.ledger.person_numbers import people_columns, person_in
from calc.record import Record, replace
from calc.rules.plan import Plan

_BUCKETS = 256
MemberPlace = tuple[int, str, int, str]
"""A file, a household, a line, and the file's name."""


class BlockScan(Record):
    """Content of one block: its lines, its first and last household, a number for each run and each person.

    Of its rows some are `set_aside`, totals and signatures, and some `loose`: they name no household.
    """

    lines: int
    rows: int
    first: str | None
    last: str | None
    starts: array[int]
    people: array[int]
    set_aside: int = 0
    loose: int = 0


class LedgerScan(Record):
    """Households and people of a whole ledger that need a second look.

    `scattered` are the households whose rows are not adjacent, with all their rows and the line of the first;
    `clashing` the ids that are in more than one file; `twins` the identity numbers (17 digits) given more than
    once, with every place. Of the `rows` some are `set_aside`, and some were `filled`: they name no household and were
    taken as rows of the one above.
    """

    rows: int
    scattered: dict[tuple[int, str], Run]
    clashing: frozenset[str]
    twins: dict[str, list[MemberPlace]]
    set_aside: int = 0
    filled: int = 0


class BlockScanner:
    """Looks at the blocks of the files."""

    def __init__(self, parts: list[LedgerFileReader], plan: Plan) -> None:
        self.parts = parts
        self.people = [people_columns(part.columns, plan) for part in parts]

    def seen(self, file: int, place: int) -> BlockScan:
        """Scans one block."""
        part = self.parts[file]
        block = part.blocks[place]
        starts, people = array("q"), array("q")
        add_start, add_person = starts.append, people.append
        people_at = self.people[file]
        rows = set_aside = loose = 0
        first = last = None
        at = part.household_at
        raw_last: object = None
        totals = part.totals_within
        text = text_of(block)
        who, is_certificate = people_at[0] if people_at else (0, False)
        size = 20 if is_certificate else 18
        for _, row in part.every(place, text):
            raw: object = row[at] if len(row) > at else None
            if raw is None or raw != raw_last or not raw or (totals is not None and totals(row)):
                id = part.id_of(row)
                raw_last = raw if id else None  # the next row may be one of blanks only
                if not id and is_empty(row):
                    continue
                if part.is_set_aside(row, id):
                    rows += 1
                    set_aside += 1
                    raw_last = None
                    continue
                loose += not id
                if id != last or not id:
                    if id or not part.fill_down:
                        add_start(hash(id) if id else 0)
                        last = id
                    if first is None:
                        first = id
            rows += 1
            if people_at and len(row) > who and len(text_ := row[who]) == size:
                digits = text_[:17]
                if digits.isdigit() and digits.isascii():
                    add_person(int(digits))
                    continue
            number = person_in(row, people_at)
            if number is not None:
                add_person(int(number))
        lines = text.count("\n") + text.count("\r") - text.count("\r\n")
        return BlockScan(lines, rows, first, last, starts, people, set_aside, loose)

    def order(self) -> list[tuple[int, int]]:
        """Every block, in order."""
        return [(part.at, place) for part in self.parts for place in range(len(part.blocks))]


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
    """Finds repeated households and people from the scans of all blocks; looks at their blocks a second time."""
    starts = repeated(one.starts for one in seen) - {0}
    people = repeated(one.people for one in seen)
    gathered: dict[tuple[int, str], Run] = {}
    runs_of: Counter[tuple[int, str]] = Counter()
    twins: dict[str, list[MemberPlace]] = {}
    numbers = {f"{number:017d}" for number in people}
    goes_on = False
    for (file, place), one in zip(order, seen, strict=True):
        part = parts[file]
        is_wanted = not starts.isdisjoint(one.starts) or not people.isdisjoint(one.people)
        if is_wanted or goes_on:
            current = part.carried[place]
            for line, row in part.rows(place):
                id = part.id_of(row)
                if part.is_set_aside(row, id):
                    continue
                id = id or (current or "" if part.fill_down else "")
                if id and hash(id) in starts:
                    gathered.setdefault((file, id), Run(id, [])).rows.append((line, row))
                    runs_of[file, id] += id != current
                current = id
                number = person_in(row, surveyor.people[file])
                if number in numbers:
                    twins.setdefault(number, []).append((file, id, line, part.file.shown))
        goes_on = part.continues[place] and (is_wanted or goes_on)
    files_of = Counter(id for _, id in gathered)
    return LedgerScan(
        sum(one.rows for one in seen) - sum(part.json.joined for part in parts if part.json is not None),
        {key: run for key, run in gathered.items() if runs_of[key] > 1},
        frozenset(id for id, count in files_of.items() if count > 1),
        {number: places for number, places in twins.items() if len(places) > 1},
        sum(one.set_aside for one in seen),
    )


def attach_loose_rows(parts: list[LedgerFileReader], order: list[tuple[int, int]], seen: list[BlockScan]) -> bool:
    """Has rows that name no household read as rows of the one above; says whether there are any in some file."""
    found = False
    for part in parts:
        scans = [one for (file, _), one in zip(order, seen, strict=True) if file == part.at]
        loose = sum(one.loose for one in scans)
        if part.json is None and loose and not part.fill_down:
            named = sum(one.rows - one.set_aside for one in scans) - loose
            part.take_loose_rows(named, len({start for one in scans for start in one.starts if start}))
            found = True
    return found
