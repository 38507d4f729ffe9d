"""Parses the formulas of an entry, and points messages at their characters."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Union

from calc.diagnostics.diagnostic import Diagnostic
from calc.exact import plain
from calc.language.expression_error import Problem
from calc.language.parser import parse_with_names
from calc.language.syntax_tree import Node
from calc.record import Record
from calc.rules.rulebook import Entry, Origin, Version

FORMULA_KEYS = {
    "definitions": ("formula",),
    "benefits": ("applies_to", "requires", "amount", "persons"),
    "checks": ("formula",),
    "facts": ("default",),
    "parameters": (),
}


class Expression(Record):
    """One formula of an entry, with the names it uses; `node` is None where it could not be parsed."""

    key: str
    text: str
    node: Node | None
    names: frozenset[str]
    origin: Origin
    cite: str | None

    def characters(self, span: tuple[int, int]) -> tuple[int, int]:
        """Converts bytes of the text to characters: done only for a mistake."""
        if self.text.isascii():
            return span
        data = self.text.encode()
        return len(data[: span[0]].decode(errors="ignore")), len(data[: span[1]].decode(errors="ignore"))

    def diagnostic(
        self,
        code: str,
        span: tuple[int, int] | None = None,
        values: dict[str, Any] | None = None,
        help: tuple[str, dict[str, Any]] | None = None,
    ) -> Diagnostic:
        """Makes a diagnostic at bytes `span` of the formula, or at all of it."""
        start, end = (0, len(self.text)) if span is None else self.characters(span)
        return Diagnostic(code, self.origin.place(start=start, end=end), values or {}, help, self.cite)


@lru_cache(maxsize=8192)
def _parsed(text: str) -> tuple[Union[Node, Problem], frozenset[str]]:
    return parse_with_names(text)


def expressions_of(entry: Entry, version: Version, found: list[Diagnostic]) -> list[Expression]:
    """Parses the formulas of a version; adds a diagnostic to `found` for each that cannot be parsed."""
    result = []
    cite = citation_text(version)
    for key in FORMULA_KEYS[entry.section.partition(".")[0]]:
        raw = version.values.get(key)
        if raw is None:
            continue
        origin = version.origin(key)
        if isinstance(raw, list):
            for at, text in enumerate(raw):
                result.append(_expression(key, text, Origin(origin.source, (*origin.keys, at)), cite, found))
        else:
            result.append(_expression(key, formula_text(raw), origin, cite, found))
    return result


def _expression(key: str, text: str, origin: Origin, cite: str | None, found: list[Diagnostic]) -> Expression:
    parsed, names = _parsed(text)
    if isinstance(parsed, Problem):
        expression = Expression(key, text, None, names, origin, cite)
        found.append(expression.diagnostic(parsed.code, parsed.span, parsed.values, parsed.help))
        return expression
    return Expression(key, text, parsed, names, origin, cite)


def formula_text(raw: Any) -> str:
    """Writes a formula as text; `true`, `false` and numbers of TOML are formulas too."""
    return raw if isinstance(raw, str) else str(raw) if isinstance(raw, bool) else plain(raw)


def citation_text(version: Version) -> str | None:
    """Joins the citations of a version in one line; None where it has none."""
    cite = version.values.get("cite")
    return "; ".join(cite) if isinstance(cite, list) else cite
