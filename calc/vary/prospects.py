"""Finds what is still open about the outcome of a benefit whose conditions and amount have several possible values."""

from __future__ import annotations

from typing import Any

from calc.engine.outcomes import DENIED, GRANTED, NOT_APPLICABLE, UNDETERMINED
from calc.engine.unknown import Unknown
from calc.language.lookup_tables import Axis
from calc.record import Record
from calc.vary.possible_value import Possible, can_be_unknown, is_decided, needs_among, one_of, truths_of


class Prospect(Record):
    """The open needs of the outcome of a benefit: of whether it applies, of each condition, of the amount.

    Needs are bits, see `PossibleTrace.cells`. Nothing is open where all are 0.
    """

    benefit: str
    member: int | None
    applies: int = 0
    conditions: tuple[int, ...] = ()
    amount: int = 0

    @property
    def needs(self) -> int:
        """All needs of the outcome."""
        needs = self.applies | self.amount
        for one in self.conditions:
            needs |= one
        return needs


def counted(where: Any, element: Any) -> Any:
    """Returns what an element adds to a sum; a zero adds nothing whether it is inside or not."""
    if where is True or (is_decided(element) and element.__class__ is not Unknown and element == 0):
        return element
    if where.__class__ is Unknown:
        return Unknown(where.needs) if element.__class__ is not Possible else one_of(element.needs, (0, Unknown(0)))
    kept = [element] if True in truths_of(where) else []
    if False in truths_of(where):
        kept.append(0)
    if where.may_be_unknown:
        kept.append(Unknown(0))
    return one_of(where.needs, kept)


def places_on(axis: Axis, key: Any) -> set[int]:
    """Lists the places on an axis of all that a key can be, and that of the rest."""
    found: set[int | None] = {axis.rest}
    if key.__class__ is not Possible:
        found.add(axis.find(key))
    elif key.among is not None:
        found |= {axis.find(one) for one in key.among}
    else:
        found |= set(axis.single.values()) | {place for _, place in axis.bands}
    return {one for one in found if one is not None}


def statuses_of(applies: Any, conditions: list[Any], amount: Any) -> set[int]:
    """Lists the statuses that an outcome can still have."""
    found = set()
    if False in truths_of(applies):
        found.add(NOT_APPLICABLE)
    if applies is False:
        return found
    if any(False in truths_of(one) for one in conditions):
        found.add(DENIED)
    if any(one is False for one in conditions):
        return found if can_be_unknown(applies) or True in truths_of(applies) else {NOT_APPLICABLE}
    whole = (applies, *conditions)
    if any(map(can_be_unknown, (*whole, amount))):
        found.add(UNDETERMINED)
    if all(True in truths_of(one) for one in whole) and amount.__class__ is not Unknown:
        found.add(GRANTED)
    return found


def prospect_of(
    name: str, member: int | None, statuses: set[int], applies: Any, conditions: list[Any], amount: Any
) -> Prospect:
    """Makes the prospect of an outcome that can have some statuses: without needs where nothing is open."""
    open_amount = needs_among(amount) if GRANTED in statuses else 0
    if len(statuses) == 1:
        return Prospect(name, member, 0, (), open_amount)
    if any(one is False for one in conditions):
        return Prospect(name, member, needs_among(applies))
    return Prospect(name, member, needs_among(applies), tuple(needs_among(one) for one in conditions), open_amount)
