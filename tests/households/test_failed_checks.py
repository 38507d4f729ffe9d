"""A failed check names the values that it compared, and where they are stated: in files, ledgers, both engines."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from bench.ledger import rows
from calc.assess_households import assess
from calc.cli import run
from calc.diagnostics.diagnostic import Diagnostic
from calc.diagnostics.source import Source
from calc.households.overrides import parse_settings
from calc.rules.plan import Plan
from tests.support.both_engines import RULES, WITHOUT, must_be_alike, written
from tests.support.small import plan_of
from tests.support.workbooks import written as workbook

FACTS = """
[parameters]
limit = { kind = "count", cite = "d 1", from.2024-01 = 90 }
cap   = { kind = "money/month", cite = "d 1", from.2024-01 = 90.5 }
[facts.household]
income = { kind = "count" }
rent   = { kind = "money/month", min = 0 }
zone   = { kind = "choice", options = ["a", "b"], default = "a", note = "n" }
code   = { kind = "text", format = "identity-number" }
[facts.member]
number = { kind = "text", format = "identity-number", derives = { birth_date = "born" } }
born   = { kind = "date" }
age    = { kind = "count", max = 150, default = "clamp(full_years(born, month_start), 0, 150)", note = "n" }
wage   = { kind = "count", default = "0", note = "n" }
fee    = { kind = "count", default = "0", note = "n" }
sick   = { kind = "yes/no", default = "False", note = "n" }
carer  = { kind = "member", default = "nobody", note = "n" }
[definitions]
net = { formula = "wage - fee" }
"""


def with_check(formula: str) -> Plan:
    return plan_of(f"{FACTS}[checks.c]\nformula = '''{formula}'''\n")


def mistakes(formula: str, household: str, *settings: str) -> list[Diagnostic]:
    plan = with_check(formula)
    found = assess(plan, Source("a.toml", household), settings=parse_settings(settings, plan))
    return [one for reject in found.rejects for one in reject.mistakes]


def said(formula: str, household: str, *settings: str) -> list[str]:
    """What is compared, by the messages."""
    found = mistakes(formula, household, *settings)
    assert {one.name for one in found} <= {"check-failed"}
    return [one.message("en").partition("failed: ")[2] for one in found]


def members(*tables: str) -> str:
    return "".join(f'[[members]]\nid = "m{at}"\n{one}\n' for at, one in enumerate(tables, 1))


@pytest.mark.parametrize(("formula", "household", "wanted"), [
    ("income >= sum(wage)", "income = 5\n" + members("wage = 4", "wage = 0", "wage = 3"),
     ["income 5; m1.wage 4 (line 4); m3.wage 3 (line 10)"]),
    ("income >= sum(wage, where=sick)", "income = 5\n" + members("wage = 4", "wage = 6\nsick = true"),
     ["income 5; m2.wage 6 (line 7)"]),
    ("income >= sum(net)", "income = 5\n" + members("wage = 9\nfee = 3"),
     ["income 5; m1.wage 9 (line 4); m1.fee 3 (line 5)"]),
    ("wage <= limit", members("wage = 90", "wage = 91", "wage = 92"),
     ["m2.wage 91; limit 90", "m3.wage 92; limit 90"]),
    ("not any(sick, where=me == carer)",
     members("sick = true\ncarer = 'm2'", "sick = true", "carer = 'm1'\nwage = 2"),
     ["m2.sick yes; m1.carer m2 (line 4)", "m1.sick yes; m3.carer m1 (line 10)"]),
    ("wage <= sum(wage, where=carer == me)", members("wage = 5", "wage = 3\ncarer = 'm1'", "wage = 1"),
     ["m1.wage 5; m2.wage 3 (line 6); m2.carer m1 (line 7)", "m2.wage 3", "m3.wage 1"]),
    ("carer != me", members("carer = 'm1'"), ["m1.carer m1"]),
    ("rent <= cap", "rent = 91\n" + members(""), ["rent 91.00; cap 90.50"]),
    ("wage >= fee", members("wage = 0\nfee = 1"), ["m1.wage 0; m1.fee 1 (line 4)"]),
    ("count(where=sick) == 1", members("sick = true", "sick = false", "sick = true"),
     ["m1.sick yes; m3.sick yes (line 9)"]),
    ("count(where=sick) == 1", members("sick = false", ""), ["m1.sick no"]),
    ("count(where=sick) == 1", members("", ""), [""]),
    ("not any(wage > 3)", members("wage = 1", "wage = 4"), ["m2.wage 4"]),
    ("all(wage > 3)", members("wage = 1", "wage = 4"), ["m1.wage 1"]),
    ("wage < 5 and fee < 5", members("wage = 1\nfee = 6"), ["m1.fee 6"]),
    ("wage < 5 or fee < 5", members("wage = 7\nfee = 6"), ["m1.wage 7; m1.fee 6 (line 4)"]),
    ("not (wage < 5 or fee < 5)", members("wage = 7\nfee = 2"), ["m1.fee 2"]),
    ("not (wage < 5 and fee < 5)", members("wage = 1\nfee = 2"), ["m1.wage 1; m1.fee 2 (line 4)"]),
    ("wage < (5 if zone == a else 9)", 'zone = "b"\n' + members("wage = 9"), ['m1.wage 9; zone "b" (line 1)']),
    ("wage < 5 if zone == a else fee < 5", members("wage = 9"), ["m1.wage 9"]),
    ("age <= 20", members("born = 2000-01-31"), ["m1.born 2000-01-31"]),
    ("age <= 20", members("age = 30\nborn = 2000-01-31"), ["m1.age 30"]),
    ("age <= 20", members('number = "430602198503014335"'), ["m1.born 1985-03-01"]),
    ("income > 3", 'income = 3\ncode = "430602198503014335"\n' + members(""), ["income 3"]),
    ('code == "1"', 'code = "430602198503014335"\n' + members(""), ['code 430602********4335']),
])  # fmt: skip
def test_only_what_decides_is_named(formula: str, household: str, wanted: list[str]) -> None:
    assert said(formula, household) == wanted


def test_a_fact_that_follows_from_a_number_is_at_the_number() -> None:
    (found,) = mistakes("age <= 20", members('sick = true\nnumber = "430602198503014335"'))
    assert found.place.keys == ("members", 0, "number") and found.values["fact"] == "born"


def test_a_value_of_a_setting_has_no_place_in_the_file() -> None:
    household = "income = 5\n" + members("wage = 4")
    (found,) = mistakes("income >= sum(wage)", household, "*.wage=8")
    assert "income 5; m1.wage 8" in found.message("en") and "line" not in found.message("en")
    (found,) = mistakes("income >= sum(wage)", household, "income=3")
    assert found.place.keys == ("members", 0, "wage")


def test_a_personal_number_as_a_name_is_masked() -> None:
    (told,) = said("wage < 5", '[[members]]\nid = "430602198503014335"\nwage = 9\n')
    assert told == "430602********4335.wage 9"


def test_each_of_several_files_and_of_values_without_a_file_has_its_own_mistakes() -> None:
    plan = with_check("wage < 5")
    files = [Source(f"{name}.toml", members(f"wage = {wage}")) for name, wage in (("a", 4), ("b", 9), ("c", 7))]
    found = assess(plan, *files, {"members": [{"id": "x", "wage": 6}]})
    told = [(one.id, one.mistakes[0].path, one.mistakes[0].message("en").split(": ")[1]) for one in found.rejects]
    assert told == [("b", "b.toml", "m1.wage 9"), ("c", "c.toml", "m1.wage 7"), ("1", "1", "x.wage 6")]


# ledgers

INCOMES = ("家庭月收入", "核定救助月数", "养老金", "工资", "本人月收入", "残疾人代步车辆数", "机动车辆数")


def contradicting(seed: int, households: int) -> list[list[str]]:
    """A ledger in which many households fail some check."""
    chance = random.Random(seed)
    head, *body = rows(households, seed, 0.0)
    extra = [one for one in INCOMES if one not in head]
    totals: dict[str, list[str]] = {}
    for row in body:
        own = totals.setdefault(row[0], [chance.choice(["", "", "900.5", "0"]), chance.choice(["", "", "7", "3"])])
        for name in extra:
            drawn = chance.choice(["", "", "1", "0", "2"] if "数" in name else ["", "", "", "0", "1,200", "2400"])
            row.append(own[0] if name == INCOMES[0] else own[1] if name == INCOMES[1] else drawn)
        if chance.random() < 0.05:
            row[head.index("与户主关系")] = "户主"
    return [[*head, *extra], *body]


def read_rejects(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def number_in(text: str) -> str:
    return re.sub(r"\.?0+$", "", text.replace(",", "")) if "." in text else text.replace(",", "")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_the_values_are_those_of_the_cells_named_and_both_engines_name_the_same(tmp_path: Path, seed: int) -> None:
    made = contradicting(seed, 300)
    if seed:
        random.Random(seed).shuffle(made[1:])
    file = written(tmp_path / "a.csv", made)
    found = must_be_alike(tmp_path, [file], "--month", "2022-06", "--lang", "en", "--duplicates", "warn")
    failed = [one for one in read_rejects(found["rejects.csv"]) if one["code"] == "check-failed"]
    assert len(failed) > 50 and len({one["column"] for one in failed}) > 4
    for one in failed:
        first, *others = one["message"].partition("failed: ")[2].split("; ")
        cells = [(one["line"], one["column"], first)]
        for text in others:
            place = re.search(r" \((?:line (\d+))?(?:, )?(?:`(.*)`)?\)$", text)
            named = re.match(r".*?\.?([^. ]+) ", text)
            line, column = place.groups() if place else (None, None)
            cells.append((line or one["line"], column or (named[1] if named else ""), re.sub(r" \(.*\)$", "", text)))
        for line, column, text in cells:
            if text == "…" or column not in made[0] or column == "身份证号":
                continue
            cell, value = made[int(line) - 1][made[0].index(column)], text.rpartition(" ")[2]
            stated = {"是": "yes", "否": "no"}.get(cell, cell)
            assert number_in(stated) == number_in(value) or f'"{cell}"' in text, (one, line, column)


@pytest.mark.slow
def test_cells_of_other_formats(tmp_path: Path) -> None:
    made = [["户编号", "姓名", "与户主关系", "出生日期", "家庭经济状况已核对", "家庭月收入", "月经营净收入", "养老金"],
            ["A", "甲", "户主", "1978-03-01", "是", "1200", "1000", ""],
            ["A", "乙", "配偶", "1980-03-01", "是", "1200", "", "500"],
            ["B", "丙", "户主", "1978-03-01", "是", "1200", "", ""]]  # fmt: skip

    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "某区台账")
        for at, row in enumerate(made):
            sheet.write_row(at + 1, 0, row)

    (tmp_path / "a.xlsx").write_bytes(workbook(fill))
    objects = [dict(zip(made[0], row, strict=True)) for row in made[1:]]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")
    written(tmp_path / "a.csv", made)
    for ending, first in (("xlsx", 3), ("jsonl", 1), ("csv", 2)):
        found = must_be_alike(tmp_path, [str(tmp_path / f"a.{ending}")], "--month", "2022-06", "--lang", "en",
                              "--map", "月经营净收入=经营净收入")  # fmt: skip
        (one,) = read_rejects(found["rejects.csv"])
        assert (one["line"], one["column"], one["fact"]) == (str(first), "家庭月收入", "家庭月收入")
        assert one["message"].endswith(
            f"家庭月收入 1200.00; 甲.经营净收入 1000.00 (`月经营净收入`); 乙.养老金 500.00 (line {first + 1})"
        )


@pytest.mark.slow
def test_a_total_in_a_file_of_households_is_named_with_its_file(tmp_path: Path) -> None:
    made = [["户编号", "姓名", "与户主关系", "出生日期", "经营净收入"], ["A", "甲", "户主", "1978-03-01", "1000"]]
    file = written(tmp_path / "a.csv", made)
    own = written(tmp_path / "own.csv", [["户编号", "家庭经济状况已核对", "家庭月收入"], ["A", "是", "900"]])
    found = must_be_alike(tmp_path, [file], "--month", "2022-06", "--lang", "en", "--households", own)
    for one in read_rejects(found["rejects.csv"]):
        assert (one["file"], one["line"], one["column"]) == (own, "2", "家庭月收入")
        assert one["message"].endswith(f"家庭月收入 900.00; 甲.经营净收入 1000.00 ({file}:2)")


@pytest.mark.slow
def test_months_fail_where_their_own_rules_do(tmp_path: Path) -> None:
    made = [["户编号", "姓名", "与户主关系", "出生日期", "家庭经济状况已核对"],
            *([f"A{at}", "甲", "户主", f"2022-0{at}-15", "是"] for at in range(4, 8))]  # fmt: skip
    file = written(tmp_path / "a.csv", made)
    found = must_be_alike(tmp_path, [file], "--months", "2022-05..2022-06", "--lang", "en")
    assert [(one["household"], one["line"]) for one in read_rejects(found["rejects.csv"])] == [("A6", "4"), ("A7", "5")]


@pytest.mark.slow
def test_any_number_of_processes_and_ranges_says_the_same(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", contradicting(7, 1900))
    outputs = []
    for at, options in enumerate((["rows"], ["rows", "--jobs", "2"], ["duckdb", "--memory", "60MB"])):
        path = tmp_path / f"rejects-{at}.csv"
        given = ["batch", file, "--rules", RULES, *WITHOUT, "--month", "2022-06", "-q", "--allow-rejects", "--debug"]
        given += ["-o", str(tmp_path / "out.jsonl"), "--rejects", str(path), "--engine", *options]
        assert run(given) == 0
        outputs.append((path.read_bytes(), (tmp_path / "out.jsonl").read_bytes()))
    assert outputs[0] == outputs[1] == outputs[2] and outputs[0][0].count(b"check-failed") > 300
