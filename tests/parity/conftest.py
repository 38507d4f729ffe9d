"""One Spark cluster for all parity tests; none of them is collected where the second engine is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.spark_cluster import Cluster

collect_ignore_glob = [] if find_spec("duckdb") and find_spec("sqlglot") else ["test_*.py"]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    from tests.support.spark_cluster import a_cluster

    with a_cluster() as made:
        yield made
