"""Finds what an answer may leave open: facts that are asked only after another, and figures that nobody has published.

The needs of an unknown value have every fact that may keep it unknown, but for three forms of term: `ask_after(x)`
needs only what `x` needs while that is unknown, a look-up only what its keys need, and an aggregate not yet what it is
when it turns out to be empty. So an answer that leads to none of these settles a household that lacks nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

from calc.language.typed_tree import (
    Aggregate,
    Lookup,
    Parameter,
    Term,
    UnknownTerm,
    names_used,
    over_members,
    parts,
    walk,
)
from calc.rules.dependency_order import depending, reachable
from calc.rules.plan import Plan
from calc.vary.over_members import terms_of_plan


def next_questions(names: Iterable[str], plan: Plan) -> dict[str, list[str]]:
    """Lists what may be needed once each of some facts is known: facts, then tables with cells that are not published.

    Nothing for a fact whose every answer settles what needed only it.
    """
    in_force = reachable([one.name for one in plan.benefits.values() if one.in_force], plan.needs)
    hidden = [
        (_needed_first(part), later) for of, term in terms_of_plan(plan) if of in in_force for part in walk(term)
        if (later := _needed_later(part, of, plan))
    ]  # fmt: skip
    found: dict[str, list[str]] = {}
    for name in names:
        moving = depending([name], plan)
        later = {one for first, each in hidden if not moving.isdisjoint(first) for one in each}
        found[name] = [one for one in (*plan.facts, *plan.parameters) if one in later]
    return found


def _needed_later(term: Term, of: str, plan: Plan) -> Iterable[str]:
    """Names what a term needs only when other needs are met; `of` is the name that the term belongs to."""
    if isinstance(term, UnknownTerm) and term.after is not None:
        return (of,)
    if isinstance(term, Aggregate) and term.empty is not None:
        return _may_need(term.empty, plan)
    return _figures(term)


def _needed_first(term: Term) -> list[str]:
    """Lists the names of which a missing one hides what the term needs later."""
    first = over_members(term) if isinstance(term, Aggregate) else parts(term)
    return [name for part in first for name in names_used(part)]


def _may_need(term: Term, plan: Plan) -> set[str]:
    """Finds every fact, and every figure that is not published, that a term may need."""
    names = reachable(names_used(term), plan.needs)
    terms = [term, *(one for of, one in terms_of_plan(plan) if of in names)]
    below = [part for one in terms for part in walk(one)]
    return {name for name in names if name in plan.facts}.union(*map(_figures, below))


def _figures(term: Term) -> tuple[str, ...]:
    """Names the parameter that a term reads and that is not published, or has cells that are not."""
    if isinstance(term, Lookup) and None in term.table.cells.values():
        return (term.name,)
    return (term.name,) if isinstance(term, Parameter) and term.value is None else ()
