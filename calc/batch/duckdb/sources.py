"""The files of a ledger as a database reads them: of each its columns, its records as a relation, and what is left out.

Whatever the format, the records of a file are a relation with the cells `c0`, `c1`, … as texts, an empty one an empty
text. How they are read is the format's affair; what follows is the same for all.
"""

from __future__ import annotations

from typing import Any

from calc.batch.duckdb.json_source import JsonLines
from calc.batch.duckdb.prepare_csv import Prepared, prepared
from calc.batch.duckdb.sql_templates import phrase, within
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import Connection
from calc.households.headings import ID, NAME
from calc.ledger.household_runs import LedgerFileReader, Row
from calc.ledger.ledger import Ledger
from calc.ledger.open_files import JSON_LINES, PARQUET
from calc.ledger.parquet_source import ParquetColumn, columns_of, is_numbered, records
from calc.ledger.prescan import people_columns


class TableSource:
    """One file. `part` has the columns of `relation`; `kept` are the places of what is carried along, None where a
    file has no such column; `people` the columns that tell whose a row is, with whether it is a certificate.
    """

    is_numbered = False
    """Whether `row` is the number of each record from 0 on; otherwise the order of the relation tells it."""
    stride = 1
    """How many numbers a line has, for as many records."""
    parquet: list[ParquetColumn] | None = None
    lines: JsonLines | None = None

    def __init__(
        self, part: LedgerFileReader, relation: Tree, kept: list[int | None], people: list[tuple[Any, bool]]
    ) -> None:
        self.part = part
        self.relation = relation
        self.kept = kept
        self.people = people
        self.types: dict[int, str] = {}
        """Of Parquet the type of each column, which stands beside its text as `r0`, `r1`, …"""
        self.strange: dict[int, Row] = {}
        """Of CSV the records that only the row path's own reader can read, by their line."""

    @property
    def is_named(self) -> bool:
        """Whether members have ids or names of their own."""
        return bool({ID, NAME} & self.part.columns.by_word.keys())

    def last(self, count: int) -> int:
        """The last position of so many records, told from where those of the file begin."""
        if self.lines is not None:
            return (self.part.first_line + self.lines.number) * self.stride
        return max([self.part.first_line + count, *self.strange])


def sources_of(ledger: Ledger, connection: Connection, folder: str) -> list[TableSource]:
    """The files of a ledger, in their order; copies that have to be made are put into a folder."""
    found = []
    for part in ledger.parts:
        if part.file.format == PARQUET:
            found.append(_parquet(ledger, part, connection))
        elif part.file.format == JSON_LINES:
            found.append(_json_lines(ledger, part, connection, folder))
        else:
            found.append(_csv(ledger, part, folder))
    return found


def _csv(ledger: Ledger, part: LedgerFileReader, folder: str) -> TableSource:
    ready = prepared(part, folder)
    names = [f"c{at}" for at in range(part.columns.width)]
    source = _source(ledger, part, _texts(ready, part.file.delimiter, "\1", names))
    source.strange = ready.strange
    return source


def _texts(ready: Prepared, delimiter: str, null: str, names: list[str]) -> Tree:
    """The lines of a text as a relation, divided at a delimiter; the names are our own, and `null` stands nowhere."""
    cells = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    query = phrase(
        "SELECT * FROM read_csv(:path, auto_detect = FALSE, header = FALSE, skip = :skip, delim = :delimiter, "
        "quote = '', escape = '', hive_partitioning = FALSE, compression = 'none', "
        "nullstr = :null, strict_mode = FALSE, max_line_size = 4194304, "
        f"columns = {{{cells}}})",
        path=build.one_file(ready.path), skip=ready.skip, delimiter=delimiter, null=null)  # fmt: skip
    return within(query, "records")


def _source(ledger: Ledger, part: LedgerFileReader, relation: Tree) -> TableSource:
    kept = [ledger.place_of_kept(part, name) for name in ledger.asked.kept]
    return TableSource(part, relation, kept, ledger.scanner.people[part.at])


def _json_lines(ledger: Ledger, part: LedgerFileReader, connection: Connection, folder: str) -> TableSource:
    lines_of_text = _texts(prepared(part, folder), "\1", "", ["line"])
    lines = JsonLines(part, ledger.asked.kept, lines_of_text, connection, ledger.plan.has_members)
    told = LedgerFileReader(part.at, part.file, lines.columns, part.blocks, part.first_line, False)
    source = TableSource(told, lines.relation, lines.kept, people_columns(lines.columns, ledger.plan))
    source.lines = lines
    source.is_numbered = True
    source.stride = lines.stride
    return source


def _parquet(ledger: Ledger, part: LedgerFileReader, connection: Connection) -> TableSource:
    columns = columns_of(connection, part.file.path)
    source = _source(ledger, part, within(records(part.file.path, columns, False), "records"))
    source.types = {at: one.type for at, one in enumerate(columns)}
    source.parquet = columns
    source.is_numbered = is_numbered(columns)
    return source
