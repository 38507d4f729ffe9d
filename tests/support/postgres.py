"""A throw-away PostgreSQL server on a local socket, for queries that are printed to be run in one."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

GIVEN = "DOUDI_POSTGRES"
"""Names a database to use instead of a server of its own, as psql is told: `host=… dbname=…`; tables are replaced."""


def programs() -> Path | None:
    """The folder of the server's programs, or None where it is not installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    found = next((folder for folder in folders if (folder / "initdb").exists()), None)
    if found is None and (plain := shutil.which("initdb")):
        found = Path(plain).parent
    return found if shutil.which("psql") else None


class Server:
    """A server of its own in a temporary folder; it ends with `stop`."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder
        self.home = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:  # the server will not run as root
            shutil.chown(self.home, self.user)
        self._run("initdb", "-D", f"{self.home}/data", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
        options = f"-k {self.home} -c listen_addresses='' -c fsync=off -c jit=off"
        self._run("pg_ctl", "-D", f"{self.home}/data", "-l", f"{self.home}/log", "-w", "-o", options, "start")

    def _run(self, *command: str) -> None:
        whole = [str(self.bin / command[0]), *command[1:]]
        if os.geteuid() == 0:
            whole = ["setpriv", f"--reuid={self.user}", "--clear-groups", f"--regid={self.user}", *whole]
        done = subprocess.run(whole, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=self.home)
        assert done.returncode == 0, done.stderr

    @property
    def address(self) -> str:
        """How psql finds the database."""
        return f"host={self.home} user={self.user} dbname=postgres"

    def execute(self, sql: str) -> str:
        """Run statements; returns what a COPY to standard output gives."""
        command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.address]
        done = subprocess.run(command, input=sql, capture_output=True, text=True)
        assert done.returncode == 0, f"{done.stderr[:2000]}"
        return done.stdout

    def stop(self) -> None:
        """End the server and remove its folder."""
        self._run("pg_ctl", "-D", f"{self.home}/data", "-m", "immediate", "stop")
        shutil.rmtree(self.home, ignore_errors=True)


class Given(Server):
    """A server that runs already, and goes on."""

    def __init__(self, address: str) -> None:
        self.given = address

    @property
    def address(self) -> str:
        return self.given

    def stop(self) -> None:
        """It is not ours to end."""


@contextmanager
def a_server() -> Iterator[Server]:
    """The server that the environment names, else one of its own; skips where there is no PostgreSQL at all."""
    folder, address = programs(), os.environ.get(GIVEN)
    if folder is None and not address:
        pytest.skip("PostgreSQL is not installed; .ci/run installs it")
    server = Given(address) if address else Server(folder)  # type: ignore[arg-type]
    try:
        yield server
    finally:
        server.stop()
