"""A real standalone cluster on loopback: a master and workers as processes of their own, in a temporary folder."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyspark

PACKAGE = Path(pyspark.__file__).parent
MASTER, WORKER = "org.apache.spark.deploy.master.Master", "org.apache.spark.deploy.worker.Worker"
FINISHED = re.compile(r"Finished task ")
PATIENCE = 240
LIBC = ctypes.CDLL(None)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Cluster:
    """One master and some workers of one core each; `stop` ends all of them."""

    def __init__(self, folder: Path, workers: int = 2) -> None:
        self.folder = folder
        self.port = free_port()
        self.master = f"spark://127.0.0.1:{self.port}"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.jobs: list[subprocess.Popen[bytes]] = []
        self.start("master", MASTER, "--port", str(self.port))
        self.until(lambda: "New state: ALIVE" in self.log("master"), "the master")
        self.workers: dict[int, subprocess.Popen[bytes]] = {}
        self.fill(workers)

    def fill(self, workers: int = 2) -> None:
        """Start the workers that are not there, or not any more."""
        missing = [one for one in range(workers) if one not in self.workers or self.workers[one].poll() is not None]
        for number in missing:
            self.workers[number] = self.start(f"worker{number}", WORKER, "--cores", "1", "--memory", "1g", "--work-dir",
                                              str(self.folder / f"work{number}"), self.master)  # fmt: skip
        for number in missing:
            self.until(lambda one=number: "Successfully registered" in self.log(f"worker{one}"), f"worker {number}")

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "SPARK_HOME": str(PACKAGE),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_LOCAL_DIRS": str(self.folder / "local"),
            "TMPDIR": str(self.folder),
            "JAVA_TOOL_OPTIONS": f"-Djava.io.tmpdir={self.folder} -XX:TieredStopAtLevel=1",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "PYSPARK_PYTHON": sys.executable,
        }

    def start(self, name: str, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [str(PACKAGE / "bin/spark-class"), what, "--host", "127.0.0.1", "--webui-port", "0", *arguments]
        with open(self.folder / f"{name}.log", "wb") as log:
            # a group of its own: executors are killed with their worker
            self.processes.append(subprocess.Popen(
                command, stdout=log, stderr=log, env=self.environment(), start_new_session=True, cwd=self.folder,
                preexec_fn=_end_with_us,
            ))  # fmt: skip
        return self.processes[-1]

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def until(self, is_true: object, what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not is_true():  # type: ignore[operator]
            assert time.monotonic() < end, f"{what} did not come up"
            time.sleep(0.1)

    def finished_tasks(self) -> list[int]:
        """How many tasks the executors of each worker have finished, by what they log."""
        return [
            sum(len(FINISHED.findall(log.read_text(errors="replace"))) for log in folder.glob("app-*/*/stderr"))
            for folder in (self.folder / "work0", self.folder / "work1")
        ]

    def submit(self, script: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Run an example's job, as its page says; what it tells is in the log `job0`, `job1`, …"""
        command = [str(PACKAGE / "bin/spark-submit"), "--master", self.master, "--driver-memory", "1g"]
        settings = {"spark.executor.memory": "512m", "spark.driver.host": "127.0.0.1",
                    "spark.driver.bindAddress": "127.0.0.1", "spark.network.timeout": "60s",
                    "spark.local.dir": str(self.folder / "local")}  # fmt: skip
        for name, value in settings.items():
            command += ["--conf", f"{name}={value}"]
        command += [script, *arguments]
        with open(self.folder / f"job{len(self.jobs)}.log", "wb") as log:  # a pipe would fill up and stop it
            self.jobs.append(subprocess.Popen(
                command, stdout=log, stderr=log, env=self.environment(), start_new_session=True,
                cwd=Path(__file__).parents[2], preexec_fn=_end_with_us,
            ))  # fmt: skip
        return self.jobs[-1]

    def run(self, script: str, *arguments: str, kill_at: int | None = None) -> tuple[int, str]:
        """Run a job to its end: how many tasks it took, and what it told. A worker is killed after so many tasks."""
        self.fill()
        before = sum(self.finished_tasks())
        job = self.submit(script, *arguments)
        if kill_at is not None:
            most = before + kill_at
            self.until(lambda: job.poll() is not None or sum(self.finished_tasks()) >= most, "half of the job")
            assert job.poll() is None, "over before its half"
            self.kill_worker(1)
        job.wait(timeout=PATIENCE)
        told = self.log(f"job{len(self.jobs) - 1}")
        assert job.returncode == 0, told[-3000:]
        return sum(self.finished_tasks()) - before, told

    def kill_worker(self, number: int) -> None:
        """SIGKILL a worker and its executors, all at once."""
        os.killpg(self.workers[number].pid, signal.SIGKILL)
        self.workers[number].wait()

    def stop(self) -> None:
        for process in (*self.jobs, *reversed(self.processes)):
            _end_group(process.pid)
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def left_over(self) -> list[str]:
        """Processes whose command line names this cluster's folder or master."""
        found = []
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(self.folder) in line or self.master in line:
                found.append(line[:200])
        return found


@contextmanager
def a_cluster() -> Iterator[Cluster]:
    """A cluster for some tests, of which nothing is left afterwards."""
    made = Cluster(Path(tempfile.mkdtemp(prefix="spark")))
    yield made
    made.stop()
    assert not made.left_over()


def _end_with_us() -> None:
    """Have the process killed when this one ends, however it does: 1 is PR_SET_PDEATHSIG."""
    LIBC.prctl(1, signal.SIGKILL)


def _end_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
