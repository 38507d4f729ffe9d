"""Whole ledgers through both engines: results, rejects and totals are the same bytes, whatever stands in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

import calc.batch.columns.run as by_duckdb
from bench.ledger import HEADINGS, rows
from calc.cli import run
from calc.diagnostics import Faulty
from calc.exact import plain
from calc.intake.days import day_text
from calc.language.kinds import DATE, NUMERIC
from calc.rules.check import plan_for
from calc.rules.in_force import change_months
from calc.rules.plan import FactPlan
from calc.rules.read import read_rules
from tests.support.both_engines import ROOT, RULES, must_be_alike, taken_by_sql, written
from tests.support.households import Generator
from tests.support.rulefiles import rules_file

FORMS = (
    (".csv",),
    (".csv", "--by", "benefit"),
    (".jsonl",),
    (".jsonl", "--by", "benefit"),
    (".parquet",),
    (".parquet", "--by", "benefit"),
)
IDS = [" ".join(form) for form in FORMS]


@pytest.fixture
def plain_ones() -> Iterator[list[set[str]]]:
    """Which households SQL took in each run."""
    with taken_by_sql() as found:
        yield found


@pytest.mark.parametrize("form", FORMS, ids=IDS)
def test_the_dirty_example(form: tuple[str, ...], tmp_path: Path) -> None:
    options = ["--month", "2022-06", "--map", "核对情况=means checked", "--group-by", "乡镇", *form[1:]]
    must_be_alike(tmp_path, [str(ROOT / "examples/ledger.csv")], *options, ending=form[0])


@pytest.mark.parametrize("form", FORMS, ids=IDS)
@pytest.mark.parametrize("seed", [1])
def test_a_district_with_dirt(form: tuple[str, ...], seed: int, tmp_path: Path, plain_ones: list[set[str]]) -> None:
    ledger = written(tmp_path / "ledger.csv", [*rows(400, seed, 0.1)])
    options = ["--month", "2022-06", "--keep", "乡镇", "--group-by", "与户主关系", *form[1:]]
    must_be_alike(tmp_path, [ledger], *options, ending=form[0])
    assert 300 < len(plain_ones[0]) < 390, "SQL took all but the spoilt ones"


@pytest.mark.parametrize("month", change_months(read_rules(RULES))[::3])
def test_every_month_of_change(month: int, tmp_path: Path) -> None:
    ledger = written(tmp_path / "ledger.csv", [*rows(150, month, 0.02)])
    must_be_alike(tmp_path, [ledger], "--month", f"{month // 100}-{month % 100:02}")


def test_several_months_at_once_and_ranges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_duckdb, "at_a_time", lambda connection: 70)
    ledger = written(tmp_path / "ledger.csv", [*rows(300, 5, 0.1)])
    must_be_alike(tmp_path, [ledger], "--months", "2022-05..2022-08", "--group-by", "乡镇")


@pytest.mark.parametrize("duplicates", ["reject", "warn"])
def test_rows_apart_people_twice_and_ids_in_two_files(duplicates: str, tmp_path: Path) -> None:
    head, *body = rows(300, 9, 0.05)
    at = HEADINGS.index("身份证号")
    for place in (40, 60, 80):  # somebody of another household
        body[place][at] = body[place + 100][at]
    Random(4).shuffle(body)
    first = written(tmp_path / "first.csv", [head, *body[:300]])
    second = written(tmp_path / "second.csv", [head, *body[250:], *body[:5]])
    must_be_alike(tmp_path, [first, second], "--month", "2022-06", "--duplicates", duplicates)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_encodings_and_line_ends(encoding: str, tmp_path: Path) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows(100, 3, 0.1))
    ledger = tmp_path / "ledger.csv"
    ledger.write_bytes(("某区台账,,\r\n\r\n" + out.getvalue()).encode(encoding))
    must_be_alike(tmp_path, [str(ledger)], "--month", "2022-06")


DIRT = (
    "", " ", "　", "=1+1", "-5", "@x", "a,b", 'a"b', "a\nb", "\ufeff", "x" * 300, "\0", "\r", "１２００", "1.2万",
    "1,200.50", "¥1200", "1200元", "30%", "1e3", "0x10", "007", "1.", ".5", "1.005", "999999999999999",
    "1234567890123456", "+5", "99999999",
    "999999999999", "是", "有", "无", "√", "TRUE", "y", "2022年6月", "2022/6/1", "20220601", "2021-02-29",
    "2021-13-01", "0000-00-00", "户主", "head", "HEAD ", "é", "e\u0301", "\U0001f600", "11010519491231002X",
    "11010519491231002x", "110105491231002", "11010519491331002X", "'x", "x ", "a  b",
)  # fmt: skip


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("seed", range(1))
def test_any_text_in_any_cell(seed: int, quoting: int, tmp_path: Path) -> None:
    random = Random(seed)
    head, *body = rows(250, seed, 0.0)
    for row in body:
        if random.random() < 0.3:
            row[random.randrange(len(row))] = random.choice(DIRT)
    ledger = written(tmp_path / "ledger.csv", [head, *body], quoting=quoting)
    must_be_alike(tmp_path, [ledger], "--month", "2022-06", "--keep", "乡镇", "--keep", "姓名")


@pytest.mark.parametrize("seed", range(3))
def test_broken_lines(seed: int, tmp_path: Path) -> None:
    """Lines cut, doubled, with marks that are never closed, odd ends, damaged bytes."""
    random = Random(seed)
    ledger = tmp_path / "ledger.csv"
    written(ledger, [*rows(200, seed, 0.0)])
    lines = ledger.read_bytes().split(b"\n")
    for _ in range(12):
        at = random.randrange(1, len(lines))
        mutate = random.choice((
            lambda one: one[: len(one) // 2], lambda one: one + b",,", lambda one: b'"' + one,
            lambda one: one + b",x",
            lambda one: one.replace(b",", b'","', 1), lambda one: one[:9] + b"\xff\xfe" + one[9:], lambda one: b"",
            lambda one: one + b"\r", lambda one: one[:12] + b"\r" + one[12:], lambda one: one + b"\0",
            lambda one: b" ,",
            lambda one: one.replace(b",", b';'), lambda one: b"," * (len(HEADINGS) - 1), lambda one: b" " + one,
        ))  # fmt: skip
        lines[at] = mutate(lines[at])
    ledger.write_bytes(b"\n".join(lines))
    must_be_alike(tmp_path, [str(ledger)], "--month", "2022-06")


# rules files of all sorts


def cell_of(fact: FactPlan, value: Any) -> str:
    """A value as a ledger has it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if fact.type.kind == DATE:
        return day_text(value)
    if fact.type.kind in NUMERIC:
        from fractions import Fraction

        return plain(Fraction(value, 10**fact.decimals))
    return str(value)


