"""Defines diagnostics and writes them: a mistake, its place, its clause, and a hint.

A diagnostic holds a code and values; its sentence comes from `calc.diagnostics.messages` when it is shown,
so that no other part of the program composes error messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from calc.diagnostics.punctuation import colon, semicolon
from calc.diagnostics.source import Source, Spot, display_width
from calc.record import Record

MOST_SHOWN = 20
PERSONAL = ("bad-identity-number", "bad-disability-certificate")
"""Codes of mistakes in personal numbers."""


class Place(Record):
    """A key path in a source; `start` and `end` narrow it to characters of a string value.

    The place of a cell of a ledger is the line of its source, and the `heading` of its column (see `cell_place`).
    """

    source: Source
    keys: tuple[object, ...] = ()
    start: int | None = None
    end: int | None = None
    on_key: bool = False
    heading: str | None = None

    def offsets(self) -> tuple[int, int]:
        """Finds the first and last (exclusive) character in the text of the source."""
        spot = spot_of(self.source, self.keys)
        if spot is None:
            return (self.start or 0, self.end or self.start or 0) if not self.keys else (0, 0)
        span = spot.key if self.on_key else spot.value
        if self.start is not None and self.end is not None and not self.on_key:
            inner = spot.inner
            if inner is not None and inner + self.end <= span.end:
                return inner + self.start, inner + max(self.end, self.start + 1)
        return span.start, span.end


def cell_place(path: str, line: int, heading: str | None = None) -> Place:
    """Makes the place of a cell of a ledger by its column's heading as written; None where the whole row is meant."""
    return Place(Source(path, "", line=line), heading=heading)


def spot_of(source: Source, keys: tuple[object, ...]) -> Spot | None:
    """Finds the place of a key path, or of its nearest ancestor that is written in the text; None for neither.

    The text is scanned here and not before, so that a text without mistakes is never scanned.
    """
    if not keys:  # also the place of a syntax error, where there is nothing to scan
        return None
    if source.scan is None:
        from calc.diagnostics.toml_positions import places_of

        places = places_of(source.text)
    else:
        places = source.scan(source.text)
    while keys:
        if keys in places:
            return places[keys]
        keys = keys[:-1]
    return None


class Diagnostic(Record):
    """One mistake. `code` may carry a variant after a slash: `wrong-kind/call`."""

    code: str
    place: Place
    values: dict[str, Any] = {}
    help: tuple[str, dict[str, Any]] | None = None
    cite: str | None = None

    @property
    def name(self) -> str:
        """The code without its variant, which is documented and searched for."""
        return self.code.partition("/")[0]

    @property
    def path(self) -> str:
        """The file as messages show it."""
        return self.place.source.path

    @property
    def line(self) -> int:
        """The line of a cell of a ledger."""
        return self.place.source.line

    @property
    def is_error(self) -> bool:
        """True if the rules or the household cannot be used; otherwise it is a warning."""
        from calc.diagnostics.messages import WARNINGS

        return self.name not in WARNINGS

    def message(self, language: str) -> str:
        """Writes the sentence, in `zh` or `en`."""
        from calc.diagnostics.messages import message

        return message(self.code, self.values, language)


class Reject(Record):
    """A household that cannot be assessed, with all its mistakes; its id is that of the file, or made from its name.

    Of a household of a ledger `path` and `line` are those of its first row, `cells` those that go into the results.
    """

    id: str
    mistakes: tuple[Diagnostic, ...]
    path: str = ""
    line: int = 0
    cells: tuple[str, ...] = ()


def in_file_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorts diagnostics by file and place, each once."""
    seen: dict[tuple[object, ...], Diagnostic] = {}
    for one in diagnostics:
        source = one.place.source
        key = (source.path, source.line or 0, *one.place.offsets(), one.name, one.message("en"))
        seen.setdefault(key, one)
    return [seen[key] for key in sorted(seen)]


def render(diagnostic: Diagnostic, language: str = "en") -> str:
    """Writes the whole message: place, level, code, sentence; the excerpt with carets; citation and help."""
    from calc.diagnostics.messages import LEVELS, help_text, word

    source = diagnostic.place.source
    start, end = diagnostic.place.offsets()
    line, column = source.position(start)
    level, after = LEVELS[language][diagnostic.is_error], colon(language)
    lines = [f"{source.path}:{line}:{column}: {level}[{diagnostic.name}]{after}{diagnostic.message(language)}"]
    excerpt = source.line_at(start)
    if excerpt.strip():
        gutter = " " * len(str(line))
        ending = source.text.find("\n", start)
        last = min(end, ending if ending >= 0 else len(source.text))
        marked = source.text[start:last].rstrip() or " "
        if diagnostic.name in PERSONAL and source.hide is not None and len(marked) > 12:
            hidden = f"{marked[:7]}{'*' * (len(marked) - 12)}{marked[-5:]}"  # even damaged it is a personal number
            excerpt = excerpt.replace(marked, hidden)
        before, shown = _window(excerpt, column - 1, marked)
        lines += [
            f"{gutter} |",
            f"{line} | {shown}",
            f"{gutter} | {' ' * display_width(before)}{'^' * max(1, display_width(marked[:160]))}",
        ]
    if diagnostic.cite:
        lines.append(f"  = {word('cite', language)}{after}{diagnostic.cite.replace('; ', semicolon(language))}")
    if diagnostic.help:
        lines.append(f"  = {word('help', language)}{after}{help_text(*diagnostic.help, language)}")
    return "\n".join(lines)


def _window(excerpt: str, column: int, marked: str) -> tuple[str, str]:
    """Returns the text before the marked part and the line to show; long lines are cut around the mark."""
    if len(excerpt) <= 200:
        return excerpt[:column], excerpt
    first = max(0, column - 60)
    cut = excerpt[first : column + min(len(marked), 160) + 30]
    lead = "…" if first else ""
    return lead + excerpt[first:column], lead + cut + "…"


def render_all(diagnostics: Sequence[Diagnostic], language: str = "en", most: int = MOST_SHOWN) -> str:
    """Writes messages in file order, at most `most`, with their number at the end."""
    from calc.diagnostics.messages import closing_line

    ordered = in_file_order(diagnostics)
    shown = [render(one, language) for one in ordered[:most]]
    return "\n\n".join([*shown, closing_line(ordered, len(ordered) - len(shown), language)])


def as_json(diagnostic: Diagnostic, language: str = "en") -> dict[str, Any]:
    """Makes one diagnostic as values for `--format json`."""
    from calc.diagnostics.messages import help_text

    start, end = diagnostic.place.offsets()
    line, column = diagnostic.place.source.position(start)
    end_line, end_column = diagnostic.place.source.position(end)
    return {
        "path": diagnostic.place.source.path,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "level": "error" if diagnostic.is_error else "warning",
        "code": diagnostic.name,
        "message": diagnostic.message(language),
        "help": help_text(*diagnostic.help, language) if diagnostic.help else None,
        "cite": diagnostic.cite,
    }


class InputErrors(Exception):
    """Raised by a stage that has no result, with all mistakes found."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(f"{len(diagnostics)} diagnostics")
        self.diagnostics = list(diagnostics)


def missing_extra(library: str, extra: str, path: str) -> InputErrors:
    """Makes the error for a file that needs a library which is not installed."""
    return InputErrors([Diagnostic("missing-extra", Place(Source(path, "")), {"library": library, "extra": extra})])
