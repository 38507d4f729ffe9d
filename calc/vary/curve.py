"""The money of a household along the values of one fact: pieces with totals, jumps, and where a loss is made up."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Optional

from calc.engine.outcomes import GRANTED, UNDETERMINED, Outcome
from calc.exact import Number
from calc.language.types import MONEY_PER_MONTH
from calc.record import Record
from calc.vary.pieces import Sweep, SweepPiece


class CurvePiece(Record):
    """A piece with the sums of its ends: what is granted a month, of which some benefits may still be open.

    A household that is rejected there, as some checks fail, gets nothing.
    """

    piece: SweepPiece
    first: Number
    last: Number
    slope: Number
    is_open: bool

    @property
    def failed_checks(self) -> tuple[str, ...]:
        """The checks that reject the household over the piece."""
        return self.piece.failed_checks


class Jump(Record):
    """A place between two pieces, at the first value of the second one, with what changes there.

    `change` is None where the household is rejected, or a benefit undetermined, on either side of it.
    `made_up` is the first later value at which fact and benefits together bring what they brought before a drop;
    None for what is no drop, no income, or not made up within the range.
    """

    at: int
    change: Optional[Number]
    outcomes: tuple[tuple[Outcome, Outcome], ...]
    made_up: int | None


class Curve:
    """The pieces of a sweep and what people ask of them. `months` are the benefits that are paid by the month."""

    def __init__(self, sweep: Sweep, low: int, high: int) -> None:
        self.sweep = sweep
        self.low, self.high = low, high
        plan = sweep.plan
        self._counted = {name for name, one in plan.benefits.items() if one.per == "month"}
        self.pieces = [self._summed(one) for one in sweep.pieces(low, high)]
        self.is_income = sweep.fact.type.kind == MONEY_PER_MONTH
        self.jumps = [self._jump(at) for at in range(1, len(self.pieces))]

    def total(self, outcomes: Sequence[Outcome]) -> Number:
        """Adds up what is granted by the month."""
        return sum(one.amount or 0 for one in outcomes if one.status == GRANTED and one.benefit in self._counted)

    def total_at(self, value: int) -> Number:
        """The total at a value of the fact, in its steps; nothing where the household is rejected."""
        trace = self.sweep.at(value)
        return 0 if self.sweep.is_checked and trace.failed_checks() else self.total(self.sweep.outcomes(trace))

    def _summed(self, piece: SweepPiece) -> CurvePiece:
        if piece.failed_checks:
            return CurvePiece(piece, 0, 0, 0, False)
        slope = sum(
            one for one, outcome in zip(piece.slopes, piece.first, strict=True)
            if outcome.status == GRANTED and outcome.benefit in self._counted
        )  # fmt: skip
        is_open = any(one.status == UNDETERMINED for one in piece.first)
        return CurvePiece(piece, self.total(piece.first), self.total(piece.last), slope, is_open)

    def _jump(self, at: int) -> Jump:
        before, after = self.pieces[at - 1], self.pieces[at]
        if before.failed_checks or after.failed_checks:
            return Jump(after.piece.low, None, (), None)
        pairs = zip(before.piece.last, after.piece.first, strict=True)
        changed = tuple((old, new) for old, new in pairs if old.status != new.status)
        change = None if before.is_open or after.is_open else after.first - before.last
        made_up = None
        if change is not None and change < 0 and self.is_income:
            made_up = self._made_up(at, Fraction(before.piece.high, self.sweep.unit) + before.last)
        return Jump(after.piece.low, change, changed, made_up)

    def _made_up(self, at: int, wanted: Number) -> int | None:
        """Finds the first value from a piece on at which fact and benefits together bring at least so much."""
        unit = self.sweep.unit
        for one in self.pieces[at:]:
            low, high = one.piece.low, one.piece.high
            if one.failed_checks:
                continue
            if Fraction(high, unit) + one.last < wanted and Fraction(low, unit) + one.first < wanted:
                continue
            if Fraction(low, unit) + one.first >= wanted:
                return low
            while low + 1 < high:  # what is kept of more money is never less than nothing within a piece
                middle = (low + high) // 2
                if Fraction(middle, unit) + self.total_at(middle) >= wanted:
                    high = middle
                else:
                    low = middle
            return high
        return None
