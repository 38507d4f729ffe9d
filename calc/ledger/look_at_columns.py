"""Look at the columns of a ledger without assessing it: what each holds, and which of its cells would not be read.

Every row is read. What is held of a column are the distinct texts that would not be read, up to `MOST_TEXTS`; cells
beyond them are counted. Files with the same headings, such as the sheets of a workbook, are one table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic
from calc.households.headings import HEAD_NUMBER, HOUSEHOLDS, MEMBERS, word_of
from calc.ledger.cell_marks import wrong_head
from calc.ledger.header import IGNORED, LINE, LOOK_UP, PLACE, Header, Meaning, Naming
from calc.ledger.heading_places import unnamed_texts
from calc.ledger.household_facts_file import HouseholdFacts
from calc.ledger.household_runs import LedgerFileReader, Row, file_reader
from calc.ledger.json_objects import BrokenLine, ObjectReader
from calc.ledger.ledger_map import GoneColumns
from calc.ledger.missing_topics import missing_topics
from calc.ledger.open_files import LedgerFile
from calc.ledger.prescan import BlockScan, BlockScanner, attach_loose_rows, number_lines
from calc.ledger.read_options import ReadOptions
from calc.ledger.unclear_columns import UnknownColumn
from calc.ledger.unread_cells import ColumnCells, UnreadText
from calc.rules.plan import Plan
from calc.text_forms import folded

SURE, GIVEN, OPEN, NOT_READ = "sure", "given", "open", "not-read"
"""Degrees of certainty of a column: by the rules, by the user, not decided yet; or it means nothing."""
Progress = Callable[[str, int, int], None]
"""Takes a stage, the number of its steps that are done, and that of all."""


class ColumnLook:
    """A column, or all keys of JSON Lines with one meaning: its headings, what it holds and how sure that is.

    `unknown` has a similar name for a column that is not read. `filled` cells are not empty, None where nothing was
    counted; `unread` are those texts among them that would not be read.
    """

    def __init__(
        self, headings: tuple[str, ...], at: int | None, meaning: Meaning, surety: str, show_ids: bool
    ) -> None:
        self.headings = headings
        self.at = at
        self.meaning = meaning
        self.surety = surety
        self.unknown: UnknownColumn | None = None
        self.is_unnamed = False
        self.cells = ColumnCells(headings[0] if headings else "", meaning, show_ids)

    @property
    def unread(self) -> list[UnreadText]:
        """The texts that would not be read, the most frequent first."""
        return sorted(self.cells.unread.values(), key=lambda one: -one.count)

    @property
    def unread_count(self) -> int:
        """Number of cells that would not be read."""
        return sum(one.count for one in self.cells.unread.values()) + self.cells.more


class TableLook:
    """Files with the same headings: their columns, and how many rows they have of each sort.

    `mistakes` are those of the headings, which stop a run. `loose` rows name no household; they are taken as rows of
    the household above unless they reject it (`rejects_loose`). Of JSON Lines `broken` lines are no object, and
    `nameless` ones name no household.
    """

    def __init__(self, parts: list[LedgerFileReader], columns: list[ColumnLook]) -> None:
        self.parts = parts
        self.columns = columns
        self.mistakes: list[Diagnostic] = []
        self.rows = self.set_aside = self.loose = self.misshapen = self.broken = self.nameless = 0
        self.rejects_loose = False

    @property
    def paths(self) -> list[str]:
        """The files, as messages name them."""
        return [part.file.shown for part in self.parts]

    @property
    def open(self) -> list[ColumnLook]:
        """The columns that have to be decided."""
        return [one for one in self.columns if one.surety == OPEN]

    @property
    def is_clear(self) -> bool:
        """Says whether a run would start and read every cell and row."""
        return not (self.mistakes or self.open or self.lost or any(one.unread_count for one in self.columns))

    @property
    def lost(self) -> int:
        """Number of rows that would reject a household."""
        return self.misshapen + self.broken + self.nameless + (self.loose if self.rejects_loose else 0)

    @property
    def has_households(self) -> bool:
        """Says whether a column says which household a row belongs to."""
        return any(one.meaning in (HOUSEHOLDS, HEAD_NUMBER) for one in self.columns)


class LedgerLook:
    """All tables of a ledger, and the columns of its map that are gone.

    `lacking` are the columns, and the topics of the rules, whose loss stops a run.
    """

    def __init__(
        self, tables: list[TableLook], gone: list[tuple[str, UnknownColumn]], lacking: list[Diagnostic]
    ) -> None:
        self.tables = tables
        self.gone = gone
        self.lacking = lacking

    @property
    def starts(self) -> bool:
        """Says whether no heading stops a run."""
        return not (self.lacking or any(one.mistakes for one in self.tables))

    @property
    def is_clear(self) -> bool:
        """Says whether a run would start and read every cell and row."""
        return self.starts and all(one.is_clear for one in self.tables)


def look_at(
    files: list[LedgerFile],
    plan: Plan,
    asked: ReadOptions,
    owns: HouseholdFacts | None,
    without: set[str],
    progress: Progress,
) -> LedgerLook:
    """Looks at all rows of the files, which are no Parquet.

    `owns` are facts of households from a sheet of their own, `without` topics that are known to be missing.
    """
    naming = Naming(plan, asked.mapped)
    gone = GoneColumns(asked.columns, naming)
    tables: dict[object, TableLook] = {}
    parts = []
    for at, file in enumerate(files):
        part = file_reader(at, file, naming, asked.fill_down)
        parts.append(part)
        key = at if part.json is not None else tuple(folded(one.heading) for one in part.columns.all)
        if key not in tables:
            tables[key] = TableLook([], _columns(part, asked))
        table = tables[key]
        table.parts.append(part)
        table.mistakes += part.mistakes()
        gone.compare(part)
    lacking = [*gone.mistakes(owns), *missing_topics(parts, owns, plan, asked.settings, without)]
    for table in tables.values():
        _settle_unnamed(table)
    _count_rows(parts, plan, tables.values(), progress)
    _count_cells(tables.values(), progress)
    return LedgerLook([*tables.values()], gone.warnings, lacking)


def _columns(part: LedgerFileReader, asked: ReadOptions) -> list[ColumnLook]:
    """The columns of a file in their order, or those of JSON Lines with the keys of each."""
    header, naming = part.columns, part.columns.naming
    given = {folded(one) for one in asked.mapped}
    twice = {folded(one) for one in _twice(header)} if part.json is None else set()
    found: list[tuple[tuple[str, ...], int | None, Meaning]] = []
    if part.json is None:
        found += [((one.heading,), one.at, one.meaning) for one in header.all]
        if header.is_by_head:  # a copy has households, or marks of numbers that are none, in a last column
            made = header.by_word[HOUSEHOLDS].at
            found = [(keys, made if meaning == HEAD_NUMBER else at, meaning) for keys, at, meaning in found[:made]]
    else:
        for at, name in ((one.at, one.meaning) for one in header.all if one.meaning not in (None, LINE, PLACE)):
            keys = tuple(key for key, meaning in part.json.keys.items() if meaning == name)
            found.append((keys or (header.all[at].heading,), at, name))
        read = {key for keys, _, _ in found for key in keys}
        others = {**{key: one for key, one in part.json.keys.items()}, **dict.fromkeys(part.json.unknown)}
        found += [((key,), None, one) for key, one in others.items() if key not in read and one in (None, IGNORED)
                  and word_of(key) != MEMBERS]  # fmt: skip
    looks = []
    for headings, at, meaning in found:
        surety = GIVEN if folded(headings[0]) in given else SURE
        surety = OPEN if folded(headings[0]) in twice else surety
        look = ColumnLook(headings, at, meaning, surety, asked.show_ids)
        if meaning is None and headings[0].strip() and at not in header.unnamed:
            look.unknown = naming.unknown(headings[0])
            look.surety = OPEN if look.unknown.decides_money or look.unknown.near else NOT_READ
        look.is_unnamed = at in header.unnamed
        if not headings[0].strip() and meaning is not None:  # the user gave it one, by its place
            look.surety = GIVEN
        looks.append(look)
    return looks


def _twice(header: Header) -> list[str]:
    """The headings whose meaning another one has too."""
    meanings = [one.meaning for one in header.all]
    return [one.heading for one in header.all
            if one.meaning not in (None, IGNORED) and meanings.count(one.meaning) > 1]  # fmt: skip


def _settle_unnamed(table: TableLook) -> None:
    """Leaves out columns without a heading and without cells; those with cells have to be decided."""
    filled = {at for part in table.parts for at in part.unnamed_data()}
    table.columns = [one for one in table.columns if not one.is_unnamed or one.at in filled]
    for one in table.columns:
        if one.is_unnamed and one.at is not None:
            one.surety, one.headings = OPEN, unnamed_texts(one.at)


def _count_rows(parts: list[LedgerFileReader], plan: Plan, tables: Iterable[TableLook], progress: Progress) -> None:
    """Counts rows of each sort, and gives every block its lines, as a run does before it reads cells."""
    scanner = BlockScanner(parts, plan)
    order = scanner.order()
    seen: list[BlockScan] = []
    for key in order:
        seen.append(scanner.seen(*key))
        progress("scan", len(seen), len(order))
    attach_loose_rows(parts, order, seen)
    number_lines(parts, order, seen)
    table_of = {part.at: table for table in tables for part in table.parts}
    for (file, _), one in zip(order, seen, strict=True):
        table = table_of[file]
        table.rows += one.rows
        table.set_aside += one.set_aside
        if parts[file].json is None:
            table.loose += one.loose
        else:
            table.nameless += one.loose
        table.rejects_loose |= parts[file].rejects_loose


def _count_cells(tables: Iterable[TableLook], progress: Progress) -> None:
    """Reads the cells of every column, block by block: each text of a block once."""
    places = [(table, part, place) for table in tables for part in table.parts for place in range(len(part.blocks))]
    for done, (table, part, place) in enumerate(places, 1):
        lines: list[int] = []
        rows: list[Row] = []
        width = part.columns.width
        looked_up: set[int] = set()
        for line, row in part.rows(place):
            if part.json is not None and row[2] == LOOK_UP:
                looked_up.add(line)
            elif part.is_set_aside(row, part.id_of(row)):
                continue
            elif wrong_head(row, width) is not None:
                lines.append(line)
                rows.append([*row[: width - 1], row[-1]])  # the number of a head that is wrong
            elif not part.fits(row):
                table.misshapen += 1
            else:
                lines.append(line)
                rows.append(row if len(row) >= width else row + [""] * (width - len(row)))
        texts = [*zip(*rows)]  # noqa: B905 - rows may have empty cells beyond the headings
        for one in table.columns:
            if one.at is not None and rows:
                one.cells.add(part.file.shown, Counter(texts[one.at]), lines, texts[one.at])
        _look_up(table, part, sorted(looked_up))
        progress("look", done, len(places))
    for table in tables:
        for one in table.columns:
            if one.surety == NOT_READ and (one.cells.are_answers or not table.has_households):
                one.surety = OPEN  # yes and no are of facts, not of remarks; any column may be that of households


def _look_up(table: TableLook, part: LedgerFileReader, lines: list[int]) -> None:
    """Counts the cells of lines of JSON that a copy in text cannot hold, from the lines themselves."""
    if part.json is None:
        return
    objects = ObjectReader(part.columns.naming)
    known = {key: one for one in table.columns for key in one.headings}

    def ignore(code: str, line: int, heading: str | None, values: dict[str, Any]) -> None:
        """Leaves mistakes of form to the run: only broken lines, and rows of another number of cells, are counted."""
        table.misshapen += code == "wrong-cell-count"

    for line in lines:
        row = part.json.row(line)
        if isinstance(row, BrokenLine):
            table.broken += 1
            table.nameless -= 1
            continue
        for cells in objects.members(line, row, ignore):
            for heading, _, value in cells:
                if heading in known and known[heading].at is not None:
                    known[heading].cells.add_value(part.file.shown, line, value)
