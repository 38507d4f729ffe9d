"""Households that are not plain, read and assessed by the row path, in the order of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from calc.batch.assess_block import BlockAssessor, BlockResult
from calc.batch.duckdb.load_rows import Loaded
from calc.batch.duckdb.prepare_csv import RecordReader
from calc.batch.duckdb.sources import TableSource
from calc.batch.duckdb.sql_templates import named, phrase, select, sql, within
from calc.diagnostics.diagnostic import Reject
from calc.engine.sql import build
from calc.engine.sql.duckdb_session import AT_ONCE, Connection
from calc.ledger.household_runs import MOST_ROWS, Row, Run
from calc.ledger.ledger import Ledger, LedgerHousehold
from calc.ledger.parquet_source import ParquetColumn, records


class FallbackHouseholds:
    """Gives the households of a table of rows one by one. `blank` counts rows that turned out to say nothing."""

    def __init__(self, connection: Connection, ledger: Ledger, loaded: Loaded, table: str = "fallback_rows") -> None:
        self.connection = connection
        self.table = table
        self.ledger = ledger
        self.loaded = loaded
        self.readers = [self._reader(source) for source in loaded.sources]
        self.far: dict[int, list[Row]] = {}
        self.blank = 0

    def _reader(self, source: TableSource) -> RecordReader | ParquetRows:
        part = source.part
        if source.parquet is None:
            return RecordReader(part)
        base = self.loaded.bases[part.at] + part.first_line
        return ParquetRows(self.connection, part.file.path, source.parquet, base, not source.is_ordered, self.table)

    def households(self) -> Iterator[tuple[int, LedgerHousehold | Reject]]:
        """Each with its position, in rising order."""
        self._gather_far()
        rows = self._ordered("household, position")
        for household, group in groupby(rows, lambda row: row[0]):
            placed = [*group]
            file, _ = self.loaded.place_of(household)
            run = self._run(file, placed)
            if run.rows:
                yield household, next(self.ledger.entries(file, [run]))

    def single_rows(self) -> Iterator[tuple[int, list[Row]]]:
        """Each row of the table alone, with its position; no row where it says nothing."""
        rows = self._ordered("position")
        for household, position, id in rows:
            file, _ = self.loaded.place_of(household)
            yield position, [row for _, row in self._run(file, [(household, position, id)]).rows]

    def _run(self, file: int, placed: list[tuple[int, int, str]]) -> Run:
        rows: list[tuple[int, Row]] = []
        positions = [position for _, position, _ in placed]
        if len(positions) > MOST_ROWS and self._is_adjacent(positions):
            positions = positions[:MOST_ROWS]
        lines = {self.loaded.place_of(position)[1]: position for position in reversed(positions)}
        for line, position in sorted(lines.items()):  # several rows may be of one line
            found = self._rows(file, position, line)
            self.blank += not found
            rows += [(line, row) for row in found]
        return Run(self.loaded.id_of(placed[0][2]), rows[:MOST_ROWS] if len(positions) == MOST_ROWS else rows)

    def _rows(self, file: int, position: int, line: int) -> list[Row]:
        if position in self.far:
            return self.far[position]
        source, reader = self.loaded.sources[file], self.readers[file]
        if source.json is not None:
            return source.json.records(line)
        row = source.unparsed.get(line)
        row = reader.row(line) if row is None else row
        return [] if row is None else [row]

    def _is_adjacent(self, positions: list[int]) -> bool:
        """Says whether the rows are adjacent; then only the first of them are kept."""
        query = phrase("SELECT count(*) FROM rows WHERE position BETWEEN :first AND :last",
                       first=positions[0], last=positions[-1])  # fmt: skip
        found = self.connection.execute(sql(query)).fetchone()
        return found is not None and found[0] == len(positions)

    def _gather_far(self) -> None:
        """Rows that stand far from the first of their household, in one pass over the file."""
        for _, position, _ in self._ordered("position", "position - household > 5000"):
            file, line = self.loaded.place_of(position)
            self.far[position] = self._rows(file, position, line)

    def _ordered(self, order: str, where: str = "TRUE") -> Iterator[tuple[int, int, str]]:
        cursor = self.connection.cursor()
        cursor.execute(sql(phrase(f"SELECT household, position, id FROM {self.table} WHERE {where} ORDER BY {order}")))
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


def assessed(others: FallbackHouseholds, assessor: BlockAssessor) -> Iterator[tuple[int, BlockResult]]:
    """Yields the result of each fallback household with its position; `out` are its rows and objects."""
    for position, entry in others.households():
        done = BlockResult()
        rows: list[list[str]] = []
        objects: list[dict[str, Any]] = []
        assessor.take(entry, done, rows, objects)
        if isinstance(entry, LedgerHousehold):
            assessor.count_blanks(done, entry.part.at)
        done.out = rows, objects
        yield position, done


class ParquetRows:
    """Gives back rows of a Parquet file as texts, some thousands at a time."""

    def __init__(
        self, connection: Connection, path: str, columns: list[ParquetColumn], base: int, is_numbered: bool, among: str
    ) -> None:
        """More than six parameters: a file, and which of its rows are wanted."""
        self.connection = connection
        self.path = path
        self.columns = columns
        self.base = base
        self.among = among
        self.table = f"{among}_{base}"
        self.names = [f"c{at}" for at in range(len(columns))]
        self.is_numbered = is_numbered
        self.made = False
        self.held: dict[int, list[str]] = {}
        self.held_from = -1

    def _make(self) -> None:
        """Make a table of the rows of these households only."""
        self.connection.execute("SET preserve_insertion_order = true")
        cells = [build.column(name) for name in self.names]
        among = phrase(f"SELECT position - :base FROM {self.among}", base=self.base) if self.is_numbered else None
        position = named(phrase(":row + :base", row=build.column("row"), base=self.base), "position")
        counted = select(within(records(self.path, self.columns, True, among), "records"), [*cells, position])
        wanted = phrase(f"position IN (SELECT position FROM {self.among})")
        query = select(within(counted, "counted"), [*cells, build.column("position")]).where(wanted, copy=False)
        self.connection.execute(sql(build.table_from(self.table, query)))
        self.connection.execute("SET preserve_insertion_order = false")
        self.made = True

    def row(self, line: int) -> Row | None:
        """Finds the row of a line."""
        if not self.made:
            self._make()
        position = self.base + line - 1
        place = position // AT_ONCE
        if place != self.held_from:
            within_ = phrase("position >= :low AND position < :high", low=place * AT_ONCE, high=(place + 1) * AT_ONCE)
            columns = [build.column("position"), *map(build.column, self.names)]
            query = select(self.table, columns).where(within_, copy=False)
            cursor = self.connection.cursor()
            found = cursor.execute(sql(query)).fetchall()
            self.held, self.held_from = {row[0]: list(row[1:]) for row in found}, place
        return self.held.get(position)