def ledger_of(plan: Any, seed: int, count: int) -> list[list[str]]:
    """Generated households as a ledger; facts of the household stand on the first row."""
    generator = Generator(plan, seed)
    head = ["household", "name", *plan.facts]
    made = [head]
    for place in range(count):
        household = generator.household(place)
        for at, member in enumerate(household.members or (None,)):
            facts = {**(household.facts if at == 0 else {}), **(member.facts if member else {})}
            cells = [cell_of(fact, facts[name]) if name in facts else "" for name, fact in plan.facts.items()]
            made.append([household.id, member.id if member else "", *cells])
    return made


@pytest.mark.parametrize("seed", range(700, 708))
def test_generated_rules(seed: int, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(rules_file(seed), encoding="utf-8")
    try:
        plan = plan_for(read_rules(str(rules)), 202406)
    except Faulty:
        pytest.skip("a spoilt file")
    ledger = written(tmp_path / "ledger.csv", ledger_of(plan, seed, 120))
    form = FORMS[seed % 4]
    must_be_alike(tmp_path, [ledger], "--rules", str(rules), "--month", "2024-06", *form[1:], ending=form[0])


@pytest.mark.parametrize("path", sorted(str(one.relative_to(ROOT)) for one in (ROOT / "tests/systems").glob("*.toml")))
def test_other_systems(path: str, tmp_path: Path) -> None:
    rulebook = read_rules(str(ROOT / path))
    for month in change_months(rulebook)[-1:]:
        ledger = written(tmp_path / "ledger.csv", ledger_of(plan_for(rulebook, month), month, 150))
        for form in FORMS[:4]:
            options = ["--rules", str(ROOT / path), "--month", f"{month // 100}-{month % 100:02}", *form[1:]]
            must_be_alike(tmp_path, [ledger], *options, ending=form[0])


# Parquet


def parquet(folder: Path, select: str, name: str = "ledger.parquet") -> str:
    ledger = written(folder / "source.csv", [*rows(250, 6, 0.1)])
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE t AS SELECT * FROM read_csv('{ledger}', all_varchar = true, header = true)")
    connection.execute(f"COPY ({select}) TO '{folder / name}'")
    return str(folder / name)


TYPED = """SELECT * REPLACE (
    try_cast("工资" AS DECIMAL(12, 2)) AS "工资", try_cast("养老金" AS DECIMAL(10, 3)) AS "养老金",
    try_cast("基础养老金" AS INTEGER) AS "基础养老金", try_cast("货币财产" AS DECIMAL(30, 2)) AS "货币财产",
    try_cast("边缘认定日期" AS DATE) AS "边缘认定日期", "在本市务工" = '是' AS "在本市务工") FROM t"""
NESTED = """SELECT "户编号", any_value("乡镇") AS "乡镇", any_value("家庭经济状况已核对") AS "家庭经济状况已核对",
    list(struct_pack(
        "姓名", "身份证号", "残疾证号", "工资" := try_cast("工资" AS DECIMAL(12, 2)), "与户主关系"
    )) AS members
    FROM t WHERE "户编号" <> '' GROUP BY ALL ORDER BY ALL"""


@pytest.mark.parametrize("select", ["SELECT * FROM t", TYPED, NESTED], ids=["texts", "typed", "nested"])
def test_parquet_of_each_layout(select: str, tmp_path: Path, plain_ones: list[set[str]]) -> None:
    ledger = parquet(tmp_path, select)
    found = must_be_alike(tmp_path, [ledger], "--month", "2022-06", "--group-by", "乡镇")
    assert found["results.csv"].count(b"\n") > 150 and len(plain_ones[0]) > 150


def test_a_parquet_column_that_is_not_exact_is_refused_by_name(tmp_path: Path, capsys: Any) -> None:
    ledger = parquet(tmp_path, 'SELECT * REPLACE (try_cast("工资" AS DOUBLE) AS "工资") FROM t')
    for engine in ("rows", "duckdb"):
        given = ["batch", ledger, "--rules", RULES, "--month", "2022-06", "--engine", engine, "--lang", "en"]
        assert run(given) == 2
        assert "`工资`: its column `工资` holds DOUBLE" in capsys.readouterr().err


def test_what_is_not_for_duckdb_is_said_in_a_line(capsys: Any) -> None:
    given = ["batch", str(ROOT / "examples/ledger.csv"), "--rules", RULES, "--month", "2022-06", "--lang", "en"]
    assert run([*given, "--engine", "duckdb", "--fill-down"]) == 2
    assert "the engine duckdb does not do --fill-down; use --engine rows or auto" in capsys.readouterr().err
    assert run([*given, "--engine", "duckdb", "--allow-rejects", "-o", "/dev/null"]) == 0
    assert "engine: duckdb" in capsys.readouterr().err
    assert run([*given, "--allow-rejects", "-o", "/dev/null"]) == 0
    assert "engine: rows" in capsys.readouterr().err
