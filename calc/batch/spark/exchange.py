"""A Spark session with a DuckDB beside it on the driver: what either is given, asked and told to keep.

Temporary views have one name each, but what was made of one stays what it was when the name is given anew.
What the driver hands over goes through Parquet files in a folder that all workers see; so workers run no Python.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import broadcast

from calc.batch.duckdb.load_rows import fill_table
from calc.batch.duckdb.sql_templates import select
from calc.batch.spark.spark_sql import sql
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import Connection

_HERE = "file://"


class DriverExchange:
    """Where a run works. `folder` has to be where the driver and all workers see it."""

    def __init__(self, session: SparkSession, connection: Connection, folder: str) -> None:
        self.session = session
        self.connection = connection
        self.folder = folder
        self.ends: list[Callable[[], None]] = []
        """What is to be let go at the end."""
        self.files = 0

    def frame(self, tree: Tree) -> DataFrame:
        """What a query gives."""
        return self.session.sql(sql(tree))

    def keep(self, frame: DataFrame) -> DataFrame:
        """Put it down in the folder, once computed: nothing of it is lost with a worker, or planned again."""
        path = self._path("kept")
        frame.write.parquet(path)
        return self.session.read.schema(frame.schema).parquet(path)

    def view(self, name: str, made: Tree | DataFrame) -> DataFrame:
        """Give a name to what a query gives."""
        frame = made if isinstance(made, DataFrame) else self.frame(made)
        frame.createOrReplaceTempView(name)
        return frame

    def rows(self, tree: Tree) -> list[tuple[Any, ...]]:
        """All rows of a query that has few."""
        return [_plain(row) for row in self.frame(tree).collect()]

    def each(self, frame: DataFrame) -> Iterator[tuple[Any, ...]]:
        """The rows one by one; no more than a partition of them is held here."""
        return map(_plain, frame.toLocalIterator())

    def number(self, tree: Tree) -> int:
        """The one number that a query gives."""
        return int(self.rows(tree)[0][0] or 0)

    def give(self, name: str, shape: list[tuple[str, str]], rows: Iterable[tuple[Any, ...]], is_small: bool) -> None:
        """Make a view of rows of the driver; `shape` has DuckDB's types. What is small goes to every worker whole."""
        fill_table(self.connection, name, shape, rows)
        frame = self.session.read.parquet(self.copied(build.select_all(build.relation(name))))
        self.view(name, broadcast(frame) if is_small else frame)

    def copied(self, query: Tree) -> str:
        """Where Spark finds what a query gives in the driver's database."""
        path = self._path("given")
        self.connection.execute(build.copy_to(path.removeprefix(_HERE), query).sql(dialect="duckdb"))
        return path

    def take(self, name: str, shape: list[tuple[str, str]], query: Tree) -> None:
        """Make a table of the driver's database from what a query gives, row by row."""
        fill_table(self.connection, name, shape, self.each(self.frame(query)))

    def all_of(self, name: str, columns: list[str]) -> Tree:
        """The columns of a relation."""
        return select(name, [build.column(one) for one in columns])

    def close(self) -> None:
        """Let go of what the session holds; the folder goes with its owner."""
        for end in self.ends:
            end()

    def _path(self, kind: str) -> str:
        self.files += 1
        return address(os.path.join(self.folder, f"{kind}-{self.files}.parquet"))


def address(path: str) -> str:
    """A file of this machine by the name that Spark takes for no other file system's."""
    return _HERE + os.path.abspath(path)


def _plain(row: Any) -> tuple[Any, ...]:
    """The values of a row; wide numbers come as decimals."""
    return tuple(int(value) if isinstance(value, Decimal) else value for value in row)
