"""From the rules of one picture to those of another, entry by entry: each step a plan of the same month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calc.diagnostics.diagnostic import InputErrors
from calc.record import Record, replace
from calc.rules.in_force import version_in
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.rulebook import Entry, Rulebook

MOST_STEPS = 60
"""Entries that differ, up to which each is a step of its own."""
_WORDS_ONLY = frozenset(
    ("label", "en", "cite", "note", "note_en", "question", "question_en", "aliases", "holds", "remedy")
)
"""Keys that change no answer; `holds` says only how long a value counts."""
_ENDED: tuple[tuple[int, dict[str, Any] | None, dict[str, Any]], ...] = ((0, None, {}),)


class RuleChange(Record):
    """An entry that differs between two pictures: its keys before and after, None where it is not in force."""

    name: str
    section: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class RuleStep(Record):
    """Some entries that change at once, and the plan after it."""

    changes: tuple[RuleChange, ...]
    plan: Plan


def changed_entries(before: Rulebook, month_before: int, after: Rulebook, month_after: int) -> list[RuleChange]:
    """Lists the entries whose keys in force differ, in the order of the later file."""
    found = []
    for earlier, later in ((before.entries, after.entries), (before.checks, after.checks)):
        for name in [*later, *(name for name in earlier if name not in later)]:
            old = _keys(earlier.get(name), month_before)
            new = _keys(later.get(name), month_after)
            if _that_matter(old) != _that_matter(new):
                found.append(RuleChange(name, (later.get(name) or earlier[name]).section, old, new))
    return found


def rule_steps(
    before: Rulebook, month_before: int, after: Rulebook, month_after: int, settings: Mapping[str, Any]
) -> list[RuleStep]:
    """Makes the steps from one picture's rules to the other's, each planned for the earlier picture's month.

    An entry whose change alone gives no whole rules is one step with those after it. `settings` are values of
    parameters for both.
    """
    changes = [one for one in changed_entries(before, month_before, after, month_after) if one.section != "checks"]
    if not changes:
        return []
    book = held(before, month_before)
    target = held(after, month_after)
    if len(changes) > MOST_STEPS:
        return [RuleStep(tuple(changes), plan_for(target, month_before, settings))]
    entries = dict(book.entries)
    steps: list[RuleStep] = []
    waiting: list[RuleChange] = []
    for at, change in enumerate(changes, 1):
        waiting.append(change)
        if change.name in target.entries:
            entries[change.name] = target.entries[change.name]
        else:
            entries.pop(change.name, None)
        mixed = replace(book, entries=dict(entries), checks={}, topics={}) if at < len(changes) else target
        try:
            plan = plan_for(mixed, month_before, settings)
        except InputErrors:
            if at == len(changes):
                raise
            continue
        steps.append(RuleStep(tuple(waiting), plan))
        waiting = []
    return steps


def held(rulebook: Rulebook, month: int) -> Rulebook:
    """The rules in force in a month as a rulebook that has them in every month."""
    return replace(
        rulebook,
        entries={name: _held(one, month) for name, one in rulebook.entries.items()},
        checks={name: _held(one, month) for name, one in rulebook.checks.items()},
    )


def _held(entry: Entry, month: int) -> Entry:
    version = version_in(entry, month)
    if version is None:
        return Entry(entry.section, entry.name, entry.values, entry.origins, _ENDED)
    is_known = "value" in version.values  # else it says why there is none
    values = {key: value for key, value in version.values.items() if key != "holds" or not is_known}
    return Entry(entry.section, entry.name, values, version.origins, ())


def _keys(entry: Entry | None, month: int) -> dict[str, Any] | None:
    version = version_in(entry, month) if entry is not None else None
    return None if version is None else version.values


def _that_matter(keys: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if keys is None else {key: value for key, value in keys.items() if key not in _WORDS_ONLY}
