"""Identity numbers and disability certificates in SQL: check digit, birth date and sex, type and level.

Only what the quick reader of the row path takes is taken; each target is what it would set.
"""

from __future__ import annotations

from sqlglot import exp

from calc.batch.columns.phrases import phrase
from calc.batch.columns.plain import literal
from calc.engine.columns import pieces
from calc.engine.columns.pieces import Tree
from calc.engine.household import Declared
from calc.intake.cells import declared_bounds
from calc.intake.derive import numbers_of
from calc.intake.identity import CHECK_DIGITS, WEIGHTS
from calc.language.kinds import CHOICE, DATE, MEMBER, TEXT
from calc.rules.plan import FactPlan, Plan

NUMBER = "[1-9][0-9]{16}[0-9X]"
CERTIFICATE = "[1-9][0-9]{16}[0-9X][1-7][1-4]"
WHOSE, WHOSE_CERTIFICATE = "[0-9]{17}.", "[0-9]{17}..."
"""What tells whose a number is, right or wrong: the survey of the row path looks at no more."""
OLDEST = 1850_01_01


class Persons:
    """What a plan derives from a member's numbers."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        numbers = numbers_of(plan, MEMBER)
        self.identities = [fact for fact in numbers if fact.format == "identity-number"]
        self.certificates = [fact for fact in numbers if fact.format == "disability-certificate"]
        self.names = {fact.name for fact in numbers}

    @property
    def identity(self) -> FactPlan | None:
        """The fact that is a member's own number."""
        return self.identities[0] if self.identities else None

    @property
    def certificate(self) -> FactPlan | None:
        """The fact that is a member's certificate."""
        return self.certificates[0] if self.certificates else None

    def is_plain(self) -> bool:
        """Whether there is no more than one of each, a certificate says whose it is, and they hold what they can."""
        identity, certificate = self.identity, self.certificate
        if len(self.identities) > 1 or len(self.certificates) > 1:
            return False
        if certificate is not None:
            target = certificate.derives.get("identity_number")
            if identity is None or target != identity.name:
                return False
            return all(name == identity.name or self.parts(name) is not None for name in certificate.derives.values())
        return True

    def target(self, part: str, kind: str) -> FactPlan | None:
        """The member's fact that a part of the identity number gives."""
        if self.identity is None:
            return None
        fact = self.plan.facts.get(self.identity.derives.get(part, ""))
        return fact if fact is not None and fact.type.kind == kind and fact.type.level == MEMBER else None

    def parts(self, name: str) -> dict[str, Declared] | None:
        """What the digits 1 to 7 of a certificate stand for in a fact."""
        fact = self.plan.facts.get(name)
        if fact is None or fact.type.level != MEMBER:
            return None
        if fact.type.kind == CHOICE:
            return {str(at): option for at, option in enumerate(fact.type.options[:7], 1)}
        if fact.type.kind == TEXT or fact.type.low is None:
            return None
        low, high = declared_bounds(fact)
        return {str(at): int(at * 10**fact.decimals) for at in range(1, 8) if low <= at <= high}

    def birth_bounds(self) -> tuple[int, int]:
        """The birth dates a number may hold."""
        birth = self.target("birth_date", DATE)
        low, high = declared_bounds(birth) if birth is not None else (OLDEST, 9999_12_31)
        return max(int(low), OLDEST), int(high)


def is_valid(number: Tree, digits: Tree, day: Tree, low: int, high: int) -> Tree:
    """Whether a number of the right form has its check digit and holds a day; `digits` are its first 17 as a number."""
    shares = [
        phrase(":digits // :power % 10 * :weight", digits=digits, power=10 ** (16 - place), weight=weight)
        for place, weight in enumerate(WEIGHTS)
    ]
    total = shares[0]
    for share in shares[1:]:
        total = exp.Add(this=total, expression=share)
    fits = phrase("substr(:digits, (:total) % 11 + 1, 1) = substr(:number, 18, 1)",
                  digits=CHECK_DIGITS, total=total, number=number)  # fmt: skip
    return phrase(":fits AND :day BETWEEN :low AND :high AND :is_day",
                  fits=fits, day=day, low=low, high=high, is_day=is_day(day))  # fmt: skip


def is_day(day: Tree) -> Tree:
    """Whether a number like 20220531 is a day of the calendar."""
    return phrase(
        """:day % 100 >= 1 AND :day // 100 % 100 BETWEEN 1 AND 12 AND :day % 100 <= CASE
           WHEN :day // 100 % 100 IN (4, 6, 9, 11) THEN 30 WHEN :day // 100 % 100 <> 2 THEN 31
           WHEN :day // 10000 % 4 = 0 AND (:day // 10000 % 100 <> 0 OR :day // 10000 % 400 = 0) THEN 29 ELSE 28 END""",
        day=day,
    )


def by_digit(text: Tree, place: int, values: dict[str, Declared]) -> Tree:
    """What a digit of a certificate stands for; NULL for one that stands for nothing."""
    digit = phrase("substr(:text, :place, 1)", text=text, place=place)
    return pieces.case([(phrase(":digit = :key", digit=digit, key=key), literal(v)) for key, v in values.items()]
                       or [(pieces.truth(False), pieces.null())])  # fmt: skip
