"""Choose the language of the program's own words: `--lang`, else the locale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


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


_HEADINGS = (
    ("Usage: ", "用法："),
    ("Options:", "选项："),
    ("Commands:", "命令："),
    ("Show this message and exit.", "显示本说明。"),
    ("[OPTIONS]", "[选项]"),
    ("COMMAND [ARGS]...", "命令 [参数]..."),
)


def with_headings(text: str, language: str) -> str:
    """Translates the headings of a help text of click."""
    if language == "zh":
        for english, chinese in _HEADINGS:
            text = text.replace(english, chinese)
    return text
