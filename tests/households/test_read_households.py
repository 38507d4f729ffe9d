"""Household files: what is read from them, what is refused, and the place that is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from calc.diagnostics.diagnostic import InputErrors, render
from calc.diagnostics.source import Source
from calc.engine.facts import Household, Member
from calc.households.headings import HEAD_NUMBER, HOUSEHOLDS, ID, LEDGER_WORDS, WORDS, word_of
from calc.households.overrides import parse_settings
from calc.households.parse_document import format_of
from calc.households.read_households import Reject, read_files, read_household, read_households
from calc.rules.toml_document import parse_toml
from tests.households.conftest import number, spots

TOML = """\
district      = "upper"
Rent          = "1,200.50"
savings       = 6000
floor_area    = 62.5
registered_on = 2023-12-01
verified      = true

[[members]]
id            = "a"
relation      = "HEAD"
"Date of birth" = 1990-01-02
wage          = 2500

[[members]]
name     = "Bo"
relation = "child"
birth-date = "2015/3/1"
student  = "是"
care_share = 0.35
"""
JSON = """\
{
  "district": "upper", "Rent": "1,200.50", "savings": 6000, "floor_area": 62.5,
  "registered_on": "2023-12-01", "verified": true, "farm_profit": null,
  "members": [
    {"id": "a", "relation": "HEAD", "Date of birth": "1990-01-02", "wage": 2500.00},
    {"name": "Bo", "relation": "child", "birth-date": "2015/3/1", "student": "是", "care_share": 0.35, "pension": ""}
  ]
}
"""
FAMILY = Household(
    "family",
    {
        "district": "upper",
        "rent": 120050,
        "savings": 600000,
        "floor_area": 625,
        "registered_on": 20231201,
        "verified": True,
    },
    (
        Member("a", {"relation": "head", "birth_date": 19900102, "wage": 250000}),
        Member("Bo", {"relation": "child", "birth_date": 20150301, "student": True, "care_share": 35}),
    ),
)


def test_one_household_in_toml(smallville, take):
    intake = take(smallville, "family.toml", TOML)
    assert intake.rejects == () and intake.households == (FAMILY,)


def test_the_same_in_json(smallville, take):
    intake = take(smallville, "family.json", JSON)
    assert intake.rejects == () and intake.households == (FAMILY,)


def test_windows_line_ends_and_byte_order_mark(smallville, take, tmp_path: Path):
    for name, text in (("family.toml", TOML), ("family.json", JSON)):
        assert take(smallville, name, "\ufeff" + text.replace("\n", "\r\n")).households == (FAMILY,)


def test_no_binary_float_comes_in(smallville, take):
    text = '{"savings": 1234567890.12, "members": [{"wage": 0.07, "care_share": 0.29}]}'
    (household,) = take(smallville, "x.json", text).households
    assert household.facts == {"savings": 123456789012}
    assert household.members[0].facts == {"wage": 7, "care_share": 29}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("many.toml", '[[households]]\nid = "h1"\nmembers = [{wage = 1}]\n[[households]]\n[[households.members]]\n'),
        ("many.toml", '[["家庭"]]\n"编号" = "h1"\n[["家庭"."成员"]]\nwage = 1\n[["家庭"]]\n[["家庭"."成员"]]\n'),
        ("many.json", '[{"id": "h1", "members": [{"wage": 1}]}, {"成员": [{}]}]'),
        ("many.json", '{"Households": [{"编号": "h1", "members": [{"wage": 1}]}, {"members": [{}]}]}'),
    ],
)
def test_several_households(smallville, take, name, text):
    assert take(smallville, name, text).households == (
        Household("h1", {}, (Member("1", {"wage": 100}),)),
        Household("many#2", {}, (Member("1", {}),)),
    )


def test_one_household_below_a_heading(smallville, take):
    intake = take(smallville, "one.toml", "[household]\nrent = 5\n[[household.members]]\n")
    assert intake.households == (Household("one", {"rent": 500}, (Member("1", {}),)),)


def test_no_household_in_an_empty_list(smallville, take):
    for name, text in (("x.json", "[]"), ("x.json", '{"households": []}'), ("x.toml", "households = []")):
        intake = take(smallville, name, text)
        assert intake.households == () and intake.rejects == ()


def test_ids(smallville, take):
    def ids(members: str) -> list[str]:
        (household,) = take(smallville, "x.json", f'{{"id": " 12\u3000b ", "members": [{members}]}}').households
        assert household.id == "12 b"
        return [member.id for member in household.members]

    assert ids('{"id": 7}, {"编号": "a"}, {"id": "", "name": "张三"}, {}') == ["7", "a", "张三", "4"]
    assert ids('{"name": "张三"}, {"姓名": "张三"}, {"name": " 张三 "}') == ["张三", "张三 (2)", "张三 (3)"]
    assert ids('{"name": "李四"}, {"id": "李四"}') == ["李四 (2)", "李四"]
    assert ids('{}, {"id": "1"}') == ["1 (2)", "1"]
    assert ids('{"id": "a", "name": "Ann"}') == ["a"]
    (household,) = take(smallville, "x.json", '{"id": 12, "members": [{}]}').households
    assert household.id == "12"


def test_the_id_of_standard_input(smallville):
    intake = read_households(Source("-", "[[members]]\n"), smallville, "toml")
    assert intake.households[0].id == "stdin"


def test_a_fact_named_like_a_word_of_the_program(people, take):
    (household,) = take(people, "x.json", '{"members": 3, "成员": [{}]}').households
    assert household == Household("x", {"总人数": 3}, (Member("1", {}),))


def test_a_fact_named_like_the_id(people, take):
    (household,) = take(people, "x.json", '{"members": [{"编号": "7"}, {"id": "8"}]}').households
    assert household.members == (Member("7", {"档案": "7"}), Member("8", {}))


def test_a_fact_named_like_the_list_of_households(people, take):
    (household,) = take(people, "x.json", '{"household": "x", "members": [{}]}').households
    assert household.facts == {"备注": "x"}
    (household,) = take(people, "x.json", '{"household": {"备注": "y", "members": [{}]}}').households
    assert household.facts == {"备注": "y"}


def test_the_most_that_is_taken(smallville, take):
    text = '{"id": "' + "a" * 100 + '", "members": [' + "{}," * 199 + "{}]}"
    (household,) = take(smallville, "x.json", text).households
    assert household.id == "a" * 100 and len(household.members) == 200


def test_rules_without_members(tmp_path: Path, take):
    from calc.rules.plan_month import plan_for
    from calc.rules.read_rulebook import read_rules

    rules = tmp_path / "rules.toml"
    rules.write_text(
        '[rules]\ntitle = "x"\ncurrency = "EUR"\nversion = "1"\nfrom = "2022-01"\n'
        '[facts.household]\nrent = { kind = "money/month" }\n',
        encoding="utf-8",
    )
    plan = plan_for(read_rules(str(rules)), 202201)
    assert take(plan, "x.toml", "rent = 5").households == (Household("x", {"rent": 500}),)
    (reject,) = take(plan, "x.toml", "rent = 5\nmembers = [{}]").rejects
    assert spots(reject.mistakes) == [("no-members/unwanted", 2, 1)]


BAD = [
    ("x.toml", "", [("no-members", 1, 1)]),
    ("x.json", "{}", [("no-members", 1, 1)]),
    ("x.toml", "rent = 1\nmembers = []", [("no-members", 2, 1)]),
    ("x.json", '{\n "members": null}', [("no-members", 2, 2)]),
    ("x.toml", "members = 3", [("no-members/list", 1, 1)]),
    ("x.json", '{"members": {"a": {}}}', [("no-members/list", 1, 2)]),
    ("x.json", '{"members": [{},\n 3, []]}', [("no-members/list", 2, 2), ("no-members/list", 2, 5)]),
    ("x.json", '{"members": [' + "{}," * 200 + '{"wage": "x"}]}', [("too-many-members", 1, 2)]),
    (
        "x.json",
        '{"members": [{"id": "a"}, {"id": "a"},\n{"id": "a"}]}',
        [("member-twice", 1, 34), ("member-twice", 2, 8)],
    ),
    ("x.toml", '[[members]]\nid=1\n[[members]]\nid="1"', [("member-twice", 4, 4)]),
    ("x.toml", '[[members]]\nwage = "一千"', [("not-an-amount", 2, 8)]),
    ("x.toml", "members = [{wage = inf}, { wage = 1e9 }]", [("not-an-amount", 1, 20), ("not-an-amount", 1, 35)]),
    ("x.json", '{"members": [{"wage": 1e30}, {"wage": NaN}]}', [("not-an-amount", 1, 23), ("not-an-amount", 1, 39)]),
    ("x.json", '{"members": [{"wage": ' + "9" * 40 + "}]}", [("out-of-range", 1, 23)]),
    ("x.json", '{"members": [{"wage": ' + "9" * 41 + "}]}", [("not-an-amount", 1, 23)]),
    ("x.json", '{"members": [{"wage": -Infinity}]}', [("not-an-amount", 1, 23)]),
    ("x.json", '{"members": [{"wage": ' + "9" * 5000 + "}]}", [("not-an-amount", 1, 23)]),
    ("x.toml", "members = [{ wage = 0x" + "f" * 5000 + "}]", [("out-of-range", 1, 21)]),
    ("x.toml", "rent = 1\nwage = 5\nmembers = [{}]", [("unknown-fact/level", 2, 1)]),
    ("x.toml", "members = [{rent = 1}]", [("unknown-fact/level", 1, 13)]),
    ("x.toml", 'name = "Smith"\nmembers = [{}]', [("unknown-fact", 1, 1)]),
    ("x.json", '{"members": [{"members": [{}]}]}', [("unknown-fact", 1, 15)]),
    ("x.toml", "members = [{}]\nrent = 1\nRENT = 2\nrnet = 3", [("fact-twice", 3, 1), ("unknown-fact", 4, 1)]),
    ("x.json", '{"members": [{}],\n "rent": 1, "rent": 2}', [("fact-twice", 2, 13)]),
    ("x.json", '{"members": [{}],\n "rent": 1, "Rent": 2}', [("fact-twice", 2, 13)]),
    ("x.json", '{"members": [{}], "成员": [{}]}', [("fact-twice", 1, 19)]),
    ("x.json", '{"members": [{"wage": 1,\n"wage": 1}]}', [("fact-twice", 2, 1)]),
    ("x.json", '{"id": true, "members": [{"id": [1]}]}', [("not-a-text", 1, 8), ("not-a-text", 1, 33)]),
    ("x.json", '{"id": "a\\u001bb", "members": [{"name": 1.5}]}', [("not-a-text", 1, 8), ("not-a-text", 1, 41)]),
    ("x.json", '{"id": "' + "a" * 101 + '", "members": [{}]}', [("not-a-text", 1, 8)]),
    ("x.toml", "id = nan\nmembers = [{}]", [("not-a-text", 1, 6)]),
    ("x.json", "[3,\n []]", [("bad-household", 1, 2), ("bad-household", 2, 2)]),
    ("x.toml", "households = [1]", [("bad-household", 1, 15)]),
]


@pytest.mark.parametrize(("name", "text", "expected"), BAD, ids=range(len(BAD)))
def test_rejected_with_all_its_errors(smallville, take, name, text, expected):
    intake = take(smallville, name, text)
    assert intake.households == ()
    assert spots(one for reject in intake.rejects for one in reject.mistakes) == expected


def test_every_kind_of_value_in_one_household(smallville, take):
    text = """\
