"""Values are completed by the Tab key: in a real bash, zsh and fish, and by what click gives the latter two."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.run import ROOT
from tests.support.ledgers import DISTRICT

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
LEDGER = "2022年台账,,\n户编号,月工资（元）,Net pay (yuan),\nA,1,2,\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger, and with a command `doudi` that prints its arguments unless it completes."""
    found = tmp_path_factory.mktemp("completion")
    command = found / "bin" / "doudi"
    command.parent.mkdir()
    command.write_text(
        f'#!/bin/sh\n[ -n "$_DOUDI_COMPLETE" ] && exec "{sys.executable}" -m calc\nprintf "<%s>" "$@"; echo\n'
    )
    command.chmod(0o755)
    (found / "台账.csv").write_bytes(LEDGER.encode("gb18030"))
    (found / "lines.jsonl").write_text('{"household": "A", "pay": 1}\n', encoding="utf-8")
    (found / "broken.toml").write_text("[rules\n", encoding="utf-8")
    return found


def environment(folder: Path, language: str = "C.UTF-8") -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DOUDI_", "LC_", "COMP_"))}
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    own = {"PYTHONPATH": str(ROOT), "DOUDI_RULES": DISTRICT, "DOUDI_CACHE": str(folder / "cache")}
    return {**kept, **own, "PATH": path, "LC_ALL": language, "TERM": "dumb", "PS1": "$ "}


def answers(folder: Path, shell: str, words: list[str], language: str = "C.UTF-8", **extra: str) -> list[str]:
    """What the command gives a shell for a line, by click's own protocol; nothing may be on standard error."""
    given = {"_DOUDI_COMPLETE": f"{shell}_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": words[-1], **extra}
    if shell == "zsh":
        given["COMP_CWORD"] = str(len(words) - 1)
    done = subprocess.run(
        ["doudi"], env={**environment(folder, language), **given}, cwd=folder, capture_output=True, timeout=60
    )
    assert done.stderr == b""
    return done.stdout.decode().splitlines()


@pytest.fixture(scope="module")
def bash(folder: Path) -> Iterator[Bash]:
    """An interactive bash with completion of `doudi`."""
    started = Bash(folder)
    yield started
    started.end()


class Bash:
    """A bash on a terminal."""

    def __init__(self, folder: Path) -> None:
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], environment(folder))
        self.type('bind "set enable-bracketed-paste off"; eval "$(_DOUDI_COMPLETE=bash_source doudi)"')

    def type(self, keys: str) -> str:
        """Types keys and Enter, and returns all that is printed until the next prompt."""
        os.write(self.terminal, f"{keys}\necho EN''D\n".encode())
        read, until = b"", time.monotonic() + 60
        while b"\nEND" not in read.replace(b"\r", b"") and time.monotonic() < until:
            if select.select([self.terminal], [], [], 1)[0]:
                read += os.read(self.terminal, 65536)
        return read.decode("utf-8", "replace")

    def given(self, keys: str) -> str:
        """The arguments of the command after the Tab key completed the last of what was typed."""
        lines = self.type(f"doudi {keys}\t").replace("\r", "").split("\n")
        return next(line for line in lines if line.startswith("<"))

    def end(self) -> None:
        os.close(self.terminal)
        os.waitpid(self.process, 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keys", "given"),
    [
        ("ass", "<assess>"),
        ("assess x --why dibao_", "<assess><x><--why><dibao_edge>"),
        ("assess x --why 特困人员照", "<assess><x><--why><特困人员照料护理>"),
        ("assess x --why 'One-off l", "<assess><x><--why><One-off living subsidy>"),
        ("assess x --why One-off\\ l", "<assess><x><--why><One-off living subsidy>"),
        ("assess x --value tot", "<assess><x><--value><total>"),
        ("assess x --set 低保标", "<assess><x><--set><低保标准=>"),
        ("assess x --set 张三.患重", "<assess><x><--set><张三.患重>"),
        ("assess x --set 家庭经济状况已核对=y", "<assess><x><--set><家庭经济状况已核对=yes>"),
        ("assess x -m 2022-1 --why dibao_", "<assess><x><-m><2022-1><--why><dibao_edge>"),
        ("assess x --month 2022-07", "<assess><x><--month><2022-07>"),
        ("rules show 低保标", "<rules><show><低保标准>"),
        ("rules show docu", "<rules><show><documents>"),
        ("batch 台", "<batch><台账.csv>"),
        ("batch 台账.csv --group-by 户", "<batch><台账.csv><--group-by><户编号>"),
        ("batch 台账.csv --keep Net", "<batch><台账.csv><--keep><Net pay (yuan)>"),
        ("batch 台账.csv --map 月", "<batch><台账.csv><--map><月工资（元）=>"),
        ("batch 台账.csv --map 月工资（元）=househ", "<batch><台账.csv><--map><月工资（元）=household>"),
        (
            "batch 台账.csv --months 2022-07..2022-08 --keep Net",
            "<batch><台账.csv><--months><2022-07..2022-08><--keep><Net pay (yuan)>",
        ),
        ("next x --months 2022-0", "<next><x><--months><2022-0>"),
        ("screen 台账.csv --receiving Net", "<screen><台账.csv><--receiving><Net pay (yuan)>"),
        ("batch lines.jsonl --keep p", "<batch><lines.jsonl><--keep><pay>"),
        ("batch 台账.csv --engine duck", "<batch><台账.csv><--engine><duckdb>"),
        ("assess 台账.csv --household A --map Net", "<assess><台账.csv><--household><A><--map><Net pay (yuan)=>"),
        ("batch none.csv --keep x", "<batch><none.csv><--keep><x>"),
        ("assess x --rules broken.toml --why d", "<assess><x><--rules><broken.toml><--why><d>"),
    ],
)
def test_bash_completes(bash: Bash, keys: str, given: str) -> None:
    assert bash.given(keys) == given


