"""Values of every kind: each accepted form with what it becomes, each refused one with its code."""

from __future__ import annotations

from datetime import date, datetime, time, timezone
from fractions import Fraction

import pytest

from calc.diagnostics.messages import message
from calc.households.cell_values import CellError, fact_value_text, read_value, shown
from calc.record import replace
from calc.rules.toml_document import BadNumber
from calc.text_forms import folded
from tests.households.conftest import number

ANN = "11010519491231002X"


@pytest.mark.parametrize(
    ("fact", "raw", "value"),
    [
        ("房租", 0, 0),
        ("房租", 5000, 500000),
        ("房租", Fraction(2401, 2), 120050),
        ("房租", "2500", 250000),
        ("房租", "1,200.50", 120050),
        ("房租", "1,200.500", 120050),
        ("房租", "２，５００．５０", 250050),
        ("房租", " 2500 ", 250000),
        ("房租", "\u30002500", 250000),
        ("房租", "'2500", 250000),
        ("房租", "+2500", 250000),
        ("房租", ".5", 50),
        ("房租", "0.4万", 400000),
        ("房租", "0.4万元", 400000),
        ("房租", "2500元", 250000),
        ("房租", "¥2,500.00", 250000),
        ("房租", "2500元/月", 250000),
        ("房租", "￥2500", 250000),
        ("补贴", "-1,234,567.89", -123456789),
        ("补贴", "-¥5", -500),
        ("补贴", "−5", -500),
        ("补贴", -5, -500),
        ("补贴", "999999999999", 99999999999900),
        ("面积", "62.5", 625),
        ("面积", Fraction(125, 2), 625),
        ("面积", 1000, 10000),
        ("份额", "35%", 35),
        ("份额", Fraction(7, 20), 35),
        ("份额", 1, 100),
        ("总人数", 3, 3),
        ("总人数", "3.0", 3),
        ("登记日", date(2022, 6, 1), 20220601),
        ("登记日", datetime(2022, 6, 1), 20220601),
        ("登记日", "2022-06-01", 20220601),
        ("登记日", "2022/6/1", 20220601),
        ("登记日", "２０２２－０６－０１", 20220601),
        ("登记日", "2022年6月1日", 20220601),
        ("登记日", "20220601", 20220601),
        ("登记日", 20220601, 20220601),
        *(("登记日", one, 20220601) for one in ("2022-06", "2022-6", "2022.06", "2022.6", "2022/6", "202206", 202206)),
        ("登记日", "2022.10", 20221001),
        ("登记日", 20000101, 20000101),
        ("登记日", 20301231, 20301231),
        ("街道", "东街", "东街"),
        ("街道", " 西街 ", "西街"),
        ("街道", "EAST", "东街"),
        ("街道", "Ｗｅｓｔ", "西街"),
        ("街道", "other_place", "其他 地方"),
        ("街道", "Other-Place", "其他 地方"),
        ("街道", "其他地方", "其他 地方"),
        ("备注", "你好 ", "你好"),
        ("备注", "1e5", "1e5"),
        ("备注", 13800000000, "13800000000"),
        ("身份证号", "１１０１０５１９４９１２３１００２ｘ", ANN),
        ("残疾证号", f"{ANN} 43", ANN + "43"),
    ],
)
def test_read(people, fact, raw, value):
    read = read_value(people.facts[fact], raw)
    assert read == value and read.__class__ is value.__class__


@pytest.mark.parametrize("raw", [True, "true", "TRUE", "是", "有", "Yes", "y", "ｙｅｓ", "对", "√", "1", 1, " 是 "])
def test_yes(people, raw):
    assert read_value(people.facts["在校"], raw) is True


@pytest.mark.parametrize("raw", [False, "false", "False", "否", "无", "没有", "No", "n", "×", "0", 0, "Ｎ"])
def test_no(people, raw):
    assert read_value(people.facts["在校"], raw) is False


@pytest.mark.parametrize("raw", [None, "", "   ", "\u3000", "\n"])
@pytest.mark.parametrize("fact", ["房租", "登记日", "街道", "备注", "在校", "身份证号"])
def test_nothing_given(people, fact, raw):
    assert read_value(people.facts[fact], raw) is None


