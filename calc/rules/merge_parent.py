"""Merges a rules file with its parent, and checks that its entries are complete after that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic
from calc.language.expression_error import did_you_mean
from calc.rules.in_force import never_existed
from calc.rules.plan_words import spellings_in
from calc.rules.rulebook import CHANGE, Entry, Origin
from calc.rules.schema import COMPLETE, MEANING, REQUIRED
from calc.rules.toml_document import month_text
from calc.text_forms import folded_word


class RulesFile:
    """The entries of one file, before they are merged with those of its parent."""

    def __init__(self) -> None:
        self.title: dict[str, Any] = {}
        self.title_origin: Origin | None = None
        self.documents: dict[str, dict[str, Any]] = {}
        self.removed: list[tuple[str, Origin]] = []
        self.entries: dict[str, Entry] = {}
        self.checks: dict[str, Entry] = {}
        self.topics: dict[str, Entry] = {}
        self.letters: dict[str, Entry] = {}
        self.cases: list[tuple[dict[str, Any], Origin]] = []


def merge(parent: RulesFile, child: RulesFile, found: list[Diagnostic]) -> RulesFile:
    """Merges the entries of a file into those of its parent; adds mistakes to `found`."""
    known = {*parent.entries, *parent.checks, *parent.documents, *parent.topics, *parent.letters}
    for name, at in child.removed:
        if name not in known:
            help_ = did_you_mean(name, sorted(known))
            found.append(Diagnostic("unknown-name/remove", at.place(on_key=True), {"name": name}, help_))
        section = at.keys[0]
        tables: dict[object, tuple[dict[str, Any], ...]] = {
            "checks": (parent.checks,),
            "topics": (parent.topics,),
            "letters": (parent.letters,),
            "documents": (parent.documents, child.documents),
        }
        for table in tables.get(section, (parent.entries,)):
            table.pop(name, None)
    result = RulesFile()
    result.title = {**parent.title, **child.title}
    result.title_origin = child.title_origin
    result.documents = {**parent.documents, **child.documents}
    result.entries = _merge_entries(parent.entries, child.entries, found)
    result.checks = _merge_entries(parent.checks, child.checks, found)
    result.topics = _merge_entries(parent.topics, child.topics, found)
    result.letters = _merge_entries(parent.letters, child.letters, found)
    result.cases = child.cases
    if "cases" not in child.title:
        result.title.pop("cases", None)
    return result


def _merge_entries(parent: dict[str, Entry], child: dict[str, Entry], found: list[Diagnostic]) -> dict[str, Entry]:
    result = dict(parent)
    for name, entry in child.items():
        above = parent.get(name)
        if above is None:
            result[name] = entry
        elif above.section != entry.section:
            place = entry.origin.place(on_key=True)
            found.append(Diagnostic("duplicate-name", place, {"name": name, "section": above.section}))
        else:
            months = {change[0]: change for change in (*above.changes, *entry.changes)}
            replaced = {**above.replaced}
            for month, changed, _ in above.changes:
                if months[month][1] is not changed:
                    replaced[month] = replaced.get(month, frozenset()) | frozenset(changed or ())
            result[name] = Entry(
                entry.section,
                name,
                {**above.values, **entry.values, **_merge_words(above, entry)},
                {**above.origins, **entry.origins},
                tuple(months[month] for month in sorted(months)),
                replaced,
            )
    return result


def _merge_words(above: Entry, entry: Entry) -> dict[str, Any]:
    """Adds the spellings of a child to those of its parent; one that the parent has elsewhere is the child's."""
    old, new = above.values.get("words"), entry.values.get("words")
    if not old or not new:
        return {}
    given = {folded_word(one.text) for one in spellings_in(new)}
    kept = {option: [*_without(words, given)] for option, words in old.items()}
    merged = {option: [*kept.get(option, ()), *new.get(option, ())] for option in {**kept, **new}}
    return {"words": {option: words for option, words in merged.items() if words}}


def _without(words: list[Any], given: set[str]) -> Iterator[Any]:
    """Lists spellings of a parent without some; a group of spellings keeps the others."""
    for one in words:
        if isinstance(one, dict):
            left = [*_without(one["words"], given)]
            if left:
                yield {**one, "words": left}
        elif folded_word(one) not in given:
            yield one


def missing_kinds(entries: dict[str, Entry]) -> list[Diagnostic]:
    """Reports entries that lack a key they need, after parents were merged."""
    found = []
    for entry in entries.values():
        for key in REQUIRED.get(entry.section.partition(".")[0], ()):
            if key not in entry.values:
                found.append(
                    Diagnostic("missing-key", entry.origin.place(on_key=True), {"key": key, "entry": entry.name})
                )
    return found


def lost_keys(entries: dict[str, Entry]) -> list[Diagnostic]:
    """Reports versions without a key of a version before them that ended, or of one of the parent that they replace."""
    found = []
    for entry in entries.values():
        if never_existed(entry):
            continue
        had: set[str] = set(entry.values)
        lost: set[str] = set()
        reason = "missing-key/replaced"
        for month, changed, written in entry.changes:
            gone = entry.replaced.get(month, frozenset())
            if changed is None:
                lost |= (had | gone) - set(entry.values)
                had, reason = set(entry.values), "missing-key/ended"
                continue
            had |= set(changed)
            lost = (lost | gone) - had - ({"value"} if changed.get("basis") == "unset" else set())
            for key in sorted(lost & MEANING[entry.section.partition(".")[0]]):
                values = {"key": key, "entry": entry.name, "month": month_text(month)}
                help_ = ("restate-or-end", {"entry": entry.name})
                found.append(Diagnostic(reason, written[CHANGE].place(on_key=True), values, help_))
            lost, reason = set(), "missing-key/replaced"
    return found


def never_in_force(entries: dict[str, Entry]) -> list[Diagnostic]:
    """Reports entries that have no value in any version."""
    found = []
    for entry in entries.values():
        wanted = COMPLETE[entry.section.partition(".")[0]]
        given = [entry.values, *(changed for _, changed, _ in entry.changes if changed is not None)]
        if never_existed(entry):
            continue
        unset = any(keys.get("basis") == "unset" or keys.get("holds") for keys in given)
        if not unset and not any(key in keys for keys in given for key in wanted):
            values = {"key": wanted[0], "entry": entry.name}
            found.append(Diagnostic("missing-key", entry.origin.place(on_key=True), values))
    return found
