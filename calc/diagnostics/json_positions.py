"""Finds the place of every key and value in a JSON text, for messages about mistakes in a file."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from json.decoder import scanstring  # type: ignore[attr-defined]  # there, though typeshed does not list it

from calc.diagnostics.source import Span, Spot

_BLANKS = re.compile(r"[ \t\r\n]*")
_PLAIN = re.compile(r"[^\s,\]}]+")


@lru_cache(maxsize=8)
def json_places(text: str) -> dict[tuple[object, ...], Spot]:
    """Maps key paths to places, for a text that the json module accepts; of a key given twice, the last.

    It is not recursive: Python's calls would not reach as deep as json allows.
    """
    found: dict[tuple[object, ...], Spot] = {}
    open_: list[
        tuple[tuple[object, ...], Span | None, int]
    ] = []  # path, key and start of each list and object that is open
    counts: list[int] = []  # the number of items of each open list; -1 for an object
    at = _blanks(text, 0)
    key: str | None = None
    key_span: Span | None = None

    def path_here() -> tuple[object, ...]:
        if not open_:
            return ()
        return (*open_[-1][0], key if counts[-1] < 0 else counts[-1])

    def note(path: tuple[object, ...], named: Span | None, span: Span, inner: int | None = None) -> None:
        found[path] = Spot(named or span, span, inner)
        if counts and counts[-1] >= 0:
            counts[-1] += 1

    while at < len(text):
        first = text[at]
        if first in "]}":
            path, named, start = open_.pop()
            counts.pop()
            at += 1
            note(path, named, Span(start, at))
        elif first == ",":
            at += 1
            key = key_span = None
        elif first == ":":
            at += 1
        elif first in "[{":
            open_.append((path_here(), key_span, at))
            counts.append(0 if first == "[" else -1)
            at += 1
            key = key_span = None
        elif first == '"':
            value, end = scanstring(text, at + 1, False)
            if counts and counts[-1] < 0 and key is None:
                key, key_span = value, Span(at, end)
            else:
                plain = len(value) == end - at - 2  # no escapes: places inside the string are exact
                note(path_here(), key_span, Span(at, end), at + 1 if plain else None)
            at = end
        else:
            match = _PLAIN.match(text, at)
            assert match
            note(path_here(), key_span, Span(at, match.end()))
            at = match.end()
        at = _blanks(text, at)
    return found


def _blanks(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    assert match
    return match.end()


_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|.)", re.DOTALL)


def half_character(text: str) -> int | None:
    """Finds an escape like `\\ud83d` without its other half; such a text can be neither shown nor stored."""
    waiting: int | None = None
    last_end = -1
    for match in _ESCAPE.finditer(text):
        unit = int(match.group(1), 16) if match.group(1) else 0
        low = 0xDC00 <= unit < 0xE000
        if waiting is not None:
            if not (low and match.start() == last_end):
                return waiting
            waiting = None
        elif low:
            return match.start()
        elif 0xD800 <= unit < 0xDC00:
            waiting = match.start()
        last_end = match.end()
    return waiting


def reason_of(error: json.JSONDecodeError) -> tuple[str, str]:
    """Returns json's reason of a syntax error, in English and Chinese."""
    reason = error.msg
    return reason[:1].lower() + reason[1:], _REASONS.get(reason, reason)


_REASONS = {
    "Expecting value": "此处应有值",
    "Expecting property name enclosed in double quotes": "此处应有双引号括起的键名",
    "Expecting ':' delimiter": "此处缺少冒号",
    "Expecting ',' delimiter": "此处缺少逗号",
    "Extra data": "结尾之后还有内容",
    "Unterminated string starting at": "此处开始的字符串没有结束",
    "Invalid control character at": "字符串中有控制字符",
    "Invalid \\escape": "字符串中有不能识别的转义",
    "Invalid \\uXXXX escape": "字符串中的 \\u 转义不完整",
    "Illegal trailing comma before end of object": "对象末尾多了逗号",
    "Illegal trailing comma before end of array": "列表末尾多了逗号",
}
