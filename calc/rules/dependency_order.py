"""Orders names so that each comes after those it needs; finds circles, and all names above and below some names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calc.rules.plan import Plan


def ordered(needs: Mapping[str, Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """Sorts names, each after all it needs, and returns the circles found; their names are not in the order.

    `needs` has the names each name uses; names that are not among its keys are ignored.
    """
    order: list[str] = []
    circles: list[list[str]] = []
    state: dict[str, int] = {}  # 1 being visited, 2 done
    for root in needs:
        if root in state:
            continue
        state[root] = 1
        path = [root]
        waiting = [iter(needs[root])]
        while waiting:
            name = next(waiting[-1], None)
            if name is None:
                waiting.pop()
                done = path.pop()
                state[done] = 2
                order.append(done)
            elif name not in needs:
                continue
            elif state.get(name) == 1:
                circles.append([*path[path.index(name) :], name])
            elif name not in state:
                state[name] = 1
                path.append(name)
                waiting.append(iter(needs[name]))
    broken = {name for circle in circles for name in circle}
    return [name for name in order if name not in broken], circles


def reachable(roots: Sequence[str], needs: Mapping[str, Sequence[str]]) -> set[str]:
    """Returns all names that the roots use, directly or not, themselves included."""
    found = set(roots)
    waiting = list(roots)
    while waiting:
        for name in needs.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def depending(names: Iterable[str], plan: Plan) -> set[str]:
    """Returns all names of a plan that use some names, directly or not, those included."""
    found = set(names)
    for step in plan.steps:
        if not found.isdisjoint(plan.needs.get(step, ())):
            found.add(step)
    return found
