"""Households that are named by the identity number of their head: the results are those of household numbers."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from calc.cli import run
from calc.households.identity_numbers import check_digit
from tests.ledger.xlsx.test_sheets_of_households import workbook
from tests.support.both_engines import must_be_alike, written
from tests.support.seeds import seeds

RULES = """
[rules]
title = "T"
currency = "CNY"
from = "2024-01"
head_words = ["户主"]
[documents]
d = { title = "D" }
[facts.household]
"原低保金额" = { kind = "money/month", min = 0 }
"已核对" = { kind = "yes/no" }
[facts.member]
"与户主关系" = { kind = "choice", options = ["户主", "配偶", "子女"] }
"身份证号" = { kind = "text", format = "identity-number", derives = { birth_date = "出生日期" } }
"出生日期" = { kind = "date" }
"工资" = { kind = "money/month", min = 0 }
[benefits.aid]
label = "A"
to = "household"
per = "month"
requires = ["已核对", "count() > 0"]
amount = "sum(工资) + 原低保金额"
cite = "d 1"
[checks.head]
label = "H"
formula = "count(where=与户主关系 == 户主) == 1"
"""
Rows = list[list[str]]


@pytest.fixture(scope="module", name="options")
def rules_of_the_test(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    path = tmp_path_factory.mktemp("rules") / "rules.toml"
    path.write_text(RULES, encoding="utf-8")
    return "--rules", str(path), "--month", "2024-06"


def number(serial: int, year: int = 1950) -> str:
    digits = f"430602{year}0101{serial:03}"
    return digits + check_digit(digits)


def forms(one: str, chance: random.Random) -> str:
    """Writes an identity number as people do."""
    return chance.choice([one, one.lower(), f"'{one}", f" {one[:6]} {one[6:14]} {one[14:]}"])


def district(chance: random.Random) -> tuple[Rows, Rows]:
    """Households with their number, head's name and number and a fact; members with both numbers."""
    own, members = [], []
    for at in range(6):
        head = number(2 * at + 1)
        own.append([f"H{at}", f"户{at}", head, str(100 * chance.randint(0, 9)), "是"])
        for place in range(chance.randint(1, 3)):
            relation = ("户主", "配偶", "子女")[place]
            id = head if place == 0 else number(100 * at + 2 * place, 1980)
            members.append([f"H{at}", head, f"户{at}{'甲乙丙'[place]}", relation, id, str(100 * chance.randint(0, 3))])
    return own, members


OWN = ["户编号", "户主姓名", "户主证件号码", "原低保金额", "已核对"]
MEMBERS = ["户编号", "户主身份证号", "姓名", "与户主关系", "身份证号", "工资"]


def without(rows: Rows, at: int) -> Rows:
    return [[*row[:at], *row[at + 1 :]] for row in rows]


