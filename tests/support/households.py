"""Generated households: any facts a plan knows, stated, stated as not known or not stated, at and around every edge."""

from __future__ import annotations

from random import Random
from typing import Any

from calc.engine.facts import Household, Member, not_known
from calc.language.typed_tree import Constant, Lookup, Operation, Parameter, walk
from calc.language.types import MEMBER, NUMERIC
from calc.rules.plan import FactPlan, Plan


def edges_of(plan: Plan) -> list[Any]:
    """Numbers that formulas compare with: constants, parameters, ages; households are made around them."""
    found = {0, 1}
    for definition in plan.definitions.values():
        for term in walk(definition.term):
            if isinstance(term, (Constant, Parameter)) and not isinstance(term.value, (bool, str, type(None))):
                found.add(term.value)
            if isinstance(term, Lookup):
                found |= {cell for cell in term.table.cells.values() if isinstance(cell, int)}
            if isinstance(term, Operation) and term.operator == "round_up":
                found.add(1)
    return sorted(found)


class Generator:
    """Makes households for a plan; the same seed gives the same ones."""

    def __init__(self, plan: Plan, seed: int, stated: float | None = None, doubt: float | None = None) -> None:
        self.plan = plan
        self.random = Random(seed)
        self.edges = edges_of(plan)
        self.stated = stated
        self.doubt = doubt
        self.count = 0

    def household(self, place: int = 0) -> Household:
        random, plan = self.random, self.plan
        share = random.choice((0.05, 0.3, 0.6, 0.95)) if self.stated is None else self.stated
        doubt = random.choice((0, 0, 0.2)) if self.doubt is None else self.doubt
        own = [fact for fact in plan.facts.values() if fact.type.level != MEMBER]
        of_member = [fact for fact in plan.facts.values() if fact.type.level == MEMBER]
        members = []
        self.count = random.choice((1, 1, 2, 2, 3, 3, 4, 7)) if plan.has_members else 0
        if plan.has_members:
            for at in range(self.count):
                members.append(Member(f"m{at}", self.facts(of_member, share, doubt)))
        return Household(f"h{place}", self.facts(own, share, doubt), tuple(members))

    def facts(self, facts: list[FactPlan], share: float, doubt: float) -> dict[str, Any]:
        """Facts stated with a value, and with the chance `doubt` as not known."""
        random = self.random
        found: dict[str, Any] = {}
        for fact in facts:
            if random.random() < doubt:
                found[not_known(fact.name)] = True
            elif random.random() < (max(share, 0.7) if fact.default is None and share > 0.1 else share):
                found[fact.name] = self.value(fact)
        return found

    def value(self, fact: FactPlan) -> Any:
        """A value the fact may have, as engines hold it."""
        random, kind = self.random, fact.type.kind
        if kind == "yes/no":
            return random.random() < 0.5
        if kind == "choice":
            return random.choice(fact.type.options)
        if kind == "text":
            return random.choice(("", "甲", "a"))
        if kind == "member":
            return random.randint(-1, self.count - 1)
        low, high = fact.stated_bounds
        if kind == "date":
            return self.day(int(low), int(high))
        assert kind in NUMERIC
        step = 10**fact.decimals
        edge = random.choice(self.edges)
        value = random.choice(
            (
                edge,
                edge * random.randint(1, 4),
                random.randint(0, 3000),
                random.choice((low, high)) if random.random() < 0.2 else random.randint(0, 5),
            )
        )
        whole = int(value * step) + random.choice((0, 0, 0, 1, -1))
        return max(int(low * step), min(int(high * step), whole))

    def day(self, low: int, high: int) -> int:
        random, month = self.random, self.plan.month
        year = month // 100 - random.choice((0, 1, 5, 11, 12, 15, 16, 17, 18, 19, 25, 59, 60, 61, 69, 70, 71, 90))
        number = random.choice((month % 100, month % 100, random.randint(1, 12), 2))
        last = (
            31,
            29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28,
            31,
            30,
            31,
            30,
            31,
            31,
            30,
            31,
            30,
            31,
        )[number - 1]
        return max(low, min(high, year * 10000 + number * 100 + random.choice((1, 2, last, random.randint(1, last)))))
