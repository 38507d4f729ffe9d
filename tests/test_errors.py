"""Every code has a folder in `tests/errors/` with files that provoke it and the exact output, in both languages.

A folder's `command` holds the arguments of each run; without it the run is `rules check rules.toml`.
Its `without` names libraries that are to be missing.
`DOUDI_UPDATE=1 pytest tests/test_errors.py` writes the outputs anew: read every change.
"""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import calc.diagnostics.messages
from calc.cli import run
from calc.diagnostics.diagnostic import InputErrors
from calc.diagnostics.messages import MESSAGES
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from calc.rules.toml_document import LARGEST, decode

FOLDERS = Path(__file__).parent / "errors"
CODES = sorted({code.partition("/")[0] for code in MESSAGES})
EXPECTED = {"en": "expected.txt", "zh": "expected.zh.txt"}
TOO_LARGE = {"not-xlsx/large", "not-xlsx/unpacked", "not-xlsx/cells"}
"""Variants that `tests/ledger/xlsx/test_read_sheet.py` provokes."""
MADE_BELOW = {"toml-syntax/deep", "json-syntax/deep", "wrong-value/table-size", "too-large/line", *TOO_LARGE}
"""Variants whose files would be too large to keep."""
NEEDS = {"not-xlsx": "python_calamine", "bad-cell": "python_calamine", "bad-form": "docxtpl"}
"""Folders whose files only an extra can read."""
ENVIRONMENT = ("DOUDI_RULES", "DOUDI_DEBUG", "DOUDI_LANG")


def commands(folder: Path) -> list[str]:
    written = folder / "command"
    return written.read_text("utf-8").splitlines() if written.exists() else ["rules check rules.toml"]


def in_process(folder: Path, arguments: list[str]) -> str:
    streams = sys.stdout, sys.stderr
    before = Path.cwd()
    environment = {name: os.environ.pop(name) for name in ENVIRONMENT if name in os.environ}
    missing = folder / "without"
    hidden = missing.read_text("utf-8").split() if missing.exists() else []
    libraries = {name: sys.modules.pop(name, None) for name in hidden}
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    written = io.BytesIO()
    own = io.TextIOWrapper(written, encoding="utf-8", newline="\n", write_through=True)  # closed when nobody holds it
    sys.stdout = sys.stderr = own
    os.chdir(folder)
    try:
        with warnings.catch_warnings():
            status = run(arguments)
    finally:
        os.chdir(before)
        sys.stdout, sys.stderr = streams
        os.environ.update(environment)
        for name, library in libraries.items():
            del sys.modules[name]
            if library is not None:
                sys.modules[name] = library
    own.flush()
    return f"{written.getvalue().decode('utf-8')}exit {status}\n"


