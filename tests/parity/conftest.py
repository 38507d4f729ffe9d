"""One database and one Spark cluster for all parity tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from calc.engine.sql.duckdb_session import Connection
from tests.support.columns import one_thread

if TYPE_CHECKING:
    from tests.support.spark_cluster import Cluster


@pytest.fixture(scope="session")
def connection() -> Iterator[Connection]:
    database = one_thread()
    yield database
    database.close()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    from tests.support.spark_cluster import a_cluster

    with a_cluster() as made:
        yield made
