"""A ledger in other words gives the results of the plain one, to the byte: every spelling of the rules, at random."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from bench.ledger import rows
from calc.cli import run
from calc.households.cell_values import CellError, read_value
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.both_engines import RULES, must_be_alike, written

PLAN = plan_for(read_rules(RULES), 202206)
SPELLINGS = {
    name: {option: [option, *(one for one, other in fact.words.items() if other == option)]
           for option in fact.type.options}
    for name, fact in PLAN.facts.items() if fact.words
}  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_random_words(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    head, *body = rows(400, seed, 0.01)
    plain = must_be_alike(tmp_path, [written(tmp_path / "plain.csv", [head, *body])], "--month", "2022-06")
    assert {"与户主关系", "就读阶段"} <= SPELLINGS.keys() & set(head)
    for row in body:
        for at, name in enumerate(head):
            words = SPELLINGS.get(name, {}).get(row[at])
            row[at] = chance.choice(words) if words else row[at]
    other = must_be_alike(tmp_path, [written(tmp_path / "other.csv", [head, *body])], "--month", "2022-06")
    assert other["results.csv"] == plain["results.csv"] and other["totals.csv"] == plain["totals.csv"]


@pytest.mark.parametrize(("word", "option"), [
    ("嫂", "其他亲属"), ("舅父", "其他亲属"), ("长子", "子女"), ("30", "子女"), (" 之 子 ", "子女"), ("12", "配偶"),
    ("99", "非亲属"), ("其他", None), ("媳妇", None), ("80", None), ("8", None), ("4", None), ("妻子之子", None),
])  # fmt: skip
def test_what_a_word_cannot_decide_stays_open(word: str, option: str | None) -> None:
    read = read_value(PLAN.facts["与户主关系"], word)
    assert isinstance(read, CellError) if option is None else read == option


@pytest.mark.parametrize(("text", "level"), [
    ("二", 2), ("贰级", 2), ("Ⅱ级", 2), ("II", 2), ("2级", 2), ("２ 级", 2), ("四级", 4), ("0", None), ("2.0", 2),
    ("二 级别", None), ("五级", None), ("级", None), ("2岁", None), ("-2级", None), ("二十", None), ("IIII", None),
])  # fmt: skip
def test_small_numbers(text: str, level: int | None) -> None:
    read = read_value(PLAN.facts["残疾证等级"], text)
    assert isinstance(read, CellError) if level is None else read == level


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


@pytest.mark.parametrize("language", ["en", "zh"])
def test_messages_quote_the_words_of_the_file(tmp_path: Path, language: str) -> None:
    words = {"en": "户主 (head), 配偶 (spouse), ", "zh": "户主、配偶、"}
    other = {"en": "not one of: head, spouse, ", "zh": "：head（户主）、spouse（配偶）、"}
    for at, (head, row, wanted) in enumerate([
        (["户编号", "姓名", "与户主关系", "困难类型"], ["1", "甲", "户主的舅舅", "无"], words),
        (["户编号", "姓名", "与户主关系", "困难类型"], ["1", "甲", "8", "无"], words),
        (["household", "name", "relation to head", "kind of hardship"], ["1", "Ann", "uncle", "none"], other),
        (["household", "name", "relation to head", "kind of hardship"], ["1", "Ann", "8", "none"], other),
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
