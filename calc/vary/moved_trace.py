"""The reference engine run on a household of which one fact moves over a range.

Only what depends on the fact and leads to a benefit is computed again; everything else is that of a trace at one value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown, needs_of
from calc.exact import Number, simplify
from calc.language.lookup_tables import LookupTable
from calc.language.primitives import MEANING
from calc.language.typed_tree import HasRow, Lookup, Operation
from calc.language.types import MEMBER
from calc.rules.dependency_order import depending, reachable
from calc.rules.plan import DefinitionPlan, FactPlan, Plan
from calc.vary.moving_value import Moving, Split, divided, rounded


def cone(plan: Plan, fact: str, benefits: Iterable[str]) -> list[str]:
    """Lists the steps of a plan that depend on a fact and that any of some benefits depends on, in their order."""
    below, above = depending([fact], plan), reachable(tuple(benefits), plan.needs)
    return [name for name in plan.steps if name in below and name in above]


def own_steps(plan: Plan, fact: str, below: Sequence[str], over_members: frozenset[str]) -> frozenset[str]:
    """Lists the steps that depend on a fact of a member through values of that member alone: nobody else's change.

    `below` are the steps that depend on the fact, in order.
    """
    found: set[str] = set()
    others = {*below}
    for name in below if plan.facts[fact].type.level == MEMBER else ():
        step: Any = plan.definitions.get(name) or plan.facts.get(name)
        is_own = step is not None and step.type.level == MEMBER and name not in over_members
        if name == fact or (is_own and others.isdisjoint(plan.needs.get(name, ()))):
            found.add(name)
            others.remove(name)
    return frozenset(found)


class MovedTrace(Trace):
    """The values of a household, of which a fact of a member (None: of the household) has a value that may move.

    `base` is the trace at one value of the fact, `steps` what is computed again (see `cone`); of those in `own` only
    the member's value.
    Raises Split, as `compute` does, where something is decided differently within the range; what is before it is kept.
    """

    def __init__(
        self, base: Trace, steps: Iterable[str], fact: str, member: int | None, value: Number | Moving | bool | str,
        own: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        """More than six parameters with self: the fields of a trace and what is different in it."""
        self.plan, self.household = base.plan, base.household
        self.of_household = dict(base.of_household)
        self.of_members = dict(base.of_members)
        self.received = dict(base.received)
        self.outcomes = dict(base.outcomes)
        self._ranks: dict[int, list[Any]] = {}
        self._need_bits = base._need_bits
        self._asked = ("", None)
        self._moved = fact, member
        self._value = value
        self._own = own
        self._made: dict[Any, Any] = {}  # with its operands: one formula gives one number wherever it is written
        self.compute(steps)

    def compute(self, steps: Iterable[str]) -> None:
        place = self._moved[1]
        for name in steps:
            if place is not None and name in self._own:
                step: Any = self.plan.definitions.get(name) or self.plan.facts[name]
                values = [*self.of_members[name]]
                values[place] = self._step(step, place)
                self.of_members[name] = values
            else:
                super().compute((name,))

    def _step(self, step: FactPlan | DefinitionPlan, member: int | None) -> Any:
        return self._value if (step.name, member) == self._moved else super()._step(step, member)

    def _operation(self, term: Operation, member: int | None) -> Any:
        operands = [self.evaluate(operand, member) for operand in term.operands]
        moves = False
        for operand in operands:
            if operand.__class__ is Unknown:
                return Unknown(needs_of(*operands))
            if operand.__class__ is Moving:
                moves = True
        operator = term.operator
        if not moves:
            return MEANING[operator](*operands)
        key = operator, *((id(one), None) if one.__class__ is Moving else one for one in operands)
        if key not in self._made:
            self._made[key] = self._of_moving(operator, operands), operands
        return self._made[key][0]

    def _of_moving(self, operator: str, operands: list[Any]) -> Any:
        if operator.startswith("round"):
            return rounded(operator, *operands)
        if operator == "/":
            return divided(*operands)
        if operator in _DATES:
            return _DATES[operator](*operands)
        return MEANING[operator](*operands)

    def _lookup(self, term: Lookup, member: int | None) -> Any:
        keys = [self.evaluate(key, member) for key in term.keys]
        needs = needs_of(*keys)
        if needs:
            return Unknown(needs)
        beyond = _beyond(term.table, keys)
        if beyond is not None:
            last = term.table.cell((term.table.last,))  # type: ignore[arg-type]
            cell: Any = None if last is None else last + beyond * term.table.each_more
        else:
            cell = term.table.cell(_still(term.table, keys))
        return self._unknown(term.name, None) if cell is None else cell

    def _has_row(self, term: HasRow, member: int | None) -> Any:
        keys = [self.evaluate(key, member) for key in term.keys]
        needs = needs_of(*keys)
        if needs:
            return Unknown(needs)
        return _beyond(term.table, keys) is not None or term.table.has(_still(term.table, keys))


def _beyond(table: LookupTable, keys: list[Any]) -> Any:
    """The distance of a key beyond the last row of a table with `each more`; None if it is not beyond."""
    return keys[0] - table.last if table.last is not None and keys[0] > table.last else None


def _still(table: LookupTable, keys: list[Any]) -> tuple[Any, ...]:
    """Returns a key for each that moves, which has the same place on its axis. Raises Split where there is none."""
    found = []
    for axis, key in zip(table.axes, keys, strict=True):
        if isinstance(key, Moving):
            ends: set[Number] = {one for one in axis.single if not isinstance(one, (str, bool))}
            for band, _ in axis.bands:
                ends |= {end for end in (band.low, band.high) if end is not None}
            for end in ends:
                if not key < end and not key > end and not key == end:  # each of them raises Split where it flips
                    raise AssertionError("a number is less than another, equal to it, or greater")
            found.append(simplify(key.first))
        else:
            found.append(key)
    return tuple(found)


def _full_years(start: Any, end: Any) -> Any:
    return rounded("round_down", divided(end - start, 10000), 1)


def _full_months(start: Any, end: Any) -> Any:
    """Counts months between two days of which one moves. Raises Split where both do."""
    day = start if end.__class__ is not Moving else end
    if start.__class__ is end.__class__ or not day.direction:
        raise Split
    first, last = (
        MEANING["full_months"](*(int(getattr(one, at)) if one is day else one for one in (start, end)))
        for at in ("first", "last")
    )
    return day.stepped(first, last, -day.direction if day is start else day.direction, (first, last))


def _year(day: Moving) -> Any:
    return rounded("round_down", divided(day, 10000), 1)


def _month(day: Moving) -> Any:
    """Finds the month of the year of a day that moves: exact within a year, any of the twelve over several."""
    low, high = day.ends()
    year = high // 10000 * 10000
    if low >= year:
        return rounded("round_down", divided(day - year, 100), 1)
    first, last = (MEANING["month"](int(one)) for one in (day.first, day.last))
    return day.stepped(first, last, 0, (1, 12))


_DATES: dict[str, Any] = {"full_years": _full_years, "full_months": _full_months, "year": _year, "month": _month}

MovedTrace.forms = {
    **Trace.forms,
    Operation: MovedTrace._operation,
    Lookup: MovedTrace._lookup,
    HasRow: MovedTrace._has_row,
}
