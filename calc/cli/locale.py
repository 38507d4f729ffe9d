"""Choose the language of the program's own words: `--lang`, else the locale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click


class NobodyReads(Exception):
    """The reader of the output is gone; that is success."""


def chosen_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """`zh` or `en`."""
    for at, argument in enumerate(arguments):
        if argument == "--lang" and at + 1 < len(arguments):
            return _of(arguments[at + 1])
        if argument.startswith("--lang="):
            return _of(argument[7:])
    for name in ("DOUDI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return _of(environment[name])
    return _of(_system_locale())


def _of(text: str) -> str:
    return "zh" if text.casefold().startswith(("zh", "chinese")) else "en"


def _system_locale() -> str:
    """Reads the language of Windows, which is not in the environment."""
    import sys

    if sys.platform != "win32":
        return ""
    import locale

    return locale.getlocale()[0] or ""


def pick(language: str, en: str, zh: str) -> str:
    """Picks the text of a language."""
    return zh if language == "zh" else en


def first_paragraph(help: str) -> str:
    """Takes the first paragraph of a help text, which lists of commands show whole."""
    return " ".join(help.strip().partition("\n\n")[0].split())


class ChineseContext(click.Context):
    """A context whose help is laid out in Chinese; what lays it out is loaded for that alone."""

    def make_formatter(self) -> click.HelpFormatter:
        """Creates the formatter, as click does."""
        from calc.cli.chinese_help import ChineseFormatter

        return ChineseFormatter(width=self.terminal_width, max_width=self.max_content_width)
