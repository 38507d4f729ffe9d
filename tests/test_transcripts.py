"""What four people see: a caseworker, a clerk, policy staff, an auditor; on terminals of two widths and on a pipe.

The transcripts are files, for people to read as a whole; `DOUDI_UPDATE=1` writes them anew.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from calc.diagnostics.source import display_width

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "transcripts"
UPDATE = "DOUDI_UPDATE" in os.environ
DRAFT = """[rules]
extends = "rules.toml"

[parameters."低保标准".from]
"2022-08" = 700
"""
ROLES = {
    "caseworker": [
        "assess household.toml --month 2022-05",
        "assess household.toml --month 2022-05 --why 低保",
        "assess household.toml --month 2022-05 --set 张三.工资=2600",
        "assess household.toml --month 2022-05 --set 李四.残疾证等级=不详",
        "assess household.toml --month 2022-05 --set 张三.工资=约一千",
        "sweep household.toml --month 2022-05 --over 张三.工资",
        "next household.toml --month 2022-05 --months 6",
        "letter household.toml --month 2022-05 --benefit 单人保",
    ],
    "clerk": [
        "map ledger.csv --month 2022-06",
        "batch ledger.csv --month 2022-06 -o results.csv",
        "batch ledger.csv --month 2022-06 --map 核对情况=经济状况已核对 -o results.csv --rejects rejects.csv",
        "totals results.csv",
        "compare august.csv -m 2022-08 --against july.csv --against-month 2022-07",
        "next august.csv -m 2022-08 --months 3",
    ],
    "policy": [
        "rules check draft.toml",
        "rules show 低保标准 --month 2022-08 --rules draft.toml",
        "rules diff rules.toml draft.toml --month 2022-08",
        "compare august.csv -m 2022-08 --against-rules draft.toml --hole 100",
    ],
    "auditor": [
        "assess household.toml --month 2022-05 --explain",
        "assess ledger.csv --month 2022-06 --map 核对情况=家庭经济状况已核对 --household D001 --why 低保",
        "compare august.csv -m 2022-08 --paid paid.csv --map 月保障金额=低保",
        "assess household.toml --month 2022-05 --value total",
        "rules show benefits --month 2022-06",
    ],
}
"""Each command is one that its reader types; files are those of `examples/`."""
CLOSING = "，。；：、！？）》」』】”％"
_PLACED = re.compile(r"[^ ]+:\d+:|Error: |错误：")
"""Messages with a place are one line each, so that editors and scripts find it."""
_STYLE = re.compile("\x1b\\[[0-9;?]*[A-Za-z]|\x1b[()].")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the commands name."""
    folder = tmp_path_factory.mktemp("desk")
    for path in (*ROOT.glob("examples/*.*"), *ROOT.glob("examples/compare/*"), ROOT / "rules.toml"):
        shutil.copy(path, folder)
    (folder / "draft.toml").write_text(DRAFT, encoding="utf-8")
    return folder


def on_terminal(command: list[str], folder: Path, environment: dict[str, str], width: int) -> tuple[str, int]:
    """What a terminal of a width receives, without its styles, and the exit status."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=environment) as run:
        os.close(theirs)
        found = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux: the other end is closed
                break
            if not part:
                break
            found += part
        status = run.wait(timeout=120)
    os.close(ours)
    return found.decode("utf-8").replace("\r\n", "\n"), status


def transcript(role: str, lang: str, where: str, folder: Path) -> str:
    """All that a role sees, command after command."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DOUDI", "LC_", "COLUMNS", "LINES"))}
    environment = {**kept, "LANG": lang, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
    parts = []
    for line in ROLES[role]:
        command = [sys.executable, "-m", "calc", *line.split()]
        if where == "pipe":
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=120, check=False)
            text, status = (done.stdout + done.stderr).decode("utf-8"), done.returncode
        else:
            text, status = on_terminal(command, folder, environment, int(where))
            # what a line that is written over has shown last, without the bar that a slow machine shows and takes away
            shown = (one.rpartition("\r")[2] for one in _STYLE.sub("", text).split("\n"))
            text = "\n".join(one for one in shown if "━" not in one)
        parts.append(f"$ doudi {line}\n{text.rstrip()}\n" + (f"(exit {status})\n" if status else ""))
    return "\n".join(parts)


@pytest.mark.slow
@pytest.mark.parametrize("where", ["80", "120", "pipe"])
@pytest.mark.parametrize("lang", ["zh_CN.UTF-8", "en_US.UTF-8"])
@pytest.mark.parametrize("role", ROLES)
def test_what_they_see(role: str, lang: str, where: str, desk: Path) -> None:
    found = transcript(role, lang, where, desk)
    path = FOLDER / f"{role}.{lang[:2]}.{where}.txt"
    if UPDATE:
        FOLDER.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text("utf-8")
    lines = [line for line in found.splitlines() if not line.startswith("$ ")]
    if where != "pipe":
        wide = [line for line in lines if display_width(line) > int(where) and not _PLACED.match(line)]
        assert wide == []
    assert [line for line in lines if line.strip()[:1] in set(CLOSING) - {""}] == []
