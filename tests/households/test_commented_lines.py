"""A fact filled in on a line that is still a comment is reported; a template as it was written is silent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from calc.cli.asked_households import source_of
from calc.diagnostics.source import Source
from calc.households.commented_lines import commented_facts
from calc.households.headings import Headings
from calc.language.types import CHOICE, DATE, NUMERIC, REFERENCE, YES_NO
from calc.report.short_template import short_household
from calc.report.template import household_heading, household_toml
from calc.rules.in_force import change_months
from calc.rules.plain_default import plain_default
from calc.rules.plan import FactPlan, Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules

ROOT = Path(__file__).parents[2]
RULES = read_rules(str(ROOT / "rules.toml"))
HEADINGS = Headings(plan_for(RULES, 202206))


def lines_reported(text: str, headings: Headings = HEADINGS) -> list[int]:
    source = Source("h.toml", text)
    return [source.position(one.place.offsets()[0])[0] for one in commented_facts(source, headings)]


def other_value(fact: FactPlan, now: str, language: str) -> str:
    """A value that is not the one written in the template."""
    low, _ = fact.stated_bounds
    values = {YES_NO: ["true", "false"], DATE: ["2019-05-01"], REFERENCE: ['"nobody"']}.get(fact.type.kind)
    if fact.type.kind == CHOICE:
        values = [f'"{one}"' for one in (fact.options_en if language == "en" else fact.type.options)]
    elif fact.type.kind in NUMERIC:
        values = [str(int(low) + 1), str(int(low) + 2)]
    return next(one for one in values or ['"some text"'] if one != now)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("rules", ["rules.toml", "tests/smallville.toml"])
def test_each_line_of_a_template_is_reported_once_it_is_filled_in_and_never_before(rules: str, language: str) -> None:
    rulebook = read_rules(str(ROOT / rules))
    for month in change_months(rulebook)[-2:]:
        plan = plan_for(rulebook, month)
        headings = Headings(plan)
        for text in (household_toml(plan, language), short_household(plan, language)):
            assert lines_reported(text, headings) == []
        lines = household_toml(plan, language).splitlines()
        assert _edited(plan, headings, lines, language) == sum(one.default is not None for one in plan.facts.values())


def _edited(plan: Plan, headings: Headings, lines: list[str], language: str) -> int:
    """Fills in each commented line by itself, and returns how many there are."""
    count = 0
    for fact in plan.facts.values():
        begin = f"# {household_heading(fact, headings, language)} = "
        at = next((at for at, line in enumerate(lines) if line.startswith(begin)), None)
        if at is None:
            continue
        count += 1
        now, mark, rest = lines[at][len(begin) :].partition("  # ")
        changed = f"{begin}{other_value(fact, now, language)}{mark}{rest}"
        assert lines_reported("\n".join([*lines[:at], changed, *lines[at + 1 :]]), headings) == [at + 1], changed
        read = "\n".join([*lines[:at], changed[2:], *lines[at + 1 :]])
        assert lines_reported(read, headings) == []
    return count


def default_of(fact: FactPlan, language: str) -> str:
    """The default of a fact as a template writes it, where other values are chosen by what it is."""
    plain = plain_default(fact)
    if plain in fact.type.options:
        return f'"{(fact.options_en if language == "en" else fact.type.options)[fact.type.options.index(plain)]}"'
    return {True: "true", False: "false"}.get(plain, "") if plain is not None else ""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_value_written_into_a_line_of_topics_is_reported(language: str) -> None:
    plan = plan_for(RULES, 202206)
    text, headings = short_household(plan, language), Headings(plan)
    tried = 0
    for line_at, line in enumerate(text.splitlines()):
        for fact in plan.facts.values():
            heading = household_heading(fact, headings, language)
            found = re.fullmatch(rf"(# .*?(?:：|: |、|, )){re.escape(heading)}((?:、|, ).*|)", line)
            if found is None:
                continue
            is_person = fact.type.kind == REFERENCE
            value = '"张三"' if is_person else other_value(fact, default_of(fact, language), language)
            sign = (" = ", "：", "=", ":")[tried % 4]
            changed = text.replace(line, f"{found[1]}{heading}{sign}{value}{found[2]}")
            assert lines_reported(changed) == [line_at + 1], (heading, sign, value)
            tried += 1
    assert tried > 60


def test_an_amount_in_a_line_of_topics_is_reported_however_it_is_written() -> None:
    text = short_household(plan_for(RULES, 202206), "zh")
    for amount in ("900", "1,200", "９００元", "约900", '"900"'):
        for name in ("工资", "高龄津贴", "核定务工成本"):
            changed = text.replace(f'"{name}"', f'"{name}" {amount}', 1)
            assert len(lines_reported(changed)) == 1, (name, amount)


@pytest.mark.parametrize(
    ("line", "is_reported"),
    [
        ("#工资=2500", True), ("# 工资 = 2500元", True), ("＃ 工资 ＝ 2500", True), ("## 工资 = 2500", True),
        ("# 月工资（元） = 2500", False), ('# "wage" = 2500  # before tax', True), ("# wage = “2500”", True),
        ('# "就读阶段" = "不详"', True), ('# "就读阶段" = "写错的词"', True), ("# 工资 = 0", False),
        ("# 工资 = 0.00", False),
        ('# 工资 = ""', False), ("# 工资 =", False), ("# 工资 = 税前的月工资", False), ("# 例：工资 = 2500", False),
        ("# 如 wage = 2500；其余不写", False), ("# 户籍在本区 = 是", False), ("# 户籍在本区 = 否", True), 
        ("# a = 1", False), ("# name = 张三", False), ("# ----", False), ("# 工资 2500", False),
        ("# 工资：2500", True), ("# 工资: 2500元", True), ("# 工资：税前", False), ("# 身份证号：见附件", False),
        ("# 收入：工资、养老金 = 300", True), ("# 收入：工资、养老金", False), ("# 例：工资、养老金都没有", False),
    ],
)  # fmt: skip
def test_which_lines_are_facts_that_were_filled_in(line: str, is_reported: bool) -> None:
    text = f'id = "a"\n[[members]]\nname = "张三"\n{line}\n'
    assert lines_reported(text) == ([4] if is_reported else [])


@pytest.mark.parametrize(
    "text",
    [
        "# 工资 = 2000\n工资 = 2500",
        "工资 = 2500\n# 工资 = 2000",
        "# [[成员]]\n# 姓名 = 张三\n# 工资 = 2000\n#\n# 养老金 = 300",
        'remark = """\n# 工资 = 2000\n"""',
    ],
)
def test_what_is_stated_beside_or_left_out_on_purpose_is_not_reported(text: str) -> None:
    assert lines_reported(text) == []


def test_another_member_does_not_state_it() -> None:
    text = "[[成员]]\n工资 = 2500\n[[成员]]\n# 工资 = 2000\n"
    assert lines_reported(text) == [4]
    assert lines_reported(f"# [[成员]]\n# 工资 = 1\n{text}") == [6]


@pytest.mark.parametrize("path", sorted(map(str, (ROOT / "examples").glob("*.toml"))))
def test_the_examples_are_silent(path: str) -> None:
    assert commented_facts(source_of(path), HEADINGS) == []
