"""`--set`: parameters, facts of the household, facts of members; removal; everything refused."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from calc.diagnostics.diagnostic import InputErrors, render
from calc.engine.facts import Household, Member, not_known
from calc.households.cell_values import NOT_KNOWN
from calc.households.overrides import Settings, apply, parse_settings
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.households.conftest import number, spots

BEN = number("43060219900228123")


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("标准=700", {"标准": 700}),
        (" 标准 = 700.50 ", {"标准": Fraction(1401, 2)}),
        ("Standard=1,200", {"标准": 1200}),
        ("标准＝７００", {"标准": 700}),
        ("指数=3.6%", {"指数": Fraction(9, 250)}),
        ("Index=-0.01", {"指数": Fraction(-1, 100)}),
        ("开放=否", {"开放": False}),
        ("起算日=2022/2/1", {"起算日": date(2022, 2, 1)}),
        ("起算日=2021-11-30", {"起算日": date(2021, 11, 30)}),
        ("说明=unknown", {"说明": "unknown"}),
        ("档次=低", {"档次": "低"}),
        ("人数上限=7", {"人数上限": 7}),
    ],
)
def test_parameters(people, text, parameters):
    settings = parse_settings([text], people)
    assert settings.parameters == parameters and settings.household == {} and settings.members == {}
    book = read_rules(str(Path(__file__).parent / "people.toml"))
    (name,) = parameters
    assert plan_for(book, 202206, settings.parameters).parameters[name].raw == parameters[name]


def changed(**values):
    """The change of each fact: a value, None that takes it away, or NOT_KNOWN."""
    found = {}
    for name, value in values.items():
        is_open = value is NOT_KNOWN
        found |= {name: None if is_open else value, not_known(name): True if is_open else None}
    return found


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("房租=1,200.50", changed(房租=120050)),
        ("monthly rent=5", changed(房租=500)),
        ("街道=East", changed(街道="东街")),
        ("备注=a=b", changed(备注="a=b")),
        ("备注=+86 1", changed(备注="+86 1")),
        ("备注=a＝b", changed(备注="a＝b")),
        ("备注＝a＝b", changed(备注="a＝b")),
        ("状况=未知", changed(状况="未知")),
        ("状况=unknown", changed(状况=NOT_KNOWN)),
        ("房租=", changed(房租=None)),
        ("房租=—", changed(房租=None)),
        ("房租=无", changed(房租=0)),
        ("房租=unknown", changed(房租=NOT_KNOWN)),
        ("街道=未知", changed(街道=NOT_KNOWN)),
        ("备注=Unknown", changed(备注=NOT_KNOWN)),
        ("备注=待核实", changed(备注=NOT_KNOWN)),
        ("登记日=2022-06-01", changed(登记日=20220601)),
    ],
)
def test_facts_of_the_household(people, text, facts):
    settings = parse_settings([text], people)
    assert settings.household == facts and settings.parameters == {} and settings.members == {}


def test_facts_of_members(people):
    settings = parse_settings(["张三.工资=5", "*.Wage=7", "a.b.at school=是", "张三.出生日期=", "张三.工资=6"], people)
    assert settings.members == {
        "张三": changed(工资=600, 出生日期=None),
        "*": changed(工资=700),
        "a.b": changed(在校=True),
    }
    assert settings.of_member("张三") == changed(工资=600, 出生日期=None)
    assert settings.of_member("x") == changed(工资=700)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("标准", "bad-setting"),
        ("=5", "bad-setting"),
        ("", "bad-setting"),
        ("没有=5", "bad-setting/name"),
        ("张三.没有=5", "bad-setting/name"),
        ("张三.房租=5", "bad-setting/name"),
        ("张三.标准=5", "bad-setting/name"),
        (".工资=5", "bad-setting/name"),
        ("工资=5", "bad-setting/name"),
        ("困难=是", "bad-setting/name"),
        ("aid=5", "bad-setting/name"),
        ("标准=很多", "bad-setting/value"),
        ("说明=", "bad-setting/value"),
        ("标准=", "bad-setting/value"),
        ("标准=unknown", "bad-setting/value"),
        ("标准=1e3", "bad-setting/value"),
        ("标准=1000000000000", "bad-setting/value"),
        ("人数上限=1.5", "bad-setting/value"),
        ("人数上限=-1", "bad-setting/value"),
        ("开放=也许", "bad-setting/value"),
        ("起算日=明天", "bad-setting/value"),
        ("起算日=1800-01-01", "bad-setting/value"),
        ("档次=中", "bad-setting/value"),
        ("费率=0.1", "bad-setting/table"),
        ("系数=2", "bad-setting/table"),
        ("房租=很多", "not-an-amount"),
        *((one, "bad-setting/sign") for one in ("房租=+200", "房租=＋200", "房租=¥+200", "房租=200+5")),
        *((one, "bad-setting/sign") for one in ("*.工资=+200", "张三.工资=+0", "标准=+700", "人数上限=+1", "指数=+1%")),
        ("街道=北街", "not-a-word"),
        ("*.在校=也许", "not-yes-no"),
        ("房租=6000", "out-of-range"),
        ("房租=0.001", "too-many-decimals"),
        ("张三.身份证号=430602199001011231", "bad-identity-number"),
    ],
)
def test_refused(people, text, code):
    with pytest.raises(InputErrors) as caught:
        parse_settings([text], people)
    assert spots(caught.value.diagnostics) == [(code, 1, 1)]
    assert render(caught.value.diagnostics[0]).startswith(f"--set:1:1: error[{code.partition('/')[0]}]")


def test_all_mistakes_at_once_and_help(people):
    texts = ["房祖=5", "标准", "标淮=5", "工资=5", "张三.工次=5", "张三.身份证号=430602199001011231"]
    with pytest.raises(InputErrors) as caught:
        parse_settings(texts, people)
    shown = [render(one) for one in caught.value.diagnostics]
    assert len(shown) == 6
    assert "`标准`: write name=value" in shown[1]
    assert "write `*.工资=5`" in shown[3]
    assert "19900101" not in "".join(shown)


def test_a_near_name_is_offered(smallville):
    with pytest.raises(InputErrors) as caught:
        parse_settings(["savigns=5", "a.wagee=5", "care_raet=5"], smallville)
    assert [one.help for one in caught.value.diagnostics] == [
        ("did-you-mean", {"name": "savings"}),
        ("did-you-mean", {"name": "a.wage"}),
        ("did-you-mean", {"name": "care_rate"}),
    ]


def test_a_negative_amount_is_set(people):
    assert parse_settings(["*.补贴=-5"], people).members == {"*": changed(补贴=-500)}


def test_settings_replace_what_the_file_says(people, take):
    settings = parse_settings(["房租=7", "街道=", "*.工资=5", "乙.工资=6", "甲.在校="], people)
    text = '{"房租": 1, "街道": "东街", "members": [{"name": "甲", "在校": true}, {"name": "乙", "工资": 1}]}'
    (household,) = take(people, "x.json", text, settings=settings).households
    assert household == Household("x", {"房租": 700}, (Member("甲", {"工资": 500}), Member("乙", {"工资": 600})))
    (plain,) = take(people, "x.json", text).households
    assert apply(plain, settings, people) == household
    assert plain.facts == {"房租": 100, "街道": "东街"}, "the household itself is left as it was"


def test_what_is_set_by_hand_stands_against_the_number(people, take):
    text = f'{{"members": [{{"name": "甲", "身份证号": "{BEN}"}}]}}'
    for setting, born in (("甲.出生日期=1950-01-01", 19500101), ("甲.出生日期=unknown", None)):
        (household,) = take(people, "x.json", text, settings=parse_settings([setting], people)).households
        assert household.members[0].facts.get("出生日期") == born
        assert household.members[0].facts["性别"] == "男"


def test_a_number_that_is_set_fills_in_and_contradicts(people, take):
    settings = parse_settings([f"甲.身份证号={BEN}"], people)
    text = '{"members": [{"name": "甲"%s}]}'
    filled = {"身份证号": BEN, "出生日期": 19900228, "性别": "男"}
    (household,) = take(people, "x.json", text % "", settings=settings).households
    assert household.members[0].facts == filled
    (plain,) = take(people, "x.json", text % "").households
    assert apply(plain, settings, people).members[0].facts == filled
    (reject,) = take(people, "x.json", text % ', "性别": "女"', settings=settings).rejects
    assert spots(reject.mistakes) == [("contradiction", 1, 34)]
    (plain,) = take(people, "x.json", text % ', "性别": "女"').households
    with pytest.raises(InputErrors) as caught:
        apply(plain, settings, people)
    assert spots(caught.value.diagnostics) == [("contradiction", 1, 1)]


def test_a_contradiction_by_a_number_that_is_set_is_masked(people, take):
    (plain,) = take(people, "x.json", f'{{"members": [{{"身份证号": "{BEN}"}}]}}').households
    with pytest.raises(InputErrors) as caught:
        apply(plain, parse_settings(["1.残疾证号=11010519491231002X41"], people), people)
    shown = render(caught.value.diagnostics[0])
    assert "contradiction" in shown and "1949" not in shown and "1990" not in shown


def test_members_that_are_nowhere(people, take):
    settings = parse_settings(["甲.工资=1", "丙.工资=1", "*.工资=2"], people)
    text = '[{"id": 1, "members": [{"name": "甲"}]}, {"id": 2, "members": [{"name": "乙"}]}]'
    with pytest.raises(InputErrors) as caught:
        take(people, "x.json", text, settings=settings)
    assert spots(caught.value.diagnostics) == [("bad-setting/member", 1, 1)]
    assert caught.value.diagnostics[0].place.source.text == "丙.工资=1"
    assert "`丙`: no household has such a member" in render(caught.value.diagnostics[0])


def test_no_message_shows_a_personal_number(people, take):
    for text in (f"身份证号={BEN}", f"{BEN}.没有=1", f"{BEN}=1", f"1.工资={BEN}", BEN):
        with pytest.raises(InputErrors) as caught:
            parse_settings([text], people)
        assert "1990" not in render(caught.value.diagnostics[0]), text
    with pytest.raises(InputErrors) as caught:
        take(people, "x.toml", "[[members]]", settings=parse_settings([f"{BEN}.工资=1"], people))
    assert "1990" not in render(caught.value.diagnostics[0])


def test_nothing_set(people):
    assert parse_settings([], people) == Settings()
