"""Sorts the households of a list by what to do next: what they could have, what decides it, what is not due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union

from calc.diagnostics.diagnostic import Diagnostic
from calc.engine.facts import Declared
from calc.engine.outcomes import GRANTED, UNDETERMINED
from calc.engine.python.row_engine import RawOutcome, RowEngine
from calc.engine.unknown import Unknown
from calc.language.types import MEMBER
from calc.record import Record
from calc.rules.plan import Plan
from calc.vary.deciding import FactFinder, OneFact

ENTITLED, NOT_DUE, ONE_FACT, SEVERAL, UNPUBLISHED, CONTRADICTED, UNCLEAR, REJECTED, AS_DUE, NOTHING = GROUPS = (
    "entitled", "not_due", "one_fact", "several", "unpublished", "contradicted", "unclear", "rejected", "as_due",
    "nothing",
)  # fmt: skip
"""The groups of households, in the order in which they are listed; each household is in the first one that fits."""

Received = Mapping[int, frozenset[Optional[int]]]
"""Benefits that a household receives: the place of each in the plan, with those of the members who receive it.
None is the household, or somebody in it of whom nobody said who."""
Offer = tuple[int, Optional[int], int, Union[int, None]]
"""The place of a benefit, that of the member, the amount in steps of the currency, and the people it is for."""
Undue = tuple[int, Optional[int], int]
"""The place of a benefit, that of the member, and the conditions that fail as bits."""
NOTHING_RECEIVED: Received = {}


class Screened(Record):
    """A household with its group and what belongs to it.

    `money` is what it is offered, of amounts of a month and one-off ones; for one fact the most that an answer brings.
    `lacking` has who lacks each missing fact. `settled` is a fact whose every answer leads to the same.
    Where a number decides, its facts are kept, and the places of the benefits that it may be offered.
    """

    id: str
    group: str
    ids: Sequence[str]
    cells: tuple[str, ...] = ()
    money: int = 0
    offers: tuple[Offer, ...] = ()
    undue: tuple[Undue, ...] = ()
    one: Optional[OneFact] = None
    priced: tuple[tuple[Any, tuple[Offer, ...], tuple[Undue, ...]], ...] = ()
    lacking: tuple[tuple[str, tuple[Optional[int], ...]], ...] = ()
    unset: tuple[str, ...] = ()
    settled: Optional[OneFact] = None
    mistakes: tuple[Diagnostic, ...] = ()
    own: Mapping[str, Declared] = {}
    members: Sequence[Mapping[str, Declared]] = ()
    offerable: frozenset[int] = frozenset()


class Screener:
    """Screens households with the engine of a month.

    `asked` are the benefits that count; without, all that are in force, of which those that never pay anything are not
    offered: a status is found, not applied for.
    """

    def __init__(self, engine: RowEngine, asked: Optional[Sequence[str]] = None) -> None:
        self.engine = engine
        self.plan: Plan = engine.plan
        benefits = list(self.plan.benefits.values())
        counted = [at for at, one in enumerate(benefits) if one.in_force and (asked is None or one.name in asked)]
        self.decider = FactFinder(engine, frozenset(counted))
        self._offered = [at for at in counted if asked is not None or benefits[at].type.high]
        self._to_households = [at for at in self._offered if benefits[at].type.level != MEMBER]
        self._to_members = [at for at in self._offered if benefits[at].type.level == MEMBER]
        self._counted = frozenset(counted)
        self._is_members = [one.type.level == MEMBER for one in benefits]
        self._is_yearly = [one.per == "year" for one in benefits]

    def screened(
        self, id: str, household: tuple[dict[str, Declared], list[dict[str, Declared]], list[str]], raw: RawOutcome,
        received: Received, cells: tuple[str, ...],
    ) -> Screened:  # fmt: skip
        """Finds the group of a household that can be assessed."""
        own, members, ids = household
        offers = self.offers(raw, received, len(ids))
        undue = self.undue(raw, received) if received else ()
        opened = self.decider.opened(raw)
        one = settled = None
        priced: Any = ()
        if opened and not offers and not undue:
            one = self.decider.one_fact(household, opened)
            if one is not None and one.is_whole and self._are_same(one):
                settled, one, opened = one, None, []
                raw = settled.answers[0][1]
                offers, undue = self.offers(raw, received, len(ids)), self.undue(raw, received)
            elif one is not None:
                priced = tuple((value, self.offers(each, received, len(ids)), self.undue(each, received))
                               for value, each in one.answers)  # fmt: skip
        if not opened and not offers and not undue:
            return Screened(id, AS_DUE if received else NOTHING, ids, cells, settled=settled)
        whole = 0
        for _, needs in opened:
            whole |= needs
        facts, unset = self.decider.names(whole) if whole else ([], [])
        if offers:
            group, money = ENTITLED, self.money(offers)
        elif undue:
            group, money = NOT_DUE, 0
        elif one is not None:
            group, money = ONE_FACT, max(self.money(each) for _, each, _ in priced)
        else:
            group, money = SEVERAL if facts else UNPUBLISHED, 0
        lacking = tuple((name, tuple(self.decider.lacking(name, household, opened))) for name in facts)
        keeps = one is not None and not one.is_whole
        return Screened(
            id, group, ids, cells, money, offers, undue, one, priced, lacking, tuple(unset), settled,
            own=own if keeps else {}, members=members if keeps else (),
            offerable=frozenset(self._offered).difference(received) if keeps else frozenset(),
        )  # fmt: skip

    def money(self, offers: Sequence[Offer]) -> int:
        """Adds up offers, but for yearly amounts."""
        return sum(amount for at, _, amount, _ in offers if not self._is_yearly[at])

    def offers(self, raw: RawOutcome, received: Received, count: int) -> tuple[Offer, ...]:
        """Lists what is granted and not received."""
        _, found, persons = raw
        offers: list[Offer] = []
        for at in self._to_households:
            if found[at][0] == GRANTED and at not in received:
                people = count if persons[at] is None else persons[at]
                offers.append((at, None, found[at][1], None if people.__class__ is Unknown else people))
        for at in self._to_members:
            granted = [place for place, one in enumerate(found[at]) if one[0] == GRANTED]
            if granted:
                left = _left(granted, _open(found[at]), received[at]) if at in received else granted
                offers += [(at, place, found[at][place][1], 1) for place in left]
        return tuple(offers)

    def undue(self, raw: RawOutcome, received: Received) -> tuple[Undue, ...]:
        """Lists what is received and neither granted nor open."""
        undue: list[Undue] = []
        for at, places in received.items():
            outcome = raw[1][at]
            if at not in self._counted:
                continue
            if not self._is_members[at]:
                if outcome[0] not in (GRANTED, UNDETERMINED):
                    undue.append((at, None, outcome[2]))
                continue
            fits = [place for place, one in enumerate(outcome) if one[0] in (GRANTED, UNDETERMINED)]
            strays = sorted(one for one in places if one is not None and one not in fits)
            free = [place for place in fits if place not in places]
            undue += [(at, place, outcome[place][2]) for place in strays[len(free) :]]
            if None in places and not fits:
                undue.append((at, None, outcome[0][2] if len(outcome) == 1 else 0))
        return tuple(undue)

    def _are_same(self, one: OneFact) -> bool:
        """Says whether every answer leads to the same statuses and amounts of the benefits that count."""
        found = {
            tuple(
                tuple(each[:2] for each in raw[1][at]) if self._is_members[at] else raw[1][at][:2]
                for at in self._counted
            )
            for _, raw in one.answers
        }
        return len(found) == 1


def _open(outcome: Sequence[Any]) -> list[int]:
    return [place for place, one in enumerate(outcome) if one[0] == UNDETERMINED]


def _left(granted: list[int], opened: list[int], places: frozenset[Optional[int]]) -> list[int]:
    """Lists the members who are granted a benefit and do not receive it.

    Lists often name what a child receives in the row of the head: it is then taken for somebody else of the household.
    """
    if None in places:
        return []
    left = [place for place in granted if place not in places]
    strays = [place for place in places if place not in granted and place not in opened]
    return left[len(strays) :]
