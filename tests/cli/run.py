"""Runs the command as a user's shell does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
RULES = str(ROOT / "rules.toml")
EXAMPLE = str(ROOT / "examples" / "household.toml")


class Ran(NamedTuple):
    status: int
    out: str
    err: str


def doudi(*arguments: str, stdin: bytes = b"", lang: str = "en_US.UTF-8", cwd: Path = ROOT) -> Ran:
    """The command in a process of its own, its output on pipes."""
    environment = {**os.environ, "LANG": lang, "LC_ALL": lang, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "calc", *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, env=environment, cwd=cwd, timeout=120)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def assess(*arguments: str, month: str = "2022-05", **other: object) -> Ran:
    """`doudi assess` with the district's rules."""
    return doudi("assess", *arguments, "--rules", RULES, "--month", month, **other)  # type: ignore[arg-type]
