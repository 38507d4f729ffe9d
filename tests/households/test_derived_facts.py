"""What follows from personal numbers: filled in, compared, contradicted; and people who stand twice."""

from __future__ import annotations

import pytest

from calc.diagnostics.diagnostic import render
from tests.households.conftest import number, spots

ANN = "11010519491231002X"
BEN = number("43060219900228123")


def member(take, plan, line):
    intake = take(plan, "x.toml", f"[[members]]\n{line}\n")
    assert intake.rejects == ()
    return intake.households[0].members[0].facts


def test_birth_date_and_sex(people, take):
    ann = {"身份证号": ANN, "出生日期": 19491231, "性别": "女"}
    assert member(take, people, f'"身份证号" = "{ANN.lower()}"') == ann
    assert member(take, people, f'"身份证号" = "{BEN}"') == {"身份证号": BEN, "出生日期": 19900228, "性别": "男"}
    assert member(take, people, '"身份证号" = "430602900228123"')["身份证号"] == BEN


def test_what_is_stated_and_agrees(people, take):
    line = f'"身份证号" = "{ANN}"\n"出生日期" = 1949-12-31\n"性别" = "female"'
    assert member(take, people, line) == {"身份证号": ANN, "出生日期": 19491231, "性别": "女"}


@pytest.mark.parametrize(("level", "held"), [(1, 10), (3, 30)])
def test_a_certificate_gives_everything(people, take, level, held):
    assert member(take, people, f'"残疾证号" = "{ANN}2{level}B1"') == {
        "残疾证号": f"{ANN}2{level}B1",
        "身份证号": ANN,
        "残疾类别": "听力",
        "残疾等级": held,
        "出生日期": 19491231,
        "性别": "女",
    }


def test_all_types(people, take):
    types = [member(take, people, f'"残疾证号" = "{ANN}{code}1"')["残疾类别"] for code in range(1, 8)]
    assert types == ["视力", "听力", "言语", "肢体", "智力", "精神", "多重"]


def test_a_certificate_agrees_with_an_old_number(people, take):
    assert member(take, people, f'"残疾证号" = "{BEN}41"\n"身份证号" = "430602900228123"')["身份证号"] == BEN


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f'"身份证号" = "{ANN}"\n"出生日期" = 1949-12-30', [("contradiction", 3, 10)]),
        (
            f'"身份证号" = "{ANN}"\n"性别" = "男"\n"出生日期" = 1950-01-01',
            [("contradiction", 4, 10), ("contradiction", 3, 8)],
        ),
        (f'"残疾证号" = "{ANN}41"\n"身份证号" = "{BEN}"', [("contradiction", 3, 10)]),
        (f'"残疾证号" = "{ANN}41"\n"残疾等级" = 2', [("contradiction", 3, 10)]),
        (f'"残疾证号" = "{ANN}41"\n"残疾类别" = "视力"', [("contradiction", 3, 10)]),
        (f'"残疾证号" = "{ANN}41"\n"出生日期" = 1950-01-01', [("contradiction", 3, 10)]),
        ('"身份证号" = "440524188001010014"', [("out-of-range", 2, 10)]),
        (f'"残疾证号" = "{ANN}44"', [("out-of-range", 2, 10)]),
    ],
)
def test_contradictions(people, take, line, expected):
    (reject,) = take(people, "x.toml", f"[[members]]\n{line}\n").rejects
    assert spots(reject.mistakes) == expected


def test_sentences(people, take):
    text = f'{{"members": [{{"id": "a", "身份证号": "{ANN}",\n"出生日期": "1950-01-01", "残疾证号": "{BEN}41"}}]}}'
    (reject,) = take(people, "x.json", text).rejects
    said = [render(one).splitlines()[0].partition("error")[2] for one in reject.mistakes]
    assert said == [
        "[contradiction]: `身份证号` is 110105********002X, but `残疾证号` says 430602********" + BEN[-4:],
        "[contradiction]: `出生日期` is 1950-01-01, but `身份证号` says 1949-12-31",
    ]
    assert "1990" not in "".join(render(one) for one in reject.mistakes)


def test_a_derived_value_beyond_its_bounds(people, take):
    (reject,) = take(people, "x.toml", f'[[members]]\n"残疾证号" = "{ANN}44"\n').rejects
    assert "`残疾等级` is 4, but has to be at most 3" in render(reject.mistakes[0])
    (reject,) = take(people, "x.toml", '[[members]]\n"身份证号" = "440524188001010014"\n').rejects
    assert "`出生日期` is 1880-01-01, but has to be not before 1900-01-01" in render(reject.mistakes[0])


def test_nothing_is_derived_for_a_fact_of_another_level_or_month(people, take):
    (household,) = take(people, "x.toml", f'"户主身份证号" = "{BEN}"\n"序号" = 5\n[[members]]\n').households
    assert household.facts == {"户主身份证号": BEN, "序号": 5} and household.members[0].facts == {}


def test_one_certificate_twice_is_one_mistake(people, take):
    text = f'[[members]]\n"残疾证号" = "{BEN}41"\n[[members]]\n"残疾证号" = "{BEN}41"\n'
    (reject,) = take(people, "x.toml", text).rejects
    assert [one.code for one in reject.mistakes] == ["identity-number-twice"]


def test_one_person_twice_in_a_household(people, take):
    text = f'[[members]]\nid="a"\n"身份证号" = "{BEN}"\n[[members]]\nid="b"\n"残疾证号" = "{BEN}41"\n'
    (reject,) = take(people, "x.toml", text).rejects
    assert spots(reject.mistakes) == [("identity-number-twice", 4, 3)]
    assert f"`身份证号` 430602********{BEN[-4:]} is given for both a and b" in render(reject.mistakes[0])


def test_a_guardian_may_stand_twice(people, take):
    ward = f'[[members]]\n"监护人身份证号" = "{BEN}"\n'
    text = f'{ward}{ward}[[members]]\n"身份证号" = "{BEN}"\n'
    intake = take(people, "x.toml", text)
    assert intake.rejects == ()
    assert intake.households[0].members[0].facts == {"监护人身份证号": BEN}


def test_one_person_in_two_households(people, take):
    one = f'{{"id": "%s", "members": [{{"身份证号": "{BEN}"}}]}}'
    other = f'{{"id": "h3", "members": [{{"身份证号": "{ANN}"}}]}}'
    intake = take(people, "x.json", f"[{one % 'h1'},\n{one % 'h2'},\n{other}]")
    assert [household.id for household in intake.households] == ["h3"]
    assert [(reject.id, spots(reject.mistakes)) for reject in intake.rejects] == [
        ("h1", [("identity-number-twice/households", 1, 36)]),
        ("h2", [("identity-number-twice/households", 2, 35)]),
    ]
    assert "is also given in the household h2" in render(intake.rejects[0].mistakes[0])
