"""Gives a ledger without household numbers a column of them, by its heads.

Either each row of a head begins a household (`--household-by head`), or each row names its head by the identity number.
The copy has the lines of the file; the column is its last one. Rows that name no head, totals and signatures get none:
the former are rejected, the latter set aside, as in any ledger.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any, TextIO, Union

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
from calc.diagnostics.source import Source
from calc.households.headings import HEAD_NUMBER, HOUSEHOLDS, LEDGER_HEADINGS, NAME
from calc.households.household_reader import quoted
from calc.ledger.cell_marks import CELLS, marked
from calc.ledger.csv_blocks import Block, blocks_of, records, text_of
from calc.ledger.head_places import RosterRow, ids_by_heads
from calc.ledger.header import Header, Meaning, Naming
from calc.ledger.household_facts_file import HouseholdFacts
from calc.ledger.household_ids import Blocks, ByHeadNumber, HeadNumbers, Heads, HeadsBegin, Person
from calc.ledger.household_runs import LedgerFileReader, file_reader, header_of, is_empty
from calc.ledger.json_objects import JsonRow, household_of, is_whole, json_row
from calc.ledger.members_across import across_columns
from calc.ledger.open_files import CSV, JSON_LINES, LedgerFile
from calc.ledger.parquet_to_csv import in_blocks
from calc.record import replace
from calc.rules.plan import FactPlan
from calc.temporary_folder import TemporaryFolder

HEADING = "户编号"
_LOOKED_AT = 100
Ids = Union[HeadsBegin, Blocks, ByHeadNumber]


@contextlib.contextmanager
def joined_by_heads(
    files: list[LedgerFile], facts: HouseholdFacts | None, naming: Naming
) -> Iterator[tuple[list[LedgerFile], HouseholdFacts | None]]:
    """Gives the rows of a ledger and the facts of households the same ids, where either has only numbers of heads."""
    known = HeadNumbers() if facts is None else facts.numbers
    with with_households(files, naming, known) as numbered:
        if facts is not None and (facts.made or (naming.heads_begin and known)):
            given = [new for old, new in zip(files, numbered, strict=True) if new is old or naming.heads_begin]
            with in_blocks(given) as texts:
                facts = facts.joined(_numbers_in(texts, naming))
        yield numbered, facts


def _numbers_in(files: list[LedgerFile], naming: Naming) -> dict[str, str]:
    """Finds the household of each head with an identity number."""
    heads, found = Heads(naming.plan), dict[str, str]()
    for at, file in enumerate(files):
        for _, id, person in people_in(at, file, naming):
            number = heads.number(person)[1]
            if id and isinstance(number, str):
                found.setdefault(number, id)
    return found


@contextlib.contextmanager
def with_households(files: list[LedgerFile], naming: Naming, known: HeadNumbers) -> Iterator[list[LedgerFile]]:
    """Replaces each file without household numbers by a copy with a column of them.

    These are all if heads begin their households, otherwise files whose rows name their head.
    Raises InputErrors where no column says who is head, and where nothing says which household a head has.
    """
    numbered = [naming.heads_begin or names_heads(one, naming) for one in files]
    if not any(numbered):
        yield files
        return
    wanted = [one for one, is_wanted in zip(files, numbered, strict=True) if is_wanted]
    with TemporaryFolder() as folder, in_blocks(wanted) as texts:
        left = iter(texts)
        yield [
            _copied(at, next(left), naming, known, os.path.join(folder, f"households-{at}")) if is_wanted else file
            for at, (file, is_wanted) in enumerate(zip(files, numbered, strict=True))
        ]


def names_heads(file: LedgerFile, naming: Naming) -> bool:
    """Says whether the rows of a file say of which household they are by the identity number of its head alone."""
    if file.format != JSON_LINES:
        columns = header_of(file, naming)
        return columns.is_by_head and across_columns([one.heading for one in columns.all], naming) is None
    rows = [row for _, _, row in islice(_objects(file), _LOOKED_AT) if isinstance(row, dict)]
    person = _person_in_object(naming)
    return any(person(row).head_number for row in rows) and not any(household_of(row, naming) for row in rows)


def people_in(at: int, file: LedgerFile, naming: Naming) -> Iterator[tuple[int, str, Person]]:
    """Yields the line of each row, the household that it names, and whom it is about."""
    if file.format == JSON_LINES:
        person_of = _person_in_object(naming)
        for line, _, row in _objects(file):
            if isinstance(row, dict):
                yield line, household_of(row, naming), person_of(row)
    else:
        part = file_reader(at, file, naming, False)
        person = _person_in_row(part.columns)
        for line, cells in _rows(part):
            if not is_empty(cells):
                yield line, part.id_of(cells), person(cells)


def _copied(at: int, file: LedgerFile, naming: Naming, known: HeadNumbers, path: str) -> LedgerFile:
    heads = Heads(naming.plan)
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as copy:
        if file.format == JSON_LINES:
            _require_relation(Place(Source(file.shown, "")), heads.relation, naming.heads_begin, [heads.relation])
            _copy_objects(file, naming, _ids_of(at, file, naming, known, heads, None), copy)
        else:
            part = file_reader(at, file, naming, False)
            place, meanings = part.columns.place_in(file.shown, None), [one.meaning for one in part.columns.all]
            _require_relation(place, heads.relation, naming.heads_begin, meanings)
            _require_one_number(file, part.columns)
            _require_numbers(file, part.columns, known)
            _copy_rows(part, _ids_of(at, file, naming, known, heads, part), copy)
    format, delimiter = (JSON_LINES, "") if file.format == JSON_LINES else (CSV, ",")
    size = os.path.getsize(path)
    return replace(file, path=path, format=format, encoding="utf-8", delimiter=delimiter, begin=0, size=size,
                   is_guessed=False)  # fmt: skip


def _ids_of(
    at: int, file: LedgerFile, naming: Naming, known: HeadNumbers, heads: Heads, part: LedgerFileReader | None
) -> Ids:
    """Finds how the rows of a file get the ids of their households: by what comes before them, or by a number."""
    if naming.heads_begin:
        rows = partial(_roster_of_objects, file, naming) if part is None else partial(_roster, part)
        return ids_by_heads(at, file.shown, heads, rows, part is not None and part.set_aside.has_labels)
    names: dict[str, Any] = {}
    for _, _, person in people_in(at, file, naming) if not known.is_complete else ():
        number = heads.number(person)[1]
        if isinstance(number, str) and heads.has(person):
            names.setdefault(number, person.name)
    return ByHeadNumber(at, heads, known, names)


def _require_relation(place: Place, fact: FactPlan | None, is_needed: bool, there: list[Meaning]) -> None:
    if is_needed and (fact is None or fact not in there):
        wanted = " / ".join(dict.fromkeys([fact.about.label, fact.about.en])) if fact is not None else "head_words"
        raise InputErrors([Diagnostic("missing-column/head", place, {"wanted": wanted})])


def _require_one_number(file: LedgerFile, columns: Header) -> None:
    numbers = [one for one in columns.all if columns.naming.meaning(one.heading) == HEAD_NUMBER]
    if columns.is_by_head and len(numbers) > 1:
        first, second = (quoted(one.heading) for one in numbers[:2])
        values = {"fact": HEAD_NUMBER, "first": first, "second": second}
        place = columns.place_in(file.shown, numbers[1].at)
        raise InputErrors([Diagnostic("column-twice", place, values, ("map-column-away", {}))])


def _require_numbers(file: LedgerFile, columns: Header, known: HeadNumbers) -> None:
    if columns.is_by_head and known.is_complete and not known:
        column = columns.by_word[HOUSEHOLDS]
        place = columns.place_in(file.shown, column.at)
        raise InputErrors([Diagnostic("missing-column/numbers", place, {"heading": quoted(column.heading)})])


# CSV


def _rows(part: LedgerFileReader) -> Iterator[tuple[int, list[str]]]:
    """Yields all rows of a file with their lines, and settles the lines of its blocks."""
    line = part.first_line
    for place, block in enumerate(part.blocks):
        part.blocks[place] = replace(block, line=line)
        text = text_of(block)
        yield from part.every(place, text)
        line += _line_ends(text)


def _roster(part: LedgerFileReader) -> Iterator[RosterRow]:
    """Yields the rows of people, and the blank ones before them; blank rows above a title or total part nobody."""
    person, blank = _person_in_row(part.columns), 0
    for line, row in _rows(part):
        if is_empty(row) or part.is_set_aside(row, ((one := person(row)).head_number or "").strip()):
            blank = line if is_empty(row) else 0
            continue
        yield from [(blank, None, False)] if blank else []
        yield line, one, row[0].strip().isdecimal()
        blank = 0


def _person_in_row(columns: Header) -> Callable[[list[str]], Person]:
    """Makes the function that finds whom a row is about."""
    naming, heads = columns.naming, Heads(columns.naming.plan)
    numbers = [one.at for one in columns.all if naming.meaning(one.heading) == HEAD_NUMBER]
    meant: list[Meaning] = [heads.relation, NAME, heads.identity]
    places: list[int | None] = [next((one.at for one in columns.all if one.meaning == meaning), None)
                                if meaning is not None else None for meaning in meant]  # fmt: skip
    places.append(numbers[0] if numbers else None)

    def person(row: list[str]) -> Person:
        return Person(*[row[at] if at is not None and at < len(row) else None for at in places])

    return person


def _copy_rows(part: LedgerFileReader, ids: Ids, copy: TextIO) -> None:
    """Copies a file with a cell more in each row that is to be read."""
    columns, width = part.columns, part.columns.width
    person = _person_in_row(columns)
    heading = columns.heading_of(HOUSEHOLDS) if columns.is_by_head else HEADING
    lines = _Lines(copy, 1 - part.file.unlined)
    start = part.blocks[0].start if part.blocks else part.file.size
    head = list(records(text_of(Block(part.file, part.file.begin, start)), part.file.delimiter))
    for line, row in head[:-1]:
        lines.write(line - part.file.unlined, row)
    if head:
        line, row = head[-1]
        lines.write(line - part.file.unlined, [*row, *[""] * (width - len(row)), heading])
    for at, row in _rows(part):
        one = person(row)
        if is_empty(row) or part.is_set_aside(row, (one.head_number or "").strip()):
            lines.write(at, row)
            continue
        id, mark = ids.household(one, at)
        fault = "" if part.fits(row) else marked(CELLS, f"{len(row)}:{width}")
        fault = mark if mark and mark != id else fault
        beyond = [fault] if fault else []
        lines.write(at, [*row[:width], *[""] * (width - len(row)), id, *beyond])


class _Lines:
    """Writes rows so that each begins on its line."""

    def __init__(self, copy: TextIO, line: int) -> None:
        self.copy = copy
        self.line = line

    def write(self, line: int, row: list[str]) -> None:
        """Writes a row on a line, empty ones before it where the file has more."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(row)
        text = "\n" * (line - self.line) + out.getvalue()
        self.line += _line_ends(text)
        self.copy.write(text)


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


