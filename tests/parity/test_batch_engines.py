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

import calc.batch.duckdb.ledger_ranges as by_duckdb
from bench.ledger import HEADINGS, rows
from calc.cli import run
from calc.diagnostics.diagnostic import InputErrors
from calc.exact import plain
from calc.households.dates import day_text
from calc.language.types import DATE, NUMERIC
from calc.rules.in_force import change_months
from calc.rules.plan import FactPlan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.both_engines import ROOT, RULES, must_be_alike, taken_by_sql, written
from tests.support.households import Generator
from tests.support.rulefiles import rules_file
from tests.support.seeds import seeds, spread

pytestmark = pytest.mark.slow

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


@pytest.mark.parametrize("month", spread(change_months(read_rules(RULES))[::3], 4))
def test_every_month_of_change(month: int, tmp_path: Path) -> None:
    ledger = written(tmp_path / "ledger.csv", [*rows(150, month, 0.02)])
    must_be_alike(tmp_path, [ledger], "--month", f"{month // 100}-{month % 100:02}")


def test_several_months_at_once_and_ranges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_duckdb, "at_a_time", lambda connection, each: 70)
    ledger = written(tmp_path / "ledger.csv", [*rows(300, 5, 0.1)])
    must_be_alike(tmp_path, [ledger], "--months", "2022-05..2022-08", "--group-by", "乡镇")


@pytest.mark.parametrize(("moved", "near"), [(0, True), (3, True), (60, False)])
def test_ranges_of_households_that_are_near_and_not(
    moved: int, near: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain_ones: list[set[str]]
) -> None:
    """No range cuts a household in two; few that stand apart are left to the row path, many are joined."""
    seen: list[bool] = []
    before = by_duckdb.grouped

    def noted(*given: Any) -> Any:
        answer = before(*given)
        seen.append(answer.is_adjacent)
        return answer

    monkeypatch.setattr(by_duckdb, "grouped", noted)
    monkeypatch.setattr(by_duckdb, "at_a_time", lambda connection, each: 50)
    head, *body = rows(400, 15, 0.0)
    body = [[*row[:4], f"{row[4]}{at}", *row[5:]] for at, row in enumerate(body)]  # nobody has another's name
    second = {row[0]: row for row, other in zip(body[1:], body, strict=False) if row[0] == other[0]}
    several = [*second.values()][:moved]
    made = [row for row in body if row not in several] + several
    must_be_alike(tmp_path, [written(tmp_path / "ledger.csv", [head, *made])], "--month", "2022-06")
    assert seen == [near]
    assert len(plain_ones[0]) == (400 - moved if near else 400)


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


def test_what_a_certificate_gives_where_numbers_have_no_column(tmp_path: Path, plain_ones: list[set[str]]) -> None:
    """The number in a certificate tells the birth date too."""
    at = HEADINGS.index("身份证号")
    made = [row[:at] + row[at + 1 :] for row in rows(300, 5, 0.0)]
    must_be_alike(tmp_path, [written(tmp_path / "ledger.csv", made)], "--month", "2022-06")
    assert len(plain_ones[0]) > 200


def test_a_mark_of_the_order_of_bytes_before_the_first_id(tmp_path: Path) -> None:
    head, *body = rows(20, 5, 0.0)
    at = HEADINGS.index("姓名")
    body[3][at] = f"{body[3][at]},"  # which is quoted, so that the lines are copied
    body[0][0] = f"\ufeff{body[0][0]}"
    alike = must_be_alike(tmp_path, [written(tmp_path / "ledger.csv", [head, *body])], "--month", "2022-06")
    results = alike["results.csv"].decode()
    assert "\ufeff" not in results and f"\n{list(rows(20, 5, 0.0))[1][0]}," in results


