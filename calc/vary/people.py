"""Finds the same people in two pictures of a household by their identity numbers, whatever ids the ledgers gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping

from calc.record import replace
from calc.rules.plan import Plan
from calc.vary.answers import Answer, HouseholdPicture


def number_fact(plan: Plan) -> str | None:
    """Finds the fact that holds a member's identity number."""
    return next((one.name for one in plan.facts.values() if one.format == "identity-number"), None)


def same_households(
    later: Iterable[tuple[str, Iterable[str]]], homes: Mapping[str, str], earlier: Container[str]
) -> dict[str, str]:
    """Finds for households of a later picture that of an earlier one with most of the same people, each taken once.

    `later` has the numbers of the people of each, `homes` the earlier household of a number. Households of which no
    person is known by a number, or none is in the other picture, go by their ids.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    ids = []
    for id, numbers in later:
        ids.append(id)
        counts = Counter(home for one in numbers if (home := homes.get(one)))
        best = max(counts, key=lambda home: (counts[home], home == id), default=None)
        if best is not None and best not in taken:
            found[id] = best
            taken.add(best)
    for id in ids:
        if id not in found and id in earlier and id not in taken:
            found[id] = id
            taken.add(id)
    return found


def with_ids_of(
    old: HouseholdPicture, answer: Answer, new: HouseholdPicture, number: str | None
) -> tuple[HouseholdPicture, Answer]:
    """Gives members of the earlier picture the ids that the later one has for the same people.

    One whose id is now another person's gets it with a mark, so that nobody is taken for somebody else.
    """
    if number is None:
        return old, answer
    now = {value: id for id, facts in new.members.items() if (value := facts.get(number)) is not None}
    ids: dict[str, str] = {}
    for id, facts in old.members.items():
        own = facts.get(number)
        found = now.get(own) if own is not None else None
        if found is not None:
            ids[id] = found
        elif own is not None and new.members.get(id, {}).get(number, own) != own:
            ids[id] = f"{id}′"
        else:
            ids[id] = id
    if all(id == other for id, other in ids.items()) or len(set(ids.values())) < len(ids):
        return old, answer
    members = {ids[id]: facts for id, facts in old.members.items()}
    renamed = Answer(
        {(name, ids.get(member, member)): grant for (name, member), grant in answer.grants.items()},
        {(name, ids.get(member, member)): needs for (name, member), needs in answer.open.items()},
    )
    return replace(old, members=members), renamed