@pytest.mark.slow
def test_bash_lists_what_is_possible(bash: Bash) -> None:
    listed = bash.type("doudi assess x --why \t\t")
    assert all(one in listed for one in ("dibao", "dibao_edge", "tekun_care", "orphan"))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh_CN.UTF-8", "en_US.UTF-8"])
def test_zsh_and_fish_get_values_with_their_labels(folder: Path, language: str) -> None:
    label = "最低生活保障金" if language.startswith("zh") else "Minimum living allowance (dibao)"
    words = ["doudi", "assess", "x", "--why", "dibao"]
    assert answers(folder, "zsh", words, language)[:3] == ["plain", "dibao", label]
    assert f"plain,dibao\t{label}" in answers(folder, "fish", words, language)
    headings = answers(folder, "zsh", ["doudi", "batch", "台账.csv", "--map", "户"], language)
    assert headings[:2] == ["plain", "户编号="]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_line_in_the_start_up_file_gives_a_script(folder: Path, shell: str) -> None:
    given = {**environment(folder), "_DOUDI_COMPLETE": f"{shell}_source"}
    done = subprocess.run(["doudi"], env=given, capture_output=True, timeout=60)
    assert b"doudi" in done.stdout and done.stderr == b"" and done.returncode == 0
    if shutil.which(shell):
        checked = subprocess.run([shell, "-n"], input=done.stdout, capture_output=True, timeout=60)
        assert (checked.returncode, checked.stderr) == (0, b"")


@pytest.mark.slow
@pytest.mark.parametrize("words", [["doudi", "nothing", "x"], ["doudi", "assess", "--month", "1900-01", "--why", "d"]])
def test_what_is_wrong_completes_nothing(folder: Path, words: list[str]) -> None:
    assert not [one for one in answers(folder, "zsh", words) if one]


@pytest.mark.slow
def test_no_engine_is_loaded(folder: Path) -> None:
    given = {**environment(folder), "_DOUDI_COMPLETE": "zsh_complete", "COMP_CWORD": "4",
             "COMP_WORDS": "doudi batch 台账.csv --keep 户"}  # fmt: skip
    script = (
        "import sys\nfrom calc.cli import run\nstatus = run([])\n"
        "print([one for one in sys.modules if one.split('.')[0] in ('duckdb', 'sqlglot', 'rich', 'pyspark')"
        " or one.startswith(('calc.engine.python.', 'calc.engine.sql', 'calc.engine.traced'))], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], env=given, cwd=folder, capture_output=True, timeout=60)
    assert (done.stdout.decode().split("\n")[1], done.stderr) == ("户编号", b"[]\n")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_a_real_fish_gets_values_with_whole_labels(folder: Path) -> None:
    def completed(line: str) -> list[str]:
        script = f"_DOUDI_COMPLETE=fish_source doudi | source; complete -C '{line}'"
        command = ["fish", "-N", "-c", script]
        done = subprocess.run(command, env=environment(folder), cwd=folder, capture_output=True, timeout=600)
        assert done.stderr == b""
        return done.stdout.decode().splitlines()

    assert completed("doudi assess x --why dibao_e") == ["dibao_edge\tEdge-of-dibao household (status, no cash)"]
    assert "低保标准\tDibao standard" in completed("doudi rules show 低保")
    assert completed("doudi batch 台账.csv --map 户") == ["户编号="]
    assert completed("doudi assess 台") == ["台账.csv"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_a_real_zsh_completes_values(folder: Path) -> None:
    line = "doudi assess x --why dibao_e\t; echo EN''D\n"
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe("zsh", ["zsh", "-f", "-i"], {**environment(folder), "TERM": "xterm"})
    try:
        start = f"autoload -U compinit; compinit -u -d {folder}/dump; "
        start += """eval "$(_DOUDI_COMPLETE=zsh_source doudi)"; echo REA''DY"""
        os.write(terminal, f"{start}\n".encode())
        _read_until(terminal, b"READY\r\n")
        os.write(terminal, line.encode())
        assert b"<--why><dibao_edge>" in _read_until(terminal, b"END\r\n")
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal)


def _read_until(terminal: int, end: bytes) -> bytes:
    found = b""
    last = time.monotonic() + 300
    while end not in found and time.monotonic() < last:
        if select.select([terminal], [], [], 1)[0]:
            found += os.read(terminal, 65536)
    return found
