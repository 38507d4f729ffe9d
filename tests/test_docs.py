"""README and docs do what they say: transcripts are run, links lead somewhere, every command, option and key is told.

A block ```console is a transcript: each line after `$ ` is run by `sh`, all of a block in one shell, and below it
stands exactly what it prints. A page is run in a folder of its own with a copy of the rules, the examples and the
cases; Chinese pages (`*.zh.md` and `docs/zh/`) in a Chinese locale. A block whose first line names a file is about
that file:

    ```toml draft.toml     is written to the file
    ```toml +draft.toml    is added at its end
    ```toml ~draft.toml    takes the place of the paragraph that begins with the same line
    ```toml =rules.toml    stands in it word for word

`DOUDI_UPDATE=1 pytest tests/test_docs.py` writes what the commands print into the pages: read every change.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from calc.cli import root
from calc.diagnostics.source import Source
from calc.report.as_csv import HEADINGS
from calc.rules.schema import SHAPES
from calc.rules.toml_document import parse_toml

ROOT = Path(__file__).parent.parent
PAGES = [
    *sorted(ROOT.glob("README*.md")),
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
COPIED = ("rules.toml", "examples", "tests/cases")
FENCE = re.compile(r"(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^`]*)")
MARK = "\x1e"
"""Printed between commands; no program prints it by chance."""

needs_sh = pytest.mark.skipif(shutil.which("sh") is None, reason="transcripts are run by sh")


def title(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def language_of(page: Path) -> str:
    return "zh" if page.name.endswith(".zh.md") or page.parent.name == "zh" else "en"


class Block:
    """A fenced block of a page: its info string and the lines between the fences, first and last exclusive."""

    def __init__(self, info: str, first: int, last: int, lines: list[str]) -> None:
        self.info = info.split()
        self.first, self.last, self.lines = first, last, lines

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


def blocks_of(page: str) -> Iterator[Block]:
    lines = page.split("\n")
    at = 0
    while at < len(lines):
        opened = FENCE.fullmatch(lines[at])
        if opened is None:
            at += 1
            continue
        end = next(place for place in range(at + 1, len(lines)) if lines[place].strip() == opened["ticks"])
        yield Block(opened["info"], at, end, lines[at + 1 : end])
        at = end + 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of what a reader has before them, and `doudi` and `python3` to run."""
    work = tmp_path / "work"
    for name in COPIED:
        source, copy = ROOT / name, work / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy)
        else:
            shutil.copy(source, copy)
    (tmp_path / "bin").mkdir()
    for name, command in (("doudi", f'"{sys.executable}" -m calc'), ("python3", f'"{sys.executable}"')):
        program = tmp_path / "bin" / name
        program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', "utf-8")
        program.chmod(0o755)
    return work


def commands_in(block: Block) -> list[str]:
    """The commands of a transcript; `> ` goes on with the one before."""
    commands: list[str] = []
    goes_on = False
    for line in block.lines:
        if line.startswith("$ "):
            commands.append(line)
            goes_on = True
        elif goes_on and line.startswith("> "):
            commands[-1] += f"\n{line}"
        else:
            goes_on = False
    return commands


