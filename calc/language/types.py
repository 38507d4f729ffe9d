"""Defines the kinds of values, their limits, and the kinds of sums, products and quotients."""

from __future__ import annotations

from fractions import Fraction

from calc.exact import Number
from calc.record import Record

MONEY_PER_MONTH, MONEY_PER_YEAR, MONEY = "money/month", "money/year", "money"
SHARE, NUMBER, COUNT = "share", "number", "count"
YES_NO, DATE, CHOICE, TEXT, SCALE = "yes/no", "date", "choice", "text", "scale"
REFERENCE = "member"
"""The kind of a value that is a member of the household: the place of the member, or `NOBODY`."""
NOBODY = -1
LITERAL = "literal"
"""A number written in a formula, which takes the kind of the other operand."""
WORD = "word"
"""A word written in a formula: an option of a choice, or a text."""

KINDS = (MONEY_PER_MONTH, MONEY_PER_YEAR, MONEY, SHARE, NUMBER, COUNT, YES_NO, DATE, CHOICE, TEXT, SCALE, REFERENCE)
_IN_CHINESE = ("金额/月", "金额/年", "金额", "比例", "数字", "整数", "是/否", "日期", "选项", "文字", "分段", "成员")
MONEYS = (MONEY_PER_MONTH, MONEY_PER_YEAR, MONEY)
PURE = (SHARE, NUMBER, COUNT, LITERAL)
NUMERIC = MONEYS + PURE

MOST_MEMBERS = 200
LIMITS: dict[str, tuple[Number, Number]] = {
    **dict.fromkeys(MONEYS, (-(10**12) + 1, 10**12 - 1)),
    SHARE: (-1000, 1000),
    NUMBER: (-(10**9), 10**9),
    COUNT: (0, 10**6 - 1),
    DATE: (1850_01_01, 2200_12_31),
}
"""Least and greatest value of a fact of each kind, where the rules give no narrower `min` and `max`."""
DEFAULT_DECIMALS = {SHARE: 4, NUMBER: 0, COUNT: 0}

FIXED, HOUSEHOLD, MEMBER = 0, 1, 2
"""Levels: the same for all households in a month, of a household, of a member."""


def kind_words(kind: str) -> tuple[str, str]:
    """Names a kind in English, as a rules file does, and in Chinese."""
    return kind, dict(zip(KINDS, _IN_CHINESE, strict=True)).get(kind, kind)


class Type(Record):
    """The properties of an expression that are known before any household is read.

    Its value is a whole multiple of `unit` between `low` and `high` (dates: numbers like 20220531).
    A `quotient` by a value not fixed in the month has no unit until it is rounded or compared.
    """

    kind: str
    level: int = FIXED
    unit: Number = 0
    low: Number | None = None
    high: Number | None = None
    options: tuple[str, ...] = ()
    quotient: bool = False

    @property
    def constant(self) -> Number | None:
        """The value, where only one is possible."""
        return self.low if self.low is not None and self.low == self.high else None


def bounds_of(kind: str, low: Number | None = None, high: Number | None = None) -> tuple[Number, Number]:
    """Returns the range of a fact: its own `min` and `max`, within the limits of its kind."""
    least, greatest = LIMITS[kind]
    return (least if low is None else max(low, least), greatest if high is None else min(high, greatest))


def smallest_step(kind: str, decimals: int) -> Number:
    """Returns the grid of a fact with the given decimals."""
    return 1 if decimals == 0 else Fraction(1, 10**decimals)


def common_kind(left: str, right: str) -> str | None:
    """Finds the common kind of two values that are added, compared or chosen between; None if they have none."""
    if left == right:
        return left
    if left == LITERAL and right in NUMERIC:
        return right
    if right == LITERAL and left in NUMERIC:
        return left
    if left in PURE and right in PURE:
        return NUMBER
    if {left, right} in ({WORD, CHOICE}, {WORD, TEXT}):
        return left if right == WORD else right
    return None


def product_kind(left: str, right: str) -> str | None:
    """Finds the kind of a product; None if it has no meaning."""
    if left in MONEYS and right in PURE:
        return left
    if right in MONEYS and left in PURE:
        return right
    if left in PURE and right in PURE:
        if LITERAL in (left, right):
            return left if right == LITERAL else right
        return left if left == right else NUMBER
    return None


def quotient_kind(left: str, right: str) -> str | None:
    """Finds the kind of a quotient; None if it has no meaning."""
    if left in MONEYS and right in PURE:
        return left
    if left in MONEYS and left == right:
        return SHARE
    if left in PURE and right in PURE:
        return left if left in (SHARE, LITERAL) and right == LITERAL else SHARE if left == SHARE else NUMBER
    return None