def results(found: dict[str, bytes], renamed: dict[str, str] | None = None) -> list[str]:
    lines = [one.split(",", 1) for one in found["results.csv"].decode().splitlines()]
    return [f"{(renamed or {}).get(one[0], one[0])},{one[1]}" for one in lines]


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(20), 1))
@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx"])
def test_a_number_of_the_head_is_as_good_as_one_of_the_household(
    tmp_path: Path, form: str, seed: int, options: tuple[str, ...]
) -> None:
    chance = random.Random(seed)
    own, members = district(chance)
    ledger = written(tmp_path / "plain.csv", [MEMBERS[:1] + MEMBERS[2:], *without(members, 1)])
    given = ["--households", written(tmp_path / "own.csv", [OWN, *own])]
    plain = must_be_alike(tmp_path, [ledger], *given, *options)
    rows = [[forms(row[1], chance), *row[2:]] for row in members]
    rows = [row if row[2] != "户主" or chance.random() < 0.5 else ["", *row[1:]] for row in rows]  # the own one counts
    made = [MEMBERS[1:], *rows]
    path = tmp_path / f"members.{form}"
    if form == "xlsx":
        ledger, given = workbook(path, {"户": [OWN, *own], "人": made}), []
    elif form == "jsonl":
        path.write_text("\n".join(json.dumps(dict(zip(made[0], row, strict=True))) for row in rows), encoding="utf-8")
        ledger = str(path)
    elif form == "parquet":
        duckdb = pytest.importorskip("duckdb")
        table = written(tmp_path / "table.csv", made)
        with duckdb.connect() as connection:  # its own: the shared one may have an unread result
            connection.execute(
                f"COPY (FROM read_csv('{table}', all_varchar = true, header = true)) TO '{path}' (FORMAT parquet)"
            )
        ledger = str(path)
    else:
        ledger = written(path, made)
    found = must_be_alike(tmp_path, [ledger], *given, *options)
    assert found["results.csv"] == plain["results.csv"] and found["totals.csv"] == plain["totals.csv"]
    assert plain["rejects.csv"].count(b"\n") == found["rejects.csv"].count(b"\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(20), 1))
def test_ids_are_made_where_there_is_no_household_number(tmp_path: Path, options: tuple[str, ...], seed: int) -> None:
    own, members = district(random.Random(seed))
    facts, ledger = written(tmp_path / "own.csv", [OWN, *own]), written(tmp_path / "m.csv", [MEMBERS, *members])
    plain = must_be_alike(tmp_path, [ledger], "--households", facts, *options)
    bare_facts = written(tmp_path / "own.csv", [OWN[1:], *without(own, 0)])
    numbered = must_be_alike(tmp_path, [ledger], "--households", bare_facts, *options)
    assert results(numbered) == results(plain)  # the ledger has numbers: they are those of its heads
    by_head = written(tmp_path / "m.csv", [MEMBERS[:1] + MEMBERS[2:], *without(members, 1)])
    assert must_be_alike(tmp_path, [by_head], "--households", bare_facts, *options) == numbered
    bare = written(tmp_path / "m.csv", [MEMBERS[1:], *without(members, 0)])
    found = must_be_alike(tmp_path, [bare], "--households", bare_facts, *options)
    assert results(found, {f"{row[1]}/{at}": row[0] for at, row in enumerate(own, 2)}) == results(plain)
    alone = must_be_alike(tmp_path, [bare], *options)
    roster = must_be_alike(tmp_path, [bare], "--household-by", "head", *options)
    assert alone == roster and len(results(alone)) == len(own) + 1
    begun = must_be_alike(tmp_path, [bare], "--household-by", "head", "--households", facts, *options)
    assert [one.partition(",")[2] for one in results(begun)] == [one.partition(",")[2] for one in results(plain)]


A, B = number(1), number(3)


def members_of(*rows: tuple[str, str, str]) -> Rows:
    return [["户主身份证号", "姓名", "与户主关系", "工资"], *[[*row, "1"] for row in rows]]


@pytest.mark.slow
@pytest.mark.parametrize("is_json", [False, True])
def test_nobody_is_assessed_without_a_member_whose_number_is_wrong(
    tmp_path: Path, options: tuple[str, ...], is_json: bool
) -> None:
    own = written(tmp_path / "own.csv", [OWN, ["a", "甲", A, "1", "是"], ["b", "乙", B, "1", "是"]])
    for wrong, code in ((f"{A}.0", "bad-identity-number"), ("4.30602E+17", "bad-identity-number"),
                        ("不详", "bad-identity-number"), (number(5), "household-missing")):  # fmt: skip
        made = members_of((A, "甲", "户主"), (wrong, "丙", "子女"), (B, "乙", "户主"), (wrong, "丁", "户主"))
        path = tmp_path / "m.jsonl"
        lines = [json.dumps(dict(zip(made[0], row, strict=True)), ensure_ascii=False) for row in made[1:]]
        path.write_text("\n".join(lines), encoding="utf-8")
        ledger = str(path) if is_json else written(tmp_path / "m.csv", made)
        found = must_be_alike(tmp_path, [ledger], "--households", own, *options)
        assert [one.split(",")[0] for one in results(found)[1:]] == ["b"]
        first = 2 - is_json
        rejects = [one.split(",") for one in found["rejects.csv"].decode().splitlines()[1:]]
        codes = [(one[0], one[2], one[4]) for one in rejects if one[4] != "check-failed"]
        assert codes == [("a", f"{first + 1}", code), (f"{ledger}:{first + 3}", f"{first + 3}", code)]
        assert A not in found["rejects.csv"].decode()


@pytest.mark.slow
def test_rows_without_a_number_are_of_the_household_above(tmp_path: Path, options: tuple[str, ...]) -> None:
    own = written(tmp_path / "own.csv", [OWN, ["a", "甲", A, "1", "是"], ["b", "乙", B, "1", "是"]])
    options = ("--households", own, *options)
    made = members_of((A, "甲", "户主"), ("", "丙", "子女"), (B, "乙", "户主"))
    found = must_be_alike(tmp_path, [written(tmp_path / "m.csv", made)], *options)
    assert [one.split(",")[:3:2] for one in results(found)[1:]] == [["a", "2"], ["b", "1"]]
    made = members_of((A, "甲", "户主"), (A, "戊", "配偶"), ("", "丙", "子女"), (B, "乙", "户主"))
    found = must_be_alike(tmp_path, [written(tmp_path / "m.csv", made)], *options)
    assert [one.split(",")[0] for one in results(found)[1:]] == ["b"]


@pytest.mark.slow
def test_one_number_in_two_files_is_one_household(tmp_path: Path, options: tuple[str, ...]) -> None:
    paths = [written(tmp_path / "1.csv", members_of((A, "甲", "户主"), (B, "乙", "户主"))),
             written(tmp_path / "2.csv", members_of((A, "丙", "子女")))]  # fmt: skip
    found = must_be_alike(tmp_path, paths, *options)
    assert [one.split(",")[0] for one in results(found)[1:]] == ["乙/3"]
    assert found["rejects.csv"].decode().count("household-twice") == 2


@pytest.mark.slow
def test_the_facts_of_a_household_whose_number_is_wrong_are_rejected(tmp_path: Path, options: tuple[str, ...]) -> None:
    own = written(tmp_path / "own.csv", [OWN, ["a", "甲", f"{A}.0", "1", "是"], ["b", "乙", B, "1", "是"]])
    made = members_of((A, "甲", "户主"), (B, "乙", "户主"))
    found = must_be_alike(tmp_path, [written(tmp_path / "m.csv", made)], "--households", own, *options)
    rejects = [one.split(",") for one in found["rejects.csv"].decode().splitlines()[1:]]
    assert [(one[0], one[3], one[4]) for one in rejects] == [
        (f"{tmp_path}/m.csv:2", "户主身份证号", "household-missing"), ("a", "户主证件号码", "bad-identity-number"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("own", "code"),
    [
        ([OWN, ["a", "甲", A, "1", "是"], ["b", "乙", f" {A}", "1", "是"]], "own.csv:3:1: error[household-twice]"),
        ([OWN[1:], ["甲", A, "1", "是"], ["乙", f"{B}0", "1", "是"]], "own.csv:3:1: error[bad-identity-number]"),
        ([OWN[1:], ["甲", A, "1", "是"], ["乙", "", "1", "是"]], "own.csv:3:1: error[no-household]"),
        ([[*OWN[:2], *OWN[3:]], ["a", "甲", "1", "是"]], "m.csv:1:1: error[missing-column]"),
    ],
)
def test_what_stops_a_run(
    tmp_path: Path, options: tuple[str, ...], own: Rows, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    facts, ledger = written(tmp_path / "own.csv", own), written(tmp_path / "m.csv", members_of((A, "甲", "户主")))
    assert run(["batch", ledger, "--households", facts, *options, "--lang", "en"]) == 2
    shown = capsys.readouterr().err
    assert code in shown and A not in shown


def test_two_columns_of_heads_stop_the_run(
    tmp_path: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = written(tmp_path / "m.csv", [["户主身份证号", "户主证件号码", "姓名", "工资"], [A, B, "甲", "1"]])
    assert run(["batch", ledger, *options, "--lang", "en"]) == 2
    assert "column-twice" in capsys.readouterr().err


@pytest.mark.slow
def test_the_number_itself_can_be_kept(tmp_path: Path, options: tuple[str, ...]) -> None:
    ledger = written(tmp_path / "m.csv", members_of((A, "甲", "户主")))
    found = must_be_alike(tmp_path, [ledger], "--keep", "户主身份证号", *options)
    assert results(found)[1].startswith("甲/2,") and results(found)[1].endswith(f",{A}")
