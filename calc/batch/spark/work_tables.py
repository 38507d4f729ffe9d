"""Views of a Spark session, and tables that a run keeps for itself in a folder that all workers see."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from calc.batch.spark.spark_sql import sql
from calc.engine.sql.build import Tree

_HERE = "file://"


class WorkTables:
    """The session of a run and its folder."""

    def __init__(self, session: SparkSession, folder: str) -> None:
        self.session = session
        self.folder = folder

    def frame(self, tree: Tree) -> DataFrame:
        """The rows of a query."""
        return self.session.sql(sql(tree))

    def view(self, name: str, rows: Tree | DataFrame) -> None:
        """Give rows a name; what was made of another relation of that name stays as it was."""
        frame = rows if isinstance(rows, DataFrame) else self.frame(rows)
        frame.createOrReplaceTempView(name)

    def read(self, path: str) -> DataFrame:
        """The rows of a folder of Parquet files."""
        return self.session.read.parquet(address(path))

    def keep(self, name: str, frame: DataFrame) -> DataFrame:
        """Compute rows once and keep them in the folder: they outlive a worker, and no plan grows."""
        path = address(os.path.join(self.folder, name))
        frame.write.parquet(path)
        return self.session.read.schema(frame.schema).parquet(path)

    def rows(self, tree: Tree) -> list[tuple[Any, ...]]:
        """All rows of a query that has few."""
        return [tuple(int(one) if isinstance(one, Decimal) else one for one in row)
                for row in self.frame(tree).collect()]  # fmt: skip


def address(path: str) -> str:
    """A file of this machine by the name that Spark takes for no other file system's."""
    return _HERE + os.path.abspath(path)
