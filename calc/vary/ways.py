"""Finds the smallest sets of conditions that would have to change so that a condition which failed holds.

Under `or` one of several is enough, under `and` all that fail are needed: without the sets, a list of failed parts
says neither.
"""

from __future__ import annotations

from itertools import product

from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.language.printer import to_text
from calc.language.typed_tree import Composed, Definition, If, Logic, Term
from calc.language.types import YES_NO
from calc.record import Record

MOST_WAYS = 40
"""Sets of conditions, above which none are listed: nobody reads them."""


class OpenCondition(Record):
    """A condition without parts, about a member or the household, that would have to be `wanted`."""

    term: Term
    member: int | None
    wanted: bool

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for equal conditions."""
        return to_text(self.term.node), self.member, self.wanted


Way = tuple[OpenCondition, ...]


def ways(trace: Trace, term: Term, member: int | None) -> list[Way]:
    """Lists the smallest sets of leaves that would make a term true, the shortest first; none if there are too many."""
    found = _ways(trace, term, member, True)
    return [] if found is None else sorted(_smallest(found), key=len)


def _ways(trace: Trace, term: Term, member: int | None, wanted: bool) -> list[Way] | None:
    if trace.evaluate(term, member) is wanted:
        return [()]
    match term:
        case Composed(meaning=meaning) if term.type.kind == YES_NO:
            return _ways(trace, meaning, member, wanted)
        case Definition(name=name) if _has_parts(trace, trace.plan.definitions[name].term):
            return _ways(trace, trace.plan.definitions[name].term, member, wanted)
        case If(test=test, then=then, otherwise=otherwise):
            taken = trace.evaluate(test, member)
            if taken.__class__ is not Unknown:
                return _ways(trace, then if taken else otherwise, member, wanted)
        case Logic(operator="not", operands=(inner,)):
            return _ways(trace, inner, member, not wanted)
        case Logic(operator=operator, operands=operands):
            several = [_ways(trace, one, member, wanted) for one in operands]
            known = [one for one in several if one is not None]
            if len(known) < len(several):
                return None
            if (operator == "or") is wanted:
                return _limited([way for one in known for way in one])
            count = 1
            for one in known:
                count *= len(one)
            return None if count > MOST_WAYS else _limited([_joined(parts) for parts in product(*known)])
    return [(OpenCondition(term, member, wanted),)]


def _has_parts(trace: Trace, term: Term) -> bool:
    """Says whether a yes/no formula is made of conditions, so that its own name says less than they do."""
    if isinstance(term, Definition):
        return _has_parts(trace, trace.plan.definitions[term.name].term)
    return isinstance(term, (Logic, If))


def _joined(parts: tuple[Way, ...]) -> Way:
    return tuple({leaf.key: leaf for way in parts for leaf in way}.values())


def _limited(found: list[Way]) -> list[Way] | None:
    smallest = _smallest(found)
    return None if len(smallest) > MOST_WAYS else smallest


def _smallest(found: list[Way]) -> list[Way]:
    """Leaves out sets that contain another one, and equal ones but the first."""
    keys = [frozenset(leaf.key for leaf in way) for way in found]
    return [
        way for at, way in enumerate(found)
        if not any(other < keys[at] or (other == keys[at] and place < at) for place, other in enumerate(keys))
    ]  # fmt: skip
