"""Open the database of a job, with the memory that it may take, and say what it could not do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import closing

import duckdb

from calc.batch.duckdb.signal_errors import raised_again
from calc.batch.job import BatchJob, EngineFailed
from calc.engine.sql.duckdb_session import Connection, connect
from calc.engine.sql.interrupts import interruptible
from calc.temporary_folder import TemporaryFolder


@contextlib.contextmanager
def job_database(job: BatchJob) -> Iterator[tuple[Connection, str]]:
    """Opens a database and a folder for its files; both are gone at the end. Raises EngineFailed for what it cannot do.

    Ctrl-C ends its queries.
    """
    try:
        with (
            raised_again(),
            TemporaryFolder() as folder,
            closing(connect(job.memory or "1GB", folder, job.jobs if job.jobs > 1 else None)) as connection,
            interruptible(connection),
        ):
            yield connection, folder
    except duckdb.OutOfMemoryException:
        raise EngineFailed("duckdb-memory") from None
    except duckdb.Error as error:
        raise EngineFailed("duckdb-failed", reason=str(error).splitlines()[0]) from error
