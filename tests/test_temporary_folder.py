"""Temporary folders: gone after a run, and after a killed one gone with the next."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from calc import temporary_folder
from calc.temporary_folder import PREFIX, TemporaryFolder, remove_abandoned
from tests.support.ledgers import SMALLVILLE

pytestmark = pytest.mark.skipif(temporary_folder.fcntl is None, reason="needs locks of POSIX")
ROOT = Path(__file__).parents[1]
HEAD = b"household,name,district,rent,relation,birth_date,wage,student\n"
ROW = b"h1,Ann,upper,1,head,1980-01-02,5,no\n"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def start(temporary: Path) -> subprocess.Popen[bytes]:
    """A run that reads a ledger from standard input."""
    command = [sys.executable, "-m", "calc", "batch", "-", "--rules", SMALLVILLE, "-m", "2024-01", "-q"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)


def wait_for(found: Callable[[], bool]) -> None:
    for _ in range(600):
        if found():
            return
        time.sleep(0.05)
    raise AssertionError


def waiting(temporary: Path) -> tuple[subprocess.Popen[bytes], Path]:
    """A run that waits for the rest of its ledger, and its folder with what has come."""
    before = set(temporary.iterdir())
    process = start(temporary)
    assert process.stdin is not None
    process.stdin.write(HEAD + ROW * 60_000)
    process.stdin.flush()
    wait_for(lambda: any((one / "stream-0").exists() for one in set(temporary.iterdir()) - before))
    (folder,) = set(temporary.iterdir()) - before
    return process, folder


@pytest.mark.slow
def test_the_next_run_removes_the_folder_of_a_killed_one_and_no_other(temporary: Path) -> None:
    killed, left = waiting(temporary)
    alive, used = waiting(temporary)
    assert left.is_dir() and left.stat().st_mode & 0o777 == 0o700, "a run removed the folder of one that lives"
    killed.kill()
    killed.communicate()
    assert (left / "stream-0").stat().st_size > 0
    out, err = start(temporary).communicate(HEAD + ROW)
    assert out.startswith(b"household,") and not err
    assert list(temporary.iterdir()) == [used]
    out, _ = alive.communicate(b"h2,Bea,upper,1,head,1980-01-02,5,no\n")
    assert b"\nh2," in out and not list(temporary.iterdir())


def test_only_abandoned_folders_of_ours_are_removed(temporary: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x")
    for name in ("abandoned", "open"):
        (temporary / f"{PREFIX}{name}").mkdir(0o700)
    (temporary / f"{PREFIX}abandoned" / "link").symlink_to(outside)
    (temporary / f"{PREFIX}open").chmod(0o755)
    (temporary / f"{PREFIX}link").symlink_to(outside)
    (temporary / f"{PREFIX}file").write_text("x")
    (temporary / "doudi-other").mkdir(0o700)
    before = set(temporary.iterdir())
    with TemporaryFolder() as path:
        remove_abandoned()
        assert os.path.isdir(path)
    assert before - set(temporary.iterdir()) == {temporary / f"{PREFIX}abandoned"}
    assert (outside / "kept").exists()


def test_a_folder_that_another_run_takes_for_abandoned_is_made_again(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TemporaryFolder():
        pass  # this process has looked
    locked, taken = temporary_folder._locked, []

    def late(path: str, how: int) -> int | None:
        if not taken:
            taken.append(path)
            monkeypatch.setattr(temporary_folder, "_locked", locked)
            remove_abandoned()
        return locked(path, how)

    monkeypatch.setattr(temporary_folder, "_locked", late)
    with TemporaryFolder() as path:
        assert path != taken[0] and os.path.isdir(path) and not os.path.exists(taken[0])
    assert not list(temporary.iterdir())
