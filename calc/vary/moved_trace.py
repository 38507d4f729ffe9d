"""The reference engine run on a household of which one fact moves over a range.

Only what depends on the fact and leads to a benefit is computed again; everything else is that of a trace at one value.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown, needs_of
from calc.exact import Number, simplify
from calc.language.lookup_tables import LookupTable
from calc.language.primitives import MEANING
from calc.language.typed_tree import HasRow, Lookup, Operation, Term
from calc.rules.dependency_order import depending, reachable
from calc.rules.plan import DefinitionPlan, FactPlan, Plan
from calc.vary.moving_value import Moving, Split, divided, rounded

_DATES = ("full_years", "full_months", "year", "month")


def cone(plan: Plan, fact: str, benefits: Iterable[str]) -> list[str]:
    """Lists the steps of a plan that depend on a fact and that any of some benefits depends on, in their order."""
    below, above = depending([fact], plan), reachable(tuple(benefits), plan.needs)
    return [name for name in plan.steps if name in below and name in above]


class MovedTrace(Trace):
    """The values of a household, of which a fact of a member (None: of the household) has a value that may move.

    `base` is the trace at one value of the fact, `steps` what is computed again (see `cone`).
    Raises Split, as `compute` does, where something is decided differently within the range; what is before it is kept.
    """

    def __init__(
        self, base: Trace, steps: Iterable[str], fact: str, member: int | None, value: Number | Moving | bool | str
    ) -> None:
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
        self.compute(steps)

    def evaluate(self, term: Term, member: int | None) -> Any:
        form = _FORMS.get(term.__class__)
        return super().evaluate(term, member) if form is None else form(self, term, member)

    def _step(self, step: FactPlan | DefinitionPlan, member: int | None) -> Any:
        return self._value if (step.name, member) == self._moved else super()._step(step, member)

    def _operation(self, term: Operation, member: int | None) -> Any:
        operands = [self.evaluate(operand, member) for operand in term.operands]
        for operand in operands:
            if operand.__class__ is Unknown:
                return Unknown(needs_of(*operands))
        operator = term.operator
        if not any(isinstance(one, Moving) for one in operands):
            return MEANING[operator](*operands)
        if operator.startswith("round"):
            return rounded(operator, *operands)
        if operator == "/":
            return divided(*operands)
        if operator in _DATES:
            raise Split
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


_FORMS: dict[type, Any] = {
    Operation: MovedTrace._operation,
    Lookup: MovedTrace._lookup,
    HasRow: MovedTrace._has_row,
}
