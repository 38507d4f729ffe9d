"""Finds entries by whatever a person types: id, name, label or short label, in either language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from calc.rules.plan import About
from calc.text_forms import folded

_BRACKETS = str.maketrans("（）", "()")


def find_names(abouts: Iterable[About], text: str) -> list[str]:
    """Lists the names of the entries that a text names: by name, else by label, else by short label or a part of it.

    Several mean that the text does not tell which.
    """
    plain = folded(text)
    forms = [(about.name, [[about.name], [about.label, about.en], [*_short(about)]]) for about in abouts]
    for place in range(3):
        found = [name for name, by_place in forms if plain in map(folded, by_place[place])]
        if found:
            return found
    return []


def near_name(abouts: Iterable[About], text: str) -> str | None:
    """Finds the name or label that is most like a text, as it is written in the rules."""
    from calc.language.expression_error import close_match

    written: dict[str, str] = {}
    for about in abouts:
        for form in (about.name, about.label, about.en, *_short(about)):
            written.setdefault(folded(form), form)
    found = close_match(folded(text), list(written))
    return written[found] if found else None


def _short(about: About) -> Iterator[str]:
    """Lists the short labels, and of a label with brackets what is before and what is in them."""
    yield from about.short
    for label in (about.label, about.en):
        before, bracket, rest = label.translate(_BRACKETS).partition("(")
        if bracket and before.strip():
            yield before.strip()
            yield rest.partition(")")[0].strip()
