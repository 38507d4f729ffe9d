"""Run a task over many keys, in order, in this process or in several forked from it.

Key k goes to process k modulo the number of processes, and the answers are taken in the order of the keys: nothing
has to be queued or sorted, a process that is ahead waits in its pipe, and what a task reads is shared by the fork.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")
_ENDING = (signal.SIGINT, signal.SIGTERM)


class WorkerLost(Exception):
    """A process ended before it answered, most often for lack of memory."""


def can_fork() -> bool:
    """Says whether this system can fork; Windows cannot."""
    return hasattr(os, "fork")


def in_order(task: Callable[[Key], Answer], keys: Sequence[Key], jobs: int) -> Iterator[Answer]:
    """Yields the answers to all keys, in their order. Raises what a task raises, and WorkerLost."""
    jobs = min(jobs, len(keys))
    if jobs <= 1 or not can_fork():
        yield from map(task, keys)
        return
    import gc

    gc.freeze()  # what exists before the fork stays shared
    sys.stdout.flush()
    sys.stderr.flush()
    pipes = [os.pipe() for _ in range(jobs)]
    children: list[int] = []
    readers = [os.fdopen(read, "rb", buffering=1 << 16) for read, _ in pipes]
    try:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # none between a fork and its handlers
        try:
            for at, (_, own) in enumerate(pipes):
                child = os.fork()
                if child == 0:
                    _work(task, keys[at::jobs], own, [end for pipe in pipes for end in pipe if end != own])
                children.append(child)
        finally:
            for _, write in pipes:
                os.close(write)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for at in range(len(keys)):
            yield _answer(readers[at % jobs])
    finally:
        for reader in readers:
            reader.close()
        for child in children:
            _end(child)


def _work(task: Callable[[Key], Answer], keys: Sequence[Key], own: int, others: list[int]) -> None:
    """Answer the keys through a pipe, then end. Only this process keeps the pipe open for writing, and no child a
    reading end, so that each side notices when the other is gone."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides, and closes the pipes
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        for end in others:
            os.close(end)
        with os.fdopen(own, "wb") as out:
            for key in keys:
                try:
                    answer: tuple[bool, Any] = True, task(key)
                except Exception as error:
                    answer = False, error
                data = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
                out.write(len(data).to_bytes(8, "little") + data)
                out.flush()
        status = 0
    except BaseException:
        status = 1
    finally:
        os._exit(status)


def _answer(reader: Any) -> Any:
    length = reader.read(8)
    data = reader.read(int.from_bytes(length, "little")) if len(length) == 8 else b""
    if len(length) < 8 or len(data) < int.from_bytes(length, "little"):
        raise WorkerLost
    fine, answer = pickle.loads(data)  # written by our own process a moment ago
    if not fine:
        raise answer
    return answer


def _end(child: int) -> None:
    try:
        ended, _ = os.waitpid(child, os.WNOHANG)
        if not ended:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    except (ChildProcessError, ProcessLookupError):
        pass
