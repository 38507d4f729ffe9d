"""Makes temporary folders, and removes those that killed processes of the same user have left.

A process that is killed at once cannot clean up, and its folder may hold the rows of a ledger. Each folder is locked by
its process while that lives. The system frees the lock with the process, so that no number of a process, which may be
used again, has to be trusted. Systems without such locks (Windows) remove nothing.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import suppress

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

PREFIX = "doudi-run-"
_has_looked = False


class TemporaryFolder(tempfile.TemporaryDirectory[str]):
    """A temporary folder that only this user can read. The first one in a process removes abandoned ones."""

    def __init__(self) -> None:
        global _has_looked
        if not _has_looked:
            _has_looked = True
            remove_abandoned()
        while True:
            super().__init__(prefix=PREFIX, ignore_cleanup_errors=True)
            self._lock = None if fcntl is None else _locked(self.name, fcntl.LOCK_EX)
            if os.path.isdir(self.name):  # else another process took it for abandoned before it was locked
                return
            self.cleanup()

    def cleanup(self) -> None:
        """Removes the folder."""
        super().cleanup()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def remove_abandoned() -> None:
    """Removes the folders of this user that no process has locked."""
    if fcntl is None:
        return
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for path in [one.path for one in entries if one.name.startswith(PREFIX)]:
            lock = _locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if lock is None:
                continue
            about = os.fstat(lock)
            if about.st_uid == os.getuid() and stat.S_IMODE(about.st_mode) == 0o700:
                shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _locked(path: str, how: int) -> int | None:
    """Opens a folder that is no link and locks it; None where that cannot be had."""
    try:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(folder, how)
    except OSError:
        os.close(folder)
        return None
    return folder
