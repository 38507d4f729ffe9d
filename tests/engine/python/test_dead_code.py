"""Code without its unused lines computes the same, and of what is left everything is used."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from calc.engine.python.dead_code import drop_unused, names_in
from tests.support.seeds import seeds


def generated(random: Random) -> list[str]:
    """Assignments and branches, each of values made before; some count calls, which nobody may drop."""
    lines: list[str] = ["v0 = 1"]
    known = ["v0"]
    for at in range(1, random.randrange(3, 12)):
        left, right = random.choice(known), random.choice(known)
        match random.randrange(5):
            case 0:
                lines += [f"if {left} > {right}:", f"    v{at} = {left}", "else:", f"    v{at} = {right} + 1"]
            case 1:
                lines.append(f"v{at} = t{at} + 1 if (t{at} := {left} - {right}) > 0 else {right}")
            case 2:
                lines += [f"seen.append({left})", f"v{at} = {left} * 2"]
            case _:
                lines.append(f"v{at} = {left} + {right}")
        known.append(f"v{at}")
    return lines


def run(lines: list[str]) -> dict[str, Any]:
    names: dict[str, Any] = {"seen": []}
    exec("\n".join(lines), names)
    return names


@pytest.mark.parametrize("seed", seeds(range(300), 100))
def test_roots_and_effects_stay_and_nothing_unused_does(seed: int) -> None:
    random = Random(seed)
    lines = generated(random)
    names = sorted({name for name in names_in(lines) if name[0] == "v"})
    roots = random.sample(names, random.randrange(len(names) + 1))
    cut = random.randrange(len(lines) + 1)
    while cut < len(lines) and lines[cut].startswith((" ", "else")):
        cut += 1
    lists = [lines[:cut], lines[cut:]]  # what one uses another may have made
    drop_unused(lists, roots)
    left = [*lists[0], *lists[1]]
    before, after = run(lines), run(left)
    assert {root: before[root] for root in roots} == {root: after[root] for root in roots}
    assert before["seen"] == after["seen"]
    rest = iter(lines)
    assert all(line in rest for line in left), "lines are left out, and none is moved"
    again = [[*left]]
    drop_unused(again, roots)
    assert again == [left], "nothing is left to drop"


def test_a_chain_goes_from_its_end() -> None:
    lists = [[f"v{at} = v{at - 1} + 1" for at in range(1, 50)]]
    drop_unused(lists, [])
    assert lists == [[]]


def test_what_does_more_than_assign_is_kept() -> None:
    lines = ["r1 += 1", "v1 = 2", "v2 = v1", "out.append(v1)", "if v1 > 1:", "    r2 = 3"]
    lists = [[*lines]]
    drop_unused(lists, [])
    assert lists == [[one for one in lines if one != "v2 = v1"]]