def as_a_program(folder: Path, arguments: list[str]) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
    environment["PYTHONPATH"] = str(FOLDERS.parent.parent)
    done = subprocess.run(
        [sys.executable, "-m", "calc", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return f"{done.stdout.decode('utf-8')}exit {done.returncode}\n"


def transcript(code: str, language: str, how: Callable[[Path, list[str]], str]) -> str:
    """What the runs of a folder print; where there are several, each under its command."""
    folder = FOLDERS / code
    lines = commands(folder)
    told = [how(folder, [*shlex.split(line), "--lang", language]) for line in lines]
    if len(lines) == 1:
        return told[0]
    return "\n".join(f"$ doudi {line}\n{output}" for line, output in zip(lines, told, strict=True))


@cache
def output_and_codes(code: str, language: str) -> tuple[str, frozenset[str]]:
    """The transcript, and the codes with their variants that it told."""
    told: set[str] = set()
    original = calc.diagnostics.messages.message

    def noted(code: str, values: dict[str, object], language: str) -> str:
        told.add(code)
        return original(code, values, language)

    calc.diagnostics.messages.message = noted
    try:
        return transcript(code, language, in_process), frozenset(told)
    finally:
        calc.diagnostics.messages.message = original


def test_every_code_has_a_folder_and_every_folder_a_code() -> None:
    assert sorted(path.name for path in FOLDERS.iterdir() if path.is_dir()) == CODES


@pytest.mark.parametrize("language", EXPECTED)
@pytest.mark.parametrize("code", CODES)
def test_output_is_exact(code: str, language: str) -> None:
    if code in NEEDS:
        pytest.importorskip(NEEDS[code])
    output, told = output_and_codes(code, language)
    expected = FOLDERS / code / EXPECTED[language]
    if os.environ.get("DOUDI_UPDATE"):
        expected.write_text(output, "utf-8", newline="\n")
    assert output == expected.read_bytes().decode("utf-8")
    assert code in {one.partition("/")[0] for one in told}


def test_every_sentence_is_told_somewhere() -> None:
    for library in NEEDS.values():
        pytest.importorskip(library)
    told = frozenset[str]().union(*(output_and_codes(code, "en")[1] for code in CODES))
    assert set(MESSAGES) - told == MADE_BELOW


@pytest.mark.slow
@pytest.mark.parametrize("code", ["cannot-read", "not-a-word", "bad-setting", "untested", "unknown-name"])
def test_a_program_of_its_own_prints_the_same(code: str) -> None:
    assert transcript(code, "zh", as_a_program) == output_and_codes(code, "zh")[0]


# what is too large to keep as a file

HEAD = '[rules]\ntitle = "T"\ncurrency = "EUR"\nfrom = "2022-01"\n[documents]\nd = { title = "D" }\n'


def codes_of(path: Path, text: str) -> list[str]:
    path.write_text(text, "utf-8")
    with pytest.raises(InputErrors) as caught:
        plan_for(read_rules(str(path)), 202201)
    return [one.code for one in caught.value.diagnostics]


def test_table_of_too_many_rows(tmp_path: Path) -> None:
    rows = ", ".join(f"[{at}, 1]" for at in range(5001))
    table = f'[parameters]\nt = {{ kind = "count", axes = ["n"], cite = "d 1", from.2022-01 = [{rows}] }}\n'
    assert codes_of(tmp_path / "rules.toml", HEAD + table) == ["wrong-value/table-size"]


def test_toml_nested_too_deeply(tmp_path: Path) -> None:
    assert codes_of(tmp_path / "rules.toml", HEAD + f"x = {'[' * 20_000}{']' * 20_000}\n") == ["toml-syntax/deep"]


def test_json_nested_too_deeply(tmp_path: Path) -> None:
    from calc.households.parse_document import parse

    with pytest.raises(InputErrors) as caught:
        parse(decode("h.json", b"[" * 200_000 + b"]" * 200_000), "json")
    assert [one.code for one in caught.value.diagnostics] == ["json-syntax/deep"]


def test_file_of_too_many_bytes(tmp_path: Path) -> None:
    assert codes_of(tmp_path / "rules.toml", HEAD + "#" * LARGEST) == ["too-large"]


@pytest.mark.parametrize("command", ["batch PIPE", "batch ledger.csv --households PIPE", "totals PIPE"])
def test_a_stream_without_a_line_end(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    path, ledger = tmp_path / "pipe", tmp_path / "ledger.csv"
    os.mkfifo(path)
    ledger.write_text("household,name\n1,Ann\n", "utf-8")
    feeder = subprocess.Popen(f"exec cat /dev/zero > {shlex.quote(str(path))}", shell=True)
    try:
        given = {"PIPE": str(path), "ledger.csv": str(ledger)}
        assert run([*(given.get(one, one) for one in command.split()), "--lang", "en"]) == 2
        assert feeder.wait(60) != 0  # nobody reads on
    finally:
        feeder.kill()
        feeder.wait()
    said = capsys.readouterr().err
    assert f"{path}:1:1: error[too-large]: the first 16 MB have no line end, so this is no ledger" in said
