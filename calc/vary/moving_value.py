"""A number that moves with a fact, `a * x + b + [l, u]`, and the split of the fact's range where a decision flips.

`x` is the fact, anywhere in a range; `[l, u]` is what roundings may add. Sums, differences, and products and quotients
by constants are exact. A comparison has one answer over the whole range, or raises `Split` with the values of the
fact around which it flips: the range is then divided there and both parts are computed again.
The exact numbers at both ends of the range are known too: what only rises, or only falls, is decided by them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from calc.engine.unknown import Unknown
from calc.exact import Number, round_to, simplify


class Split(Exception):
    """Something is decided differently within the range; `points` are values of the fact near which it flips."""

    def __init__(self, *points: Fraction) -> None:
        super().__init__()
        self.points = points


class Moving:
    """A number that moves with a fact over a range of it from `low` to `high`; immutable.

    `first` and `last` are its exact values there. `direction` is 1 where it never falls over the range, -1 where it
    never rises, 0 where nothing is known of that.
    """

    __slots__ = ("add", "direction", "down", "first", "high", "last", "low", "slope", "up")
    __hash__ = None  # type: ignore[assignment]

    def __init__(
        self, low: Fraction, high: Fraction, slope: Number, add: Number, down: Number, up: Number,
        first: Number, last: Number, direction: int,
    ) -> None:  # fmt: skip
        """More than six parameters: the fields of a number."""
        self.low, self.high = low, high
        self.slope, self.add = slope, add
        self.down, self.up = down, up
        self.first, self.last = first, last
        self.direction = direction

    @classmethod
    def over(cls, low: Fraction, high: Fraction) -> Moving:
        """The fact itself, from one value to another."""
        return cls(low, high, 1, 0, 0, 0, low, high, 1)

    @property
    def is_fixed(self) -> bool:
        """Says whether it is one number over the whole range."""
        return self.first == self.last and (self.direction != 0 or (self.slope == 0 and self.down == self.up))

    @property
    def fixed(self) -> Number:
        """The number of one that is fixed."""
        return simplify(self.first)

    def ends(self) -> tuple[Number, Number]:
        """The least and the greatest value that it may have in the range."""
        if self.direction:
            return (self.first, self.last) if self.direction > 0 else (self.last, self.first)
        one, other = self.slope * self.low, self.slope * self.high
        return min(one, other) + self.add + self.down, max(one, other) + self.add + self.up

    def flips(self) -> Split:
        """The split at the values of the fact where this is zero, by the least and by the most that roundings add."""
        if self.slope == 0:
            return Split()
        return Split(*(-Fraction(self.add + part) / self.slope for part in {self.down, self.up}))

    def rounded(self, mode: str, step: Number) -> Moving:
        """The number rounded to a step, by a mode of `calc.exact.ROUNDINGS`."""
        down = {"round_up": 0, "round_down": -step}.get(mode, -Fraction(step) / 2)
        up = {"round_up": step, "round_down": 0}.get(mode, Fraction(step) / 2)
        return Moving(
            self.low, self.high, self.slope, self.add, self.down + down, self.up + up,
            round_to(mode, self.first, step), round_to(mode, self.last, step), self.direction,
        )  # fmt: skip

    def stepped(self, first: Number, last: Number, direction: int, ends: tuple[Number, Number]) -> Moving:
        """A number that goes by steps between two ends as this one moves, with a direction."""
        return Moving(self.low, self.high, 0, 0, min(ends), max(ends), first, last, direction)

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Moving):
            slope, down, up = self.slope + other.slope, self.down + other.down, self.up + other.up
            if down == up:
                direction = (slope > 0) - (slope < 0) or 1
            else:
                direction = self.direction if self.direction == other.direction else 0
            return Moving(self.low, self.high, slope, self.add + other.add, down, up,
                          self.first + other.first, self.last + other.last, direction)  # fmt: skip
        if other.__class__ is Unknown:
            return other
        return Moving(self.low, self.high, self.slope, self.add + other, self.down, self.up,
                      self.first + other, self.last + other, self.direction)  # fmt: skip

    __radd__ = __add__

    def __neg__(self) -> Moving:
        return Moving(self.low, self.high, -self.slope, -self.add, -self.up, -self.down,
                      -self.first, -self.last, -self.direction)  # fmt: skip

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if other.__class__ is Unknown:
            return other
        if isinstance(other, Moving):
            if not other.is_fixed:
                if not self.is_fixed:
                    raise Split
                return other * self.fixed
            other = other.fixed
        if other == 0:
            return 0
        ends = self.down * other, self.up * other
        direction = self.direction if other > 0 else -self.direction
        return Moving(self.low, self.high, self.slope * other, self.add * other, min(ends), max(ends),
                      self.first * other, self.last * other, direction)  # fmt: skip

    __rmul__ = __mul__

    def __abs__(self) -> Moving:
        return self if self >= 0 else -self

    def __lt__(self, other: Any) -> Any:
        return self._compared(other, False)

    def __le__(self, other: Any) -> Any:
        return self._compared(other, True)

    def __gt__(self, other: Any) -> Any:
        return not self._compared(other, True)

    def __ge__(self, other: Any) -> Any:
        return not self._compared(other, False)

    def __eq__(self, other: Any) -> Any:
        if isinstance(other, (str, bool)) or other is None:
            return False
        if other is self:
            return True
        difference = self - other
        low, high = difference.ends()
        if low > 0 or high < 0:
            return False
        if low == high == 0:
            return True
        raise difference.flips()

    def __ne__(self, other: Any) -> Any:
        return not self == other

    def _compared(self, other: Any, equal: bool) -> bool:
        """Says whether this is less than another number, or equal to it where `equal`."""
        if other is self:
            return equal
        difference = self - other
        low, high = difference.ends()
        if high < 0 or (equal and high == 0):
            return True
        if low > 0 or (not equal and low == 0):
            return False
        raise difference.flips()


def divided(left: Any, right: Any) -> Any:
    """Divides numbers of which either may move. Raises Split where the divisor does."""
    return left * (Fraction(1) / still(right))


def rounded(mode: str, value: Any, step: Any) -> Any:
    """Rounds a number that may move to a step, by a mode of `calc.exact.ROUNDINGS`."""
    step = still(step)
    if isinstance(value, Moving) and not value.is_fixed:
        return value.rounded(mode, step)
    return round_to(mode, still(value), step)


def still(value: Any) -> Any:
    """Returns the number that a value is over the whole range. Raises Split where it moves."""
    if not isinstance(value, Moving):
        return value
    if not value.is_fixed:
        raise Split
    return value.fixed