# JSON Lines


def _objects(file: LedgerFile) -> Iterator[tuple[int, str, JsonRow | None]]:
    """Yields the lines of a file of JSON Lines: the number of each, its text, and what is on it."""
    line = 1
    for block in blocks_of(file, file.begin):
        texts = text_of(block).split("\n")
        for at, text in enumerate(texts, line):
            is_end = at == line + len(texts) - 1
            yield at, text if is_end else f"{text}\n", json_row(text)
        line += len(texts) - 1


def _roster_of_objects(file: LedgerFile, naming: Naming) -> Iterator[RosterRow]:
    person = _person_in_object(naming)
    return ((line, person(row), False) for line, _, row in _objects(file)
            if isinstance(row, dict) and row and not is_whole(row))  # fmt: skip


def _person_in_object(naming: Naming) -> Callable[[dict[str, Any]], Person]:
    """Makes the function that finds whom an object is about."""
    heads, meanings = Heads(naming.plan), dict[str, Meaning]()
    meant: list[Meaning] = [heads.relation, NAME, heads.identity, HEAD_NUMBER]

    def person(row: dict[str, Any]) -> Person:
        for key in row:
            if key not in meanings:
                meanings[key] = naming.meaning(key)
        return Person(*[next((row[key] for key in row if one is not None and meanings[key] == one), None)
                        for one in meant])  # fmt: skip

    return person


def _copy_objects(file: LedgerFile, naming: Naming, ids: Ids, copy: TextIO) -> None:
    """Copies JSON Lines with a key more on each line that is to be read."""
    person = _person_in_object(naming)
    household, head = (LEDGER_HEADINGS[one][0] for one in (HOUSEHOLDS, HEAD_NUMBER))
    for at, text, row in _objects(file):
        if isinstance(row, dict) and row and not (naming.heads_begin and is_whole(row)):
            id, mark = ids.household(person(row), at)
            more = {household: id, **({head: mark} if mark and mark != id else {})}
            if id:
                text = f"{text.rstrip()[:-1]}, {json.dumps(more, ensure_ascii=False)[1:]}\n"
        copy.write(text)
