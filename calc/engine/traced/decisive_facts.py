"""Finds the stated facts, and the parameters, that made a yes/no term no: what a failed check has compared.

Facts are listed in the order of the formula. Left out are the parts of `and` and `or` that did not decide, branches not
taken, members left out by `where`, what benefits were decided by, and, behind a name, zeros and parameters, which are
not what the formula speaks of.
"""

from __future__ import annotations

from collections.abc import Sequence

from calc.engine.facts import Household
from calc.engine.traced.interpreter import Trace
from calc.language.typed_tree import Aggregate, Amount, Definition, Fact, If, Logic, Parameter, Received, Term, parts
from calc.language.types import MEMBER, YES_NO
from calc.record import Record, replace
from calc.rules.dependency_order import reachable
from calc.rules.plan import CheckPlan, Plan


class Failure(Record):
    """A check that failed, for a member where it is one of members; `used` are names, with the member's place."""

    check: CheckPlan
    member: int | None
    used: tuple[tuple[str, int | None], ...]


def failures(plan: Plan, household: Household, names: Sequence[str]) -> list[Failure]:
    """Finds what the failed checks of a household rest on, in the order of the rules."""
    trace = Trace(_only(plan, names), household)
    found = []
    for check in trace.plan.checks:
        is_own = check.term.type.level == MEMBER
        for member in range(len(household.members)) if is_own else (None,):
            if trace.evaluate(check.term, member) is False:
                walk = _CheckWalk(trace)
                walk.term(check.term, member)
                found.append(Failure(check, member, tuple(dict.fromkeys([*walk.found, *walk.tested]))))
    return found


def _only(plan: Plan, names: Sequence[str]) -> Plan:
    """The part of a plan that some checks need: far less than a household's whole result."""
    checks = tuple(check for check in plan.checks if check.name in names)
    needed = reachable([name for check in checks for name in _named(check.term)], plan.needs)
    benefits = {name: one for name, one in plan.benefits.items() if name in needed}
    steps = tuple(name for name in plan.steps if name in needed)
    return replace(plan, checks=checks, steps=steps, benefits=benefits)


def _named(term: Term) -> list[str]:
    found = [term.name] if isinstance(term, (Fact, Definition, Amount, Received)) else []
    return [*found, *(name for part in parts(term) for name in _named(part))]


class _CheckWalk:
    """Collects the names behind a value; `tested` are those of tests, which only chose a branch."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.found: list[tuple[str, int | None]] = []
        self.tested: list[tuple[str, int | None]] = []

    def term(self, term: Term, member: int | None, is_own: bool = True) -> None:
        """Walks a term; `is_own`: it is written in the check itself."""
        match term:
            case Fact():
                self.fact(term, member, is_own)
            case Definition(name=name):
                at = member if term.type.level == MEMBER else None
                self.term(self.trace.plan.definitions[name].term, at, False)
            case Parameter(name=name, value=value) if is_own and value is not None:
                self.found.append((name, None))
            case Amount() | Received():
                pass
            case Logic(operator=operator, operands=operands):
                value, decisive = self.trace.evaluate(term, member), operator == "or"
                for one in operands:
                    decides = operator != "not" and value is decisive and self.trace.evaluate(one, member) is decisive
                    if operator == "not" or value is not decisive or decides:
                        self.term(one, member, is_own)
                    if decides:
                        break  # what follows may rest on the contrary: `x != 0 and y / x > 1`
            case If(test=test, then=then, otherwise=otherwise):
                self.term(then if self.trace.evaluate(test, member) is True else otherwise, member, is_own)
                self.chosen_by(test, member)
            case Aggregate():
                self.aggregate(term, member, is_own)
            case _:
                for part in parts(term):
                    self.term(part, member, is_own)

    def fact(self, term: Fact, member: int | None, is_own: bool) -> None:
        name, at = term.name, member if term.type.level == MEMBER else None
        default = self.trace.plan.facts[name].default
        if self.is_stated(name, at):
            if is_own or self.trace.value(name, at):
                self.found.append((name, at))
        elif default is not None:
            self.term(default, at, False)

    def is_stated(self, name: str, member: int | None) -> bool:
        household = self.trace.household
        is_own = self.trace.plan.facts[name].type.level == MEMBER
        return name in (household.members[member].facts if is_own and member is not None else household.facts)

    def chosen_by(self, test: Term, member: int | None) -> None:
        """Collects the stated facts of a test."""
        self.tested += [(one.name, member if one.type.level == MEMBER else None)
                        for one in _facts(test) if self.is_stated(one.name, member)]  # fmt: skip

    def aggregate(self, term: Aggregate, member: int | None, is_own: bool) -> None:
        """Walks the members that count; of a bare count, why they do, or nobody does."""
        places = range(len(self.trace.household.members))
        inside = [at for at in places if self.trace.is_inside(term, at, member) is True]
        if term.theirs is not None and term.mine is not None:
            self.chosen_by(term.mine, member)
            for at in inside:
                self.chosen_by(term.theirs, at)
        operand = term.operand
        if operand is None:
            for at in (inside or places) if is_own and term.where is not None else ():
                self.term(term.where, at)  # type: ignore[arg-type]
            return
        value = self.trace.evaluate(term, member) if term.function in ("any", "all") else None
        for at in inside:
            if operand.type.kind != YES_NO or self.trace.evaluate(operand, at) is value:
                self.term(operand, at, is_own and operand.type.kind == YES_NO)


def _facts(term: Term) -> list[Fact]:
    """The facts that a term names itself; those in an aggregate are of other members."""
    below = () if isinstance(term, Aggregate) else parts(term)
    return [term] if isinstance(term, Fact) else [one for part in below for one in _facts(part)]
