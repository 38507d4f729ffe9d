"""Settings of all tests: seeds, Hypothesis, how many processes, and the database that many tests of SQL share."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from importlib.util import find_spec
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.support.seeds import FULL, reproduce

if TYPE_CHECKING:
    from calc.engine.sql.duckdb_session import Connection

PROCESSES = 2
"""Where pytest-xdist is installed and `-n` is not given; a run of few tests is faster in one (`-n 0`)."""

SERVERS = {"postgres", "spark", "cluster"}
"""Fixtures that take seconds to begin; what uses one is slow, and runs in one process with all others that do."""

KEPT_PLANS = "" if "PYTEST_XDIST_WORKER" in os.environ else mkdtemp(prefix="doudi-tests-")
"""The folder of kept plans of all processes of a run: tests leave nothing in the folder of who runs them."""
if KEPT_PLANS:
    os.environ["DOUDI_CACHE"] = KEPT_PLANS
# as images of containers set it, and then each of the thousands of started commands would compile the program anew
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# a shell has what it runs in the background ignore Ctrl-C, and commands that tests start and interrupt would inherit it
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# no deadline: a machine that is busy with other things is no mistake
hypothesis.settings.register_profile("few", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("full", deadline=None, print_blob=True)
hypothesis.settings.load_profile("full" if FULL else "few")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Runs the whole suite in several processes, and tests of one group in one of them."""
    option = config.option
    if hasattr(config, "workerinput") or getattr(option, "numprocesses", 0) is not None:
        return  # a process of a run that is divided already, asked for something else, or without pytest-xdist
    if option.usepdb or option.collectonly or config.args_source is pytest.Config.ArgsSource.ARGS:
        return
    option.numprocesses, option.dist = min(PROCESSES, os.cpu_count() or 1), "loadgroup"


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist looks for groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with the groups that take longest, so that no process is left alone with one."""
    for item in items:
        for fixture in SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("spark" if fixture == "cluster" else fixture))
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


def pytest_unconfigure() -> None:
    if KEPT_PLANS:
        shutil.rmtree(KEPT_PLANS, ignore_errors=True)


def pytest_sessionstart(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    if FULL:
        reporter.write_line(f"seeds: {reproduce()}")
    if not (find_spec("duckdb") and find_spec("sqlglot")):
        reporter.write_line("left out without doudi[columns]: tests/parity, tests/engine/sql, tests/bench")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if FULL and report.failed:  # type: ignore[attr-defined]
        report.sections.append(("seeds", reproduce()))  # type: ignore[attr-defined]
    return report  # type: ignore[return-value]


@pytest.fixture(scope="session")
def connection() -> Iterator[Connection]:
    """A database of one thread."""
    pytest.importorskip("duckdb")
    from tests.support.columns import one_thread

    database = one_thread()
    yield database
    database.close()
