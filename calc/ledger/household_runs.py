"""The blocks of a file → runs of rows: the adjacent rows of one household, also where a block ends between them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from calc.diagnostics.diagnostic import Diagnostic, Place, missing_extra
from calc.diagnostics.source import Source
from calc.households.headings import HOUSEHOLDS
from calc.households.household_reader import quoted
from calc.ledger.csv_blocks import Block, cut, records, text_of
from calc.ledger.header import Header, Naming
from calc.ledger.heading_places import heading_places, unnamed_texts
from calc.ledger.heading_row import heading_row
from calc.ledger.json_records import JsonLines, copied
from calc.ledger.open_files import DELIMITERS, JSON_LINES, MOST_UNENDED, PARQUET, LedgerFile
from calc.ledger.payment_list import payment_heading
from calc.ledger.set_aside import SetAsideRows
from calc.ledger.unclear_columns import unclear_column
from calc.record import Record, replace
from calc.text_forms import clean_id, visible

_HEAD = 1 << 16
_LINE_END = re.compile(rb"\r\n?|\n")
MOST_ROWS = 1000
"""Rows of one household that are kept; more than a household may have members, so that it is rejected for that."""


Row = list[str]


class Run(Record):
    """Adjacent rows of one household, each with its line."""

    id: str
    rows: list[tuple[int, Row]]


class LedgerFileReader:
    """One file of a ledger as it is read: its columns and blocks, and what the survey found out about each block.

    With `fill_down` a row that names no household is of the one above it, which cannot be assessed if `rejects_loose`.
    `json` is there where the file is a copy of JSON Lines.
    """

    def __init__(
        self,
        at: int,
        file: LedgerFile,
        columns: Header,
        blocks: list[Block],
        first_line: int,
        fill_down: bool,
        json: JsonLines | None = None,
    ) -> None:
        """More than six parameters: the fields of a file that is read."""
        self.at = at
        self.first_line = first_line
        self.file = file
        self.columns = columns
        self.blocks = blocks
        self.fill_down = fill_down
        self.json = json
        self.carried: list[str | None] = [None] * len(blocks)
        self.continues: list[bool] = [False] * len(blocks)
        self.set_aside = SetAsideRows(columns, columns.naming.plan)
        self.rejects_loose = False
        word = columns.by_word.get(HOUSEHOLDS)
        self.household_at = word.at if word is not None else 0

    def rows(self, place: int, text: str | None = None) -> Iterator[tuple[int, Row]]:
        """The records of a block, empty ones left out; `text` is what it holds, if that was read already."""
        return ((line, row) for line, row in self.every(place, text) if not is_empty(row))

    def every(self, place: int, text: str | None = None) -> Iterator[tuple[int, Row]]:
        """The records of a block with their lines, also those that are empty."""
        block = self.blocks[place]
        text = text_of(block) if text is None else text
        found = records(text, self.file.delimiter, block.line, self.columns.width)
        return found if self.json is None else self.json.numbered(row for _, row in found)

    def id_of(self, row: Row) -> str:
        """The household a row names, with single blanks and no invisible marks; "" where it names none."""
        at = self.household_at
        return clean_id(row[at]) if at < len(row) else ""

    def is_set_aside(self, row: Row, id: str) -> bool:
        """Says whether a row, of this household or none, is a total, signature or heading; no line of JSON is."""
        return self.json is None and self.set_aside.may_be(id, row) and self.set_aside.has(row)

    @property
    def totals_within(self) -> Callable[[Row], bool] | None:
        """Says of a row of a household whether it has the name of a total; None where no row can have one."""
        return self.set_aside.names_total if self.json is None and self.set_aside.name_at is not None else None

    def take_loose_rows(self, named: int, households: int) -> None:
        """Has rows that name no household be rows of the one above.

        They are plainly those of its members if every household is named on one row only: `named` rows for as many
        `households`. Elsewhere nobody knows, and the household above is rejected with them.
        """
        self.rejects_loose = named != households
        self.fill_down = True

    def fits(self, row: list[str]) -> bool:
        """Says whether a record has a cell for every column that is read, and only empty cells beyond the headings."""
        width = self.columns.width
        if len(row) <= width:
            return len(row) >= self.columns.least_width
        return not any(map(str.strip, row[width:]))

    def unnamed_data(self) -> list[int]:
        """Finds the places of columns without a heading in which some cell is not empty."""
        left = set(self.columns.unnamed)
        for place in range(len(self.blocks) if left else 0):
            for _, row in self.every(place):
                left -= {at for at in left if at < len(row) and visible(row[at]).strip()}
                if not left:
                    return self.columns.unnamed
        return [at for at in self.columns.unnamed if at not in left]

    def mistakes(self) -> list[Diagnostic]:
        """Lists what is wrong with the columns of the file, or with those of them that are not read."""
        if self.json is not None:
            unknown = [one for one in map(self.columns.naming.unknown, self.json.unknown) if one.decides_money]
            return [replace(one, place=self._place_of_key(one.heading)).mistake(self.file.shown, "unclear-column/key")
                    for one in unknown]  # fmt: skip
        payment = payment_heading(self.columns)
        if payment is not None:
            place = self.columns.place_in(self.file.shown, None)
            return [Diagnostic("no-members/payments", place, {"heading": quoted(payment)})]
        found = self.columns.mistakes(self.file.shown)
        if not found:
            unnamed = self.unnamed_data()
            for at in unnamed:
                place = self.columns.place_in(self.file.shown, at)
                found.append(unclear_column("unclear-column/unnamed", place, unnamed_texts(at)))
        return found

    def _place_of_key(self, key: str) -> Place | None:
        """Finds where a key of JSON Lines first is; the line itself is not shown, as it is about people."""
        written = json.dumps(key, ensure_ascii=False)
        blocks = zip(self.json.originals, self.json.first_lines, strict=True) if self.json is not None else ()
        for block, line in blocks:
            text = text_of(block)
            at = text.find(written)
            if at >= 0:
                start = at - (text.rfind("\n", 0, at) + 1)
                source = Source(self.file.shown, "", line=line + text.count("\n", 0, at))
                return Place(source, start=start, end=start)
        return None

    def runs(self, place: int) -> Iterator[Run]:
        """The runs that begin in a block, each whole."""
        carried, fill = self.carried[place] or None, self.fill_down
        rows: list[tuple[int, Row]] = []
        current: str | None = None
        raw_current: object = None
        at, totals = self.household_at, self.totals_within
        for line, row in self.every(place):
            if len(row) > at:
                raw = row[at]
                if raw == raw_current and raw and (totals is None or not totals(row)):
                    if len(rows) < MOST_ROWS:
                        rows.append((line, row))
                    continue
                raw_current = raw
            else:
                raw_current = None
            id = self.id_of(row)
            if not id:
                raw_current = None
                if is_empty(row):
                    continue
            if self.is_set_aside(row, id):
                raw_current = None
                continue
            if carried is not None:
                if id == carried or (fill and not id):
                    raw_current = None
                    continue
                carried = None
            if (id and id == current) or (fill and not id and current) or (rows and line == rows[-1][0]):
                if len(rows) < MOST_ROWS:
                    rows.append((line, row))
                continue
            if rows:
                yield Run(current or "", rows)
            current, rows = id, [(line, row)]
        if rows:
            if current and self.continues[place]:
                self._rest(place + 1, current, rows)
            yield Run(current or "", rows)

    def _rest(self, place: int, id: str, rows: list[tuple[int, Row]]) -> None:
        """Add the rows with which a household goes on in the next blocks."""
        while place < len(self.blocks):
            for line, row in self.rows(place):
                other = self.id_of(row)
                if self.is_set_aside(row, other):
                    continue
                if other != id and (other or not self.fill_down):
                    return
                if len(rows) < MOST_ROWS:
                    rows.append((line, row))
            place += 1


def is_empty(cells: list[str]) -> bool:
    """Says whether a record is empty."""
    return not cells or not (cells[0].strip() or any(map(str.strip, cells)))


def file_reader(
    at: int, file: LedgerFile, naming: Naming, fill_down: bool, kept: Sequence[str] = ()
) -> LedgerFileReader:
    """A file with its columns and blocks. Of JSON Lines it is a copy, in which the keys `kept` are columns."""
    if file.format == JSON_LINES:
        copy, columns, json = copied(file, naming, kept)
        return LedgerFileReader(at, copy, columns, cut(copy, 0), 1, False, json)
    if file.format == PARQUET:
        try:
            from calc.ledger.parquet_source import headings_and_types
        except ModuleNotFoundError as missing:
            raise missing_extra(str(missing.name), "columns", file.shown) from None
        columns, _ = headings_and_types(file.path, naming)
        return LedgerFileReader(at, file, columns, [], 1, fill_down)
    whole = _head_text(file)
    file, place, columns = _headings(file, whole, naming)
    lines = _lines_before(whole, file.delimiter, place + 1)
    first = next((line for line, _ in islice(records(whole, file.delimiter), place, None)), 1)
    raw = None if file.sheets is not None else "".join(io.StringIO(whole, newline="").readlines()[first - 1 : lines])
    line = max(1, first - file.unlined)
    columns.heading_places = heading_places(file.shown, line, raw, file.delimiter, columns.width)
    return LedgerFileReader(
        at, file, columns, cut(file, _end_of_line(file, lines)), lines + 1 - file.unlined, fill_down
    )


def header_of(file: LedgerFile, naming: Naming) -> Header:
    """Finds the columns of a file that is no JSON Lines."""
    if file.format == PARQUET:
        return file_reader(0, file, naming, False).columns
    return _headings(file, _head_text(file), naming)[2]


def _head_text(file: LedgerFile) -> str:
    """Reads the first lines of a file."""
    with open(file.path, "rb") as source:
        source.seek(file.begin + _HEAD)
        end = file.begin + _HEAD + len(source.readline(MOST_UNENDED))  # the last line may be that of many headings
    return text_of(Block(file, file.begin, end, 1))


def _headings(file: LedgerFile, text: str, naming: Naming) -> tuple[LedgerFile, int, Header]:
    """Finds the row of headings, and the delimiter, where nobody gave it, by which most headings are known."""
    others = [one for one in DELIMITERS if one != file.delimiter] if file.is_guessed else []
    best: tuple[LedgerFile, int, Header] | None = None
    for delimiter in (file.delimiter, *others):
        place, columns = heading_row(records(text, delimiter), naming)
        if best is None or columns.known > best[2].known:
            best = replace(file, delimiter=delimiter), place, columns
    assert best is not None
    return best


def _lines_before(text: str, delimiter: str, records_read: int) -> int:
    """Counts the lines of the first `records_read` records."""
    following = None
    for at, (line, _) in enumerate(records(text, delimiter)):
        if at == records_read:
            following = line
            break
    return following - 1 if following is not None else len(io.StringIO(text, newline="").readlines())


def _end_of_line(file: LedgerFile, lines: int) -> int:
    """Finds the offset behind a number of lines; a return, a line feed or both end a line, as in the records."""
    with open(file.path, "rb") as source:
        source.seek(file.begin)
        head = source.read(_HEAD)
        ends = [match.end() for match in islice(_LINE_END.finditer(head), lines)]
        if len(ends) == lines:
            return file.begin + (ends[-1] if ends else 0)
        return file.begin + len(head) + len(source.readline())  # the headings are longer than what was looked at
