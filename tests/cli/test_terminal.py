"""What a person sees on a real terminal of 80 columns: tmux runs one."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time

import pytest

from calc.diagnostics.source import display_width
from tests.cli.run import EXAMPLE, ROOT, RULES

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed; .ci/run installs it")


def screen(command: str, lang: str) -> list[str]:
    """The lines of an 80-column terminal after the command has run."""
    session = f"doudi-{time.time_ns()}"
    shell = f"cd {ROOT}; LANG={lang} LC_ALL={lang} TERM=screen-256color {command}; echo; echo DONE; sleep 30"
    start = ["tmux", "-u", "-L", session, "new-session", "-d", "-s", session, "-x", "80", "-y", "100", shell]
    subprocess.run(start, check=True, timeout=30)
    try:
        for _ in range(150):
            capture = ["tmux", "-u", "-L", session, "capture-pane", "-p", "-t", session]
            text = subprocess.run(capture, capture_output=True, timeout=30, check=True).stdout.decode()
            if "DONE" in text:
                return text.partition("DONE")[0].rstrip().splitlines()
            time.sleep(0.1)
    finally:
        subprocess.run(["tmux", "-L", session, "kill-server"], capture_output=True, timeout=30, check=False)
    raise AssertionError("the command did not end")


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "granted"), [("C.UTF-8", "granted"), ("zh_CN.UTF-8", "享受")])
def test_the_table_fits_and_its_columns_stand_under_each_other(lang: str, granted: str) -> None:
    option = "--lang zh" if lang.startswith("zh") else "--lang en"
    lines = screen(f"{sys.executable} -m calc assess {EXAMPLE} --rules {RULES} --month 2022-05 {option}", "C.UTF-8")
    assert all(display_width(line) <= 80 for line in lines)
    rows = [line for line in lines if f" {granted} " in line]
    assert len(rows) >= 3
    columns = {display_width(line[: line.index(f" {granted} ")]) for line in rows}
    assert len(columns) == 1, rows
    assert any("375.20" in line for line in lines)


@pytest.mark.slow
def test_the_explanation_keeps_to_the_window() -> None:
    command = f"{sys.executable} -m calc assess {EXAMPLE} --rules {RULES} --month 2022-05 --lang zh --explain"
    lines = screen(command, "C.UTF-8")
    assert all(display_width(line) <= 80 for line in lines)
    assert any("低保差额" in line for line in lines)
