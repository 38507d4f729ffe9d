"""What follows from a few words is looked up, gives what the code gave before, and nothing else is remembered."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import pytest

from calc.engine.python.dead_code import drop_unused
from calc.engine.python.remembered_code import Rememberer
from calc.engine.python.writer_state import FUNCTIONS
from calc.engine.unknown import Unknown, unknown
from tests.support.seeds import seeds

READS = {"v1": 4, "v2": 3, "v3": 0}
VALUES: dict[str, list[Any]] = {
    "v1": [0, 1, 2, unknown(1)],
    "v2": [True, False, unknown(2)],
    "v3": [0, 7, 25, unknown(4)],
}


class Code:
    """Lines of a function of v1, v2, v3 and A, as they are and with what can be remembered looked up."""

    def __init__(self, text: str) -> None:
        self.before = text.strip("\n").split("\n")
        self.space: dict[str, Any] = dict(FUNCTIONS)
        self.after = self.before.copy()
        Rememberer(READS, FUNCTIONS, self.made, self.keep).run([self.after])
        drop_unused([self.after], ["v9"])

    def made(self, locals_: list[str], lines: list[str], result: str) -> Any:
        body = "\n".join(f"    {line}" for line in [*lines, f"return {result}"])
        exec(f"def found({', '.join(locals_)}):\n{body}", self.space)
        return self.space["found"]

    def keep(self, value: Any) -> str:
        name = f"k{len(self.space)}"
        self.space[name] = value
        return name

    def results(self, lines: list[str], A: list[int]) -> list[Any]:
        """The result for all combinations of values, as what two results have in common if they are the same."""
        reads = [line for line in lines if not line.endswith("= READ")]
        found = []
        for values in product(*VALUES.values()):
            space = {**self.space, **dict(zip(VALUES, values, strict=True)), "A": A.copy()}
            exec("\n".join(reads), space)
            result = space["v9"]
            found.append((result.needs if result.__class__ is Unknown else (result, result.__class__), space["A"]))
        return found


def looks_up(code: Code) -> list[str]:
    return [line for line in code.after if "[v" in line or "[t" in line]


def test_what_follows_from_words_is_looked_up() -> None:
    code = Code("""
v1 = READ
v2 = READ
t1 = (v1 == 1)
if t1 is not False:
    t2 = both(t1, v2)
else:
    t2 = False
v4 = negation(t2)
A[0] += 1
v9 = both(v4, A[0] > 0)
""")
    assert len(looks_up(code)) == 1 and looks_up(code)[0].startswith("v4 = k")
    assert not any("t2" in line for line in code.after)
    assert code.results(code.after, [0]) == code.results(code.before, [0])


def test_a_number_has_too_many_values_but_what_it_is_compared_with_has_not() -> None:
    code = Code("""
v1 = READ
v3 = READ
v4 = (v3 * 2)
t1 = (v3 < 9)
t2 = either(t1, (v1 == 2))
t3 = negation(t2)
t4 = both(t3, (v1 == 0))
v5 = choose(t4, 1, 2)
v9 = (v5 + v4)
""")
    (line,) = looks_up(code)
    assert line.startswith("v5 = k") and line.endswith("[t1, v1]")
    assert "v4 = (v3 * 2)" in code.after
    assert code.results(code.after, []) == code.results(code.before, [])


def test_nothing_is_remembered_of_what_the_rest_of_the_household_decides() -> None:
    code = Code("""
v1 = READ
t1 = (v1 == A[0])
t2 = negation(t1)
t3 = negation(t2)
t4 = negation(t3)
v9 = negation(t4)
""")
    assert code.after == code.before


@pytest.mark.parametrize("seed", seeds(range(400), 40))
def test_remembered_code_gives_the_same(seed: int) -> None:
    random = Random(seed)
    truths, numbers, lines = ["v2"], ["v1", "v3"], [f"{name} = READ" for name in READS]
    for at in range(1, 12):
        name = f"t{at}"
        form = random.choice(("compare", "compare", "both", "either", "choose", "branch", "add", "household"))
        one, other = random.choice(truths), random.choice(truths)
        few = random.choice(numbers)
        if form == "compare":
            lines.append(f"{name} = ({few} {random.choice(('<', '==', '>='))} {random.randrange(9)})")
        elif form in ("both", "either"):
            lines.append(f"{name} = {form}({one}, {other})")
        elif form == "choose":
            lines.append(f"{name} = choose({one}, {random.randrange(3)}, {few})")
        elif form == "add":
            lines.append(f"{name} = ({few} + {random.choice(numbers)})")
        elif form == "household":
            lines += [f"{name} = either({one}, A[0] > 3)", f"if {one} is True: A[0] += 1"]
        else:
            lines += [f"if {one} is not False:", f"    {name} = both({one}, {other})", "else:", f"    {name} = False"]
        (numbers if form in ("choose", "add") else truths).append(name)
    lines.append(f"v9 = {random.choice([*truths[1:], *numbers[2:]] or ['v1'])}")
    code = Code("\n".join(lines))
    assert code.results(code.after, [3]) == code.results(code.before, [3])
