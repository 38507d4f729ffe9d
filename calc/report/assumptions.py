"""Finds the assumed entries that a figure depends on: those on the way that was taken, and no others."""

from __future__ import annotations

from calc.engine.facts import not_known
from calc.engine.outcomes import GRANTED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.language.typed_tree import Aggregate, Fact, Lookup, Parameter, Term, walk
from calc.language.types import MEMBER
from calc.report.decided import decided, inside, leaves, truths


def assumed_behind(trace: Trace, outcome: Outcome) -> list[str]:
    """Lists the assumed entries behind the amount of a granted benefit, or behind its status where it has no amount."""
    if outcome.status != GRANTED:
        return []
    benefit = trace.plan.benefits[outcome.benefit]
    way = _AssumptionWalk(trace)
    way.note(outcome.benefit)
    if benefit.amount is not None:
        way.number(benefit.amount, outcome.member)
    else:
        for condition in benefit.conditions:
            way.truth(condition.term, outcome.member)
    return way.found


class _AssumptionWalk:
    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.found: list[str] = []
        self.seen: set[tuple[str, int | None]] = set()

    def note(self, name: str) -> None:
        if self.trace.plan.about(name).basis == "assumed" and name not in self.found:
            self.found.append(name)

    def number(self, term: Term, member: int | None) -> None:
        """Follows what decided a number; an aggregate to the rule that says who is in it."""
        part = decided(self.trace, term, member)
        if part is None:
            return
        for test, place in part.because:
            self.truth(test, place)
        for leaf in leaves(part):
            for test, place in leaf.because:
                self.truth(test, place)
            for place in leaf.members or (None,):
                self.named(leaf.name, place)
            for place, _ in inside(self.trace, leaf):
                definition = self.trace.plan.definitions[leaf.name or ""]
                self.number(definition.term, place)
                self.who(definition.term)
        self.who(term)

    def who(self, term: Term) -> None:
        """Notes the definitions that say whom aggregates are about."""
        for one in walk(term):
            if isinstance(one, Aggregate) and one.where is not None:
                self.note(getattr(one.where, "name", ""))

    def named(self, name: str | None, member: int | None) -> None:
        """Notes a name, and follows the default of a fact that was not stated."""
        if name is None or (name, member) in self.seen:
            return
        self.seen.add((name, member))
        fact = self.trace.plan.facts.get(name)
        if fact is None:
            self.note(name)
            return
        place = member if fact.type.level == MEMBER else None
        stated = self.trace.household.facts if place is None else self.trace.household.members[place].facts
        if fact.default is None or name in stated or not_known(name) in stated:
            return
        self.note(name)
        self.number(fact.default, place)

    def truth(self, term: Term, member: int | None) -> None:
        """Follows what decided a yes/no."""
        for one, place in truths(self.trace, term, member):
            name = getattr(one, "name", None)
            if isinstance(one, (Fact, Parameter, Lookup)) or name in self.trace.plan.definitions:
                self.named(name, place)
                continue
            for operand in getattr(one, "operands", ()):
                self.operand(operand, place)

    def operand(self, term: Term, member: int | None) -> None:
        if isinstance(term, (Fact, Parameter, Lookup)):
            self.named(term.name, member)
        elif getattr(term, "name", None) not in self.trace.plan.benefits:
            self.number(term, member)
