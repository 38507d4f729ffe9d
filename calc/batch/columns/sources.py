"""The files of a ledger as a database reads them: of each its columns, its records as a relation, and what is left out.

Whatever the format, the records of a file are a relation with the cells `c0`, `c1`, … as texts, an empty one an empty
text. How they are read is the format's affair; what follows is the same for all.
"""

from __future__ import annotations

from calc.batch.columns.phrases import phrase, within
from calc.batch.columns.records import prepared
from calc.engine.columns import pieces
from calc.engine.columns.duck import Connection
from calc.engine.columns.pieces import Tree
from calc.intake.ledger.files import PARQUET
from calc.intake.ledger.ledger import Ledger
from calc.intake.ledger.parquet import ParquetColumn, columns_of, is_numbered, records
from calc.intake.ledger.rows import Part, Row


class Source:
    """One file. `kept` are the places of what is carried along, None where a file has no such column; `people` the
    columns that tell whose a row is, with whether it is a certificate; `strange` the records that only the row path's
    own reader can read, by their line.
    """

    types: dict[int, str]
    """Of Parquet the type of each column, which stands beside its text as `r0`, `r1`, …"""
    parquet: list[ParquetColumn] | None = None
    is_numbered = False
    """Whether `row` is the number of each record from 0 on; otherwise the order of the relation tells it."""

    def __init__(self, ledger: Ledger, part: Part, relation: Tree, strange: dict[int, Row]) -> None:
        self.part = part
        self.relation = relation
        self.strange = strange
        self.kept = [ledger.place_of_kept(part, name) for name in ledger.asked.kept]
        self.people = ledger.surveyor.people[part.at]
        self.types = {}


def sources_of(ledger: Ledger, connection: Connection, folder: str) -> list[Source]:
    """The files of a ledger, in their order; copies that have to be made are put into a folder."""
    return [
        _parquet(ledger, part, connection) if part.file.format == PARQUET else _csv(ledger, part, folder)
        for part in ledger.parts
    ]


def _csv(ledger: Ledger, part: Part, folder: str) -> Source:
    ready = prepared(part, folder)
    cells = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(part.columns.width))  # our own names
    query = phrase(
        "SELECT * FROM read_csv(:path, auto_detect = FALSE, header = FALSE, skip = 1, delim = :delimiter, "
        "quote = '', escape = '', hive_partitioning = FALSE, compression = 'none', "
        "nullstr = chr(1), strict_mode = FALSE, max_line_size = 4194304, "
        f"columns = {{{cells}}})",
        path=pieces.one_file(ready.path),
        delimiter=part.file.delimiter,
    )
    return Source(ledger, part, within(query, "records"), ready.strange)


def _parquet(ledger: Ledger, part: Part, connection: Connection) -> Source:
    columns = columns_of(connection, part.file.path)
    source = Source(ledger, part, within(records(part.file.path, columns, False), "records"), {})
    source.types = {at: one.type for at, one in enumerate(columns)}
    source.parquet = columns
    source.is_numbered = is_numbered(columns)
    return source
