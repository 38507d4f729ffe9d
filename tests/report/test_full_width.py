"""In Chinese text the marks between words are of full width, wherever the program prints it.

Everything is read that is kept of what the program says: its sentences, all messages, transcripts of the four roles,
and what the Chinese pages show under their commands; a few listings are printed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from calc.cli import run
from tests.test_docs import blocks_of

ROOT = Path(__file__).parents[2]
HAN = "[㐀-鿿]"
HALF = re.compile(
    rf"(?:{HAN}|[“”）》`])[:;,!?] ?(?={HAN}|[“”（《`\"]|$)|{HAN}[:;] |(?<!, )[:;] ?{HAN}"
    rf"|{HAN} ?\((?={HAN})|(?<={HAN})\) ?{HAN}"
)
"""A half-width mark between Chinese words, or behind one."""
PLACE = re.compile(r"^[^：，；（]*?:\d+(?::\d+)?: |^\S+\.(?:csv|jsonl|xlsx)(?:\[[^]]*\])?: ")
"""A file with line and column, as editors find it."""
FORMULA = re.compile(r"\w+\((?:[^()]|\([^()]*\))*\)|[㐀-鿿] 属于 \([^()]*\)")
"""Parts that are written as in a formula."""
NOT_OURS = re.compile(
    r"^ *\d* \||^\$ |^ *(?:公式|写作|适用于|规则中写作|sum|count)|^\S+,\S*,|^[ #]*\"|^[{}\[]|^ *\S+ = "
    r"|^ *doudi |^ *--\w|^ *\S+\.toml"
)
"""Lines that quote a file, a formula, a table of values or a command."""


def half_width(line: str) -> str | None:
    """A part of a line with a half-width mark beside Chinese; None where there is none."""
    if NOT_OURS.search(line):
        return None
    text = PLACE.sub("", re.sub(r"`[^`]*`", "`", line.rstrip()))
    found = HALF.search(FORMULA.sub("", text))
    return None if found is None else text[max(0, found.start() - 12) : found.end() + 8]


def kept_lines() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "tests").glob("transcripts/*.zh.*")):
        yield from ((path.name, line) for line in path.read_text("utf-8").splitlines())
    for path in sorted((ROOT / "tests").glob("errors/*/expected.zh.txt")):
        yield from ((path.parent.name, line) for line in path.read_text("utf-8").splitlines())
    for path in [*sorted((ROOT / "docs" / "zh").glob("*.md")), ROOT / "README.zh.md"]:
        for block in blocks_of(path.read_text("utf-8")):
            if block.info[:1] in (["console"], ["text"]):
                yield from ((path.name, line) for line in block.lines)


def test_what_is_kept_has_full_width_marks() -> None:
    found = {f"{name}: {part}" for name, line in kept_lines() if (part := half_width(line))}
    assert not found, "\n".join(sorted(found))


def test_sentences_have_full_width_marks() -> None:
    page = (ROOT / "docs" / "sentences.md").read_text("utf-8")
    rows = [row.rpartition(" | ")[2].removesuffix(" |") for row in page.splitlines() if row.startswith("| ")]
    found = [part for row in rows for line in row.split("<br>") if (part := half_width(line))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "arguments",
    [
        ["rules", "show"], *(["rules", "show", name] for name in ("dibao", "工资", "与户主关系", "低保标准")),
        *(["rules", "show", one] for one in ("facts", "definitions", "topics")),
        ["near", "examples/household.toml", "-m", "2022-06"], ["next", "examples/household.toml", "-m", "2022-06"],
        ["assess", "examples/household.toml", "-m", "2022-06", "--explain"],
        ["map", "examples/ledger.csv", "-m", "2022-06"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_commands_print_has_full_width_marks(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert run([*arguments, "--lang", "zh"]) in (0, 1)
    printed = capsys.readouterr()
    found = {part for line in (printed.out + printed.err).splitlines() if (part := half_width(line))}
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("  用于: 工资", True), ("  = 提示: 请写作", True), ("甲; 乙", True), ("甲, 乙", True), ("金额 (每月)", True),
        ("金额（每月）：甲、乙", False), ("a.csv:3:1: 错误[code]：甲", False), ("a.csv:3: 错误[code]: 甲", True),
        ("`a: b` 的说明", False), ("分隔符：, ; 或 tab", False),
    ],
)  # fmt: skip
def test_a_half_width_mark_is_found(line: str, is_found: bool) -> None:
    assert (half_width(line) is not None) == is_found
