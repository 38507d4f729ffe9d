"""Ends a query of DuckDB as soon as a signal arrives."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

_ENDING = (signal.SIGINT, signal.SIGTERM)
_STOP = b"\0"


@contextmanager
def interruptible(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Interrupts the connection's query on SIGINT or SIGTERM; the signal's own handler runs after that.

    Python runs a handler in the main thread, between two of its own steps. DuckDB asks for that while it waits for
    its threads, but not while the main thread works on the query itself, which may take as long as the query does.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    read, write = os.pipe()
    os.set_blocking(write, False)

    def watch() -> None:
        while (arrived := os.read(read, 1)) not in (b"", _STOP):
            if arrived[0] in _ENDING:
                with suppress(duckdb.Error):  # it is closed already
                    connection.interrupt()

    before = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.write(write, _STOP)
        watcher.join()
        os.close(read)
        os.close(write)
