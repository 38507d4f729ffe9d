"""A ledger in other words gives the results of the plain one, to the byte: every spelling of the rules, at random."""

from __future__ import annotations

import random
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bench.ledger import rows
from calc.cli import run
from calc.households.cell_values import NOT_KNOWN, CellError, read_value
from calc.households.read_cell import read_cell
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.both_engines import RULES, WITHOUT, must_be_alike, taken_by_sql, written
from tests.support.seeds import seeds

PLAN = plan_for(read_rules(RULES), 202206)
MEANT = {
    name: {option: [option, *(one for one, other in fact.words.items() if other == option)]
           for option in fact.type.options}
    for name, fact in PLAN.facts.items() if fact.words
}  # fmt: skip
"""The words of each fact, by option."""
LEVELS = {"1": "一 壹 Ⅰ 1 I", "2": "二 贰 Ⅱ 2 II", "3": "三 叁 Ⅲ 3 iii", "4": "四 肆 Ⅳ 4 IV"}
SHAPES = ("{}{}级", "{1}级{0}", "{}（{}级）", "{}、{}级", "{}/{}", " {} · {} 级", "{1}级，{0}", "［{1}级］{0}")
KINDS = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")


def plain_ledger(seed: int, households: int = 400, mistakes: float = 0.01) -> list[list[str]]:
    """Rows with a column for the kind of a disability, one for its level, and one for the sex, of some people."""
    chance = random.Random(seed)
    head, *body = rows(households, seed, mistakes)
    at = head.index("残疾证号")
    for row in body:
        number = row[at]
        is_certificate = len(number) == 20 and number[18] in "1234567"
        row[at : at + 1] = [KINDS[int(number[18]) - 1], number[19]] if is_certificate else ["", ""]
        row.append(chance.choice(["", sex_of(head, row)]))
    head[at : at + 1] = ["残疾证类别", "残疾证等级"]
    return [[*head, "性别"], *body]


def sex_of(head: list[str], row: list[str]) -> str:
    number = row[head.index("身份证号")]
    return "男女"[int(number[16]) % 2 == 0] if number[16:17].isdigit() else ""


def in_other_words(made: list[list[str]], chance: random.Random) -> list[list[str]]:
    """The same rows in words of registers; a word that says a sex only where it is known, and is that one."""
    head, *body = [list(row) for row in made]
    kind, level = head.index("残疾证类别"), head.index("残疾证等级")
    head[kind] = chance.choice(["残疾情况", "残疾类别"])
    for row in body:
        sex = row[-1] or sex_of(head, row)
        for at, name in enumerate(made[0]):
            sets = PLAN.facts[name].sets if name in PLAN.facts else {}
            words = [one for one in MEANT.get(name, {}).get(row[at], ()) if sets.get(one, {}).get("性别", sex) == sex]
            row[at] = chance.choice(words) if words else row[at]
        if row[level]:
            number = chance.choice(LEVELS[row[level]].split())
            if chance.random() < 0.7:
                shapes = SHAPES[2:] if row[kind].isdigit() else SHAPES  # 64 and 2 are 642
                row[kind], row[level] = chance.choice(shapes).format(row[kind], number), chance.choice(["", row[level]])
            else:
                row[level] = number + ("级" if number == "I" else chance.choice(["", "级"]))
    return [head, *body]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_random_words(tmp_path: Path, seed: int) -> None:
    made = plain_ledger(seed)
    plain = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", made)], "--month", "2022-06")
    assert {"与户主关系", "就读阶段", "残疾证类别", "性别"} <= MEANT.keys() & set(made[0])
    other = in_other_words(made, random.Random(seed))
    with taken_by_sql() as taken:
        found = must_be_alike(tmp_path, [written(tmp_path / "other.csv", other)], "--month", "2022-06")
    assert found["results.csv"] == plain["results.csv"] and found["totals.csv"] == plain["totals.csv"]
    assert len(taken[0]) > 340, "words are read by SQL"


