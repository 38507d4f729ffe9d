"""Words of a choice in messages: as the file has them, with those of the output's language beside them."""

from __future__ import annotations

from typing import Any

import pytest

from calc.households.cell_values import CellError, fact_value_text, read_value
from calc.households.choice_words import language_of
from tests.households.conftest import spots

CHINESE = ("东街 (East), 西街 (West), 其他 地方 (Other Place)", "东街、西街、其他 地方")
ENGLISH = ("East, West, Other Place", "East（东街）、West（西街）、Other Place（其他 地方）")


def options(people: Any, raw: Any, language: str | None) -> Any:
    read = read_value(people.facts["街道"], raw, language=language)
    assert isinstance(read, CellError) and read.code == "not-a-word"
    return read.values["options"]


@pytest.mark.parametrize(("raw", "language", "listed"), [
    ("北街", None, CHINESE), ("北街", "zh", CHINESE), ("北街", "en", CHINESE), ("North", "zh", CHINESE),
    (8, "zh", CHINESE), ("North", "en", ENGLISH), ("North", None, ENGLISH), (8, None, ENGLISH), ([], "en", ENGLISH),
])  # fmt: skip
def test_the_cell_tells_the_language_and_then_the_headings(people, raw, language, listed):
    assert options(people, raw, language) == listed


@pytest.mark.parametrize(("headings", "language"), [
    (("户编号", "姓名"), "zh"), (("household", "name", "姓名"), "en"), (("name", "姓名"), "zh"), (("1", "", "—"), None),
    ((), None), (("户ID",), "zh"), ((1, None), None),
])  # fmt: skip
def test_language_of_headings(headings, language):
    assert language_of(headings) == language


def test_a_value_is_quoted_as_its_file_has_it(people):
    fact = people.facts["街道"]
    assert fact_value_text(fact, "东街", language="zh") == ('"东街" (East)', '"东街"')
    assert fact_value_text(fact, "东街", language="en") == ('"East"', '"East"（东街）')
    assert fact_value_text(fact, "东街") == '"东街"'


@pytest.mark.parametrize(("text", "listed"), [
    ('[["成员"]]\n"姓名" = "a"\n"性别" = "x"\n', ("男 (male), 女 (female)", "男、女")),
    ('[[members]]\nname = "a"\nsex = "x"\n', ("male, female", "male（男）、female（女）")),
    ('[[members]]\nname = "a"\nsex = "公"\n', ("男 (male), 女 (female)", "男、女")),
])  # fmt: skip
def test_a_household_file(people, take, text, listed):
    found = take(people, "x.toml", text).rejects[0].mistakes
    assert "not-a-word" in [one[0] for one in spots(found)]
    assert next(one for one in found if one.code == "not-a-word").values["options"] == listed
