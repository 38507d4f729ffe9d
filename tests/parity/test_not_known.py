"""Ledgers in which much is "not known": both engines and Spark give the same, and what it leaves open is listed."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from random import Random

import pytest

from bench.ledger import rows
from calc.engine.facts import not_known
from calc.households.cell_values import NOT_KNOWN, CellError, read_value
from calc.ledger.cell_caches import NeedsFullReader
from calc.ledger.fast_reader import quick_reader
from calc.ledger.full_reader import FullReader
from calc.ledger.ledger import Ledger
from calc.ledger.open_files import FileOptions, opened
from calc.ledger.read_options import ReadOptions
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.both_engines import RULES, must_be_alike, taken_by_sql, written

PLAN = plan_for(read_rules(RULES), 202206)
WORDS = ["不详", "未知", "不清楚", "待查", "待核", "待核实", "未核实", "未提供", "?", "？", "Unknown", "ＵＮＫＮＯＷＮ"]
DASHES = ["—", "－", "-", "/", "\\", "空", "暂无", "——"]
OWN = {"户编号", "姓名", "人编号"}


def spoilt(seed: int, share: float, words: list[str], households: int = 300) -> list[list[str]]:
    """A plain ledger with some of its cells in other words."""
    random = Random(seed)
    head, *body = rows(households, seed, 0.0)
    for row in body:
        for at, name in enumerate(head):
            if name not in OWN and random.random() < share:
                row[at] = random.choice(words)
    return [head, *body]


def needs_in(results: bytes) -> set[str]:
    found = csv.DictReader(io.StringIO(results.decode("utf-8-sig")))
    return {one for row in found for one in row["needs"].split(";") if one}


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_quarter_of_all_cells(tmp_path: Path, seed: int) -> None:
    with taken_by_sql() as taken:
        found = must_be_alike(tmp_path, [written(tmp_path / "a.csv", spoilt(seed, 0.25, WORDS))], "--month", "2022-06")
    assert len(taken[0]) > 100, "what is not known is read by SQL"
    assert {"工资", "重病认定"} & needs_in(found["results.csv"]), "facts that have a default are needed"


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".jsonl", ".parquet"])
@pytest.mark.parametrize("by", ["household", "benefit"])
def test_in_every_form_of_results(tmp_path: Path, ending: str, by: str) -> None:
    ledger = written(tmp_path / "a.csv", spoilt(3, 0.2, [*WORDS, *DASHES, "无"], 120))
    must_be_alike(tmp_path, [ledger], "--month", "2022-06", "--by", by, ending=ending)


@pytest.mark.slow
def test_facts_of_households_in_a_file_of_their_own_and_on_rows(tmp_path: Path) -> None:
    """What is known on one row is known; a dash states nothing; two values have to agree."""
    head = ["户编号", "姓名", "与户主关系", "出生日期", "家庭经济状况已核对"]
    firsts, seconds = ("是", "不详", "—", "", "不详", "是"), ("不详", "不详", "是", "不详", "", "否")
    body = [[f"A{at}", f"甲{at}", "户主", "1970-01-01", first] for at, first in enumerate(firsts)]
    body += [[f"A{at}", f"乙{at}", "配偶", "1970-01-02", second] for at, second in enumerate(seconds)]
    body.sort(key=lambda row: row[0])
    ledger = written(tmp_path / "a.csv", [head, *body])
    own = written(tmp_path / "own.csv", [["户编号", "家庭经济状况已核对"], *([f"A{at}", "不详"] for at in range(6))])
    for more in ([], ["--households", own]):
        found = must_be_alike(tmp_path, [ledger], "--month", "2022-06", *more)
        lines = found["results.csv"].decode("utf-8-sig").splitlines()[1:]
        undetermined = {line[:2] for line in lines if "家庭经济状况已核对" in line}
        assert undetermined == {"A1", "A3", "A4"} and {line[:2] for line in lines} == {"A0", "A1", "A2", "A3", "A4"}
    own = written(tmp_path / "own.csv", [["户编号", "家庭经济状况已核对"], *([f"A{at}", "是"] for at in range(6))])
    found = must_be_alike(tmp_path, [ledger], "--month", "2022-06", "--households", own)
    assert "家庭经济状况已核对".encode() not in found["results.csv"]


@pytest.mark.slow
def test_dashes_are_blanks_and_none_is_zero(tmp_path: Path) -> None:
    head, *body = spoilt(5, 0.0, WORDS, 200)
    wage = head.index("工资")
    plain = must_be_alike(tmp_path, [written(tmp_path / "a.csv", [head, *body])], "--month", "2022-06")
    random = Random(5)
    for row in body:
        row[wage] = random.choice(["无", "没有"]) if row[wage] == "0" else row[wage]
        for at, name in enumerate(head):
            if name not in OWN and row[at] == "":
                row[at] = random.choice(DASHES)
    other = must_be_alike(tmp_path, [written(tmp_path / "b.csv", [head, *body])], "--month", "2022-06")
    assert other["results.csv"] == plain["results.csv"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_the_quick_reader_reads_what_the_careful_one_does(tmp_path: Path, seed: int) -> None:
    path = written(tmp_path / "a.csv", spoilt(seed, 0.25, [*WORDS, *DASHES, "无"]))
    compared = 0
    with opened((path,), FileOptions()) as files:
        ledger = Ledger(files, PLAN, ReadOptions())
        part, quick = ledger.parts[0], quick_reader(ledger.parts[0].columns, PLAN, {}, meets_not_known=True)
        careful = FullReader(part, PLAN, ReadOptions().settings, {}, ledger.scanner.people[0], None, False)
        assert quick is not None
        for run in part.runs(0):
            try:
                facts, members, ids, _ = quick(run.rows)
            except NeedsFullReader:
                continue
            household, findings = careful.read_all(run)
            assert not findings and household is not None
            assert (facts, ids) == (household.facts, [one.id for one in household.members])
            assert members == [one.facts for one in household.members]
            compared += 1
    assert compared > 100


@pytest.mark.parametrize("name", ["工资", "与户主关系", "出生日期", "重病认定", "残疾证等级", "身份证号"])
@pytest.mark.parametrize("word", [*WORDS, " 不详 ", "不 详", "？？"])
def test_words_for_not_known(name: str, word: str) -> None:
    assert read_value(PLAN.facts[name], word) is NOT_KNOWN


@pytest.mark.parametrize(("name", "text", "value"), [
    ("工资", "无", 0), ("工资", "没有", 0), ("工资", "0", 0), ("残疾证等级", "无", None), ("与户主关系", "无", None),
    ("母亲情况", "无", "无"), ("重病认定", "无", False), ("重病认定", "—", None), ("出生日期", "无", None),
    ("身份证号", "/", None), ("身份证号", "无", None), ("身份证号", "不详", NOT_KNOWN),
    *(("工资", dash, None) for dash in DASHES), *(("与户主关系", dash, None) for dash in DASHES),
    *(("出生日期", dash, None) for dash in DASHES),
])  # fmt: skip
def test_nothing_is_another_answer(name: str, text: str, value: object) -> None:
    found = read_value(PLAN.facts[name], text)
    assert found == value and found.__class__ is value.__class__


@pytest.mark.parametrize("text", ["不详细", "无业", "-5元/", "?1", "1?", "—1"])
def test_what_only_looks_like_it_is_refused(text: str) -> None:
    assert isinstance(read_value(PLAN.facts["工资"], text), CellError)


def test_the_rules_may_add_words(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(f'[rules]\nextends = "{RULES}"\nnot_known_words = ["待走访", "to be visited"]\n', "utf-8")
    fact = plan_for(read_rules(str(own)), 202206).facts["工资"]
    assert read_value(fact, "待走访") is NOT_KNOWN and read_value(fact, "To be visited") is NOT_KNOWN
    assert isinstance(read_value(PLAN.facts["工资"], "待走访"), CellError)
    assert not_known("工资") == "工资?"
