"""The files of a ledger as a database reads them: of each its columns, its records as a relation, and what is left out.

Whatever the format, the records of a file are a relation with the cells `c0`, `c1`, … as texts, an empty one an empty
text, and the number of each record as `row`, from 0 on. So they may be read in any order, and at the same time. How
they are read is the format's affair; what follows is the same for all.
"""

from __future__ import annotations

from typing import Any

from calc.batch.duckdb.prepare_csv import prepared
from calc.batch.duckdb.sql_templates import named, phrase, select, within
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import Connection
from calc.households.headings import ID, NAME
from calc.ledger.header import LOOK_UP
from calc.ledger.household_runs import LedgerFileReader, Row
from calc.ledger.json_records import STRIDE, JsonLines
from calc.ledger.ledger import Ledger
from calc.ledger.open_files import PARQUET
from calc.ledger.parquet_source import ParquetColumn, columns_of, is_numbered, records
from calc.record import Record


class ColumnTexts(Record):
    """The texts of a column that the row path's reader has read, as a table of this name (see `column_texts`).

    `others` are the other facts that texts state; `has_open` says whether some text says "not known".
    """

    table: str
    fact: str
    others: tuple[str, ...]
    has_open: bool


class TableSource:
    """One file. `part` has the columns of `relation`; `kept` are the places of extra columns, None where a file has
    no such column; `people` the columns that identify a person, each with whether it is a certificate.
    """

    is_ordered = False
    """Says whether the relation numbers its records as it reads them, so that it has to be read in order."""
    stride = 1
    """Number of records of each line."""
    parquet: list[ParquetColumn] | None = None

    def __init__(
        self, part: LedgerFileReader, relation: Tree, kept: list[int | None], people: list[tuple[Any, bool]]
    ) -> None:
        self.part = part
        self.relation = relation
        self.kept = kept
        self.people = people
        self.texts: dict[int, ColumnTexts] = {}
        """Of columns of facts the texts that are no plain numbers and days."""
        self.plain: set[int] = set()
        """Columns of facts in which `relation` has nothing else than these and empty cells."""
        self.types: dict[int, str] = {}
        """Of Parquet the type of each column, whose values are `r0`, `r1`, …"""
        self.unparsed: dict[int, Row] = {}
        """Of CSV the records that only the row path's own reader can read, by their line."""

    @property
    def json(self) -> JsonLines | None:
        """The lines, where the file is a copy of JSON Lines; then `misfit` says which records are not plain."""
        return self.part.json

    @property
    def is_named(self) -> bool:
        """Says whether members have ids or names of their own."""
        return bool({ID, NAME} & self.part.columns.by_word.keys())


def sources_of(ledger: Ledger, connection: Connection, folder: str) -> list[TableSource]:
    """The files of a ledger, in their order; copies that have to be made are put into a folder."""
    found = []
    for part in ledger.parts:
        if part.file.format == PARQUET:
            found.append(_parquet(ledger, part, connection))
        elif part.json is not None:
            found.append(_json_lines(ledger, part, part.json))
        else:
            found.append(_csv(ledger, part, folder))
    return found


def _csv(ledger: Ledger, part: LedgerFileReader, folder: str) -> TableSource:
    ready = prepared(part, folder)
    source = _source(ledger, part, _texts(part, ready.path, "\1", is_numbered=True))
    source.unparsed = ready.unparsed
    return source


def _texts(part: LedgerFileReader, path: str, null: str, is_numbered: bool = False) -> Tree:
    """The lines of a text as a relation with a column for each cell; no cell is `null`, the first one may be `row`."""
    cells = ", ".join(["'row': 'BIGINT'"] * is_numbered + [f"'c{at}': 'VARCHAR'" for at in range(part.columns.width)])
    query = phrase(
        "SELECT * FROM read_csv(:path, auto_detect = FALSE, header = FALSE, delim = :delimiter, "
        "quote = '', escape = '', hive_partitioning = FALSE, compression = 'none', "
        "nullstr = :null, strict_mode = FALSE, max_line_size = 4194304, "
        f"columns = {{{cells}}})",
        path=build.one_file(path), delimiter=part.file.delimiter, null=null)  # fmt: skip
    return within(query, "records")


def _source(ledger: Ledger, part: LedgerFileReader, relation: Tree) -> TableSource:
    kept = [ledger.place_of_kept(part, name) for name in ledger.asked.kept]
    return TableSource(part, relation, kept, ledger.scanner.people[part.at])


def _json_lines(ledger: Ledger, part: LedgerFileReader, json: JsonLines) -> TableSource:
    """A copy of JSON Lines. Where most lines are households with their members, each line has many numbers, and else a
    line with several members is not plain."""
    cells: list[Tree] = [build.column(f"c{at}") for at in range(part.columns.width)]
    stride = STRIDE if json.has_wholes else 1
    place = phrase("coalesce(TRY_CAST(c2 AS BIGINT), 0)" if json.has_wholes else "0")
    row = phrase("(CAST(c1 AS BIGINT) - 1) * :stride + :place", stride=stride, place=place)
    misfit = phrase("c2 = :mark", mark=LOOK_UP) if json.has_wholes else phrase("c2 <> ''")
    texts = _texts(part, part.file.path, "\2")
    source = _source(ledger, part, within(select(texts, [*cells, named(row, "row"), named(misfit, "misfit")]), "lines"))
    source.stride = stride
    return source


def _parquet(ledger: Ledger, part: LedgerFileReader, connection: Connection) -> TableSource:
    columns = columns_of(connection, part.file.path)
    source = _source(ledger, part, within(records(part.file.path, columns, False), "records"))
    source.types = {at: one.type for at, one in enumerate(columns)}
    source.parquet = columns
    source.is_ordered = not is_numbered(columns)
    return source
