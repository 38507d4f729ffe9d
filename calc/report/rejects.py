"""Writes rejected households as rows of the file of rejects, and a few examples for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from calc.diagnostics.diagnostic import MOST_SHOWN, Diagnostic, Reject
from calc.diagnostics.messages import LEVELS, help_text, word
from calc.diagnostics.punctuation import colon
from calc.report.ui_text import say

EXAMPLES = 3


def headings(kept: Sequence[str]) -> list[str]:
    """Lists the headings of the file of rejects, which has a row for each mistake."""
    return ["household", "file", "line", "column", "code", "fact", "message", *kept]


def rows(rejected: Reject, language: str) -> Iterator[list[str]]:
    """Yields the rows of a household, one for each mistake."""
    for one in rejected.mistakes:
        fact = one.values.get("fact")
        yield [
            rejected.id,
            one.path,
            str(one.line),
            one.place.heading or "",
            one.name,
            fact if isinstance(fact, str) else "",
            one.message(language),
            *rejected.cells,
        ]


def as_object(rejected: Reject, language: str, kept: Sequence[str] = ()) -> dict[str, Any]:
    """Makes a household as the object in the JSON of rejects."""
    answer: dict[str, Any] = {
        "id": rejected.id,
        "errors": [
            {
                "code": one.name,
                "place": f"{one.path}:{one.line}",
                "column": one.place.heading,
                "fact": one.values.get("fact"),
                "message": one.message(language),
            }
            for one in rejected.mistakes
        ],
    }
    if kept and rejected.cells:
        answer["kept"] = dict(zip(kept, rejected.cells, strict=True))
    return answer


class Examples:
    """Counts findings by code and column, and keeps the first few of each."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str | None, bool], int] = {}
        self.first: dict[tuple[str, str | None, bool], list[tuple[str, Diagnostic]]] = {}

    def add(self, household: str, findings: Iterable[Diagnostic], is_error: bool) -> None:
        """Adds the findings of a household; `household` is its id for messages."""
        for one in findings:
            key = one.name, one.place.heading, is_error
            self.counts[key] = self.counts.get(key, 0) + 1
            shown = self.first.setdefault(key, [])
            if len(shown) < EXAMPLES:
                shown.append((household, one))

    def lines(self, language: str) -> Iterator[str]:
        """Yields the lines to print, most frequent mistakes first, in the same order however a ledger is divided."""
        keys = sorted(self.counts, key=lambda key: (-self.counts[key], not key[2], key[0], key[1] or ""))
        for key in keys[:MOST_SHOWN]:
            for household, one in self.first[key]:
                yield format_mistake(household, one, key[2], language)
            more = self.counts[key] - len(self.first[key])
            if more:
                yield say("more-of-these", language, count=more, code=key[0])
        if len(keys) > MOST_SHOWN:
            yield say("more-kinds", language, count=len(keys) - MOST_SHOWN)


def format_mistake(household: str, one: Diagnostic, is_error: bool, language: str) -> str:
    """Writes one finding in full, in the form of all diagnostics."""
    column = f" [{one.place.heading}]" if one.place.heading is not None else ""
    who = say("household-of", language, id=household)
    text = (
        f"{one.path}:{one.line}: {LEVELS[language][is_error]}[{one.name}]{colon(language)}"
        f"{who}{column}{colon(language)}{one.message(language)}"
    )
    if one.help:
        text += f"\n  = {word('help', language)}{colon(language)}{help_text(*one.help, language)}"
    return text
