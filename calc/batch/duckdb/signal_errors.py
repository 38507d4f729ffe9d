"""Raise again what a signal's handler raised within a query: DuckDB only says that it was interrupted."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any


@contextlib.contextmanager
def raised_again() -> Iterator[None]:
    """A context in which Ctrl-C and SIGTERM end a query with the exception of their own handlers."""
    raised: list[BaseException] = []

    def recording(handler: Callable[..., Any]) -> Callable[..., Any]:
        def recorded(number: int, frame: Any) -> None:
            try:
                handler(number, frame)
            except BaseException as error:
                raised.append(error)
                raise

        return recorded

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    handlers = {number: handler for number, handler in before.items() if callable(handler)}
    if threading.current_thread() is not threading.main_thread():
        handlers = {}
    for number, handler in handlers.items():
        signal.signal(number, recording(handler))
    try:
        yield
    except Exception:
        if raised:
            raise raised[0] from None
        raise
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


class SignalsFirst:
    """The innermost context of a block that runs queries: in its exit the handler of a signal raises, if not before.

    A query ends before the handler has run, which Python does as it enters its next function: without this one that
    is the exit of what has to be cleaned up, and it would be left before it has begun.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        pass
