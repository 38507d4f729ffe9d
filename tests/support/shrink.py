"""A failing household made smaller, as long as it still fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from calc.engine.facts import Household, Member
from calc.record import replace


def shrunk(household: Household, fails: Callable[[Household], bool]) -> Household:
    """The household without the members and facts that the failure does not need."""
    smaller = next((one for one in _smaller(household) if fails(one)), None)
    return household if smaller is None else shrunk(smaller, fails)


def _smaller(household: Household) -> Iterator[Household]:
    """The household with one thing less: a member, a fact, or a value nearer to zero."""
    members = household.members
    for at in range(len(members)):
        yield replace(household, members=(*members[:at], *members[at + 1 :]))
    for facts in _fewer(household.facts):
        yield replace(household, facts=facts)
    for at, member in enumerate(members):
        for facts in _fewer(member.facts):
            yield replace(household, members=(*members[:at], Member(member.id, facts), *members[at + 1 :]))


def _fewer(facts: dict[str, object]) -> Iterator[dict[str, object]]:
    for name in facts:
        yield {other: value for other, value in facts.items() if other != name}


def shown(household: Household) -> str:
    """The household as Python that makes it again."""
    members = "".join(f", {member.facts!r}" for member in household.members)
    return f"household({household.facts!r}{members})"
