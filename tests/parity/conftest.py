"""Sessions of Spark and one cluster for parity tests, none of which is collected where DuckDB is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from tests.support.spark_cluster import Cluster

SMALL = {
    "spark.driver.memory": "2g",
    "spark.sql.shuffle.partitions": "4",
    "spark.driver.extraJavaOptions": "-Xss16m -XX:TieredStopAtLevel=1",
}
"""Settings for tables of hundreds of rows: by default the work is cut into 200 tasks, and Java goes on to optimize code
that runs once."""
collect_ignore_glob = [] if find_spec("duckdb") and find_spec("sqlglot") else ["test_*.py"]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    from tests.support.spark_cluster import a_cluster

    with a_cluster() as made:
        yield made


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    """A session that the runs of tests find, for it takes seconds to begin."""
    from calc.engine.sql.spark_session import connect

    session = connect("local[2]", SMALL)
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
