"""Finds facts that were filled in on a line that is still a comment, so that they are not read.

The template of a household file has a commented line for each fact with a default (`# wage = 0`). One whose value was
changed, while the `#` was left, says nothing to the program, and to the person who wrote it everything. So does a value
that was written into a line of the short template, which lists the facts of a topic (`# Income: wage = 900, pension`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
from calc.diagnostics.source import Source
from calc.households.cell_values import CellError, shown
from calc.households.headings import Headings
from calc.households.read_cell import read_cell
from calc.language.types import HOUSEHOLD, MEMBER, NUMERIC, TEXT
from calc.late_pattern import late_pattern
from calc.record import Record
from calc.rules.plain_default import plain_default
from calc.rules.plan import FactPlan
from calc.rules.toml_document import parse_toml
from calc.text_forms import folded

_KEY = (
    r"""(?P<key>"[^"\n]*"|'[^'\n]*'|[^\s"'#=＝:：\[\]][^"'#=＝:：\[\]\n]{0,60}?)[ \t]*"""
    r"""(?P<sign>[=＝:：])[ \t]*(?P<value>[^\n]*)"""
)
_LINE = late_pattern(rf"[ \t]*(?P<mark>[#＃][ \t#＃]*)?(?:{_KEY})?")
_TOPIC = late_pattern(r"""(?:(?P<label>[^"=＝:：\n]{1,80})(?:：|:[ \t]))?(?P<rest>[^\n]*)""")
_ITEM = late_pattern(r"""(?:"[^"\n]*"|'[^'\n]*'|[^"'、，；;,\n]|,(?![ \t]))+""")
_IN_ITEM = late_pattern(r"""[ \t]*(?P<key>"[^"]*"|'[^']*'|[^\s"'=＝:：]+)[ \t]*[=＝:：]?[ \t]*(?P<value>.*)""")
_LONG_TEXT = late_pattern(r'"""(?:[^\\]|\\.)*?"""' + r"|'''.*?'''", re.DOTALL)


class _Written(Record):
    """A fact and its value on a commented line, from its `#` to its last character; `value` is None for prose.

    `help` says how it is written so that it is read.
    """

    fact: FactPlan
    heading: str
    value: Any
    start: int
    end: int
    help: str = "take-away-mark"


def commented_facts(source: Source, headings: Headings, show_ids: bool = False) -> list[Diagnostic]:
    """Reports the commented lines of a TOML file that give a fact another value than its default.

    Not those of a fact that is stated too in the same table, nor those of a whole table that is commented.
    """
    found: list[Diagnostic] = []
    for comments, stated in _tables(source.text, headings):
        for one in comments:
            if one.fact.name in stated or not _is_filled_in(one):
                continue
            values = {"fact": one.heading, "read": shown(one.value, show_ids)}
            place = Place(source, (), one.start, one.end)
            found.append(Diagnostic("still-a-comment", place, values, (one.help, {})))
    return found


def _tables(text: str, headings: Headings) -> Iterator[tuple[list[_Written], set[str]]]:
    """Yields for each table of a text its commented facts, and the names of those that it states."""
    comments: list[_Written] = []
    stated: set[str] = set()
    is_out = False  # below the commented heading of a table
    hidden = [one.span() for one in _LONG_TEXT.finditer(text)] if '"""' in text or "'''" in text else []
    at = 0
    for line in text.splitlines(keepends=True):
        start, at = at, at + len(line)
        match = _LINE.match(line)
        if match is None or not line.strip() or any(first < start < last for first, last in hidden):
            continue
        mark, rest = match["mark"], line[match.end("mark") :] if match["mark"] else line.lstrip()
        if rest.startswith("["):
            is_out = mark is not None
            if not is_out:
                yield comments, stated
                comments, stated = [], set()
            continue
        is_out = is_out and mark is not None
        if is_out:
            continue
        heading = _bare(match["key"])
        facts = _facts(heading, headings)
        if mark is None:
            stated.update(one.name for one in facts)
            continue
        value = _value_in(match["value"], facts[0]) if facts and _assigns(match["sign"], facts[0]) else None
        if value is not None:
            end = match.start("value") + len(match["value"].partition("  #")[0].rstrip())
            comments.append(_Written(facts[0], heading, value, start + match.start("mark"), start + end))
        else:
            comments += _listed(rest, start + match.end("mark"), headings)
    yield comments, stated


def _listed(text: str, start: int, headings: Headings) -> list[_Written]:
    """Finds the values in a line that lists the facts of a topic, as the short template has it."""
    line = _TOPIC.match(text)
    label, rest = (line["label"] or "", line["rest"]) if line else ("", "")
    found: list[_Written] = []
    names = 0
    for item in _ITEM.finditer(rest):
        inside = _IN_ITEM.fullmatch(item[0].rstrip())
        heading = _bare(inside["key"]) if inside else ""
        for fact in _facts(heading, headings)[:1]:
            names += 1
            if inside and inside["value"]:
                value = _value_in(inside["value"], fact)
                value = inside["value"] if value is None else value
                first = start + (line.start("rest") if line else 0) + item.start()
                found.append(_Written(fact, heading, value, first, first + len(item[0].rstrip()), "write-apart"))
    return found if names > 1 or folded(label) in headings.topics else []


def _bare(key: str | None) -> str:
    return (key or "").strip("\"'").strip()


def _facts(heading: str, headings: Headings) -> list[FactPlan]:
    found = (headings.find(heading, level) for level in (HOUSEHOLD, MEMBER)) if heading else ()
    return [one for one in found if isinstance(one, FactPlan)]


def _assigns(sign: str, fact: FactPlan) -> bool:
    """Says whether a sign gives a fact a value: a colon may as well begin a remark, of which any text could be read."""
    return sign in "=＝" or fact.type.kind != TEXT


def _value_in(text: str, fact: FactPlan) -> Any:
    """Reads what is after the equals sign: a value of TOML, or words that the fact can have; None for prose."""
    try:
        return parse_toml(Source("", f"value = {text}"))["value"]
    except InputErrors:
        words = text.partition("#")[0].strip().strip("\"'“”‘’「」").strip()
        return None if isinstance(read_cell(fact, words)[0], CellError) else words


def _is_filled_in(one: _Written) -> bool:
    """Says whether a value states something else than the default that the template writes."""
    if one.value is None or isinstance(one.value, (dict, list)):
        return False
    read, _ = read_cell(one.fact, one.value)
    if read is None or isinstance(read, CellError):
        return read is not None
    default = plain_default(one.fact)
    if default is not None and one.fact.type.kind in NUMERIC:
        default *= 10**one.fact.decimals
    return default is None or bool(read != default)
