"""Work in several processes gives what it gives in one: the same answers, in order, and the same errors."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from calc.batch.fork_pool import WorkerLost, can_fork, in_order

pytestmark = pytest.mark.skipif(not can_fork(), reason="there is no fork here")
JOBS = (1, 2, 3, 8)


def children() -> set[str]:
    """Processes that this one has started and not yet seen the end of."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split())


@pytest.fixture(autouse=True)
def leaves_nobody_behind() -> Iterator[None]:
    before, files = children(), len(os.listdir("/proc/self/fd"))
    yield
    assert children() == before and len(os.listdir("/proc/self/fd")) == files


@pytest.mark.parametrize("jobs", JOBS)
@pytest.mark.parametrize("count", [0, 1, 2, 7, 50])
def test_answers_come_in_the_order_of_the_keys(jobs: int, count: int) -> None:
    def task(key: int) -> tuple[int, str]:
        time.sleep(0.002 * (key % 3 == 0))  # others are ahead
        return key, "x" * (key * 5000)

    assert [*in_order(task, range(count), jobs)] == [(key, "x" * (key * 5000)) for key in range(count)]


@pytest.mark.parametrize("jobs", JOBS)
def test_an_error_comes_in_its_place(jobs: int) -> None:
    def task(key: int) -> int:
        if key in (5, 6):
            raise ValueError(key)
        return key

    answers, found = in_order(task, range(9), jobs), []
    with pytest.raises(ValueError, match="5"):
        found.extend(answers)  # what came before is kept
    assert found == [0, 1, 2, 3, 4]


def test_each_key_is_done_once_and_the_work_is_shared() -> None:
    found = [*in_order(lambda key: (key, os.getpid()), range(12), 3)]
    assert [key for key, _ in found] == [*range(12)]
    assert len({process for _, process in found}) == 3 and os.getpid() not in {process for _, process in found}


@pytest.mark.parametrize("jobs", [2, 3])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_is_lost_is_reported(jobs: int, number: signal.Signals) -> None:
    parent = os.getpid()

    def task(key: int) -> int:
        if key == 4:
            assert os.getpid() != parent
            os.kill(os.getpid(), number)
            time.sleep(60)
        return key

    answers = in_order(task, range(8), jobs)
    assert [next(answers) for _ in range(4)] == [0, 1, 2, 3]
    with pytest.raises(WorkerLost):
        next(answers)


def test_whoever_takes_no_more_answers_ends_the_processes() -> None:
    began = time.monotonic()
    answers = in_order(lambda key: time.sleep(60 * (key > 1)) or key, range(6), 2)
    assert next(answers) == 0
    answers.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 50


def test_signals_are_as_they_were() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.getsignal(signal.SIGINT)
    answers = in_order(lambda key: key, range(4), 2)
    next(answers)
    assert (signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.getsignal(signal.SIGINT)) == before
    assert [*answers] == [1, 2, 3]
