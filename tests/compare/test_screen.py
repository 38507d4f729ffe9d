"""`doudi screen`: every household in one group, one fact that really decides, nothing offered that is received."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from bench.ledger import HEADINGS
from bench.ledger import rows as ledger_rows
from bench.screening import unsure
from calc.cli import run
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from calc.vary.deciding import possible_answers
from tests.support.both_engines import RULES, WITHOUT
from tests.support.seeds import seeds

Rows = list[list[str]]
HOUSEHOLD, NAME = HEADINGS.index("户编号"), HEADINGS.index("姓名")
MAY = "2022-05"
HEAD = "户编号,姓名,出生日期,与户主关系,养老金,家庭经济状况已核对,法定义务人情况,残疾证类别,残疾证等级,现享受"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_for(read_rules(RULES), 202206)


def write(path: Path, rows: Rows) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return str(path)


def listed(path: Path, *lines: str) -> str:
    path.write_text("\n".join((HEAD, *lines)) + "\n", encoding="utf-8")
    return str(path)


def screened(folder: Path, *arguments: str, month: str = "2022-06", name: str = "todo.csv") -> list[dict[str, str]]:
    """The rows that a screening writes."""
    path = folder / name
    options = ["--rules", RULES, *WITHOUT, "-o", str(path), "-q", "--lang", "en", "--debug", "-m", month]
    assert run(["screen", *arguments, *options]) == 0
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def assessed(folder: Path, path: str) -> dict[str, dict[str, str]]:
    """What `doudi batch` says of each household that it assesses."""
    found = folder / "results.csv"
    run(["batch", path, "-m", "2022-06", "--rules", RULES, *WITHOUT, "-o", str(found), "-q", "--allow-rejects",
         "--duplicates", "warn"])  # fmt: skip
    with found.open(encoding="utf-8", newline="") as file:
        return {row["household"]: row for row in csv.DictReader(file)}


def fen(text: str) -> int:
    return round(float(text or "0") * 100)


def answers_to(plan: Plan, fact: str, random: Random) -> list[str]:
    """Answers to a fact as cells: all where there are few, else some."""
    one = plan.facts[fact]
    few = possible_answers(one)
    if few:
        return ["是" if value is True else "否" if value is False else str(value) for value in few]
    low, high = (int(each) for each in one.stated_bounds)
    values = {low, min(high, 10**6), *(random.randint(max(low, 0), min(high, 4000)) for _ in range(6))}
    return [str(value) for value in values]


def with_answers(plan: Plan, rows: Rows, asked: list[tuple[str, str, str]], random: Random) -> tuple[Rows, list[str]]:
    """A ledger with a copy of a household for each answer to a fact of it; and the ids of the copies."""
    households: dict[str, Rows] = {}
    for row in rows[1:]:
        households.setdefault(row[HOUSEHOLD], []).append(row)
    copies, ids = [list(HEADINGS)], []
    for number, (id, fact, member) in enumerate(asked):
        at = HEADINGS.index(fact)
        for answer in answers_to(plan, fact, random):
            ids.append(f"{id}/{number}/{answer}")
            for row in households[id]:
                copy = [*row]
                copy[HOUSEHOLD] = ids[-1]
                if not member or copy[NAME] == member:
                    copy[at] = answer
                copies.append(copy)
    return copies, ids


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(4), 1))
def test_whatever_is_answered_to_the_one_fact_nothing_stays_open(tmp_path: Path, plan: Plan, seed: int) -> None:
    rows, random = unsure(150, seed), Random(seed)
    found = screened(tmp_path, write(tmp_path / "list.csv", rows))
    asked = [(row["household"], row["fact"], row["member"]) for row in found
             if row["group"] == "one_fact" and row["fact"] in HEADINGS]  # fmt: skip
    assert len(asked) > 10
    copies, ids = with_answers(plan, rows, asked, random)
    results = assessed(tmp_path, write(tmp_path / "copies.csv", copies))
    most = Counter[str]()
    for id in ids:
        if id in results:  # an answer that contradicts the rest is rejected, and cannot be given
            assert results[id]["status"] == "determined", id
            household = id.split("/")[0]
            most[household] = max(most[household], fen(results[id]["total"]))
    exact = {
        row["household"]: fen(row["amount"])
        for row in found
        if row["group"] == "one_fact" and row["fact"] in HEADINGS and possible_answers(plan.facts[row["fact"]])
    }
    assert exact == {id: most[id] for id in exact}


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(4), 1))
def test_where_several_facts_are_missing_none_decides_alone(tmp_path: Path, plan: Plan, seed: int) -> None:
    rows, random = unsure(80, seed), Random(seed)
    found = screened(tmp_path, write(tmp_path / "list.csv", rows))
    asked = []
    for row in found:
        assert row["needs"] or row["group"] != "several", row["household"]
        if row["group"] == "several" and not row["unset"]:
            for need in row["needs"].split(";"):
                fact, _, member = need.partition("/")
                if fact in HEADINGS and possible_answers(plan.facts[fact]):
                    asked.append((row["household"], fact, member))
    assert len(asked) > 10
    copies, ids = with_answers(plan, rows, asked, random)
    results = assessed(tmp_path, write(tmp_path / "copies.csv", copies))
    opened = {id.rpartition("/")[0] for id in ids if id in results and results[id]["status"] == "undetermined"}
    assert opened == {id.rpartition("/")[0] for id in ids if id in results}


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(6), 2))
def test_every_household_is_in_one_group_and_what_is_received_is_not_offered(
    tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    random = Random(seed)
    rows = [list(row) for row in ledger_rows(120, seed, 0.1)]
    received: dict[str, set[str]] = {}
    for row in rows[1:]:
        cell = random.choice(("", "无", "低保", "特困供养、低保", "dibao；护理补贴"))
        if row[HOUSEHOLD]:
            words = received.setdefault(row[HOUSEHOLD], set())
            words |= {name for word, name in (("低保", "dibao"), ("特困", "tekun"), ("dibao", "dibao")) if word in cell}
        row.append(cell)
    rows[0].append("现享受")
    path = write(tmp_path / "list.csv", rows)
    found = screened(tmp_path, path, "--receiving", "现享受")
    printed = capsys.readouterr().out
    ids = [row["household"] for row in found]
    assert len(ids) == len(set(ids))
    assert set(ids) - {""} == {row[HOUSEHOLD] for row in rows[1:]} - {""}
    whole = next(line for line in printed.splitlines() if line.startswith("in all")).split()
    assert int(whole[2]) == len(ids)
    groups = Counter(row["group"] for row in found)
    assert {"entitled", "rejected", "not_due"} <= groups.keys()
    results = assessed(tmp_path, path)
    for row in found:
        offered = {one.partition(":")[0].partition("/")[0] for one in row["entitled"].split(";") if one}
        undue = {one.partition("/")[0] for one in row["not_due"].split(";") if one}
        own = received.get(row["household"], set())
        assert "dibao" not in offered & own
        assert (row["group"] == "rejected") == (row["household"] not in results)
        if row["group"] == "entitled":
            assert offered
            assert fen(row["amount"]) <= fen(results[row["household"]]["total_at_least"])
        if row["group"] in ("entitled", "not_due") and "dibao" in own:
            granted = {one.partition(":")[0] for one in results[row["household"]]["granted"].split(";")}
            opened = {one.partition(":")[0] for one in results[row["household"]]["undetermined"].split(";")}
            assert ("dibao" in undue) == ("dibao" not in granted | opened)
    money = [fen(row["amount"]) for row in found if row["group"] == "entitled"]
    assert money == sorted(money, reverse=True)


@pytest.mark.slow
def test_who_receives_what_in_the_words_of_the_list(tmp_path: Path) -> None:
    poor = "1960-01-01,户主,100,是,有人有能力"
    path = listed(
        tmp_path / "list.csv",
        f"A1,甲,{poor},,,无", f"A2,乙,{poor},,,", f"A3,丙,{poor},,,低保", f"A4,丁,{poor},,,農村低保",
        f"A5,戊,{poor},,,不详",
        f"A6,己,{poor},肢体,一级,残疾两补+低保", f"A7,庚,{poor},,,农村低保、五保户", f"A8,辛,{poor},,,未享受",
    )  # fmt: skip
    found = {
        row["household"]: row
        for row in screened(tmp_path, path, "--receiving", "现享受", "--word", "未享受=-", month=MAY)
    }
    assert {id: row["group"] for id, row in found.items()} == {
        "A1": "entitled", "A2": "entitled", "A8": "entitled", "A7": "not_due", "A6": "one_fact", "A4": "unclear",
        "A5": "unclear", "A3": "as_due",
    }  # fmt: skip
    assert found["A7"]["not_due"] == "tekun/庚"
    assert found["A4"]["next"] == "clear up: 现享受: `農村低保` is no benefit of the rules"
    assert found["A5"]["next"] == "clear up: 现享受: it is not known what is received"
    assert found["A6"]["answers"].startswith("no: nursing subsidy (己) (")


@pytest.mark.slow
def test_a_column_of_one_benefit_and_a_list_of_payments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    poor = "1960-01-01,户主,100,是,有人有能力"
    path = listed(tmp_path / "list.csv", f"A1,甲,{poor},,,是", f"A2,乙,{poor},,,否", f"A3,丙,{poor},,,540.5")
    groups = {
        row["household"]: row["group"] for row in screened(tmp_path, path, "--receiving", "现享受=低保", month=MAY)
    }
    assert groups == {"A1": "as_due", "A2": "entitled", "A3": "as_due"}
    money = tmp_path / "money.csv"
    money.write_text(Path(path).read_text("utf-8").replace("现享受", "低保金额"), encoding="utf-8")
    groups = {
        row["household"]: row["group"]
        for row in screened(tmp_path, str(money), "--receiving", "低保金额=低保", month=MAY)
    }
    assert groups == {"A1": "as_due", "A2": "entitled", "A3": "as_due"}  # a column of money that is not read elsewhere
    paid = tmp_path / "paid.csv"
    paid.write_text("户编号,金额\nA1,544\nA2,0\nA9,10\n合计,554\n", encoding="utf-8")
    found = screened(tmp_path, path, "--paid", str(paid), "--map", "金额=dibao", "--map", "现享受=-", month=MAY)
    assert {row["household"]: row["group"] for row in found} == {"A1": "as_due", "A2": "entitled", "A3": "entitled"}
    capsys.readouterr()
    run(["screen", path, "--paid", str(paid), "--map", "金额=dibao", "--map", "现享受=-", "--rules", RULES, *WITHOUT,
         "-m", "2022-06", "--lang", "en"])  # fmt: skip
    assert "not on the list: 1 (A9)" in capsys.readouterr().err


@pytest.mark.slow
def test_a_default_that_follows_from_what_is_not_known_is_asked_for(tmp_path: Path) -> None:
    """A mother is disabled, and nobody said how: by default as her certificate says, which is not there."""
    path = tmp_path / "list.csv"
    path.write_text(
        "户编号,姓名,出生日期,与户主关系,家庭经济状况已核对,法定义务人情况,父亲情况,母亲情况\n"
        "A1,甲,1960-01-01,户主,是,有人有能力,,\nA1,乙,2015-01-01,孙子女,,,死亡,残疾\n",
        encoding="utf-8",
    )
    (row,) = screened(tmp_path, str(path), "--benefit", "unattended_child", month=MAY)
    assert row["group"] == "several"
    assert {"母亲残疾类别/乙", "母亲残疾等级/乙"} <= set(row["needs"].split(";"))
    assert "Mother disability type (乙)" in row["next"]


@pytest.mark.slow
def test_only_the_benefits_asked_for(tmp_path: Path) -> None:
    path = listed(tmp_path / "list.csv", "A1,甲,1960-01-01,户主,100,,有人有能力,肢体,一级,")
    (row,) = screened(tmp_path, path, "--benefit", "护理补贴", month=MAY)
    assert (row["group"], row["fact"], row["needs"]) == ("one_fact", "需长期照护", "需长期照护/甲")
    (row,) = screened(tmp_path, path, "--benefit", "低保", month=MAY)
    assert (row["group"], row["fact"], row["answers"]) == (
        "one_fact", "家庭经济状况已核对", "yes: dibao 672.80;no: nothing more",
    )  # fmt: skip
    (row,) = screened(tmp_path, path, month=MAY)
    assert (row["group"], row["fact"]) == ("several", "")


@pytest.mark.slow
def test_a_number_that_decides_has_its_pieces(tmp_path: Path) -> None:
    path = listed(tmp_path / "list.csv", "A1,甲,1960-01-01,户主,不详,是,有人有能力,,,")
    (row,) = screened(tmp_path, path, "--benefit", "dibao", month=MAY)
    assert (row["group"], row["fact"], row["amount"]) == ("one_fact", "养老金", "644.00")
    assert row["answers"] == "0.00 … 643.99: dibao 644.00…1.00;from 644.00: nothing more"
    (row,) = screened(tmp_path, path, "--benefit", "dibao", "--pieces", "0", month=MAY)
    assert row["next"].startswith("ask ") and row["next"].endswith("which decides")


@pytest.mark.slow
def test_formats_have_the_same_households(tmp_path: Path) -> None:
    rows = [list(row) for row in ledger_rows(40, 5, 0.1)]
    path = write(tmp_path / "list.csv", rows)
    table = screened(tmp_path, path, "--keep", "乡镇")
    target = tmp_path / "todo.jsonl"
    options = ["--rules", RULES, *WITHOUT, "-q", "--lang", "en", "-m", "2022-06", "--keep", "乡镇"]
    assert run(["screen", path, *options, "-o", str(target)]) == 0
    objects = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert [(one["id"], one["group"], one["next"], one["kept"]["乡镇"]) for one in objects] == [
        (row["household"], row["group"], row["next"], row["乡镇"]) for row in table
    ]
    book = tmp_path / "todo.xlsx"
    assert run(["screen", path, *options, "-o", str(book)]) == 0
    from python_calamine import CalamineWorkbook

    cells = CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).to_python()
    assert [row[:2] for row in cells[1:]] == [[row["household"], row["group"]] for row in table]


def test_words_of_the_command_that_are_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = listed(tmp_path / "list.csv", "A1,甲,1960-01-01,户主,100,是,有人有能力,,,")
    common = [path, "--rules", RULES, *WITHOUT, "-m", "2022-06", "--lang", "en"]
    for wrong, text in (
        (["--receiving", "没有这列"], "没有这列"),
        (["--word", "五保=nothing"], "五保=nothing"),
        (["--receiving", "现享受", "--paid", "x.csv"], "give one of them"),
        (["--benefit", "dibaoo"], "dibao"),
    ):
        assert run(["screen", *common, *wrong]) == 2
        assert text in capsys.readouterr().err


def test_a_file_that_is_read_is_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = listed(tmp_path / "list.csv", "A,甲,1980-01-01,户主,100,是,,,,")
    other = listed(tmp_path / "other.csv", "A,甲,1980-01-01,户主,100,是,,,,")
    for output, given in (
        (path, []),
        (other, ["--paid", other, "--map", "养老金=dibao"]),
        (other, ["--register", other]),
        (other, ["--register", f"{other}={path}"]),
        (other, ["--households", other]),
    ):
        before = Path(output).read_bytes()
        assert run(["screen", path, *given, "--rules", RULES, *WITHOUT, "-m", MAY, "-o", output, "--lang", "en"]) == 2
        assert "is already used as an input" in capsys.readouterr().err
        assert Path(output).read_bytes() == before
