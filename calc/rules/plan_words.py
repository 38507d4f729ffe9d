"""Builds what the cells of a fact may say in other words, and what they say of other facts.

A spelling means an option, or "" where it does not decide which one. It may settle other facts of the same level, and a
cell may also hold the words of other facts; both are linked when all facts of the month have been built.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Union

from calc.language.types import CHOICE, PURE, YES_NO
from calc.record import Record, replace
from calc.rules.entry_context import EntryContext
from calc.rules.plan import OPEN, FactPlan
from calc.rules.rulebook import Version
from calc.text_forms import folded_word

YES_NO_WORDS = ("yes", "no")
"""The options of spellings of a yes/no."""
Path = tuple[object, ...]
Value = Union[int, bool, str]


class Spelling(Record):
    """One other spelling of a choice: its option, its place below `words`, and the facts it settles."""

    text: str
    option: str
    at: Path
    sets: dict[str, Any]
    sets_at: Path


def spellings_in(words: dict[str, Any] | None) -> Iterator[Spelling]:
    """Lists the spellings in the key `words`: texts, or groups of texts that settle the same facts."""
    for option, listed in (words or {}).items():
        for at, one in enumerate(listed):
            if isinstance(one, dict):
                for place, text in enumerate(one["words"]):
                    yield Spelling(text, option, (option, at, "words", place), one["sets"], (option, at, "sets"))
            else:
                yield Spelling(one, option, (option, at), {}, (option, at))


def spellings(context: EntryContext, version: Version, options: tuple[str, ...]) -> dict[str, str]:
    """Maps the other spellings of a choice, folded, to its options; notes those that cannot be meant."""
    known = {folded_word(one) for one in (*options, *(version.values.get("options_en") or ()))}
    words = version.values.get("words")
    for option in words or ():
        if option not in options and option != OPEN:
            context.report("wrong-value/words-option", version, "words", None, (option,), key=option)
    found: dict[str, str] = {}
    for one in spellings_in(words):
        plain = folded_word(one.text)
        if plain in known:
            context.report("wrong-value/words-known", version, "words", None, one.at, key=one.text)
        elif plain in found:
            values = {"key": one.text, "other": found[plain] or "—"}
            context.report("wrong-value/words-twice", version, "words", None, one.at, **values)
        else:
            found[plain] = one.option
    return found


def several_options(context: EntryContext, version: Version, options: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """Maps the options that mean several others to these and themselves; notes those that are no options."""
    found = {}
    for option, parts in (version.values.get("several") or {}).items():
        for path, one in (((option,), option), *(((option, at), one) for at, one in enumerate(parts))):
            if one not in options:
                context.report("wrong-value/words-option", version, "several", None, path, key=one)
        found[option] = frozenset([option, *parts])
    return found


def link_facts(context: EntryContext, plans: dict[str, Any]) -> None:
    """Gives the facts in `plans` the values that their words settle, and the facts that their cells also hold."""
    facts = [name for name, plan in plans.items() if isinstance(plan, FactPlan)]
    for name in facts:
        sets = _settled(context, plans, name)
        if sets:
            plans[name] = replace(plans[name], sets=sets)
    held = {name: _held(context, plans, name) for name in facts}
    for name, others in held.items():
        if others:
            plans[name] = replace(plans[name], holds=others)


def _settled(context: EntryContext, plans: dict[str, Any], name: str) -> dict[str, dict[str, Value]]:
    """Maps folded spellings to the values that they settle; notes facts and values that do not exist."""
    version = context.versions[name]
    if not any(isinstance(one, dict) for listed in (version.values.get("words") or {}).values() for one in listed):
        return {}
    found: dict[str, dict[str, Value]] = {}
    noted: set[Path] = set()
    for one in spellings_in(version.values.get("words")):
        for target, raw in one.sets.items():
            path = (*one.sets_at, target)
            other = _other(context, plans, name, "words", path, target, (CHOICE, YES_NO, *PURE), noted)
            if other is None:
                continue
            value = _value(other, raw)
            if value is not None:
                found.setdefault(folded_word(one.text), {})[target] = value
            elif path not in noted:
                values = {"key": target, "value": str(raw)}
                context.report("wrong-value/settled-value", version, "words", None, path, **values)
            noted.add(path)
    return found


def _held(context: EntryContext, plans: dict[str, Any], name: str) -> tuple[FactPlan, ...]:
    """Lists the other facts that a cell of a fact may hold; notes those that it cannot."""
    version, kinds = context.versions[name], (CHOICE, *PURE)
    listed = version.values.get("also_holds") or ()
    if listed and plans[name].type.kind not in kinds:
        context.report("wrong-value/other-fact", version, "also_holds", key=name)
        return ()
    others = [_other(context, plans, name, "also_holds", (at,), one, kinds, set()) for at, one in enumerate(listed)]
    return tuple(one for one in others if one is not None)


def _other(
    context: EntryContext,
    plans: dict[str, Any],
    name: str,
    key: str,
    path: Path,
    target: str,
    kinds: tuple[str, ...],
    noted: set[Path],
) -> FactPlan | None:
    """Finds another fact of the level of the fact `name`, of one of some kinds; notes at a place why it is none.

    More than six parameters: the place of a name, and what it may mean. Places in `noted` have been reported.
    """
    version, entry = context.versions[name], context.rulebook.entries.get(target)
    if entry is None or not entry.section.startswith("facts"):
        if path not in noted:
            context.report("unknown-name", version, key, None, path, name=target)
        noted.add(path)
        return None
    other, own = plans.get(target), plans[name]
    if other is None:  # it has a mistake of its own, or is not in force this month
        return None
    if target == name or other.type.level != own.type.level or other.type.kind not in kinds:
        if path not in noted:
            context.report("wrong-value/other-fact", version, key, None, path, key=target)
        noted.add(path)
        return None
    found: FactPlan = other
    return found


def _value(fact: FactPlan, raw: Any) -> Value | None:
    """Returns a value of the rules file in the form of engines; None if the fact cannot have it."""
    if fact.type.kind == CHOICE:
        return raw if raw in fact.type.options else None
    if fact.type.kind == YES_NO:
        return raw if raw.__class__ is bool else None
    low, high = fact.stated_bounds
    if raw.__class__ is not int or not low <= raw <= high:
        return None
    return int(raw * 10**fact.decimals)