@pytest.mark.parametrize(("word", "option", "sex"), [
    ("嫂", "其他亲属", "女"), ("舅父", "其他亲属", "男"), ("长子", "子女", "男"), ("30", "子女", "女"),
    (" 之 子 ", "子女", "男"), ("12", "配偶", "女"), (22, "子女", "男"), ('="岳母"', "父母", "女"),
    ("养子女", "子女", None), ("爱人", "配偶", None), ("99", "非亲属", None), ("其他", NOT_KNOWN, None),
    ("媳妇", NOT_KNOWN, "女"), ("80", NOT_KNOWN, None), ("8", NOT_KNOWN, None), ("4", NOT_KNOWN, None),
    ("妻子之子", None, None), ("长子 次子", None, None),
])  # fmt: skip
def test_words_of_relations(word: str | int, option: Any, sex: str | None) -> None:
    """What a word cannot decide stays open: 嫂 is another relative, 其他 alone may be a relative or not."""
    read, others = read_cell(PLAN.facts["与户主关系"], word)
    assert isinstance(read, CellError) if option is None else read == option
    assert others == ({} if sex is None else {"性别": sex})


@pytest.mark.parametrize(("text", "kind", "level"), [
    ("肢体二级", "肢体", 2), ("视力残疾（一级）", "视力", 1), ("Ⅱ级智力", "智力", 2), ("二级肢体", "肢体", 2),
    ("多重一级", "多重", 1), ("精神（二级）", "精神", 2), ("视力贰级", "视力", 2), ("智力3级", "智力", 3),
    ("智力 Ⅰ", "智力", 1), ("肢体IV", "肢体", 4), ("64，2", "肢体", 2), ("听力、言语", "多重", None),
    ("听力言语二级", "多重", 2), ("physical 2", "肢体", 2), ("二级", None, 2), ("残疾二级", NOT_KNOWN, 2),
    ("无", "无", None), ("—", None, None), ("肢体", "肢体", None),
])  # fmt: skip
def test_cells_that_hold_a_kind_and_a_level(text: str, kind: Any, level: int | None) -> None:
    assert read_cell(PLAN.facts["残疾证类别"], text) == (kind, {} if level is None else {"残疾证等级": level})


@pytest.mark.parametrize(("text", "code"), [
    ("肢体二级持证", "not-a-word/left-over"), ("肢体残疾证", "not-a-word/left-over"),
    ("肢体二级智力三级", "not-a-word/unclear"), ("视力、无", "not-a-word/unclear"),
    ("肢体、肢体", "not-a-word/unclear"),
    ("肢体、其他残疾二级", "not-a-word/unclear"), ("肢体、智力残疾人", "not-a-word/left-over"),
    ("一级二级", "not-a-word/unclear"), ("智力5级", "out-of-range"), ("肢休", "not-a-word"),
    ("612", "not-a-word/unclear"), ("2", "not-a-word/unclear"), ("二", "not-a-word/unclear"), ("（）", "not-a-word"),
    ("肢体二级" + "，肢体" * 20, "not-a-word"),
])  # fmt: skip
def test_what_is_left_over_is_refused(text: str, code: str) -> None:
    read, others = read_cell(PLAN.facts["残疾证类别"], text)
    assert isinstance(read, CellError) and read.code == code and not others


@pytest.mark.parametrize("seed", seeds(range(20), 2))
def test_several_kinds_in_a_cell_are_the_kind_of_several(seed: int) -> None:
    random = Random(seed)
    fact = PLAN.facts["残疾证类别"]
    for _ in range(20):
        kinds = random.sample(KINDS, random.randint(2, 4))
        words = [random.choice([word for word in MEANT[fact.name][one] if not word.isdigit()]) for one in kinds]
        text = random.choice(["、", "，", "/", "；", "：", " ", "-"]).join(words)
        level = random.choice([None, 1, 2, 3, 4])
        forms = [""] if level is None else [f"{level}级", f"（{'一二三四'[level - 1]}级）", f" {'ⅠⅡⅢⅣ'[level - 1]}"]
        text += random.choice(forms)
        assert read_cell(fact, text) == ("多重", {} if level is None else {"残疾证等级": level}), text