district = "north"
rent = 5000.01
floor_area = 62.55
registered_on = "soon"
verified = "maybe"
[[members]]
sick_days = 1.5
occupation = true
"""
    (reject,) = take(smallville, "x.toml", text).rejects
    assert spots(reject.mistakes) == [
        ("not-a-word", 1, 12),
        ("out-of-range", 2, 8),
        ("too-many-decimals", 3, 14),
        ("not-a-date", 4, 17),
        ("not-yes-no", 5, 12),
        ("too-many-decimals", 7, 13),
        ("not-a-text", 8, 14),
    ]
    as_json = """\
{"district": "north",
"rent": 5000.01,
"floor_area": 62.55, "registered_on": "soon", "verified": "maybe",
"members": [{
  "sick_days": 1.5, "occupation": true}]}
"""
    (reject,) = take(smallville, "x.json", as_json).rejects
    assert spots(reject.mistakes) == [
        ("not-a-word", 1, 14),
        ("out-of-range", 2, 9),
        ("too-many-decimals", 3, 15),
        ("not-a-date", 3, 39),
        ("not-yes-no", 3, 59),
        ("too-many-decimals", 5, 16),
        ("not-a-text", 5, 35),
    ]


def test_the_others_go_on(smallville, take):
    text = '[{"id": "a", "members": []}, {"id": "b", "members": [{}]}, {"id": "c", "zzz": 1}]'
    intake = take(smallville, "x.json", text)
    assert [household.id for household in intake.households] == ["b"]
    assert [(reject.id, len(reject.mistakes)) for reject in intake.rejects] == [("a", 1), ("c", 2)]


def test_households_of_one_id(smallville, take):
    intake = take(smallville, "x.json", '[{"id": 5, "members": [{}]},\n {"id": "6", "members": [{}]},\n {"id": "5"}]')
    assert [household.id for household in intake.households] == ["6"]
    assert [(reject.id, spots(reject.mistakes)) for reject in intake.rejects] == [
        ("5", [("household-twice", 1, 2)]),
        ("5", [("no-members", 3, 2), ("household-twice", 3, 2)]),
    ]


def test_several_files(smallville):
    def files(*texts: str) -> list[tuple[Source, str]]:
        return [(Source(f"{at}/x.toml", text), "toml") for at, text in enumerate(texts)]

    intake = read_files(files("[[members]]", "[[members]]", 'id = "x"\n[[members]]'), smallville)
    assert [household.id for household in intake.households] == ["x (2)", "x (3)", "x"]
    intake = read_files(files('id = "h"\n[[members]]', "[[members]]", '\nid = "h"\n[[members]]'), smallville)
    assert [household.id for household in intake.households] == ["x"]
    assert [(reject.mistakes[0].code, reject.mistakes[0].place.source.path) for reject in intake.rejects] == [
        ("household-twice", "0/x.toml"),
        ("household-twice", "2/x.toml"),
    ]
    with pytest.raises(InputErrors) as caught:
        read_files(files("a =", "[[members]]", "b ="), smallville)
    assert [one.place.source.path for one in caught.value.diagnostics] == ["0/x.toml", "2/x.toml"]


def test_a_setting_for_a_member_of_one_file(smallville):
    files = [(Source("a.toml", '[[members]]\nid = "a"'), "toml"), (Source("b.toml", "[[members]]"), "toml")]
    settings = parse_settings(["a.wage=5"], smallville)
    intake = read_files(files, smallville, settings)
    assert [household.members[0].facts for household in intake.households] == [{"wage": 500}, {}]
    with pytest.raises(InputErrors):
        read_files(files[1:], smallville, settings)


FAULTY = [
    ("x.toml", "rent = 1\nrent = 2", [("toml-syntax", 2, 8)]),
    ("x.toml", "房租 = 1", [("toml-syntax", 1, 1)]),
    ("x.toml", "rent = " + "9" * 5000, [("toml-syntax", 1, 1)]),
    ("x.toml", "a = " + "[" * 100_000, [("toml-syntax/deep", 1, 1)]),
    ("x.json", "", [("json-syntax", 1, 1)]),
    ("x.json", '{"rent": 1,\n "savings" 2}', [("json-syntax", 2, 12)]),
    ("x.json", '{"rent": 1} x', [("json-syntax", 1, 13)]),
    ("x.json", '{"rent": 01}', [("json-syntax", 1, 11)]),
    ("x.json", "[" * 100_000, [("json-syntax/deep", 1, 1)]),
    ("x.json", '{"rent": "\\ud83d\\u0020"}', [("json-syntax/half", 1, 11)]),
    ("x.json", '{"\\uDE00": 1}', [("json-syntax/half", 1, 3)]),
    ("x.json", "3", [("bad-household", 1, 1)]),
    ("x.json", "null", [("bad-household", 1, 1)]),
    ("x.json", '"x"', [("bad-household", 1, 1)]),
    ("x.json", '{"households": 3}', [("bad-household", 1, 16)]),
    ("x.json", '{"households": [],\n "month": 1}', [("unknown-key", 2, 2)]),
    ("x.json", '{"households": [], "households": []}', [("fact-twice", 1, 20)]),
    ("x.toml", 'rent = 1\n[[households]]\nid = "a"', [("unknown-key", 1, 1)]),
]


@pytest.mark.parametrize(("name", "text", "expected"), FAULTY, ids=range(len(FAULTY)))
def test_files_that_cannot_be_read(smallville, take, name, text, expected):
    with pytest.raises(InputErrors) as caught:
        take(smallville, name, text)
    assert spots(caught.value.diagnostics) == expected


def test_pairs_of_surrogates_are_a_character(smallville, take):
    (household,) = take(smallville, "x.json", '{"id": "\\ud83d\\ude00\\\\ud83d", "members": [{}]}').households
    assert household.id == "😀\\ud83d"


def test_messages(smallville, people, take):
    (reject,) = take(smallville, "x.toml", "rnet = 1\nwage = 2\nmembers = [{}]\n").rejects
    text = "\n".join(render(one) for one in reject.mistakes)
    assert "x.toml:1:1: error[unknown-fact]: `rnet` is not a fact of these rules\n" in text
    assert "= help: did you mean `Rent`?" in text or "= help: did you mean `rent`?" in text
    assert "x.toml:2:1: error[unknown-fact]: `wage` is a fact of each member and does not belong here\n" in text
    (reject,) = take(people, "x.json", '{"Rent": 1, "租金": 2, "members": [{}]}').rejects
    assert "`房租` 重复给出：`Rent` 和 `租金`" in render(reject.mistakes[0], "zh")
    with pytest.raises(InputErrors) as caught:
        take(smallville, "x.json", '{"rent": }')
    assert "不符合 JSON 语法：此处应有值" in render(caught.value.diagnostics[0], "zh")
    assert "not valid JSON: expecting value" in render(caught.value.diagnostics[0])


@pytest.mark.parametrize("heading", sorted(set(LEDGER_WORDS) - set(WORDS)))
def test_a_heading_of_ledgers_leads_to_the_key_of_household_files(smallville, take, heading):
    word = LEDGER_WORDS[heading]
    key = '"' + heading + '" = "a"'
    text = f"{key}\nmembers = [{{}}]" if word in (HOUSEHOLDS, HEAD_NUMBER) else f"members = [{{{key}}}]"
    (reject,) = take(smallville, "x.toml", text).rejects
    (mistake,) = (one for one in reject.mistakes if one.code == "unknown-fact")
    if word == HEAD_NUMBER:
        assert mistake.help == ("list-facts", {})
    else:
        assert mistake.help[0] == "did-you-mean"
        assert word_of(mistake.help[1]["name"]) == (ID if word == HOUSEHOLDS else word)
        assert mistake.help[1]["name"].isascii() == heading.isascii()


def test_what_is_shown_holds_no_personal_number_and_no_escape(people, take):
    good, wrong = number("43060219900101123"), "430602199001011231"
    text = (
        f'{{"备注": "{good}", "id": "{good}",\n"members": [{{"id": "{good}", "身份证号": "{wrong}", "工资": "{good}"}},'
        f' {{"id": "{good}", "{good}": 1, "姓名": "{good}\\u001b[31m", "\\u001b[31m": 2}}]}}'
    )
    for name, content in (("x.json", text), ("x.toml", f'"工资" = "{good}"\nid = "{good}"\n')):
        (reject,) = take(people, name, content).rejects
        shown = "\n".join(render(one, language) for one in reject.mistakes for language in ("en", "zh"))
        assert "********" in shown
        assert "19900101" not in shown and "\x1b" not in shown
        (reject,) = take(people, name, content, show_ids=True).rejects
        assert "19900101" in "\n".join(render(one) for one in reject.mistakes)


def test_a_household_of_a_case(smallville):
    source = Source("cases.toml", "[[cases]]\n[cases.household]\nrent = 5\nmembers = [{ wage = 1 }]\n")
    raw = parse_toml(source)["cases"][0]["household"]
    household = read_household(raw, source, ("cases", 0, "household"), smallville, "case 1")
    assert household == Household("case 1", {"rent": 500}, (Member("1", {"wage": 100}),))
    source = Source("cases.toml", '[[cases]]\n[cases.household]\nrent = 5\nmembers = [{ wage = "x" }]\n')
    raw = parse_toml(source)["cases"][0]["household"]
    reject = read_household(raw, source, ("cases", 0, "household"), smallville, "case 1")
    assert isinstance(reject, Reject) and reject.id == "case 1"
    assert spots(reject.mistakes) == [("not-an-amount", 4, 21)]


def test_the_numbers_of_a_case_are_masked(people):
    source = Source("cases.toml", '[[cases]]\n[cases.household]\nmembers = [{ "身份证号" = "430602199001011231" }]\n')
    raw = parse_toml(source)["cases"][0]["household"]
    reject = read_household(raw, source, ("cases", 0, "household"), people, "case 1")
    assert isinstance(reject, Reject)
    assert "19900101" not in render(reject.mistakes[0]) and "430602********1231" in render(reject.mistakes[0])


@pytest.mark.parametrize(
    ("path", "text", "format"),
    [
        ("a.toml", "{", "toml"),
        ("a.JSON", "x", "json"),
        ("a.b/c.json", "", "json"),
        ("-", ' \n{"rent": 1}', "json"),
        ("-", "\ufeff[{}]", "json"),
        ("-", "[\n  {}]", "json"),
        ("-", "[]", "json"),
        ("-", "[", "json"),
        ("-", "rent = 1", "toml"),
        ("-", "[[members]]\n", "toml"),
        ("-", "[household]\n", "toml"),
        ("-", "", "toml"),
        ("household.txt", "{}", "json"),
        ("toml", "{}", "json"),
    ],
)
def test_formats(path, text, format):
    assert format_of(path, text) == format
