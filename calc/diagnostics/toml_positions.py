"""Finds the places of the keys and values in a TOML text.

tomli gives values without positions. `places_of` scans a text that tomli has accepted and finds the span of
every key and value. It is loaded and run only when there is a mistake to report.
"""

from __future__ import annotations

import re
from functools import lru_cache

from calc.diagnostics.source import Span, Spot

_SKIP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN_VALUE = re.compile(r"[^,\]}#\n\r]+")


@lru_cache(maxsize=8)
def places_of(text: str) -> dict[tuple[object, ...], Spot]:
    """Maps key paths to places, for a text that tomli accepts."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[tuple[object, ...], Spot] = {}
        self.lengths: dict[tuple[object, ...], int] = {}

    def scan(self) -> dict[tuple[object, ...], Spot]:
        table: tuple[object, ...] = ()
        while True:
            self.skip(_SKIP)
            if self.at >= len(self.text):
                return self.found
            if self.text[self.at] == "[":
                table = self.heading()
            else:
                self.pair(table)

    def skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        assert match
        self.at = match.end()

    def heading(self) -> tuple[object, ...]:
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        keys, span = self.dotted_key()
        self.at += 2 if many else 1
        path: tuple[object, ...] = ()
        for key in keys[:-1]:
            path = self.latest((*path, key))
        path = (*path, keys[-1])
        if many:
            self.lengths[path] = self.lengths.get(path, 0) + 1
            self.found.setdefault(path, Spot(span, span))
        path = self.latest(path)
        self.found.setdefault(path, Spot(span, span))
        return path

    def latest(self, path: tuple[object, ...]) -> tuple[object, ...]:
        return (*path, self.lengths[path] - 1) if path in self.lengths else path

    def pair(self, table: tuple[object, ...]) -> None:
        keys, span = self.dotted_key()
        self.at += 1  # the equals sign
        self.skip(_BLANK)
        path = table
        for key in keys:
            path = (*path, key)
            self.found.setdefault(path, Spot(span, span))
        value, inner = self.value(path)
        self.found[path] = Spot(span, value, inner)

    def dotted_key(self) -> tuple[list[str], Span]:
        keys: list[str] = []
        self.skip(_BLANK)
        start = end = self.at
        while True:
            match = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            assert match
            part = match.group()
            if part[0] == "'":
                part = part[1:-1]
            elif part[0] == '"':
                part = _unescape(part[1:-1])
            keys.append(part)
            end = self.at = match.end()
            self.skip(_BLANK)
            if not self.text.startswith(".", self.at):
                return keys, Span(start, end)
            self.at += 1
            self.skip(_BLANK)

    def value(self, path: tuple[object, ...]) -> tuple[Span, int | None]:
        start, first = self.at, self.text[self.at]
        if first in "\"'":
            match = _STRING.match(self.text, self.at)
            assert match
            self.at = match.end()
            return Span(start, self.at), self.content_start(match.group(), start)
        if first == "[":
            self.items(path)
        elif first == "{":
            self.inline_table(path)
        else:
            match = _PLAIN_VALUE.match(self.text, self.at)
            assert match
            self.at = start + len(match.group().rstrip())
        return Span(start, self.at), None

    def content_start(self, raw: str, start: int) -> int | None:
        if raw[0] == '"' and "\\" in raw:
            return None
        if raw[:3] not in ('"""', "'''"):
            return start + 1
        return start + 3 + (2 if raw[3:5] == "\r\n" else 1 if raw[3:4] == "\n" else 0)

    def items(self, path: tuple[object, ...]) -> None:
        self.at += 1
        index = 0
        while True:
            self.skip(_SKIP)
            if self.text[self.at] == ",":
                self.at += 1
            elif self.text[self.at] == "]":
                self.at += 1
                return
            else:
                at = (*path, index)
                item, inner = self.value(at)
                self.found[at] = Spot(item, item, inner)
                index += 1

    def inline_table(self, path: tuple[object, ...]) -> None:
        self.at += 1
        while True:
            self.skip(_SKIP)
            if self.text[self.at] == ",":
                self.at += 1
            elif self.text[self.at] == "}":
                self.at += 1
                return
            else:
                self.pair(path)


_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_SHORT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


def _unescape(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match.group(1)
        return chr(int(code[1:], 16)) if len(code) > 1 else _SHORT.get(code, code)

    return _ESCAPE.sub(one, text) if "\\" in text else text
