"""Work out which facts follow from a member's numbers under a plan, and their bounds, for the fast readers."""

from __future__ import annotations

from calc.engine.facts import Declared
from calc.households.derived_facts import numbers_of
from calc.language.types import CHOICE, DATE, MEMBER, TEXT
from calc.rules.plan import FactPlan, Plan

OLDEST = 1850_01_01


class IdentityFacts:
    """Facts that a plan derives from a member's numbers."""

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

    def are_several(self) -> bool:
        """Says whether members have more than one number of a kind."""
        return len(self.identities) > 1 or len(self.certificates) > 1

    def is_plain(self) -> bool:
        """Says whether there is at most one number of each kind, and each derives only facts it can."""
        identity, certificate = self.identity, self.certificate
        if self.are_several():
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
        """Maps the digits 1 to 7 of a certificate to words of a fact; digits without a word are left out."""
        fact = self.plan.facts.get(name)
        if fact is None or fact.type.level != MEMBER:
            return None
        if fact.type.kind == CHOICE:
            return {str(at): option for at, option in enumerate(fact.type.options[:7], 1)}
        if fact.type.kind == TEXT or fact.type.low is None:
            return None
        low, high = fact.stated_bounds
        return {str(at): int(at * 10**fact.decimals) for at in range(1, 8) if low <= at <= high}

    def birth_bounds(self) -> tuple[int, int]:
        """The birth dates a number may hold."""
        birth = self.target("birth_date", DATE)
        low, high = birth.stated_bounds if birth is not None else (OLDEST, 9999_12_31)
        return max(int(low), OLDEST), int(high)
