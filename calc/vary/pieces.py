"""Finds the pieces of a household's answer as one fact moves over all its values: exact, with no sampling step.

The range of the fact is divided until every decision in a part is the same; parts with the same statuses and the same
slope are then joined. Nothing can be hidden, since a part is only accepted where each comparison has one answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from calc.engine.facts import Household, Member, not_known
from calc.engine.outcomes import UNDETERMINED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.exact import Number
from calc.language.types import DATE, MEMBER, NUMERIC
from calc.record import Record, replace
from calc.rules.plan import FactPlan, Plan
from calc.vary.moved_trace import MovedTrace, cone
from calc.vary.moving_value import Moving, Split, still
from calc.vary.scales import scale_of

MOST_PARTS = 200_000
"""Parts of a range, after which a sweep is given up: something depends on every single value."""


class SweepPiece(Record):
    """Values of a fact, in its steps from `low` to `high`, over which nothing is decided differently.

    `first` and `last` are the outcomes at the ends, `slopes` what each amount gains with a unit of the fact, `slack`
    by how much roundings may keep it from the straight line. With `failed_checks` the household is rejected there.
    """

    low: int
    high: int
    first: tuple[Outcome, ...]
    last: tuple[Outcome, ...]
    slopes: tuple[Number, ...]
    slack: tuple[Number, ...]
    failed_checks: tuple[str, ...] = ()


class TooManyParts(Exception):
    """A household's answer depends on every single value of a fact."""


class Sweep:
    """One fact of a household that moves; `benefits` are those whose outcomes are asked for, in order.

    Its values are places of its scale. With `is_checked` the checks of the rules are made at each of them too.
    """

    def __init__(
        self, plan: Plan, household: Household, fact: str, member: int | None, benefits: Sequence[str] | None = None,
        is_checked: bool = False,
    ) -> None:  # fmt: skip
        """More than six parameters with self: a household, a place in it, and what is asked."""
        self.plan = plan
        self.fact = plan.facts[fact]
        self.member = member
        self.benefits = [*plan.benefits] if benefits is None else [*benefits]
        self.is_checked = is_checked
        self.is_date = self.fact.type.kind == DATE
        self.steps = cone(plan, fact, [*self.benefits, *(plan.root_names if is_checked else ())])
        self.household = household
        self.base = Trace(plan, with_value(household, self.fact, member, None))
        self.scale = scale_of(self.fact)
        self.unit = 10**self.fact.decimals
        self.runs = 0

    def at(self, value: int) -> MovedTrace:
        """The trace at one value of a number, in steps of the fact."""
        assert self.scale is not None, "a fact of words"
        return self._moved(self.scale.value(value))

    def day(self, place: int) -> int:
        """The date at a place, as a number like 20220531."""
        assert self.scale is not None
        return self.scale.stated(place)

    def _moved(self, value: Any) -> MovedTrace:
        self.runs += 1
        return MovedTrace(self.base, self.steps, self.fact.name, self.member, value)

    def outcomes(self, trace: Trace) -> tuple[Outcome, ...]:
        """The outcomes that are asked for."""
        return tuple(outcome for name in self.benefits for outcome in trace.outcomes[name])

    def pieces(self, low: int, high: int) -> list[SweepPiece]:
        """Finds the pieces from one value to another, in steps of the fact. Raises TooManyParts."""
        return self._joined([*self._parts(low, high)])

    def is_open(self, low: int, high: int) -> bool:
        """Says whether an outcome that is asked for is open anywhere between two values. Raises TooManyParts."""
        return any(status == UNDETERMINED for part in self._parts(low, high) for status, *_ in part.status[1:])

    def _parts(self, low: int, high: int) -> Iterator[_Part]:
        """Divides a range until nothing is decided differently within a part; yields the parts in their order."""
        assert self.scale is not None, "a fact of words"
        waiting, count = [(low, high)], 0
        while waiting:
            start, end = waiting.pop()
            try:
                trace = self.at(start) if start == end else self._moved(self.scale.moving(start, end))
                part = self._part(trace, start, end)
            except Split as split:
                waiting += reversed(self.scale.divided(start, end, split.points))
                continue
            yield part
            count += 1
            if count > MOST_PARTS:
                raise TooManyParts

    def _part(self, trace: MovedTrace, start: int, end: int) -> _Part:
        checks = trace.failed_checks() if self.is_checked else ()
        found = self.outcomes(trace)
        status = (checks, *((one.status, one.failed, one.needs, one.unset) for one in found))
        amounts = tuple(one.amount for one in found)
        if self.is_date:
            amounts = tuple(map(still, amounts))  # between two days an amount has steps, no slope
        return _Part(start, end, status, amounts, checks)

    def _joined(self, parts: list[_Part]) -> list[SweepPiece]:
        """Joins each wide part with its neighbours that continue it, then what is left with equal neighbours."""
        groups: list[list[_Part]] = []
        for part in parts:
            if part.low < part.high:
                group = [part]
                while (
                    groups and len(groups[-1]) == 1 and groups[-1][0].is_single and self._continues(part, groups[-1][0])
                ):
                    group = groups.pop() + group
                if groups and (wide := _wide(groups[-1])) is not None and self._continues(wide, part):
                    groups[-1] += group
                else:
                    groups.append(group)
            elif groups and (wide := _wide(groups[-1])) is not None and self._continues(wide, part):
                groups[-1].append(part)
            else:
                groups.append([part])
        return [self._piece(group) for group in _equal_joined(groups)]

    def _continues(self, wide: _Part, other: _Part) -> bool:
        """Says whether a part decides as a wide one, with amounts on its lines as far as roundings leave them."""
        if wide.status != other.status:
            return False
        for line, amount in zip(wide.amounts, other.amounts, strict=True):
            if isinstance(amount, Moving):
                if not isinstance(line, Moving) or (line.slope, line.add) != (amount.slope, amount.add):
                    return False
            elif isinstance(line, Moving):
                for value in {other.low, other.high}:
                    exact = line.slope * Fraction(value, self.unit) + line.add
                    if amount is None or not exact + line.down <= amount <= exact + line.up:
                        return False
            elif line != amount:
                return False
        return True

    def _piece(self, group: list[_Part]) -> SweepPiece:
        low, high = group[0].low, group[-1].high
        widest = max(group, key=lambda part: part.high - part.low)
        slopes = tuple(one.slope if isinstance(one, Moving) else 0 for one in widest.amounts)
        slack = tuple(one.up - one.down if isinstance(one, Moving) else 0 for one in widest.amounts)
        first = self.outcomes(self.at(low))
        last = first if low == high else self.outcomes(self.at(high))
        return SweepPiece(low, high, first, last, slopes, slack, group[0].failed_checks)


