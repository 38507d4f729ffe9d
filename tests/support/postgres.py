"""A throw-away PostgreSQL server on a local socket, for queries that are printed to be run in one."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path


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
        options = f"-k {self.home} -c listen_addresses='' -c fsync=off"
        self._run("pg_ctl", "-D", f"{self.home}/data", "-l", f"{self.home}/log", "-w", "-o", options, "start")

    def _run(self, *command: str) -> None:
        whole = [str(self.bin / command[0]), *command[1:]]
        if os.geteuid() == 0:
            whole = ["setpriv", f"--reuid={self.user}", "--clear-groups", f"--regid={self.user}", *whole]
        done = subprocess.run(whole, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=self.home)
        assert done.returncode == 0, done.stderr

    def execute(self, sql: str) -> str:
        """Run statements; returns what a COPY to standard output gives."""
        command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self.home), "-U", self.user, "-d", "postgres"]
        done = subprocess.run(command, input=sql, capture_output=True, text=True)
        assert done.returncode == 0, f"{done.stderr[:2000]}"
        return done.stdout

    def stop(self) -> None:
        """End the server and remove its folder."""
        self._run("pg_ctl", "-D", f"{self.home}/data", "-m", "immediate", "stop")
        shutil.rmtree(self.home, ignore_errors=True)