@pytest.mark.parametrize(
    ("fact", "raw", "code"),
    [
        ("房租", "一千", "not-an-amount"),
        ("房租", "1,20", "not-an-amount"),
        ("房租", "1,2000", "not-an-amount"),
        ("房租", "1.200,50", "not-an-amount"),
        ("房租", "12 00", "not-an-amount"),
        ("房租", "1_000", "not-an-amount"),
        ("房租", "5.", "not-an-amount"),
        ("房租", "10²", "not-an-amount"),
        ("房租", "①", "not-an-amount"),
        ("房租", "1e3", "not-an-amount"),
        ("房租", "inf", "not-an-amount"),
        ("房租", "30%", "not-an-amount"),
        ("房租", "2500元/年", "not-an-amount"),
        ("房租", "--5", "not-an-amount"),
        ("房租", "٣", "not-an-amount"),
        ("房租", "1" * 40, "out-of-range"),
        ("房租", "1" * 41, "not-an-amount"),
        ("房租", BadNumber("1e30"), "not-an-amount"),
        ("房租", BadNumber("inf"), "not-an-amount"),
        ("房租", BadNumber("nan"), "not-an-amount"),
        ("房租", True, "not-an-amount"),
        ("房租", [1], "not-an-amount"),
        ("房租", {}, "not-an-amount"),
        ("房租", date(2022, 1, 1), "not-an-amount"),
        ("面积", "大", "not-a-number"),
        ("面积", "50元", "not-a-number"),
        ("份额", "0.1万%", "not-a-number"),
        ("总人数", "两", "not-a-number"),
        ("房租", -1, "out-of-range"),
        ("房租", Fraction(-1, 100), "out-of-range"),
        ("房租", Fraction(500001, 100), "out-of-range"),
        ("补贴", 10**12, "out-of-range"),
        ("补贴", "-1000000000000", "out-of-range"),
        ("面积", 0, "out-of-range"),
        ("份额", "101%", "out-of-range"),
        ("总人数", -1, "out-of-range"),
        ("登记日", "1999-12-31", "out-of-range"),
        ("登记日", date(2031, 1, 1), "out-of-range"),
        ("房租", Fraction(1, 1000), "too-many-decimals"),
        ("房租", "0.001", "too-many-decimals"),
        ("面积", "62.55", "too-many-decimals"),
        ("份额", "35.5%", "too-many-decimals"),
        ("总人数", Fraction(5, 2), "too-many-decimals"),
        ("登记日", "昨天", "not-a-date"),
        ("登记日", "01/06/2022", "not-a-date"),
        ("登记日", 44713, "not-a-date"),
        *(("登记日", one, "not-a-date") for one in ("202213", "2022-13", "2022-00", "2022", "22-06", "2022-6/1")),
        *(("登记日", one, "not-a-date") for one in ("2022.1", Fraction(20221, 10), "200512", 200512, "220601")),
        *(("登记日", one, "not-a-date") for one in ("Jun-22", "1-Jun-22", "44713", "6月-22")),
        ("登记日", 20220631, "not-a-date"),
        ("登记日", datetime(2022, 6, 1, 12), "not-a-date"),
        ("登记日", datetime(2022, 6, 1, tzinfo=timezone.utc), "not-a-date"),
        ("登记日", time(0), "not-a-date"),
        ("登记日", True, "not-a-date"),
        ("登记日", Fraction(1, 2), "not-a-date"),
        ("登记日", BadNumber("inf"), "not-a-date"),
        ("街道", "北街", "not-a-word"),
        ("街道", 3, "not-a-word"),
        ("街道", True, "not-a-word"),
        ("街道", [], "not-a-word"),
        ("备注", True, "not-a-text"),
        ("备注", Fraction(1, 2), "not-a-text"),
        ("备注", BadNumber("nan"), "not-a-text"),
        ("备注", [], "not-a-text"),
        ("备注", "a\0b", "not-a-text"),
        ("备注", 10**60, "not-a-text"),
        ("备注", date(2022, 1, 1), "not-a-text"),
        ("在校", 2, "not-yes-no"),
        ("在校", -1, "not-yes-no"),
        ("在校", "也许", "not-yes-no"),
        ("在校", Fraction(1, 2), "not-yes-no"),
        ("在校", {}, "not-yes-no"),
        ("在校", BadNumber("inf"), "not-yes-no"),
        ("身份证号", ANN[:-1] + "1", "bad-identity-number"),
        ("身份证号", "张三", "bad-identity-number"),
        ("身份证号", BadNumber("4.30602E+17"), "bad-identity-number"),
        ("身份证号", [], "not-a-text"),
        ("身份证号", True, "not-a-text"),
        ("残疾证号", ANN, "bad-disability-certificate"),
    ],
)
def test_refused(people, fact, raw, code):
    read = read_value(people.facts[fact], raw)
    assert isinstance(read, CellError)
    assert read.code == code
    for language in ("en", "zh"):
        said = message(read.code, read.values, language)
        assert fact in said and "('" not in said


@pytest.mark.parametrize(
    ("fact", "code"),
    [("房租", "out-of-range"), ("登记日", "not-a-date"), ("街道", "not-a-word"), ("身份证号", "not-a-text")],
)
def test_numbers_too_long_for_python_to_write(people, fact, code):
    read = read_value(people.facts[fact], 10**5000)
    assert isinstance(read, CellError) and read.code == code
    assert message(read.code, read.values, "zh")


def test_a_default_does_not_widen_what_may_be_stated(smallville):
    read = read_value(smallville.facts["wage"], -1)
    assert isinstance(read, CellError) and read.code == "out-of-range"


