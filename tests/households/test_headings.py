"""Which fact a heading means."""

from __future__ import annotations

import pytest

from calc.households import headings as module
from calc.households.headings import Headings, UnknownHeading, word_of
from calc.language.types import HOUSEHOLD, MEMBER
from calc.rules.plan import FactPlan


@pytest.mark.parametrize(
    ("heading", "fact"),
    [
        ("房租", "房租"),
        ("Rent", "房租"),
        ("RENT", "房租"),
        ("ｒｅｎｔ", "房租"),
        ("租金", "房租"),
        ("monthly rent", "房租"),
        ("Monthly_Rent", "房租"),
        ("monthly-rent", "房租"),
        ("MonthlyRent", "房租"),
        (" 房 租 ", "房租"),
        ("floor_area", "面积"),
    ],
)
def test_headings(people, heading, fact):
    found = Headings(people).find(heading, HOUSEHOLD)
    assert isinstance(found, FactPlan) and found.name == fact


def test_a_heading_of_two_facts_means_neither(people):
    headings = Headings(people)
    assert isinstance(headings.find("发放金额", MEMBER), UnknownHeading)
    found = headings.find("补贴", MEMBER)
    assert isinstance(found, FactPlan) and found.name == "补贴"


def test_wrong_level_unknown_and_near(people):
    headings = Headings(people)
    assert headings.find("工资", HOUSEHOLD) == UnknownHeading("unknown-fact/level", ("each member", "成员"))
    assert headings.find("Rent", MEMBER) == UnknownHeading("unknown-fact/level", ("the household", "家庭"))
    assert headings.find("Rnet", HOUSEHOLD) == headings.find("", HOUSEHOLD) == UnknownHeading("unknown-fact")
    near = {"Rnet": "Rent", "R-net": "Rent", "zzz": None, "": None, "房租" * 30: None}
    assert {heading: headings.near(heading, HOUSEHOLD) for heading in near} == near
    assert headings.near("残疾等及", MEMBER) == "残疾等级"


def test_near_matches_are_not_looked_for_without_end(people):
    headings = Headings(people)
    headings._guesses.update({(f"heading {at}", 0): None for at in range(module._MOST_GUESSES - 100)})
    for at in range(300):
        headings.near(f"房租{at}", HOUSEHOLD)
    assert len(headings._guesses) == module._MOST_GUESSES
    assert headings.near("Rnet", HOUSEHOLD) is None


def test_words():
    for heading, word in (
        ("members", "members"),
        ("成员", "members"),
        ("ID", "id"),
        ("编号", "id"),
        ("Name", "name"),
        ("姓名", "name"),
        ("households", "households"),
        ("家庭", "households"),
        ("household", "households"),
    ):
        assert word_of(heading) == word
    assert word_of("rent") is None