def run(commands: list[str], folder: Path, language: str) -> list[str]:
    """What each command prints, run one after the other in one shell."""
    script = "".join(
        "\n".join(line[2:] for line in command.split("\n")) + f"\nshown=$?; printf '{MARK}'; (exit $shown)\n"
        for command in commands
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DOUDI_", "LC_"))}
    environment |= {
        "LANG": "zh_CN.UTF-8" if language == "zh" else "en_US.UTF-8",
        "PATH": f"{folder.parent / 'bin'}{os.pathsep}{environment['PATH']}",
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "80",
    }
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    printed = done.stdout.decode("utf-8").split(MARK)[:-1]
    assert len(printed) == len(commands), f"sh stopped early: {done.stdout.decode('utf-8')}"
    assert "--debug shows where" not in done.stdout.decode("utf-8"), done.stdout.decode("utf-8")
    return [text.rstrip("\n") for text in printed]


def as_run(page: str, folder: Path, language: str) -> str:
    """The page with what its commands print now."""
    lines = page.split("\n")
    for block in reversed(list(_run_in_order(page, folder, language))):
        lines[block.first + 1 : block.last] = block.lines
    return "\n".join(lines)


def _run_in_order(page: str, folder: Path, language: str) -> Iterator[Block]:
    for block in blocks_of(page):
        if block.info[:1] == ["console"]:
            commands = commands_in(block)
            assert commands and block.lines[0].startswith("$ "), f"line {block.first + 1}: no command"
            printed = run(commands, folder, language)
            block.lines = [
                line
                for command, text in zip(commands, printed, strict=True)
                for line in [*command.split("\n"), *(text.split("\n") if text else [])]
            ]
            yield block
        elif len(block.info) == 2:
            _about_a_file(block, folder)


def _about_a_file(block: Block, folder: Path) -> None:
    name = block.info[1]
    path = folder / name.lstrip("+=~")
    path.parent.mkdir(parents=True, exist_ok=True)
    if name.startswith("~"):
        before = path.read_text("utf-8")
        paragraph = re.compile(rf"^{re.escape(block.lines[0])}\n(?:.+\n)*", re.MULTILINE)
        assert len(paragraph.findall(before)) == 1, f"line {block.first + 1}: {path.name} has no such paragraph"
        path.write_text(paragraph.sub(lambda _: block.text, before), "utf-8")
    elif name.startswith("="):
        assert block.text in path.read_text("utf-8"), f"line {block.first + 1}: {path.name} does not say this"
    elif name.startswith("+"):
        path.write_text(f"{path.read_text('utf-8')}\n{block.text}", "utf-8")
    else:
        path.write_text(block.text, "utf-8")


@pytest.mark.slow
@needs_sh
@pytest.mark.parametrize("page", PAGES, ids=title)
def test_transcripts_are_what_the_commands_print(page: Path, folder: Path) -> None:
    written = page.read_text("utf-8")
    told = as_run(written, folder, language_of(page))
    if os.environ.get("DOUDI_UPDATE") and told != written:
        page.write_text(told, "utf-8", newline="\n")
        return
    changed = list(unified_diff(written.split("\n"), told.split("\n"), "written", "printed", n=1, lineterm=""))
    assert not changed, "\n".join([*changed, "DOUDI_UPDATE=1 writes what is printed; read every change"])


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_toml_can_be_read(page: Path) -> None:
    for block in blocks_of(page.read_text("utf-8")):
        if block.info[:1] == ["toml"] and page.name != "errors.md":  # that page shows what is wrong
            parse_toml(Source(f"{page.name}:{block.first + 1}", block.text))


# what the pages must speak of


def text_of(*names: str) -> str:
    return "\n".join((ROOT / name).read_text("utf-8") for name in names)


def all_commands() -> Iterator[tuple[str, click.Command]]:
    def below(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
        yield path, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                yield from below(f"{path} {name}", inner)

    return below("doudi", root("en"))


@pytest.mark.parametrize("page", ["docs/commands.md", "docs/zh/commands.md"])
def test_every_command_has_its_section_with_its_help_and_options(page: str) -> None:
    told = text_of(page)
    sections = dict(re.findall(r"^## `(doudi[^`]*)`\n(.*?)(?=^## |\Z)", told, re.MULTILINE | re.DOTALL))
    commands = dict(all_commands())
    assert list(sections) == list(commands), f"{page} is to have one section for each command, in the order of the help"
    missing = []
    for path, command in commands.items():
        missing += [] if f"\n$ {path} --help\n" in sections[path] else [f"{path} --help"]
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                missing += [
                    f"{path} {name}" for name in parameter.opts if f"`{name}" not in told and f" {name}" not in told
                ]
    assert not missing


def test_readme_begins_with_the_two_commands() -> None:
    """`.ci/run` and the readers' first minute depend on them."""
    first = (
        "python3 -m venv .venv && .venv/bin/pip install -q . && "
        ".venv/bin/doudi assess examples/household.toml --month 2022-05 --lang en"
    )
    second = ".venv/bin/pip install -q -e '.[dev]' && .venv/bin/python -m pytest"
    for page in ("README.md", "README.zh.md"):
        commands = [block.text.strip() for block in blocks_of(text_of(page)) if block.info == ["sh"]]
        assert commands[:2] == [first, second] if page == "README.md" else second in commands
        assert len(text_of(page).splitlines()) < 120


@pytest.mark.parametrize("section", SHAPES)
def test_every_key_of_a_rules_file_is_told(section: str) -> None:
    page = text_of("docs/rules-file.md")
    missing = [key for key in SHAPES[section] if not re.search(rf"`{re.escape(key)}[`. =]", page)]
    assert not missing


@pytest.fixture
def results(folder: Path) -> list[str]:
    def command(arguments: str) -> str:
        return run([f"$ doudi assess {arguments}"], folder, "en")[0]

    (folder / "wrong.toml").write_text("[[members]]\nwage = 'much'\n", "utf-8")
    (folder / "unchecked.toml").write_text("[[members]]\nrelation_to_head = 'head'\nbirth_date = 1980-01-01\n", "utf-8")
    files = "examples/household.toml wrong.toml unchecked.toml"
    return [
        command(f"{files} --month 2022-05 --set 低保标准=700 --explain --format {kind} 2>/dev/null")
        for kind in ("json", "csv")
    ]


@pytest.mark.slow
@needs_sh
@pytest.mark.parametrize("path", ["docs/households.md", "docs/zh/households.md"])
def test_every_key_of_the_results_is_told(results: list[str], path: str) -> None:
    page = text_of(path)
    found: set[str] = set()

    def keys_in(value: object) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                found.add(key)
                if key not in ("definitions", "members", "set"):
                    keys_in(inner)
        elif isinstance(value, list):
            for inner in value:
                keys_in(inner)

    keys_in(json.loads(results[0]))
    assert {"assumptions", "needs", "unset", "failed", "definitions", "members", "set", "errors"} <= found
    assert not [key for key in sorted(found | set(HEADINGS)) if f"`{key}`" not in page]
    assert results[1].startswith(",".join(HEADINGS))


# pages in Chinese

BOTH = sorted(page.name for page in (ROOT / "docs/zh").glob("*.md") if (ROOT / "docs" / page.name).exists())


@pytest.mark.parametrize("name", BOTH)
def test_a_page_in_chinese_keeps_up_with_the_english_one(name: str) -> None:
    """Each section and each option of the one is in the other."""
    english, chinese = text_of(f"docs/{name}"), text_of(f"docs/zh/{name}")
    sections = [len(re.findall(r"^## ", page, re.MULTILINE)) for page in (english, chinese)]
    assert sections[0] == sections[1], f"docs/zh/{name} is to have the sections of docs/{name}"
    options = [set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", page)) for page in (english, chinese)]
    missing = sorted(options[0] - options[1] - {"--lang"})  # a page in Chinese is run in Chinese
    assert not missing, f"docs/zh/{name} says nothing of these options"


@pytest.mark.parametrize("page", [page for page in PAGES if language_of(page) == "zh"], ids=title)
def test_a_page_in_chinese_is_in_chinese(page: Path) -> None:
    text = page.read_text("utf-8")
    fenced = {at for block in blocks_of(text) for at in range(block.first, block.last + 1)}
    lines = [line for at, line in enumerate(text.split("\n")) if at not in fenced]
    plain = [re.sub(r"`[^`]*`|\]\([^)]*\)", "", line) for line in lines]
    if page.name != "errors.md":  # its table has the English sentences too
        assert not [line for line in plain if re.search(r"(?:\b[A-Za-z][a-z']+[,.]? ){4,}", line)]
    assert "事实" not in text.replace("事实无人抚养", "")  # what a household file states is 事项
    assert not [line for line in plain if re.search(r"[\u4e00-\u9fff][,;:?!](?=[\s\u4e00-\u9fff]|$)", line)]


# sentences and links

SECOND_SENTENCE = re.compile(r"[.?!][\"”)]* +[A-Z`\[(]|[。？！](?![”）]*$)")


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "errors.md"], ids=title)
def test_one_sentence_a_line(page: Path) -> None:
    """A changed sentence is then a changed line."""
    text = page.read_text("utf-8").partition("<!-- functions")[0]  # what is written by the program is left aside
    fenced = {at for block in blocks_of(text) for at in range(block.first, block.last + 1)}
    told = []
    for at, line in enumerate(text.split("\n")):
        if at not in fenced and line[:1] not in ("|", ">", "#"):
            told += [f"line {at + 1}: {line}"] if SECOND_SENTENCE.search(re.sub(r"^ *\d+\. ", "", line)) else []
    assert not told


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual hosts make them."""
    found = set()
    fenced = {at for block in blocks_of(page.read_text("utf-8")) for at in range(block.first, block.last)}
    for at, line in enumerate(page.read_text("utf-8").split("\n")):
        if at not in fenced and re.match(r"#+ ", line):
            text = line.lstrip("#").strip().lower()
            found.add(re.sub(r"[^\w\- ]", "", text).replace(" ", "-"))
    return found


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        path, _, anchor = unquote(target).partition("#")
        if path.startswith(("http:", "https:")):
            continue
        other = page.parent / path if path else page
        if not other.exists() or (anchor and other.suffix == ".md" and anchor not in anchors_of(other)):
            broken.append(target)
    assert not broken


def test_every_page_is_on_the_map() -> None:
    told = text_of("docs/README.md")
    pages = [page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")]
    assert not [page for page in pages if page != "README.md" and f"({page})" not in told]