@pytest.mark.slow
def test_contradictions_are_rejected_and_what_words_say_is_stated(tmp_path: Path) -> None:
    """A word's sex against the cell beside it, before or after it, and against the identity number."""
    male, female = "990000197605160017", "990000197605160009"
    head = ["户编号", "姓名", "身份证号", "与户主关系", "性别", "残疾情况", "残疾等级"]
    people = [
        ["", "长子", "", "", ""], ["", "长子", "女", "", ""], [female, "长子", "", "", ""],
        [male, "长子", "男", "", ""], ["", "儿媳", "不详", "", ""], ["", "媳妇", "男", "", ""],
        ["", "子女", "男", "肢体二级", "二级"], ["", "子女", "男", "肢体二级", "3"], ["", "子女", "男", "肢体", "3"],
        ["", "子女", "男", "二级", ""], ["", "其他", "男", "肢体二级持证", ""],
    ]  # fmt: skip
    swapped = [0, 1, 2, 4, 3, 6, 5]
    for order in (range(7), swapped):
        body = [row for at, one in enumerate(people)
                for row in ([f"A{at}", "甲", "", "户主", "男", "", ""], [f"A{at}", "乙", *one])]  # fmt: skip
        made = [[row[at] for at in order] for row in (head, *body)]
        headings = ["--month", "2022-06", "--map", "残疾等级=残疾证等级"]
        found = must_be_alike(tmp_path, [written(tmp_path / "a.csv", made)], *headings)
        lines = [line.split(",") for line in found["rejects.csv"].decode("utf-8-sig").splitlines()[1:]]
        assert [(line[0], line[3], line[4]) for line in lines] == [
            ("A1", "性别", "contradiction"), ("A2", "与户主关系", "contradiction"), ("A5", "性别", "contradiction"),
            ("A7", "残疾等级", "contradiction"), ("A9", "残疾情况", "check-failed"), ("A10", "残疾情况", "not-a-word"),
        ]  # fmt: skip


@pytest.mark.parametrize(("text", "level"), [
    ("二", 2), ("贰级", 2), ("Ⅱ级", 2), ("II", 2), ("2级", 2), ("２ 级", 2), ("四级", 4), ("0", None), ("2.0", 2),
    ("二 级别", None), ("五级", None), ("级", None), ("2岁", None), ("-2级", None), ("二十", None), ("IIII", None),
])  # fmt: skip
def test_small_numbers(text: str, level: int | None) -> None:
    read = read_value(PLAN.facts["残疾证等级"], text)
    assert isinstance(read, CellError) if level is None else read == level


@pytest.mark.slow
@pytest.mark.parametrize(("words", "code"), [
    ('"女儿" = ["囡"]', "wrong-value"), ('"子女" = ["配偶"]', "wrong-value"), ('"子女" = ["child"]', "wrong-value"),
    ('"子女" = ["囡"]\n"配偶" = ["囡"]', "wrong-value"), ('"子女" = ["囡囡"]', ""), ('"其他亲属" = ["外孙"]', ""),
])  # fmt: skip
def test_a_clerk_adds_words_in_two_lines(tmp_path: Path, words: str, code: str, capsys: Any) -> None:
    """In a file of her own; what the parent has stays, a word that she gives another meaning is hers."""
    own = tmp_path / "own.toml"
    own.write_text(f'[rules]\nextends = "{RULES}"\n\n[facts.member."与户主关系".words]\n{words}\n', "utf-8")
    assert run(["rules", "check", str(own), "--lang", "en"]) == (1 if code else 0)
    assert ("error[wrong-value" in capsys.readouterr().out) == bool(code)
    if not code:
        fact = plan_for(read_rules(str(own)), 202206).facts["与户主关系"]
        option, word = words.split('"')[1], words.split('"')[3]
        assert read_value(fact, word) == option and read_value(fact, "长子") == "子女"


