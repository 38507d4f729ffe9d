"""Defines a mistake in one expression, and finds similar names for hints."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from calc.record import Record

Help = tuple[str, dict[str, Any]]
"""The code of a hint and the values of its sentence."""


class Problem(Record):
    """A mistake found by the parser or the checker: code, bytes of the text, values of the message, hint.

    A mistake in a key of a table that a formula looks up has a `row`: the table, the axis, and the place along it.
    `calc.rules` turns it into a diagnostic with a place in a file.
    """

    code: str
    span: tuple[int, int]
    values: dict[str, Any] = {}
    help: Help | None = None
    row: tuple[str, int, int] | None = None


def close_match(name: str, known: list[str]) -> str | None:
    """Finds the known name that is most similar to a written one; None if none is similar."""
    return _nearest(name, tuple(known))


def did_you_mean(name: str, known: Iterable[str]) -> Help | None:
    """Makes the hint with the known name that is most similar to a written one; None if none is similar."""
    return named_hint(close_match(name, list(known)))


def named_hint(close: str | None) -> Help | None:
    """Makes the hint with a similar name, if there is one."""
    return ("did-you-mean", {"name": close}) if close else None


@lru_cache(maxsize=512)
def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches

    letters = set(name)
    alike = [one for one in known if abs(len(one) - len(name)) <= 4 and len(letters & set(one)) * 2 >= len(letters)]
    found = get_close_matches(name, alike[:200], n=1, cutoff=0.6)
    if found:
        return found[0]
    if 2 <= len(name) <= 4:  # one wrong character of a short name, as Chinese names are
        for one in known:
            if len(one) == len(name) and sum(a != b for a, b in zip(one, name, strict=True)) == 1:
                return one
    folded = name.casefold().replace(" ", "_").replace("-", "_")
    return next((one for one in known if one.casefold() == folded), None)
