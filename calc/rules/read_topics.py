"""Makes the topics of a rulebook: groups of facts that a ledger is expected to have."""

from __future__ import annotations

from collections.abc import Mapping

from calc.diagnostics.diagnostic import Diagnostic
from calc.language.expression_error import did_you_mean
from calc.rules.rulebook import Entry, Topic


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
        label = values.get("label", name)
        facts = tuple(values.get("facts", ()))
        topics[name] = Topic(name, label, values.get("en", label), facts, bool(values.get("expected", False)))
    return topics
