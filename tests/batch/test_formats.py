"""Endings of files to be written: known ones name their format, unknown ones are refused with the list of known."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from calc.batch.writers.formats import ending_mistake, ending_of, endings_for


@pytest.mark.parametrize(
    ("path", "ending"),
    [("a.csv", "csv"), ("A.CSV", "csv"), ("a", ""), ("./a", ""), ("../a.b/c", ""), ("dir.csv/a", ""), (".hidden", ""),
     ("a.2022-06", ""), ("a.2022", ""), ("2022.6月", ""), ("a.7z", "7z"), ("-", ""), (None, ""), ("a.", "")],
)  # fmt: skip
def test_the_ending_is_that_of_the_last_part(path: str | None, ending: str) -> None:
    assert ending_of(path) == ending


@pytest.mark.parametrize(
    ("path", "format", "is_asked", "mistake"),
    [
        ("a.csv", "csv", False, None),
        ("a", "csv", False, None),
        ("/dev/null", "csv", False, None),
        ("a.cvs", "csv", False, "unknown-ending"),
        ("a.cvs", "csv", True, None),
        ("a.csv.bak", "csv", False, "unknown-ending"),
        ("a.txt", "csv", False, "unknown-ending"),
        ("a.txt", "csv", True, None),
        ("a.txt", "text", False, None),
        ("a.ods", "csv", True, "wrong-ending"),
        ("a.csv", "xlsx", True, "wrong-ending"),
        ("a.json", "jsonl", False, None),
        ("a.png", "svg", False, "unknown-ending"),
        ("a.htm", "html", False, None),
        ("a.csv", "toml", False, "wrong-ending"),
    ],
)
def test_what_is_wrong_with_an_ending(path: str, format: str, is_asked: bool, mistake: str | None) -> None:
    assert ending_mistake(path, format, is_asked) == mistake


def test_a_pipe_may_have_any_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "results.fifo")
    assert ending_mistake(str(tmp_path / "results.fifo"), "csv", False) is None


def test_the_known_endings_are_listed() -> None:
    assert endings_for("csv", "xlsx") == ".csv .xlsx" and endings_for("svg") == ".svg"
