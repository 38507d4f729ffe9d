"""Topics of a rules file: read, merged with a parent's, refused where they name no fact."""

from __future__ import annotations

from pathlib import Path

import pytest

from calc.diagnostics.diagnostic import InputErrors
from calc.report.rules_json import as_plain
from calc.report.rules_listing import overview
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.both_engines import RULES

CHILD = f"""
[rules]
title = "A"
extends = "{RULES}"
"""


def child(folder: Path, text: str) -> str:
    path = folder / "child.toml"
    path.write_text(CHILD + text, "utf-8")
    return str(path)


def test_the_shipped_rules_expect_income_and_property() -> None:
    book = read_rules(RULES)
    assert [name for name, one in book.topics.items() if one.expected] == ["收入", "财产"]
    money = {name for name, one in book.entries.items() if one.section == "facts.member" and "收入" in name}
    assert money <= {*book.topics["收入"].facts}


def test_a_child_inherits_changes_adds_and_removes_topics(tmp_path: Path) -> None:
    book = read_rules(child(tmp_path, """
[topics]
"收入" = { expected = false }
"财产" = { remove = true }
"残疾和重病" = { remove = true }
"残疾" = { facts = ["残疾证类别"], who = "谁？", question = "{member}？" }
"""))  # fmt: skip
    assert "财产" not in book.topics and [*book.topics][-1] == "残疾"
    assert (
        not book.topics["收入"].expected and "工资" in book.topics["收入"].facts and book.topics["收入"].en == "Income"
    )
    assert not book.topics["残疾"].expected and book.topics["残疾"].asked() == ("残疾证类别",)
    assert book.topics["收入"].question and "家庭月收入" not in book.topics["收入"].asked()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[topics."甲"]\nfacts = ["工资"]', "duplicate-name/topic"),
        ('[topics."收入"]\nfacts = ["工资", "家庭收入"]', "unknown-name/topic"),
        ('[topics."甲"]\nexpected = true', "missing-key"),
        ('[topics."甲"]\nfacts = []', "wrong-value"),
        ('[topics."收入"]\nexpected = "yes"', "wrong-value"),
        ('[topics."收入"]\nnot_asked = ["存款"]', "unknown-name/topic-fact"),
        ('[topics."收入"]\nfor = "未成"', "unknown-name/topic-for"),
        ('[topics."收入"]\npeople = "yes"', "wrong-value"),
        ('[topics."收入"]\nquestions = "?"', "unknown-key"),
        ('[facts.member]\n"工资" = { remove = true }', "unknown-name/topic"),
    ],
)
def test_mistakes_in_topics_are_reported(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(InputErrors) as raised:
        read_rules(child(tmp_path, text))
    assert code in {one.code for one in raised.value.diagnostics}


def test_they_are_shown(tmp_path: Path) -> None:
    book = read_rules(RULES)
    plan = plan_for(book, 202206)
    shown = "\n".join(overview(book, plan, "en", "topics"))
    assert "Income" in shown and "expected of ledgers" in shown and "本人月收入" in shown
    assert as_plain(plan, "topics")["topics"]["财产"]["expected"] is True