DIRT = (
    "", " ", "　", "=1+1", "-5", "@x", "a,b", 'a"b', "a\nb", "\ufeff", "x" * 300, "\0", "\r", "１２００", "1.2万",
    "1,200.50", "¥1200", "1200元", "30%", "1e3", "0x10", "007", "1.", ".5", "1.005", "999999999999999",
    "1234567890123456", "+5", "99999999",
    "999999999999", "是", "有", "无", "√", "TRUE", "y", "2022年6月", "2022/6/1", "20220601", "2021-02-29",
    "2021-13-01", "0000-00-00", "户主", "head", "HEAD ", "é", "e\u0301", "\U0001f600", "11010519491231002X",
    "11010519491231002x", "110105491231002", "11010519491331002X", "'x", "x ", "a  b",
)  # fmt: skip


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("seed", seeds(range(1), 1))
def test_any_text_in_any_cell(seed: int, quoting: int, tmp_path: Path) -> None:
    random = Random(seed)
    head, *body = rows(250, seed, 0.0)
    for row in body:
        if random.random() < 0.3:
            row[random.randrange(len(row))] = random.choice(DIRT)
    ledger = written(tmp_path / "ledger.csv", [head, *body], quoting=quoting)
    must_be_alike(tmp_path, [ledger], "--month", "2022-06", "--keep", "乡镇", "--keep", "姓名")


@pytest.mark.parametrize("seed", seeds(range(3), 1))
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


