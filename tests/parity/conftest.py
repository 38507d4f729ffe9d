"""One database for all parity tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from calc.engine.columns.duck import Connection
from tests.support.columns import one_thread


@pytest.fixture(scope="session")
def connection() -> Iterator[Connection]:
    database = one_thread()
    yield database
    database.close()