def test_sentences(people):
    def said(fact, raw, language="en"):
        read = read_value(people.facts[fact], raw)
        return message(read.code, read.values, language)

    assert said("房租", "abc") == '`房租` is "abc", where an amount is needed'
    assert said("房租", 6000) == "`房租` is 6000, but has to be at most 5000"
    assert said("房租", Fraction(12345, 1000)) == "`房租` is 12.345, with more than 2 decimals"
    assert said("房租", [1]) == "`房租` is a list, where an amount is needed"
    assert said("房租", {}, "zh") == "`房租` 为 一个表，应为金额"
    assert said("房租", True) == "`房租` is true, where an amount is needed"
    assert said("登记日", "1999-12-31") == '`登记日` is "1999-12-31", but has to be not before 2000-01-01'
    assert (
        said("街道", "北街")
        == '`街道` is "北街", which is not one of: 东街 (East), 西街 (West), 其他 地方 (Other Place)'
    )
    assert said("街道", "北街", "zh") == '`街道` 为 "北街"，不在选项之中：东街、西街、其他 地方'
    assert said("房租", "\x1b[31m1\n") == '`房租` is "�[31m1 ", where an amount is needed'
    assert said("房租", "x" * 99) == f'`房租` is "{"x" * 60}…", where an amount is needed'
    assert said("房租", "x" * 60) == f'`房租` is "{"x" * 60}", where an amount is needed'
    assert said("残疾类别", "x") == '`残疾类别` is "x", which is not one of: 视力, 听力, 言语, 肢体, 智力, 精神, 多重'
    assert said("身份证号", "4.30602E+17").startswith('`身份证号` "4.30602E+17": a spreadsheet')
    assert said("房租", 10**5000) == "`房租` is a number of more than 36 digits, but has to be at most 5000"


def test_a_long_list_of_options_is_cut(people):
    fact = people.facts["街道"]
    for count, ending in ((12, "11"), (13, "11…")):
        options = tuple(f"o{at}" for at in range(count))
        read = read_value(replace(fact, type=replace(fact.type, options=options), options_en=()), "x")
        assert isinstance(read, CellError)
        assert read.values["options"][0].endswith(ending)


def test_what_is_stated_has_bounds_of_its_own(people):
    fact = people.facts["房租"]
    wider = replace(fact, stated_bounds=(2, 3))
    for value, code in ((1, "out-of-range"), (2, None), (3, None), (4, "out-of-range")):
        assert getattr(read_value(wider, value), "code", None) == code


def test_a_near_word_is_offered(people):
    read = read_value(people.facts["街道"], "Eaast")
    assert isinstance(read, CellError) and read.help == ("did-you-mean", {"name": "East"})


def test_personal_numbers_are_masked(people):
    for fact, raw in (
        ("身份证号", "430602199001011231"),
        ("房租", "430602199001011231"),
        ("登记日", 430602199001011231),
        ("身份证号", "430602-19900101-1231"),
        ("残疾证号", "43060219900101123143"),
        ("街道", "43060219900101123x"),
    ):
        read = read_value(people.facts[fact], raw)
        assert isinstance(read, CellError)
        assert "19900101" not in str(read.values) and "9001" not in str(read.values), raw
        shown_read = read_value(people.facts[fact], raw, show_ids=True)
        assert isinstance(shown_read, CellError)
        assert "19900101" in str(shown_read.values)
    read = read_value(people.facts["身份证号"], "430602199001011231")
    assert isinstance(read, CellError)
    assert message(read.code, read.values, "en") == '`身份证号` "430602********1231": the check digit does not fit'
    assert message(read.code, read.values, "zh") == '`身份证号` "430602********1231"：校验码不符'


def test_damage_by_a_spreadsheet_is_named(people):
    for raw in ("4.30602E+17", BadNumber("4.30602E+17"), 430602199001011000):
        read = read_value(people.facts["身份证号"], raw)
        assert isinstance(read, CellError) and "spreadsheet" in read.values["reason"][0]


def test_values_as_text(people):
    facts = people.facts
    assert fact_value_text(facts["房租"], 120050) == "1200.5"
    assert fact_value_text(facts["登记日"], 20220601) == "2022-06-01"
    assert fact_value_text(facts["在校"], True) == ("yes", "是")
    assert fact_value_text(facts["街道"], "东街") == '"东街"'
    assert fact_value_text(facts["身份证号"], number("43060219900101123")).startswith("430602********")
    assert fact_value_text(facts["身份证号"], ANN, show_ids=True) == f'"{ANN}"'


def test_folded_and_shown():
    assert folded("Date of_Birth") == folded("date-of birth") == folded("ＤＡＴＥ　ｏｆ　birth") == "dateofbirth"
    assert shown("a") == '"a"' and shown(Fraction(1, 4)) == "0.25" and shown(None) == "None"


@pytest.mark.parametrize(("raw", "hint"), [
    ("2022.1", "date-in-full"), (Fraction(20221, 10), "date-in-full"), ("200512", "date-in-full"),
    ("Jun-22", "date-format"), ("1-Jun-22", "date-format"), ("6月-22", "date-format"), ("44713", "date-format"),
    (44713, "date-format"), ("昨天", None), ("2022-02-30", None), (True, None), (date.max, None),
])  # fmt: skip
def test_hint_for_a_date(people, raw, hint):
    read = read_value(people.facts["登记日"], raw)
    assert isinstance(read, CellError)
    assert read.help == (None if hint is None else (hint, {}))