@pytest.mark.parametrize("seed", seeds(range(700, 708), 4))
def test_generated_rules(seed: int, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(rules_file(seed), encoding="utf-8")
    try:
        plan = plan_for(read_rules(str(rules)), 202406)
    except InputErrors:
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


def test_what_is_not_for_duckdb_goes_to_the_row_engine_and_it_is_said(capsys: Any, tmp_path: Path) -> None:
    given = ["batch", str(ROOT / "examples/ledger.csv"), "--rules", RULES, "--month", "2022-06", "--lang", "en"]
    results = [tmp_path / name for name in ("one.csv", "other.csv")]
    for engine, path in zip(("rows", "duckdb"), results, strict=True):
        assert run([*given, "--engine", engine, "--allow-rejects", "--fill-down", "--explain", "-o", str(path)]) == 0
    assert "engine: rows (explanations are made household by household" in capsys.readouterr().err
    assert results[0].read_bytes() == results[1].read_bytes()
    assert run([*given, "--engine", "duckdb", "--allow-rejects", "-o", "/dev/null"]) == 0
    assert "engine: duckdb" in capsys.readouterr().err
    assert run([*given, "--engine", "auto", "--allow-rejects", "-o", "/dev/null"]) == 0
    assert "engine: rows" in capsys.readouterr().err


# facts of households from a file of their own


def with_owns(folder: Path, own: list[list[str]], made: list[list[str]], *options: str) -> dict[str, bytes]:
    """Both engines on a ledger of members and a file of households."""
    ledger, households = written(folder / "members.csv", made), written(folder / "own.csv", own)
    return must_be_alike(folder, [ledger], "--month", "2022-06", "--households", households, *options)


def apart(count: int, seed: int) -> tuple[list[list[str]], list[list[str]]]:
    """A ledger as two files: the facts of households, and their members."""
    own_at = [HEADINGS.index(one) for one in ("户编号", "家庭经济状况已核对", "边缘认定日期")]
    head, *body = rows(count, seed, 0.03)
    first = {row[own_at[0]]: [row[at] for at in own_at] for row in reversed(body) if row[own_at[0]]}
    members = [[cell for at, cell in enumerate(row) if at not in own_at[1:]] for row in (head, *body)]
    return [[head[at] for at in own_at], *reversed(first.values())], members


@pytest.mark.parametrize("form", FORMS[::2], ids=IDS[::2])
def test_households_from_a_file_of_their_own(form: tuple[str, ...], tmp_path: Path, plain_ones: list[set[str]]) -> None:
    own, members = apart(200, 11)
    ledger, households = written(tmp_path / "members.csv", members), written(tmp_path / "own.csv", own)
    options = ["--month", "2022-06", "--households", households, "--group-by", "乡镇", *form[1:]]
    must_be_alike(tmp_path, [ledger], *options, ending=form[0])
    assert len(plain_ones[0]) > 150


def test_a_file_of_households_that_lacks_some_and_has_others(tmp_path: Path, plain_ones: list[set[str]]) -> None:
    """Missing there, missing here, unreadable, and something else on a row of a member."""
    own, members = apart(40, 12)
    verified, dated = 1, 2
    lost, misread, unlike = own[3][0], own[5], own[7]
    misread[verified], unlike[verified] = "不清", "否"
    members = [[*row, "家庭经济状况已核对" if at == 0 else "是" if row[0] == unlike[0] else ""]
               for at, row in enumerate(members)]  # fmt: skip
    own = [row for row in own if row[0] != lost] + [["H9999999", "是", ""], ["X 1", "", "2021-02-03"]]
    assert own[0][dated] == "边缘认定日期"
    found = with_owns(tmp_path, own, members)
    rejected = {line.split(",")[0]: line.split(",")[4] for line in found["rejects.csv"].decode().splitlines()[1:]}
    assert rejected[lost] == "household-missing" and rejected["H9999999"] == rejected["X 1"] == "no-members"
    assert rejected[unlike[0]] == "disagreement" and rejected[misread[0]]
    assert not {lost, misread[0], unlike[0]} & plain_ones[0] and len(plain_ones[0]) > 25


def test_members_and_households_as_two_files_of_parquet(tmp_path: Path, plain_ones: list[set[str]]) -> None:
    own, members = apart(120, 13)
    connection, paths = duckdb.connect(), []
    for name, made in (("members", members), ("own", own)):
        source = written(tmp_path / f"{name}.csv", made)
        paths.append(str(tmp_path / f"{name}.parquet"))
        connection.execute(f"COPY (SELECT * FROM read_csv('{source}', all_varchar = true)) TO '{paths[-1]}'")
    must_be_alike(tmp_path, paths[:1], "--month", "2022-06", "--households", paths[1])
    assert len(plain_ones[0]) > 90


# memory


def test_little_memory_gives_the_same_bytes(tmp_path: Path, capsys: Any) -> None:
    """What does not fit goes to disk, range by range; with hardly any it is said in a line."""
    ledger = written(tmp_path / "ledger.csv", [*rows(20_000, 3, 0.001)])
    given = ["batch", ledger, "--rules", RULES, "--month", "2022-06", "--allow-rejects", "-q", "--lang", "en"]
    for name, options in {"rows": ["--engine", "rows"], "duckdb": ["--engine", "duckdb", "--memory", "60MB"]}.items():
        assert run([*given, *options, "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / "rows").read_bytes() == (tmp_path / "duckdb").read_bytes()
    capsys.readouterr()
    assert run([*given, "--engine", "duckdb", "--memory", "2MB", "-o", str(tmp_path / "none")]) == 2
    assert "the engine duckdb needs more memory; --memory SIZE gives it more" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("name", ["l[1]", "l*", "l?", "乡镇=9/l", "l.gz", "s3:/l"])
def test_a_file_is_read_whatever_its_name_is(name: str, tmp_path: Path, plain_ones: list[set[str]]) -> None:
    """No name is a pattern that another file fits, and a folder gives no column."""
    for other in ("l1", name):
        (tmp_path / other).parent.mkdir(exist_ok=True)
        written(tmp_path / other, [*rows(30 if other == name else 20, 3, 0.0)])
    ledger = str(tmp_path / name)
    must_be_alike(tmp_path, [ledger], "--month", "2022-06", "--group-by", "乡镇")
    source = written(tmp_path / "source.csv", [*rows(30, 3, 0.0)])
    for other, most in (("l1.parquet", 10), (f"{name}.parquet", 999)):
        duckdb.connect().read_csv(source, all_varchar=True).limit(most).write_parquet(str(tmp_path / "made"))
        (tmp_path / "made").rename(tmp_path / other)
    must_be_alike(tmp_path, [f"{ledger}.parquet"], "--month", "2022-06", "--group-by", "乡镇")
    assert min(map(len, plain_ones)) > 25
