"""Whatever ends a run early: each output is whole or as it was, and no process stays behind."""

from __future__ import annotations

import gc
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from calc.cli import run
from tests.cli.run import ROOT
from tests.support.ledgers import SMALLVILLE
from tests.support.seeds import few_or_all, seeds

pytestmark = pytest.mark.xdist_group("interrupted")

KILLS = few_or_all(8, 12)
NAMES = ("o.csv", "r.csv", "t.csv")
OLD = b"what was there before\n"
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM)


class Bench:
    """A folder with a ledger that takes a while, and what a whole run writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        lines = ["household,name,district,rent,relation,birth_date,wage,student"]
        for at in range(12_000):
            rent = "x" if at % 50 == 0 else str(at % 400)
            lines.append(f"h{at},Ann,upper,{rent},head,19{at % 90 + 10}-01-02,{at % 3000},no")
            lines.append(f"h{at},Bea,upper,,child,2015-02-{at % 28 + 1:02d},,yes")
        (folder / "l.csv").write_text("\n".join(lines) + "\n", "utf-8")
        began = time.monotonic()
        process = self.start("whole", 1)
        assert process.wait(120) == 1
        self.seconds = time.monotonic() - began
        self.whole = [(folder / f"whole-{name}").read_bytes() for name in NAMES]

    def start(self, prefix: str, jobs: int, before: Callable[[], None] | None = None) -> subprocess.Popen[bytes]:
        paths = [str(self.folder / f"{prefix}-{name}") for name in NAMES]
        command = [sys.executable, "-m", "calc", "batch", str(self.folder / "l.csv"), "--rules", SMALLVILLE,
                   "-m", "2024-01", "--lang", "en", "-o", paths[0], "--rejects", paths[1], "--totals", paths[2],
                   "--jobs", str(jobs)]  # fmt: skip
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
        more: dict[str, Any] = {"env": environment, "start_new_session": True, "preexec_fn": before}
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def files(self, prefix: str) -> list[bytes | None]:
        paths = [self.folder / f"{prefix}-{name}" for name in NAMES]
        return [path.read_bytes() if path.exists() else None for path in paths]

    def parts(self) -> list[str]:
        return [name for name in os.listdir(self.folder) if name.endswith(".part")]

    def processes(self) -> list[int]:
        """Processes that were started with a path in this folder."""
        found = []
        for name in os.listdir("/proc"):
            if name.isdigit() and int(name) != os.getpid():
                try:
                    command = Path("/proc", name, "cmdline").read_bytes()
                except OSError:
                    continue
                if os.fsencode(self.folder) in command and b"calc" in command:
                    found.append(int(name))
        return found

    def require_alone(self) -> None:
        for _ in range(50):
            if not self.processes():
                return
            time.sleep(0.1)
        raise AssertionError(f"left behind: {self.processes()}")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    yield Bench(tmp_path_factory.mktemp("killed"))


@pytest.mark.slow
def test_killed_at_any_moment(bench: Bench) -> None:
    random = Random(seeds([1], 1)[0])
    ended = at = 0
    while ended < KILLS and at < 3 * KILLS:
        prefix, number, is_old = f"k{at}", SIGNALS[at % 4], at % 3 == 0
        if is_old:
            for name in NAMES:
                (bench.folder / f"{prefix}-{name}").write_bytes(OLD)
        process = bench.start(prefix, at // 4 % 2 + 1)
        pause = random.random() * bench.seconds * 1.1
        time.sleep(pause)
        process.send_signal(number)
        process.communicate(timeout=60)
        status, before = process.returncode, OLD if is_old else None
        bench.require_alone()
        for found, whole in zip(bench.files(prefix), bench.whole, strict=True):
            assert found in (before, whole), (at, number, None if found is None else len(found))
        if status == 1:  # it had ended before
            assert bench.files(prefix) == bench.whole
            bench.seconds = min(bench.seconds, pause)  # the machine was busier when this was measured
        else:
            ended += 1
            assert status in {-number, 128 + number}, (status, number)
        if number == signal.SIGKILL:
            for name in bench.parts():  # nobody can clean up after that
                (bench.folder / name).unlink()
        assert bench.parts() == []
        at += 1
    assert ended == KILLS


def children_of(process: subprocess.Popen[bytes]) -> list[int]:
    for _ in range(200):
        try:
            found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        except OSError:
            return []
        if len(found) >= 2:
            return [int(one) for one in found]
        time.sleep(0.01)
    return []


@pytest.mark.slow
def test_workers_notice_that_nobody_reads_on(bench: Bench) -> None:
    process = bench.start("alone", 2)
    assert children_of(process)
    process.send_signal(signal.SIGSTOP)
    time.sleep(1)  # the workers fill their pipes and wait
    process.kill()
    process.communicate(timeout=60)
    bench.require_alone()
    for name in bench.parts():
        (bench.folder / name).unlink()


@pytest.mark.slow
def test_a_worker_that_is_lost_is_told_and_nothing_is_written(bench: Bench) -> None:
    process = bench.start("lost", 2)
    children = children_of(process)
    assert children
    os.kill(children[0], signal.SIGKILL)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"--jobs 1" in err and b"Traceback" not in err and b"fault" not in err
    assert bench.files("lost") == [None, None, None] and bench.parts() == []
    bench.require_alone()


@pytest.mark.slow
def test_a_full_disk(bench: Bench) -> None:
    limit = len(bench.whole[0]) // 2
    for jobs in (1, 2):
        process = bench.start("full", jobs, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (2, b"") and b"o.csv" in err
        assert b"Traceback" not in err and b"fault" not in err
        assert bench.files("full") == [None, None, None] and bench.parts() == []
    bench.require_alone()


@pytest.mark.slow
def test_standard_output_that_is_full(bench: Bench) -> None:
    ledger = str(bench.folder / "l.csv")
    command = [sys.executable, "-m", "calc", "batch", ledger, "--rules", SMALLVILLE, "-m", "2024-01"]
    with open("/dev/full", "wb") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=ROOT, timeout=60)
    assert ran.returncode == 2 and b"Traceback" not in ran.stderr and b"Doudi" not in ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("path", ["none/o.csv", ".", "l.csv/o.csv", "x" * 300, "\N{SNOWMAN}" * 200])
def test_where_nothing_can_be_written(bench: Bench, path: str) -> None:
    command = [sys.executable, "-m", "calc", "batch", "l.csv", "--rules", SMALLVILLE, "-m", "2024-01", "--totals", path]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    before = sorted(os.listdir(bench.folder))
    for option in ([], ["-o", "o.csv"]):
        ran = subprocess.run([*command, *option], capture_output=True, cwd=bench.folder, env=environment, timeout=60)
        assert ran.returncode == 2, ran.stderr
        assert b"Traceback" not in ran.stderr and b"fault" not in ran.stderr
        assert sorted(os.listdir(bench.folder)) == before


@pytest.mark.slow
def test_memory_does_not_grow_with_the_ledger(tmp_path: Path) -> None:
    """60,000 households take little more than 3,000, measured as the system does."""
    peaks = []
    for count in (3_000, 60_000):
        path = tmp_path / f"{count}.csv"
        with open(path, "w", encoding="utf-8") as file:
            file.write("household,name,district,rent,relation,birth_date,wage,student\n")
            file.writelines(f"h{at},A,upper,{at % 500},head,1980-01-02,{at % 2999},no\n" for at in range(count))
        command = [sys.executable, "-m", "calc", "batch", str(path), "--rules", SMALLVILLE, "-m", "2024-01", "-q",
                   "-o", str(tmp_path / "o.csv")]  # fmt: skip
        process = subprocess.Popen(command, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        assert status == 0
        peaks.append(usage.ru_maxrss // 1024)
    assert peaks[1] - peaks[0] <= 40, peaks


@pytest.mark.slow
def test_a_run_in_a_process_puts_its_settings_back(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT), gc.get_threshold()
    for arguments in (["-o", str(tmp_path / "out.csv")], ["-o", str(tmp_path / "none" / "out.csv")]):
        run(["batch", str(ROOT / "examples/ledger.csv"), "-m", "2022-06", "-q", *arguments])
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT), gc.get_threshold()) == before


@pytest.mark.slow
def test_a_run_outside_of_the_main_thread_works(tmp_path: Path) -> None:
    arguments = ["batch", str(ROOT / "examples/ledger.csv"), "-m", "2022-06", "-q", "-o", str(tmp_path / "out.csv")]
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(run(arguments)))
    thread.start()
    thread.join()
    assert found == [1] and (tmp_path / "out.csv").exists()
