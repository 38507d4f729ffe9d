"""The files of a ledger → one view `rows` of typed rows on Spark, each at the position that `columns.loading` gives it.

Only the driver can tell on which line of a CSV file a record stands, so it reads the file once and writes its records
down with their numbers. A Parquet file is read by Spark itself where its columns are of kinds whose texts are the same
in both databases, and copied like CSV where they are not.
"""

from __future__ import annotations

import re

from pyspark.sql import DataFrame
from pyspark.sql.functions import coalesce, col, lit
from sqlglot import exp

from calc.batch.duckdb.canonical_cells import ID, is_form
from calc.batch.duckdb.load_rows import Loaded, Loader, numbers_of_people, open_people
from calc.batch.duckdb.sources import TableSource
from calc.batch.duckdb.sql_templates import named, phrase, select
from calc.batch.duckdb.typed_rows import RowShape, RowTyping
from calc.batch.spark.exchange import DriverExchange, address
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import WHOLE
from calc.ledger.parquet_source import ParquetColumn

_PLAIN_PATH = re.compile(r"[\w/.@ -]+")
"""Paths in which nothing is a pattern or an escape to Hadoop."""
_SAME = ("VARCHAR", "BOOLEAN", "DATE", *(one for one in WHOLE if one != "HUGEINT"))


class SparkLoader:
    """Loads the files of a ledger."""

    def __init__(self, shape: RowShape, sources: list[TableSource], desk: DriverExchange) -> None:
        self.shape = shape
        self.desk = desk
        self.reader = Loader(shape, sources, desk.connection)
        self.rows = 0
        """About how many rows there are."""

    def run(self) -> Loaded:
        """Load every file; afterwards there is a view `rows`."""
        last, loaded = 0, self.reader.loaded
        found: DataFrame | None = None
        for source in loaded.sources:
            rows, count = self._file(source, loaded.begin(last))
            found = rows if found is None else found.unionAll(rows)
            self.rows += count
            last = source.last(count)
        assert found is not None, "a ledger has a file"
        self.desk.view("rows", found)
        return loaded

    def _file(self, source: TableSource, base: int) -> tuple[DataFrame, int]:
        """The rows of one file, and how many records it has."""
        given = self._records(source, base + source.part.first_line * source.stride)
        count = given.count()
        self.desk.view("given", given)
        typing = RowTyping(source, self.shape, self.reader.samples(source))
        position = build.column("position")
        misfit = None if source.json is None else build.column("misfit")
        typed = self.desk.frame(typing.query("given", position, misfit)).where("NOT empty")
        if source.unparsed:
            self.reader.insert(source, base, "unparsed")
            self.desk.view("unparsed", self._read(self.desk.copied(build.select_all(build.relation("unparsed")))))
            query = typing.query("unparsed", position, build.column("misfit"))
            typed = typed.unionAll(self.desk.frame(query))
        self.desk.view("typed", self.desk.keep(typed))
        return self._settled(source), count

    def _read(self, path: str) -> DataFrame:
        return self.desk.session.read.parquet(path)

    # the records of a file, each with its position

    def _records(self, source: TableSource, first: int) -> DataFrame:
        """The records of a file, the first one at a position."""
        path = source.part.file.path
        if source.parquet is not None and is_read_alike(path, source.parquet):
            return self._by_spark(path, source.parquet, first)
        cells: list[Tree] = [build.column(f"c{at}") for at in range(source.part.columns.width)]
        exact = [named(_exact(at, type), f"r{at}") for at, type in source.types.items()]
        odd: list[Tree] = [] if source.json is None else [build.column("misfit")]
        number = phrase("row_number() OVER () - 1 + :first", first=first)
        if source.is_numbered:
            number = phrase(":row + :first", row=build.column("row"), first=first)
        self.desk.connection.execute(f"SET preserve_insertion_order = {str(not source.is_numbered).lower()}")
        path = self.desk.copied(select(source.relation, [named(number, "position"), *cells, *exact, *odd]))
        self.desk.connection.execute("SET preserve_insertion_order = false")
        return self._read(path)

    def _by_spark(self, path: str, columns: list[ParquetColumn], first: int) -> DataFrame:
        """The rows of a Parquet file, read by Spark; where a row stands in the file is its number."""
        made = [(col("_metadata.row_index") + lit(first)).alias("position")]
        for at, one in enumerate(columns):
            cell = col(f"`{one.heading.replace('`', '``')}`")
            made += [coalesce(cell.cast("string"), lit("")).alias(f"c{at}"), cell.alias(f"r{at}")]
        return self._read(address(path)).select(*made)

    # what SQL leaves to Python, row by row

    def _settled(self, source: TableSource) -> DataFrame:
        """The rows of the view `typed`, with ids without blanks to settle, and with who they are."""
        desk, shape = self.desk, self.shape
        odd_ids = [row[0] for row in desk.rows(phrase("SELECT DISTINCT id FROM typed WHERE id_is_odd"))]
        settled = [(raw, self.reader.loaded.settle(source, raw)) for raw in odd_ids]
        open_ones = desk.each(desk.frame(open_people(source, "typed", "position"))) if source.people else ()
        numbers = [*numbers_of_people(source, open_ones)]
        id, odd, person = phrase("typed.id"), phrase("typed.odd"), phrase("typed.person")
        if settled:
            desk.give("settled", [("raw", "VARCHAR"), ("id", "VARCHAR")], settled, True)
            is_odd, own = phrase("typed.id_is_odd"), phrase("settled.id")
            id = build.case([(is_odd, own)], id)
            plain = is_form(phrase("settled.id"), ID)
            odd = phrase(":odd OR :is_odd AND (:own IS NULL OR NOT :plain)", odd=odd, is_odd=is_odd, own=own,
                         plain=plain)  # fmt: skip
        if numbers:
            desk.give("numbers", [("place", "BIGINT"), ("person", "BIGINT")], numbers, False)
            person = build.coalesce(phrase("numbers.person"), person)
        others = ["who", *shape.facts.values(), *shape.kept_columns()]
        query = select("typed", [
            build.column("position"), named(build.whole(source.part.at), "file"), named(id, "id"),
            named(person, "person"), *(build.column(one, "typed") for one in others), named(odd, "odd"),
        ])  # fmt: skip
        if settled:
            on = phrase("typed.id_is_odd AND typed.id = settled.raw")
            query = query.join(build.relation("settled"), on=on, join_type="left", copy=False)
        if numbers:
            on = phrase("typed.position = numbers.place")
            query = query.join(build.relation("numbers"), on=on, join_type="left", copy=False)
        return desk.frame(query)


def is_read_alike(path: str, columns: list[ParquetColumn]) -> bool:
    """Whether Spark gives every cell of a Parquet file the text that DuckDB gives it, and each row its number."""
    names = {one.heading.casefold() for one in columns}
    return (
        _PLAIN_PATH.fullmatch(path) is not None
        and len(names) == len(columns)
        and "_metadata" not in names
        and all(isinstance(one.tree, exp.Column) for one in columns)
        and all(one.type in _SAME or one.type.startswith("DECIMAL") for one in columns)
    )


def _exact(at: int, type: str) -> Tree:
    """A cell as it is; of a kind that no fact is read from it is only known whether it is there."""
    cell = build.column(f"r{at}")
    if type in _SAME or type.startswith("DECIMAL"):
        return cell
    return build.case([(build.is_not_null(cell), build.truth(True))])