class _Part(Record):
    low: int
    high: int
    status: tuple[Any, ...]
    amounts: tuple[Any, ...]
    failed_checks: tuple[str, ...]

    @property
    def is_single(self) -> bool:
        """Says whether it is one value of the fact."""
        return self.low == self.high

    def is_alike(self, other: _Part) -> bool:
        """Says whether two single values have the same outcomes."""
        return self.status == other.status and self.amounts == other.amounts


def with_value(household: Household, fact: FactPlan, member: int | None, value: Any) -> Household:
    """The household with another value of a fact, in steps; None takes the statement away, also that of not known."""

    def changed(facts: dict[str, Any]) -> dict[str, Any]:
        left = {name: one for name, one in facts.items() if name not in (fact.name, not_known(fact.name))}
        return left if value is None else {**left, fact.name: value}

    if member is None:
        return replace(household, facts=changed(household.facts))
    members = tuple(
        Member(one.id, changed(one.facts)) if at == member else one for at, one in enumerate(household.members)
    )
    return replace(household, members=members)


def places_of(fact: FactPlan, household: Household) -> Iterable[int | None]:
    """The places at which a household may state a fact: those of its members, or None."""
    return range(len(household.members)) if fact.type.level == MEMBER else (None,)


def can_move(fact: FactPlan) -> bool:
    """Says whether a fact is a number, whose values have pieces."""
    return fact.type.kind in NUMERIC


def _wide(group: list[_Part]) -> _Part | None:
    return next((one for one in group if not one.is_single), None)


def _equal_joined(groups: list[list[_Part]]) -> list[list[_Part]]:
    """Joins single values that are neighbours and have the same outcomes."""
    found: list[list[_Part]] = []
    for group in groups:
        before = found[-1] if found else None
        if before is not None and _wide(before) is _wide(group) is None and group[0].is_alike(before[-1]):
            before += group
        else:
            found.append([*group])
    return found
