"""Statements go into the branch that alone uses them, and nothing else changes."""

from __future__ import annotations

from random import Random

import pytest

from calc.engine.python.dead_code import names_in
from calc.engine.python.lazy_code import MOST_DEPTH, make_lazy
from calc.engine.python.python_expression import MOST_NESTED, depth, nested
from calc.engine.python.row_engine import RowEngine
from calc.engine.python.summary_writer import SummaryEmitter
from calc.engine.traced.interpreter import Trace
from tests.support.small import bare, household, plan_of

CITE = 'cite = "d 1"\n'


def made_lazy(text: str, *roots: str) -> str:
    lines = text.strip("\n").split("\n")
    make_lazy([lines], roots)
    return "\n".join(lines)


def test_what_one_branch_uses_goes_into_it_with_what_it_uses_itself() -> None:
    text = """
v1 = m.get(k1)
v2 = (v1 + 1)
v3 = (v2 < 5)
v4 = m.get(k2)
if v4:
    if v3:
        t1 = 1
    else:
        t1 = 2
else:
    t1 = 3
"""
    assert (
        made_lazy(text, "t1")
        == """
v4 = m.get(k2)
if v4:
    v1 = m.get(k1)
    v2 = (v1 + 1)
    v3 = (v2 < 5)
    if v3:
        t1 = 1
    else:
        t1 = 2
else:
    t1 = 3
""".strip()
    )


def test_what_more_than_one_branch_or_another_list_uses_stays() -> None:
    both = "v1 = m[k1]\nif v0:\n    t1 = v1\nelse:\n    t1 = (v1 + 1)"
    assert made_lazy(both, "t1", "v0") == both
    later = "v1 = m[k1]\nif v0:\n    t1 = v1\nelse:\n    t1 = 0"
    assert made_lazy(later, "t1", "v0", "v1") == later
    tested = "v1 = m[k1]\nif v1:\n    t1 = v1\nelse:\n    t1 = 0"
    assert made_lazy(tested, "t1") == tested


def test_what_counts_or_reads_itself_stays() -> None:
    for line in ("A[1] += v1", "v2 = extended(max, v2, True, v1)", "if v1: v2 += 1", "A[3].append(v1)"):
        text = f"{line}\nif v0:\n    t1 = v2\nelse:\n    t1 = 0"
        assert made_lazy(text, "t1", "v0") == text


@pytest.mark.slow
def test_lines_are_kept_in_any_order_of_branches() -> None:
    """Runs generated code with and without: every root has the same value."""
    for seed in range(200):
        random = Random(seed)
        lines: list[str] = []
        names = ["v0", "v1"]
        for at in range(2, 30):
            use = [random.choice(names) for _ in range(3)]
            if random.random() < 0.6:
                lines.append(f"v{at} = ({use[0]} + {use[1]} * 3) % 7")
            else:
                inner = [f"t{at} = {use[0]} + 1", f"v{at} = (t{at} * 2) % 5"]
                lines += nested([f"{use[1]} > 2", f"{use[2]} % 2"], inner, [f"v{at} = {use[2]}"])
            names.append(f"v{at}")
        roots = [name for name in names if random.random() < 0.15]
        lazy = [*lines]
        make_lazy([lazy], roots)
        assert len(lazy) == len(lines) and names_in(lazy) == names_in(lines)
        for start in range(6):
            one, other = {"v0": start, "v1": start * 3}, {"v0": start, "v1": start * 3}
            exec("\n".join(lines), one)
            exec("\n".join(lazy), other)
            assert [one[name] for name in roots] == [other[name] for name in roots]


def test_branches_are_never_too_deep_for_python() -> None:
    lines = nested([f"v{at}" for at in range(300)], ["t1 = 1"], ["t1 = 0"])
    assert depth(lines) == MOST_NESTED
    chain = ["v0 = 1"]
    for at in range(1, 120):
        chain += nested([f"v{at - 1}"], [f"v{at} = 1"], [f"v{at} = 0"])
        chain += nested([f"v{at}"], [f"t{at} = v{at}"], [f"t{at} = 0"])
    make_lazy([chain], [f"t{at}" for at in range(1, 120)])
    assert depth(chain) <= MOST_DEPTH
    exec("\n".join(chain), {})


@pytest.mark.slow
def test_conditions_and_truths_by_the_hundred() -> None:
    """A benefit with 150 conditions, one of them 150 truths, any of which may be unknown."""
    names = [f"f{at}" for at in range(150)]
    facts = "".join(f'[facts.member.{name}]\nkind = "yes/no"\nquestion = "?"\n' for name in names)
    listed = ", ".join(f'"{name}"' for name in (*names, " or ".join(names)))
    rules = f'{facts}[benefits.b]\nto = "member"\n{CITE}requires = [{listed}]\n'
    plan = plan_of(rules)
    for members in ([{}], [dict.fromkeys(names, True)], [{"f0": True, "f77": False}, dict.fromkeys(names[:149], True)]):
        given = household({}, *members)
        assert RowEngine(plan).assess(given) == bare(Trace(plan, given).result)
        RowEngine(plan, SummaryEmitter).raw(given)
