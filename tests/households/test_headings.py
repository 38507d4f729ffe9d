"""Which fact a heading means."""

from __future__ import annotations

import pytest

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
    assert headings.find("Rnet", HOUSEHOLD) == UnknownHeading("unknown-fact", None, "Rent")
    assert headings.find("残疾等及", MEMBER) == UnknownHeading("unknown-fact", None, "残疾等级")
    assert headings.find("zzz", HOUSEHOLD) == UnknownHeading("unknown-fact")
    assert headings.find("", HOUSEHOLD) == UnknownHeading("unknown-fact")


def test_near_matches_are_not_looked_for_without_end(people):
    headings = Headings(people)
    for at in range(300):
        headings.find(f"房租{at}", HOUSEHOLD)
    assert len(headings._guesses) == 200
    assert headings.find("Rnet", HOUSEHOLD) == UnknownHeading("unknown-fact")
    assert Headings(people).find("房租" * 30, HOUSEHOLD) == UnknownHeading("unknown-fact")


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
