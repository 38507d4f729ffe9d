"""In which order names can be computed, which names a name leans on, and the circles that make it impossible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def ordered(needs: Mapping[str, Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """Names, each after all it needs, and the circles found; a circle's names are left out of the order.

    Names that are not keys of `needs` are taken as given.
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
    """All names the roots lean on, themselves included."""
    found = set(roots)
    waiting = list(roots)
    while waiting:
        for name in needs.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found
