"""Help texts fit a terminal of 80 columns in both languages, cut nothing, and speak the language that was asked for."""

from __future__ import annotations

import re

import click
import pytest

from calc.cli import root
from calc.cli.chinese_help import METAVARS
from calc.diagnostics.source import display_width
from tests.cli.run import doudi


def paths(command: click.Command, *path: str) -> list[tuple[str, ...]]:
    """Every command below one, and itself, by the words that call it."""
    found = [path]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found += paths(inner, *path, name)
    return found


PATHS = paths(root("en"))
LANGUAGES = {"en": "en_US.UTF-8", "zh": "zh_CN.UTF-8"}


def help_of(path: tuple[str, ...], language: str, monkeypatch: pytest.MonkeyPatch, columns: int = 80) -> str:
    monkeypatch.setenv("COLUMNS", str(columns))
    return doudi(*path, "--help", lang=LANGUAGES[language]).out


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_line_fits_and_nothing_is_cut(
    path: tuple[str, ...], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = help_of(path, language, monkeypatch).split("\n")
    assert not [line for line in lines if display_width(line) > 80 or (line.endswith("...") and line != lines[0])]
    assert not [line for line in lines if line.lstrip()[:1] in tuple("，。；：、）》”")]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", [(), ("rules",)], ids=" ".join)
def test_each_command_is_one_line_of_the_list(
    path: tuple[str, ...], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = re.split(r"^(?:Commands:|命令：)\n", help_of(path, language, monkeypatch), flags=re.MULTILINE)[1]
    names = [one[-1] for one in PATHS if one[:-1] == path and one]
    assert [line.split()[0] for line in listed.rstrip().split("\n")] == names
    assert all(len(line.split(maxsplit=1)[1]) > 5 for line in listed.rstrip().split("\n"))


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_chinese_help_has_no_english_sentence(path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    text = help_of(path, "zh", monkeypatch)
    assert text.startswith("用法：doudi") and "\n选项：\n" in text
    described = [line for line in text.split("\n") if not re.match(r"( +|用法：)(doudi|cat) ", line)]
    assert not re.findall(r"(?:\b[A-Za-z][a-z']+[,.]? ){3,}", "\n".join(described))
    assert not re.search(rf"(?<![A-Za-z$_])(?:{'|'.join(METAVARS)})(?![A-Za-z_])", text)


@pytest.mark.slow
@pytest.mark.parametrize("columns", [50, 60, 100, 200])
def test_other_widths_lose_no_word(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for language in LANGUAGES:
        wide, other = (help_of(("batch",), language, monkeypatch, one) for one in (80, columns))
        assert re.sub(r"\s", "", wide) == re.sub(r"\s", "", other)


def test_a_usage_error_in_chinese_has_the_words_of_the_help() -> None:
    ran = doudi("batch", lang="zh_CN.UTF-8")
    assert ran.err == "用法：doudi batch [选项] 台账...\n帮助：doudi batch --help\n\n错误：缺少参数 台账...\n"
