"""A Spark session for one run of `doudi batch`: begun quietly, ended afterwards."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from pyspark.sql import SparkSession

from calc.engine.sql.spark_session import connect


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
