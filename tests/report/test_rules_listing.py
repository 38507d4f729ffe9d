"""`doudi rules show` in the language of its reader: kinds, defaults and documents."""

from __future__ import annotations

import re

import pytest

from calc.language.types import KINDS, kind_words
from calc.report.rules_listing import entry, overview
from calc.report.ui_text import say
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from calc.rules.schema import SHAPES
from tests.support.both_engines import ROOT

BOOK = read_rules(str(ROOT / "rules.toml"))
PLAN = plan_for(BOOK, 202206)
WORDS = (*KINDS, "True", "False", "default", "unknown", "applies_to", "title", "if", "not")
ENGLISH = re.compile(rf"\b({'|'.join(WORDS)})\b")


@pytest.mark.parametrize("section", ["facts", "definitions"])
def test_kinds_and_defaults_are_chinese(section: str) -> None:
    lines = overview(BOOK, PLAN, "zh", section)
    assert len(lines) > 50 and not [one for one in lines if ENGLISH.search(one)]


@pytest.mark.parametrize("name", ["低保确认日期", "渐退决定", "年龄", "低保标准", "dibao", "dibao-2021", "性别"])
def test_entries_are_chinese(name: str) -> None:
    lines = entry(BOOK, PLAN, name, "zh")
    assert lines and not [one for one in lines[1:] if ENGLISH.search(one)], lines


def test_a_date_that_does_not_matter_is_its_note() -> None:
    assert entry(BOOK, PLAN, "低保确认日期", "zh")[1:3] == [  # type: ignore[index]
        "  家庭，类别：日期", "  默认：不填按已确认测算；填了就从下月起发放",
    ]  # fmt: skip
    said = "\n".join([*overview(BOOK, PLAN, "en", "facts"), *overview(BOOK, PLAN, "zh", "facts")])
    assert "1900" not in said and "default: Left out: assessed as confirmed before" in said


def test_formulas_of_defaults_have_labels_in_both_languages() -> None:
    in_english, in_chinese = (" ".join(overview(BOOK, PLAN, one, "facts")) for one in ("en", "zh"))
    assert "default: Relation to head = head" in in_english and "默认：与户主关系 = 户主" in in_chinese
    assert "ask_after(Disability type) if Disability type = multiple else 0" in in_english
    assert "否则若残疾证类别 = 多重，则未知并先问(残疾证类别)，否则0" in in_chinese


def test_every_kind_and_every_key_of_a_document_has_words() -> None:
    assert all(kind_words(one)[1] != one for one in KINDS)
    assert all(say(f"document-{one}", "zh") for one in SHAPES["documents"] if one != "remove")
