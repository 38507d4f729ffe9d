"""The files of a ledger → one relation `rows` of typed rows in a database, each at its position."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import sqlglot

from calc.batch.duckdb.canonical_cells import is_id
from calc.batch.duckdb.fallback_reasons import MARKS
from calc.batch.duckdb.find_references import find_references
from calc.batch.duckdb.row_shape import RowShape
from calc.batch.duckdb.sources import TableSource
from calc.batch.duckdb.sql_templates import named, phrase, select, sql
from calc.batch.duckdb.typed_rows import RowTyping
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import AT_ONCE, Connection
from calc.ledger.household_runs import LedgerFileReader, Row
from calc.ledger.person_numbers import person_in
from calc.ledger.prescan import MemberPlace
from calc.text_forms import clean_id

BETWEEN = 1000
"""Positions between two files that no row has."""
_NO_TEXT = re.compile("[\ud800-\udfff]")


class Loaded:
    """Positions of each file among all rows, and ids whose raw text differs from the id."""

    def __init__(self, sources: list[TableSource]) -> None:
        self.sources = sources
        self.bases: list[int] = []
        self.shared = sum(one.json.joined for one in sources if one.json is not None)
        """Rows that are of the same line as another."""
        self.damaged: dict[str, str] = {}
        self.tables: list[str] = []
        """The tables of typed rows."""

    def id_of(self, id: str | None) -> str:
        """An id as the file has it."""
        return self.damaged.get(id, id) if id else ""

    def place_of(self, position: int) -> tuple[int, int]:
        """The file and line of a position."""
        file = bisect_right(self.bases, position) - 1
        return file, (position - self.bases[file]) // self.sources[file].stride

    def where(self, position: int, id: str | None) -> MemberPlace:
        """A position as findings name it, with the household of that row."""
        file, line = self.place_of(position)
        return file, self.id_of(id), line, self.sources[file].part.file.shown

    def settle(self, source: TableSource, raw: str) -> str | None:
        """An id with its blanks settled, as a database can hold it; None for none."""
        if source.json is None and source.part.set_aside.may_be(clean_id(raw), ()):
            return None  # its row is looked at by the row path's reader
        return self.held(clean_id(raw if source.json is None else source.json.id_of(raw))) or None

    def held(self, text: str) -> str:
        """A text as a database can hold it: bytes that were no text are escaped, and remembered for ids."""
        escaped = escape_invalid_bytes(text)
        if escaped != text:
            self.damaged[" ".join(escaped.split())] = " ".join(text.split())
        return escaped

    def begin(self, after: int) -> int:
        """Finds the first position of the next file, `after` the last one of the file before, relative to its base."""
        self.bases.append(self.bases[-1] + after + BETWEEN if self.bases else 0)
        return self.bases[-1]


class Loader:
    """Loads the files of a ledger."""

    def __init__(self, shape: RowShape, sources: list[TableSource], connection: Connection) -> None:
        self.shape = shape
        self.connection = connection
        self.loaded = Loaded(sources)
        self.selects: list[Tree] = []

    def run(self) -> Loaded:
        """Load every file; afterwards there is a view `rows`."""
        last = 0
        for source in self.loaded.sources:
            last = self._file(source, self.loaded.begin(last))
        union = self.selects[0]
        for one in self.selects[1:]:
            union = sqlglot.exp.Union(this=union, expression=one, distinct=False)
        self.connection.execute(sql(build.view_of("rows", union)))
        return self.loaded

    def _file(self, source: TableSource, base: int) -> int:
        """Load one file; returns its last position, relative to its base."""
        part = source.part
        typing = RowTyping(source, self.shape)
        name = f"typed_{part.at}"
        first = base + part.first_line * source.stride
        position = phrase(":row + :first", row=build.column("row"), first=first)
        misfit = None if source.json is None else build.column("misfit")
        self.connection.execute(f"SET preserve_insertion_order = {str(source.is_ordered).lower()}")
        self.connection.execute(sql(build.table_from(name, typing.query(source.relation, position, misfit))))
        self.connection.execute("SET preserve_insertion_order = false")
        self._settle(source, name)
        self._add(part, name)
        if source.unparsed:
            unparsed = f"unparsed_{part.at}"
            self.insert(source, base, unparsed)
            name = f"typed_unparsed_{part.at}"
            query = typing.query(unparsed, build.column("position"), build.column("misfit"))
            self.connection.execute(sql(build.table_from(name, query)))
            self._settle(source, name)
            self._add(part, name)
        if source.is_named:
            find_references(self.connection, self.shape, [f"typed_{part.at}", *([name] if source.unparsed else [])])
        found = self.connection.execute(sql(select(f"typed_{part.at}", [phrase("max(position)")]))).fetchone()
        assert found is not None
        return max([int(found[0] or base) - base, *source.unparsed])

    def _add(self, part: LedgerFileReader, table: str) -> None:
        shape, file = self.shape, named(build.whole(part.at), "file")
        facts = [*shape.facts.values(), *shape.kept_columns()]
        columns = ["id", "member_key", "name_key", "person", *facts, *shape.own_texts(), "reason"]
        chosen = select(table, [build.column("position"), file, *map(build.column, columns)])
        self.selects.append(chosen.where(phrase("NOT empty"), copy=False))
        self.loaded.tables.append(table)

    # what SQL leaves to Python, row by row

    def insert(self, file: TableSource, base: int, table: str) -> None:
        """A table of rows that were read beforehand; those without all cells that are read are misfits."""
        width = file.part.columns.width
        names = ["position", *(f"c{at}" for at in range(width)), "misfit"]
        kinds = ["BIGINT", *["VARCHAR"] * width, "BOOLEAN"]
        self.connection.execute(sql(build.table_of(table, list(zip(names, kinds, strict=True)))))
        source = iter(file.unparsed.items())
        statement = sql(build.rows_added(table, names, kinds))
        while chunk := list(islice(source, AT_ONCE)):
            columns: list[list[object]] = [[base + line for line, _ in chunk]]
            cells = [[self.loaded.held(cell) for cell in _fitted(row, width)] for _, row in chunk]
            columns += [list(column) for column in zip(*cells, strict=True)]
            columns.append([not file.part.fits(row) for _, row in chunk])
            self.connection.execute(statement, columns)

    def _settle(self, source: TableSource, table: str) -> None:
        """Ids with blanks to settle, and numbers that only the row path's reader can tell."""
        connection = self.connection
        query = phrase("SELECT DISTINCT id FROM :t WHERE id_is_unsettled", t=build.relation(table))
        ids = [str(row[0]) for row in connection.execute(sql(query)).fetchall() if row[0] is not None]
        settled = [(raw, self.loaded.settle(source, raw)) for raw in ids]
        self._table("settled", [("raw", "VARCHAR"), ("id", "VARCHAR")], settled)
        if settled:
            update = phrase(
                "UPDATE :t SET id = settled.id, "
                "reason = coalesce(:t.reason, CASE WHEN settled.id IS NULL OR NOT :plain THEN :marks END) "
                "FROM settled WHERE :t.id = settled.raw AND id_is_unsettled",
                t=build.relation(table), plain=is_id(build.column("id", "settled")), marks=MARKS)  # fmt: skip
            connection.execute(sql(update))
        if not source.people:
            return
        open_ones = connection.execute(sql(open_people(source, table, "rowid"))).fetchall()
        numbers = [*numbers_of_people(source, open_ones)]
        if numbers:
            self._table("numbers", [("ordinal", "BIGINT"), ("person", "BIGINT")], numbers)
            connection.execute(sql(phrase("UPDATE :t SET person = numbers.person FROM numbers "
                                          "WHERE :t.rowid = numbers.ordinal", t=build.relation(table))))  # fmt: skip

    def _table(self, name: str, columns: list[tuple[str, str]], rows: Iterable[tuple[object, ...]]) -> None:
        fill_table(self.connection, name, columns, rows)


