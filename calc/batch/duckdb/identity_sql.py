"""Identity numbers and disability certificates in SQL: check digit, birth date and sex, type and level.

Only what the quick reader of the row path takes is taken; each target is what it would set.
"""

from __future__ import annotations

from sqlglot import exp

from calc.batch.duckdb.canonical_cells import literal
from calc.batch.duckdb.sql_templates import phrase
from calc.engine.facts import Declared
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.households.identity_numbers import CHECK_DIGITS, WEIGHTS

NUMBER = "[1-9][0-9]{16}[0-9X]"
CERTIFICATE = "[1-9][0-9]{16}[0-9X][1-7][1-4]"
WHOSE, WHOSE_CERTIFICATE = "[0-9]{17}.", "[0-9]{17}..."
"""Forms of a number that identify a person, valid or not, as the scan of the row path reads them."""


def is_valid(number: Tree, digits: Tree, day: Tree, low: int, high: int) -> Tree:
    """Says whether a number is valid, by check digit and birth date; `digits` are its first 17 as a number."""
    fits = phrase("substr(:digits, :remainder + 1, 1) = substr(:number, 18, 1)",
                  digits=CHECK_DIGITS, remainder=remainder(digits), number=number)  # fmt: skip
    return phrase(":fits AND :day BETWEEN :low AND :high AND :is_day",
                  fits=fits, day=day, low=low, high=high, is_day=is_day(day))  # fmt: skip


def remainder(digits: Tree) -> Tree:
    """The weighted sum of 17 digits modulo 11, of the number they make.

    The weights are powers of two modulo 11, and a digit is what is left of the number without its last digits, less
    ten times what is left without one more. So the sum is 2n + 6(n//10 + 2(n//100) + 4(n//1000) + …), below 10**18,
    which spares a remainder for each digit.
    """
    total: Tree = build.whole(0)
    for place in range(1, len(WEIGHTS)):
        part = phrase(":digits // :power * :weight", digits=digits, power=10**place, weight=2 ** (place - 1))
        total = part if place == 1 else exp.Add(this=total, expression=part)
    return phrase("(:digits * 2 + 6 * (:total)) % 11", digits=digits, total=total)


def is_day(day: Tree) -> Tree:
    """Says whether a number like 20220531 is a day of the calendar; few are behind the 28th."""
    return phrase(
        """:day // 100 % 100 BETWEEN 1 AND 12 AND CASE WHEN :day % 100 BETWEEN 1 AND 28 THEN TRUE
           WHEN :day % 100 = 0 THEN FALSE ELSE :day % 100 <= CASE
           WHEN :day // 100 % 100 IN (4, 6, 9, 11) THEN 30 WHEN :day // 100 % 100 <> 2 THEN 31
           WHEN :day // 10000 % 4 = 0 AND (:day // 10000 % 100 <> 0 OR :day // 10000 % 400 = 0) THEN 29 ELSE 28 END
           END""",
        day=day,
    )


def by_digit(text: Tree, place: int, values: dict[str, Declared]) -> Tree:
    """Translates a digit of a certificate; NULL for a digit without a meaning."""
    digit = phrase("substr(:text, :place, 1)", text=text, place=place)
    return build.case([(phrase(":digit = :key", digit=digit, key=key), literal(v)) for key, v in values.items()]
                       or [(build.truth(False), build.null())])  # fmt: skip
