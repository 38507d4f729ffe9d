"""Which lines of JSON Lines are plain by their form, and which cells of them may have been something else than a text.

A text has no escapes but of characters by their number, a decimal number no more digits than come back from a binary
one as they were. All that a form leaves open, such as hexadecimal digits and zeros at the front, `json_valid` sees.
"""

from __future__ import annotations

from calc.batch.duckdb.sql_templates import phrase
from calc.engine.sql.build import Tree
from calc.language.types import DATE, NUMERIC, YES_NO
from calc.ledger.header import Meaning
from calc.rules.plan import FactPlan

_STRING = r'"(?:[^"\\\x00-\x1f\x7f]|\\[u/])*"'
_SIMPLE = rf"(?:{_STRING}|-?[0-9]+(?:\.[0-9]+)?|true|false|null)"


def _listed(item: str) -> str:
    return rf"[ \t]*(?:{item}(?:[ \t]*,[ \t]*{item})*)?[ \t]*"


def _nested(value: str) -> str:
    """A value, a list of such or an object of such."""
    return rf"(?:{value}|\[{_listed(value)}\]|\{{{_listed(_pair(value))}\}})"


def _pair(value: str) -> str:
    return rf"{_STRING}[ \t]*:[ \t]*{value}"


_FORM = rf"[ \t]*\{{{_listed(_pair(_nested(_nested(_nested(_SIMPLE)))))}\}}[ \t]*"
"""A line with an object in which lists and objects stand three deep: members, and in them what nobody reads."""
_LONG = r"[:\[,][ \t]*-?(?:[0-9]{19,}|[0-9]*\.[0-9]{5,}|[0-9]{11,}\.)"
"""A number that may come back from a binary one as another; where it stands in a text, the line is left out too."""
_CONTROL = r"\\u(?:00[01]|007[fF]|[dD][89a-fA-F])"
"""Characters that control, and halves of characters, by their number."""
_NO_TEXT = r"true|false|-?[0-9]+\.[0-9]+|[\[{].*"
"""What may have been no string and no whole number: as a text, an id or a word these are something else."""
_NO_DAY = r"-?[0-9]{1,7}|-?[0-9]{9,}|-[0-9]+|-?[0-9]+\.[0-9]+"
"""What may have been a number, and means another day as a text, or none."""
_NO_TRUTH = r"-[0-9.]+|[0-9]{2,}|[2-9]|[0-9]+\.[0-9]+"
"""What may have been a number, of which only two are a yes or no; as a text `-1` is one, for hyphens say nothing."""


def is_plain() -> Tree:
    """Whether the text `line` is an object that DuckDB reads as the row path does, unless a key stands in it twice."""
    return phrase(
        "regexp_full_match(line, :form) AND NOT regexp_matches(line, :long) AND NOT (contains(line, :number) "
        "AND regexp_matches(line, :control)) AND json_valid(line)",
        form=_FORM, long=_LONG, number="\\u", control=_CONTROL)  # fmt: skip


def misread(meaning: Meaning) -> str | None:
    """The form of texts that may have been something else in JSON, and not of the same meaning."""
    kind = meaning.type.kind if isinstance(meaning, FactPlan) else None
    if kind in NUMERIC:
        return None  # whatever reads as a number reads alike
    return {DATE: _NO_DAY, YES_NO: _NO_TRUTH}.get(kind or "", _NO_TEXT)
