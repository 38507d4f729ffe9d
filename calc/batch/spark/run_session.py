"""A Spark session for one run: begun quietly, ended afterwards, and its failures in a line."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from py4j.protocol import Py4JError, Py4JNetworkError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from calc.batch.job import EngineFailed
from calc.engine.sql.spark_session import connect, first_line


@contextmanager
def session_on(master: str | None, is_loud: bool) -> Iterator[SparkSession]:
    """A session on a master, or on the settings of `spark-submit`; where there is a session, another in addition.

    What Spark itself reports goes to standard error only where `is_loud`: what matters of it comes as an exception.
    """
    is_ours = SparkSession.getActiveSession() is None
    with nullcontext() if is_loud else _silenced():
        session = connect(master)
    if not is_loud:
        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
        session.sparkContext.setLogLevel("OFF")
    try:
        yield session
    finally:
        if is_ours:
            session.stop()


@contextmanager
def spark_failures() -> Iterator[None]:
    """Raises EngineFailed for what Spark cannot do, and where it or its session has ended."""
    try:
        yield
    except PySparkException as error:
        raise EngineFailed("spark-failed", reason=str(error).strip().splitlines()[0]) from error
    except Py4JNetworkError as error:
        raise EngineFailed("spark-ended") from error
    except Py4JError as error:
        raise EngineFailed("spark-failed", reason=first_line(error)) from error
    except ConnectionError as error:  # the session cannot be stopped
        raise EngineFailed("spark-ended") from error


@contextmanager
def _silenced() -> Iterator[None]:
    """Standard error leads nowhere, also for processes that are begun meanwhile and stay."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