@pytest.mark.slow
def test_words_in_json_lines(tmp_path: Path) -> None:
    """Codes may be numbers there; a word's sex has to agree with that of its member."""
    path = tmp_path / "a.jsonl"
    path.write_text(
        """{"户编号": "A", "members": [{"姓名": "甲", "与户主关系": "户主", "残疾情况": "肢体二级"},
        {"姓名": "乙", "与户主关系": 22, "残疾情况": "Ⅱ级智力"}]}
{"户编号": "B", "members": [{"姓名": "丙", "与户主关系": "户主"}, {"姓名": "丁", "与户主关系": 38, "性别": "男"}]}
""".replace(",\n        ", ", "),
        "utf-8",
    )
    found = must_be_alike(tmp_path, [str(path)], "--month", "2022-06")
    rejects = found["rejects.csv"].decode("utf-8-sig").splitlines()[1:]
    assert [line.split(",")[0] for line in rejects] == ["B"] and "contradiction" in rejects[0]


@pytest.mark.parametrize(("text", "value"), [
    ("本市", True), ("外地", False), ("县外省内", NOT_KNOWN), ("是", True), ("□", False), ("☑", True), ("长沙", None),
])  # fmt: skip
def test_words_of_a_yes_or_no(text: str, value: Any) -> None:
    read = read_value(PLAN.facts["在本市务工"], text)
    assert isinstance(read, CellError) if value is None else read == value


@pytest.mark.slow
def test_a_clerk_adds_a_word_that_settles_another_fact_and_a_column(tmp_path: Path) -> None:
    """In two lines of her own; a word that she gives another meaning leaves the group it was in."""
    own = tmp_path / "own.toml"
    own.write_text(
        f'''[rules]
extends = "{RULES}"
[facts.member."与户主关系".words]
"子女" = [{{ words = ["崽", "长 女"], sets = {{ "性别" = "男" }} }}]
[facts.member."性别"]
also_holds = ["年龄"]
''',
        "utf-8",
    )
    plan = plan_for(read_rules(str(own)), 202206)
    relation = plan.facts["与户主关系"]
    for word, sex in (("崽", "男"), ("长女", "男"), ("次女", "女"), ("儿子", "男")):
        assert read_cell(relation, word) == ("子女", {"性别": sex})
    assert read_cell(plan.facts["性别"], "女，45岁") == ("女", {"年龄": 45})
    head = ["户编号", "姓名", "与户主关系", "性别"]
    body = [
        ["A", "甲", "户主", "女，45岁"],
        ["A", "乙", "崽", "9岁"],
        ["B", "丙", "户主", "45岁女"],
        ["B", "丁", "崽", "女 9岁"],
    ]
    path = written(tmp_path / "a.csv", [head, *body])
    found = must_be_alike(tmp_path, [path], "--month", "2022-06", "--rules", str(own), *WITHOUT)
    assert [line.split(",")[:5:4] for line in found["rejects.csv"].decode("utf-8-sig").splitlines()[1:]] == [
        ["B", "contradiction"]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_messages_quote_the_words_of_the_file(tmp_path: Path, language: str) -> None:
    words = {"en": "户主 (head), 配偶 (spouse), ", "zh": "户主、配偶、"}
    other = {"en": "not one of: head, spouse, ", "zh": "：head（户主）、spouse（配偶）、"}
    for at, (head, row, wanted) in enumerate([
        (["户编号", "姓名", "与户主关系", "困难类型"], ["1", "甲", "户主的舅舅", "无"], words),
        (["户编号", "姓名", "与户主关系", "困难类型"], ["1", "甲", "98", "无"], words),
        (["household", "name", "relation to head", "kind of hardship"], ["1", "Ann", "uncle", "none"], other),
        (["household", "name", "relation to head", "kind of hardship"], ["1", "Ann", "98", "none"], other),
    ]):  # fmt: skip
        more = [row[0], "x", row[2], "支出型" if at < 2 else "expenditure"]
        path = written(tmp_path / f"{at}.csv", [head, row, more])
        made = must_be_alike(tmp_path, [path], "-m", "2022-06", "--lang", language)
        rejects = made["rejects.csv"].decode()
        assert wanted[language] in rejects
        disagreement = {
            "en": ['"支出型" (expenditure) here, but "无" (none) in', '"expenditure" here, but "none" in'],
            "zh": ['此处为 "支出型"，但', '此处为 "expenditure"（支出型），但'],
        }[language][at // 2]
        assert disagreement in rejects.replace('""', '"')
