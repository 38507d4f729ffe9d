"""Makes the topics of a rulebook: groups of facts that a ledger is expected to have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic
from calc.language.expression_error import did_you_mean
from calc.rules.rulebook import Entry, Topic

_YES_NO = ("definitions", "facts.member")
"""Sections of what a topic may be for."""


def topics_of(written: Mapping[str, Entry], entries: Mapping[str, Entry], found: list[Diagnostic]) -> dict[str, Topic]:
    """Makes the topics, after parents were merged; adds mistakes to `found`."""
    known = {name: entry for name, entry in entries.items() if entry.section.startswith("facts")}
    topic_of: dict[str, str] = {}
    topics = {}
    for name, entry in written.items():
        values = entry.values
        for at, fact in enumerate(values.get("facts", ())):
            place = (entry.origins.get("facts") or entry.origin).place()
            if fact not in known:
                help_ = did_you_mean(fact, sorted(known))
                found.append(Diagnostic("unknown-name/topic", place, {"name": fact, "topic": name}, help_))
            elif topic_of.setdefault(fact, name) != name or fact in values["facts"][:at]:
                values_ = {"name": fact, "topic": topic_of[fact]}
                found.append(Diagnostic("duplicate-name/topic", place, values_))
        for fact in values.get("not_asked", ()):
            if fact not in values.get("facts", ()):
                place = (entry.origins.get("not_asked") or entry.origin).place()
                help_ = did_you_mean(fact, [*values.get("facts", ())])
                found.append(Diagnostic("unknown-name/topic-fact", place, {"name": fact, "topic": name}, help_))
        group = values.get("for")
        if group is not None and (group not in entries or not entries[group].section.startswith(_YES_NO)):
            place = (entry.origins.get("for") or entry.origin).place()
            help_ = did_you_mean(group, sorted(one for one in entries if entries[one].section.startswith(_YES_NO)))
            found.append(Diagnostic("unknown-name/topic-for", place, {"name": group, "topic": name}, help_))
        topics[name] = _topic(name, values)
    return topics


def _topic(name: str, values: Mapping[str, Any]) -> Topic:
    label = values.get("label", name)
    return Topic(
        name,
        label,
        values.get("en", label),
        tuple(values.get("facts", ())),
        bool(values.get("expected", False)),
        question=values.get("question"),
        question_en=values.get("question_en"),
        who=values.get("who"),
        who_en=values.get("who_en"),
        not_asked=tuple(values.get("not_asked", ())),
        people=bool(values.get("people", False)),
        for_whom=values.get("for"),
    )
