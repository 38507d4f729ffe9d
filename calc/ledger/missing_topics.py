"""Find topics that decide money and of which a ledger has no column: a lost column must not read as nothing.

What a default gives for a fact that is not stated is right for a household, not for a whole ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from calc.diagnostics.diagnostic import Diagnostic, Place
from calc.diagnostics.punctuation import listed
from calc.diagnostics.source import Source
from calc.engine.facts import NOT_KNOWN
from calc.households.overrides import Settings
from calc.ledger.household_facts_file import HouseholdFacts
from calc.ledger.household_runs import LedgerFileReader
from calc.rules.plan import FactPlan, Plan
from calc.rules.rulebook import Topic
from calc.text_forms import folded

_MOST_SHOWN = 8


def topic_named(topics: Mapping[str, Topic], name: str) -> Topic | None:
    """Finds a topic by its name or its label in either language."""
    plain = folded(name)
    return next((one for one in topics.values() if plain in map(folded, (one.name, one.label, one.en))), None)


def missing_topics(
    parts: Iterable[LedgerFileReader], owns: HouseholdFacts | None, plan: Plan, settings: Settings, without: set[str],
    others: Iterable[str] = (),
) -> list[Diagnostic]:  # fmt: skip
    """Reports the expected topics of which a file has no column, unless they are said to be `without` anything.

    Columns of household facts files count, facts that `--set` gives every household, and `others` that are stated
    elsewhere.
    """
    wanted = [one for name, one in plan.topics.items() if one.expected and name not in without]
    if not wanted:
        return []
    changes = {**settings.household, **settings.of_member("")}
    elsewhere = {*others, *(name.removesuffix(NOT_KNOWN) for name, value in changes.items() if value is not None)}
    elsewhere |= {one.name for _, _, cells in (owns or {}).values() for _, one, _ in cells if isinstance(one, FactPlan)}
    found = []
    for part in parts:
        stated = elsewhere | {one.meaning.name for one in part.columns.facts if isinstance(one.meaning, FactPlan)}
        stated |= part.json.facts if part.json is not None else set()
        facts = [plan.facts[name] for name in stated]
        stated |= {name for one in facts for name in (*one.derives.values(), *one.settled())}
        found += [_mistake(part, one, plan) for one in wanted if not stated.intersection(one.facts)]
    return found


def _mistake(part: LedgerFileReader, topic: Topic, plan: Plan) -> Diagnostic:
    path = part.file.shown
    place = Place(Source(path, "")) if part.json is not None else part.columns.place_in(path, None)
    facts = [plan.facts[one] for one in topic.facts if one in plan.facts]
    more = " …" if len(facts) > _MOST_SHOWN else ""
    shown = facts[:_MOST_SHOWN]
    headings = tuple(listed((one.about.label_in(each) for one in shown), each) + more for each in ("en", "zh"))
    names = topic.label_in("en"), topic.label_in("zh")
    values = {"topic": names, "headings": headings}
    return Diagnostic("missing-topic", place, values, ("without-topic", {"topic": names}))
