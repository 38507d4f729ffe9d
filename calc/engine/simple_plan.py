"""Types of a plan specialised to the facts that households state, as `calc.engine.specialize` makes it."""

from __future__ import annotations

from collections.abc import Mapping

from calc.engine.unknown import Unknown
from calc.language.typed_tree import Aggregate, Term
from calc.record import Record
from calc.rules.plan import Plan

NEVER, MAYBE, ALWAYS = range(3)
"""Frequencies with which a fact is stated: by no, some, or every household or member."""

Pattern = Mapping[str, int]
"""The frequency of each fact, by its name; facts that are missing in it are never stated.

The key of a fact as not known (`calc.engine.facts`) has the frequency with which it is stated so.
"""


class Missing(Term):
    """A value that is unknown for every household, with its needs."""

    unknown: Unknown


ASK_AFTER = "ask_after"
"""The operation with the second operand's needs where the first is known, else with the first's; it is never known."""


class SimpleBenefit(Record):
    """A benefit with its terms simplified."""

    name: str
    level: int
    applies_to: Term
    conditions: tuple[Term, ...]
    amount: Term
    persons: Term | None


class Contribution(Record):
    """One member's part in an aggregate of the household: the aggregate, and its terms for that member."""

    to: Aggregate
    where: Term | None
    operand: Term | None
    theirs: Term | None
    mine: Term | None

    def terms(self) -> list[Term]:
        """Lists its terms."""
        return [one for one in (self.where, self.operand, self.theirs, self.mine) if one is not None]


class SimplePlan(Record):
    """A plan simplified for one pattern of stated facts: terms by name, in order, benefits and checks.

    `defaults` are the values of facts that only some households state, `not_known` of those that some state so.
    `aggregates` has the simplified term of each aggregate of the plan, by the `id` of the original;
    `sources` are the pairs of original and simplified aggregates, without those that became constants.
    `contributions` are set for members who state the same facts (`specialize_members`).
    """

    plan: Plan
    pattern: Pattern
    bits: dict[str, int]
    terms: dict[str, Term]
    defaults: dict[str, Term]
    not_known: dict[str, Missing]
    benefits: dict[str, SimpleBenefit]
    checks: tuple[Term, ...]
    aggregates: dict[int, Term]
    sources: list[tuple[Aggregate, Aggregate]]
    contributions: tuple[Contribution, ...] = ()


def need_bits(plan: Plan) -> dict[str, int]:
    """Gives each fact and parameter a bit in sets of needs."""
    return {name: 1 << place for place, name in enumerate((*plan.facts, *plan.parameters))}


def needed_names(plan: Plan, bits: Mapping[str, int], needs: int) -> tuple[list[str], list[str]]:
    """Lists the facts and the parameters in a set of needs; `bits` are those of `need_bits`."""
    facts = [name for name in plan.facts if needs & bits[name]]
    return facts, [name for name in plan.parameters if needs & bits[name]]
