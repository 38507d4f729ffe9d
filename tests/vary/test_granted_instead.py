"""A benefit that is lost because another one is granted says so, as far as the rules say it; and only then."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from calc.cli import run
from calc.engine.outcomes import GRANTED
from calc.engine.traced.interpreter import Trace
from calc.vary.answers import PictureEngine, picture_of
from calc.vary.granted_instead import granted_instead
from tests.support.households import Generator
from tests.support.seeds import seeds
from tests.support.small import generated_plan, household, plan_of

REST = 'per = "month"\ncite = "d 1"\namount = "p"\n'
RULES = f"""
[facts.household]
x = {{ kind = "yes/no" }}
y = {{ kind = "yes/no" }}
z = {{ kind = "yes/no" }}
[facts.member]
w = {{ kind = "yes/no" }}
[parameters]
p = {{ kind = "money/month", cite = "d 1", from.2024-01 = 10 }}
[definitions]
other = {{ formula = "receives(a) or any(receives(c))", cite = "d 1" }}
[benefits.a]
to = "household"
requires = ["x"]
{REST}[benefits.c]
to = "member"
requires = ["w"]
{REST}[benefits.d]
to = "household"
requires = ["z"]
{REST}[benefits.b]
to = "household"
requires = ["y", "not other"]
{REST}"""
LOST = ("b", "")
EVERY = [("a", ""), ("d", ""), ("c", "m0"), ("c", "m1")]


@pytest.mark.parametrize(
    ("facts", "members", "expected"),
    [
        ({"x": True, "y": True, "z": True}, ({"w": False},), [("a", "")]),
        ({"x": False, "y": True, "z": True}, ({"w": False}, {"w": True}), [("c", "m1")]),
        ({"x": True, "y": True, "z": True}, ({"w": True}, {"w": True}), [("a", ""), ("c", "m0"), ("c", "m1")]),
        ({"x": True, "y": False, "z": True}, ({"w": True},), []),
        ({"x": False, "y": True, "z": True}, ({"w": False},), []),
    ],
)
def test_what_excludes_a_benefit_is_named(
    facts: dict[str, bool], members: tuple[dict[str, bool], ...], expected: list[tuple[str, str]]
) -> None:
    plan, given = plan_of(RULES), household(facts, *members)
    answer = PictureEngine(plan).answer(picture_of(given))
    assert granted_instead(plan, given, LOST, [one for one in EVERY if one in answer.grants]) == expected


def test_a_member_s_own_benefit_comes_before_those_of_others() -> None:
    rules = RULES.replace('[benefits.b]\nto = "household"', '[benefits.b]\nto = "member"')
    plan, given = plan_of(rules), household({"x": False, "y": True, "z": True}, {"w": True}, {"w": True})
    assert granted_instead(plan, given, ("b", "m1"), [("c", "m0"), ("c", "m1")]) == [("c", "m1")]


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(20_000, 20_060), 8))
def test_in_generated_rules_only_what_a_benefit_uses_is_named(seed: int) -> None:
    plan = generated_plan(seed)
    generator = Generator(plan, seed)
    for at in range(8):
        given = generator.household(at)
        trace = Trace(plan, given)
        ids = [one.id for one in given.members]
        lines = [(one.benefit, "" if one.member is None else ids[one.member]) for one in trace.result.outcomes]
        granted = [line for line, one in zip(lines, trace.result.outcomes, strict=True) if one.status == GRANTED]
        for lost in (line for line in lines if line not in granted):
            found = granted_instead(plan, given, lost, granted)
            assert set(found) <= set(granted)
            assert not found or any(name in plan.needs[lost[0]] or plan.definitions for name, _ in found)


HEAD = "户编号,姓名,出生日期,与户主关系,家庭经济状况已核对,法定义务人情况\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "改为享受特困人员基本生活供养（甲）"), ("en", "Tekun support, basic living (甲) granted instead")],
)
def test_dibao_that_is_lost_to_tekun_says_so(tmp_path: Path, language: str, words: str) -> None:
    paths = []
    for name, duty in (("before", "有人有能力"), ("after", "无义务人")):
        paths.append(tmp_path / f"{name}.csv")
        paths[-1].write_text(HEAD + f"A,甲,1950-01-01,户主,是,{duty}\n", "utf-8")
    out = tmp_path / "changes.csv"
    status = run(["compare", str(paths[1]), "-m", "2022-06", "--against", str(paths[0]), "-o", str(out), "-q", "--lang",
                  language, "--without", "income", "--without", "property", "--no-bom"])  # fmt: skip
    assert status == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = {row["benefit"]: row for row in csv.DictReader(file)}
    assert rows["dibao"]["after"] == "" and words in rows["dibao"]["causes"]
    assert words not in rows["tekun"]["causes"]
