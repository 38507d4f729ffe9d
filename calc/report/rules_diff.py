"""Writes how two rules files differ in what is in force: entries added, dropped and changed, key by key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from calc.exact import plain
from calc.report.ui_text import say
from calc.vary.rule_steps import RuleChange

_NOT_SHOWN = frozenset(("label", "en", "note", "note_en", "question", "question_en"))
_LONGEST = 300


def as_text(changes: Sequence[RuleChange], language: str) -> Iterator[str]:
    """Yields a line for each entry, and one for each of its keys that differ."""
    for change in changes:
        keys = change.after or change.before or {}
        label = str(keys.get("en" if language == "en" and "en" in keys else "label", change.name))
        mark = "+" if change.before is None else "-" if change.after is None else "~"
        title = f"{change.name}  {label}" if label != change.name else label
        yield f"{mark} [{change.section}] {title}"
        for key, before, after in _differing(change):
            yield f"    {key}{'：' if language == 'zh' else ': '}{_shown(before, language)} → {_shown(after, language)}"


def as_values(changes: Sequence[RuleChange]) -> list[dict[str, Any]]:
    """Makes the changes as values for JSON."""
    return [
        {
            "name": one.name,
            "section": one.section,
            "change": "added" if one.before is None else "dropped" if one.after is None else "changed",
            "keys": {key: {"before": _plain(old), "after": _plain(new)} for key, old, new in _differing(one)},
        }
        for one in changes
    ]


def _differing(change: RuleChange) -> Iterator[tuple[str, Any, Any]]:
    before, after = change.before or {}, change.after or {}
    for key in {**before, **after}:
        if key not in _NOT_SHOWN and before.get(key) != after.get(key):
            yield key, before.get(key), after.get(key)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return plain(value) if hasattr(value, "denominator") else str(value)


def _shown(value: Any, language: str) -> str:
    if value is None:
        return say("nothing-there", language)
    value = _plain(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