def open_people(source: TableSource, table: str, key: str) -> Tree:
    """The cells of typed rows that tell who somebody is where SQL could not tell it, each behind a key."""
    told = [build.column(f"t{place}") for place in range(len(source.people))]
    is_given = build.either(*(phrase(":cell <> ''", cell=one) for one in told))
    return select(table, [build.column(key), *told]).where(is_given, copy=False)


def numbers_of_people(source: TableSource, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, int]]:
    """Reads with the row path's reader which person each key belongs to; leaves out those it cannot read."""
    for key, *texts in rows:
        row = [""] * source.part.columns.width
        for (at, _), text in zip(source.people, texts, strict=True):
            row[at] = " ".join((text or "").split("\n")).replace("\r", " ")  # as on one line
        number = person_in(row, source.people)
        if number is not None:
            yield key, int(number)


def escape_invalid_bytes(text: str) -> str:
    """Writes a text as DuckDB can hold it: invalid bytes become escapes."""
    if text.isascii() or not _NO_TEXT.search(text):
        return text
    return text.encode("utf-8", "backslashreplace").decode()


def fill_table(
    connection: Connection, name: str, columns: list[tuple[str, str]], rows: Iterable[tuple[object, ...]]
) -> None:
    """Make a small table of rows."""
    connection.execute(sql(build.table_of(name, columns)))
    statement = sql(build.rows_added(name, [one for one, _ in columns], [kind for _, kind in columns]))
    source = iter(rows)
    while chunk := list(islice(source, AT_ONCE)):
        connection.execute(statement, [list(column) for column in zip(*chunk, strict=True)])


def at_a_time(connection: Connection, each: int) -> int:
    """The number of things that are done together if each takes that many bytes of memory until it is done."""
    found = connection.execute(sql(phrase("SELECT current_setting('memory_limit')"))).fetchone()
    assert found is not None
    number, unit = str(found[0]).split()
    power = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB").index(unit)
    whole, _, part = number.partition(".")
    size: int = int(whole + part) * (1 << 10 * power) // int("1" + "0" * len(part))
    return min(max(size // each, 1), 1_000_000)


def _fitted(row: Row, width: int) -> list[str]:
    cells = row[:width]
    return [*cells, *[""] * (width - len(cells))]
