"""`doudi compare`: every household in one kind, money that adds up, causes that are what was changed."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from bench.ledger import HEADINGS, rows
from calc.cli import run
from tests.support.both_engines import RULES, WITHOUT
from tests.support.ledger_pairs import later, newcomers
from tests.support.seeds import seeds

Rows = list[list[str]]
HOUSEHOLD, WAGE, NUMBER = (HEADINGS.index(one) for one in ("户编号", "工资", "身份证号"))


def write(path: Path, ledger: Rows) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *ledger])
    return str(path)


def ledger(count: int, seed: int, dirt: float = 0.04) -> Rows:
    return list(rows(count, seed, dirt))[1:]


def months_later(random: Random, old: Rows) -> Rows:
    """The ledger some months later: wages changed, people and households gone, one household new."""
    gone = {row[HOUSEHOLD] for row in old if random.random() < 0.03}
    new = []
    for row in old:
        if row[HOUSEHOLD] in gone or random.random() < 0.02:
            continue
        changed = list(row)
        if random.random() < 0.1:
            changed[WAGE] = random.choice(("", "不详", str(random.randint(0, 4000))))
        new.append(changed)
    newcomers = [[*row] for row in list(rows(8, random.randrange(1000)))[1:]]
    for at, row in enumerate(newcomers):
        row[HOUSEHOLD] = f"N{row[HOUSEHOLD]}"
        row[NUMBER] = ""
        row[HEADINGS.index("残疾证号")] = ""
        del at
    return new + newcomers


def compared(folder: Path, *arguments: str, name: str = "changes.csv") -> list[dict[str, str]]:
    """The rows that a comparison writes."""
    path = folder / name
    status = run(["compare", *arguments, "--rules", RULES, *WITHOUT, "-o", str(path), "-q", "--lang", "en", "--debug"])
    assert status == 0
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def results(folder: Path, path: str, month: str) -> dict[str, dict[str, str]]:
    """What a run pays each household that it assesses."""
    found = folder / f"{Path(path).stem}-{month}.csv"
    run(["batch", path, "-m", month, "--rules", RULES, *WITHOUT, "-o", str(found), "-q", "--allow-rejects"])
    with found.open(encoding="utf-8", newline="") as file:
        return {row["household"]: row for row in csv.DictReader(file)}


def fen(text: str) -> int:
    return round(float(text or "0") * 100)


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(6), 2))
def test_every_household_is_of_one_kind_and_the_money_adds_up(
    tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    random = Random(seed)
    old = ledger(60, seed)
    new = months_later(random, old)
    may, june = write(tmp_path / "may.csv", old), write(tmp_path / "june.csv", new)
    found = compared(tmp_path, june, "-m", "2022-06", "--against", may, "--against-month", "2022-05")
    printed = capsys.readouterr().out
    before, after = results(tmp_path, may, "2022-05"), results(tmp_path, june, "2022-06")
    kinds: dict[str, set[str]] = {}
    for row in found:
        kinds.setdefault(row["household"], set()).add(row["change"])
    assert all(len(one) == 1 for one in kinds.values())
    for id, (kind,) in kinds.items():
        sides = before.get(id), after.get(id)
        named = [one for one in sides if one is not None]
        if kind == "rejected":
            assert None in sides
        elif kind == "unsettled":
            assert any(one["status"] == "undetermined" for one in named)
        elif kind in ("new", "gone"):
            assert sides[kind == "gone"] is None
    for id in before.keys() & after.keys() - kinds.keys():
        assert before[id]["total"] == after[id]["total"] != ""
    certain = [row for row in found if row["difference"]]
    for row in certain:
        assert fen(row["after"]) - fen(row["before"]) == fen(row["difference"])
    sums = Counter({"before": 0, "after": 0})
    for line in printed.splitlines():
        if line.startswith("in all"):
            numbers = line.replace(",", "").replace("−", "-").split()
            sums["before"], sums["after"] = fen(numbers[4]), fen(numbers[5])
            assert int(numbers[2]) == len({row[HOUSEHOLD] for row in [*old, *new]} - {""})
    once = ("living_subsidy", "temporary_aid", "funeral")

    def monthly(rows_of: dict[str, dict[str, str]]) -> int:
        return sum(fen(row["total_at_least"]) - sum(fen(row.get(one, "")) for one in once) for row in rows_of.values())

    assert sums == {"before": monthly(before), "after": monthly(after)}
    back = compared(tmp_path, may, "-m", "2022-05", "--against", june, "--against-month", "2022-06", name="back.csv")
    told = {(row["household"], row["benefit"], row["member"]): fen(row["difference"]) for row in certain}
    returned = {(row["household"], row["benefit"], row["member"]): -fen(row["difference"])
                for row in back if row["difference"]}  # fmt: skip
    assert told == returned


@pytest.mark.slow
def test_a_picture_and_itself_differ_in_nothing(tmp_path: Path) -> None:
    one, other = write(tmp_path / "a.csv", ledger(40, 1)), write(tmp_path / "b.csv", ledger(40, 1))
    found = compared(tmp_path, one, "-m", "2022-05", "--against", other)
    assert {row["change"] for row in found} <= {"unsettled", "rejected"}
    assert not any(fen(row["difference"]) for row in found)


@pytest.mark.slow
def test_a_run_is_what_its_results_say(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", ledger(40, 2, 0))
    for ending, by in ((".csv", "household"), (".csv", "benefit"), (".jsonl", "household")):
        results_file = tmp_path / f"results-{by}{ending}"
        run(["batch", path, "-m", "2022-05", "--rules", RULES, *WITHOUT, "-o", str(results_file), "--by", by, "-q"])
        found = compared(tmp_path, path, "-m", "2022-05", "--against-results", str(results_file))
        assert {row["change"] for row in found} <= {"unsettled"}
        assert not any(fen(row["difference"]) for row in found)


@pytest.mark.slow
def test_one_changed_pension_is_the_only_cause(tmp_path: Path) -> None:
    old = ledger(60, 3, 0)
    path, pension = write(tmp_path / "a.csv", old), HEADINGS.index("养老金")
    poor = {id for id, row in results(tmp_path, path, "2022-05").items() if row["dibao"] and row["total"]}
    new = [list(row) for row in old]
    richer = next(row for row in new if row[HOUSEHOLD] in poor and row[pension])
    richer[pension] = f"{float(richer[pension]) + 1:.2f}"
    found = compared(tmp_path, write(tmp_path / "b.csv", new), "-m", "2022-05", "--against", path)
    told = [(row["household"], row["benefit"], row["difference"], row["cause_kinds"])
            for row in found if row["difference"]]  # fmt: skip
    assert told == [(richer[HOUSEHOLD], "dibao", "-1.00", "facts")]


def plain(tmp_path: Path, name: str, *lines: str) -> str:
    path = tmp_path / name
    head = "户编号,姓名,身份证号,出生日期,与户主关系,养老金,家庭经济状况已核对"
    path.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    return str(path)


@pytest.mark.slow
def test_somebody_who_moved_is_told_as_that(tmp_path: Path) -> None:
    from calc.households.identity_numbers import check_digit

    numbers = {who: digits + check_digit(digits) for who, digits in
               {"甲": "99000019800101001", "乙": "99000020120202002", "丙": "99000019790312101"}.items()}  # fmt: skip
    one, two = f"A1,甲,{numbers['甲']},,户主,100,是", f"B1,丙,{numbers['丙']},,户主,200,是"
    child = f"乙,{numbers['乙']},,子女,,是"
    old = plain(tmp_path, "old.csv", one, f"A1,{child}", two)
    new = plain(tmp_path, "new.csv", one, two, f"B1,{child}")
    found = compared(tmp_path, new, "-m", "2022-05", "--against", old)
    causes = {row["household"]: row["causes"] for row in found if row["benefit"] == "dibao"}
    assert causes == {"A1": "乙 moved to household B1 (−708.40)", "B1": "乙 came from household A1 (+708.40)"}


@pytest.mark.slow
def test_households_are_matched_by_their_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from calc.households.identity_numbers import check_digit

    number = "99000019800101001"
    old = plain(tmp_path, "old.csv", f"A1,甲,{number}{check_digit(number)},,户主,100,是")
    new = plain(tmp_path, "new.csv", f"2022-7,甲,{number}{check_digit(number)},,户主,200,是")
    assert {row["change"] for row in compared(tmp_path, new, "-m", "2022-05", "--against", old)} == {"new", "gone"}
    assert "no household is in both" in capsys.readouterr().err
    found = compared(tmp_path, new, "-m", "2022-05", "--against", old, "--match", "person")
    assert [(row["household"], row["change"], row["difference"], row["causes"]) for row in found] == [
        ("2022-7", "lowered", "-100.00", "Pension without the central basic pension (甲) 100.00 → 200.00 (−100.00)")
    ]


DRAFT = """
[rules]
extends = "{rules}"
title = "Draft"
currency = "CNY"
[documents]
draft = {{ title = "A draft" }}
[parameters]
"低保标准" = {{ kind = "money/month", from.2022-01 = {{ value = 700, cite = "draft 1" }} }}
"""


@pytest.mark.slow
def test_a_draft_of_the_rules_says_which_entry_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text(DRAFT.format(rules=RULES), encoding="utf-8")
    path = plain(tmp_path, "a.csv", "A1,甲,,1980-01-01,户主,100,是", "B1,乙,,1980-01-01,户主,3000,是")
    found = compared(tmp_path, path, "-m", "2022-05", "--against-rules", str(draft), "--hole", "10")
    assert [(row["household"], row["change"], row["benefit"], row["difference"], row["causes"]) for row in found] == [
        ("A1", "raised", "dibao", "56.00", "Dibao standard 644 → 700 (+56.00)")
    ]
    assert "households that lose more than 10.00: 0" in capsys.readouterr().out


@pytest.mark.slow
def test_paid_against_due(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = plain(tmp_path, "a.csv", *(f"{id},{id},,1980-01-01,户主,{wage},是" for id, wage in
                                      (("A1", 100), ("B1", 200), ("C1", 3000), ("D1", 300), ("E1", 400))))  # fmt: skip
    paid = tmp_path / "paid.csv"
    lines = ("A1,544,", "B1,400,", "C1,20.5,", "E1,250,", "Z9,10,", "合计,1224.5,")
    paid.write_text("户编号,月保障金额,备注\n" + "\n".join(lines) + "\n", encoding="utf-8")
    arguments = [path, "-m", "2022-05", "--paid", str(paid), "--map", "月保障金额=低保"]
    assert run(["compare", *arguments, "--rules", RULES, *WITHOUT, "--lang", "en", "-q"]) == 2
    arguments[-1] = "月保障金额=dibao"
    found = compared(tmp_path, *arguments)
    printed = capsys.readouterr().out
    assert [(row["household"], row["change"], row["difference"]) for row in found] == [
        ("B1", "raised", "44.00"), ("C1", "left", "-20.50"), ("D1", "entered", "344.00"), ("E1", "lowered", "-6.00"),
        ("Z9", "gone", "-10.00"),
    ]  # fmt: skip
    assert all(row["causes"] for row in found)
    for kind in ("not paid", "not due", "too little", "too much", "as due", "not in the ledger"):
        assert f"\n{kind} " in printed


@pytest.mark.parametrize(
    ("cell", "code"), [("12.345", "too-many-decimals"), ("一千", "not-an-amount"), ("-5", "out-of-range")]
)
def test_a_payment_that_is_no_amount_stops(
    tmp_path: Path, cell: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = plain(tmp_path, "a.csv", "A1,甲,,1980-01-01,户主,100,是")
    paid = tmp_path / "paid.csv"
    paid.write_text(f"户编号,发放\nA1,{cell}\n", encoding="utf-8")
    options = ["--paid", str(paid), "--map", "发放=dibao", "--rules", RULES, *WITHOUT, "--lang", "en"]
    assert run(["compare", path, "-m", "2022-05", *options]) == 2
    assert f"paid.csv:2:1: error[{code}]" in capsys.readouterr().err


@pytest.mark.slow
def test_the_same_picture_twice_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = plain(tmp_path, "a.csv", "A1,甲,,1980-01-01,户主,100,是")
    for options in ([], ["--against", path], ["--against-month", "2022-05"]):
        assert run(["compare", path, "-m", "2022-05", *options, "--rules", RULES, "--lang", "en"]) == 2
        assert "both sides are the same" in capsys.readouterr().err


@pytest.mark.slow
def test_one_ledger_in_two_months_says_its_mistakes_once_and_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = plain(tmp_path, "a.csv", "A,甲,,1980-05-01,户主,0,不详", "B,乙,,1980-05-02,户主,x,是")
    assert run(["compare", path, "-m", "2022-05", "--against-month", "2022-04", "--rules", RULES, *WITHOUT,
                "--lang", "en"]) == 0  # fmt: skip
    out, err = capsys.readouterr()
    assert "A  unsettled: needs: Means checked" in out
    assert err.count("error[") == 1


@pytest.mark.slow
def test_changes_as_objects(tmp_path: Path) -> None:
    old = plain(tmp_path, "a.csv", "A1,甲,,1980-01-01,户主,100,是")
    new = plain(tmp_path, "b.csv", "A1,甲,,1980-01-01,户主,200,是")
    path = tmp_path / "changes.jsonl"
    assert run(["compare", new, "-m", "2022-05", "--against", old, "--rules", RULES, *WITHOUT, "-o", str(path),
                "--lang", "zh", "-q"]) == 0  # fmt: skip
    (one,) = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    assert one == {
        "id": "A1", "change": "lowered", "group": "",
        "benefits": [{
            "benefit": "dibao", "member": None, "before": "544.00", "after": "444.00", "needs": [], "unset": [],
            "causes": [
                {"kind": "facts", "text": "养老金（不含基础养老金）（甲） 100.00 → 200.00", "amount": "-100.00"}
            ],
        }],
    }  # fmt: skip


@pytest.mark.slow
def test_a_page_has_every_change(tmp_path: Path) -> None:
    old = plain(tmp_path, "a.csv", "A1,甲,,1980-01-01,户主,100,是")
    new = plain(tmp_path, "b.csv", "A1,甲,,1980-01-01,户主,200,是", "B1,乙,,1980-01-01,户主,300,是")
    path = tmp_path / "page.html"
    assert run(["compare", new, "-m", "2022-05", "--against", old, "--rules", RULES, *WITHOUT, "--html", str(path),
                "--lang", "zh", "-q"]) == 0  # fmt: skip
    text = path.read_text(encoding="utf-8")
    assert "养老金（不含基础养老金）（甲） 100.00 → 200.00（−100.00）" in text
    assert text.count("<svg role=") == 3
    assert '<td class="number" data-value="-100.00">−100.00</td>' in text


@pytest.mark.slow
def test_a_draft_costs_so_much_a_year_and_some_gain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text(DRAFT.format(rules=RULES), encoding="utf-8")
    lines = ("A1,甲,,1980-01-01,户主,100,是", "B1,乙,,1980-01-01,户主,650,是", "C1,丙,,1980-01-01,户主,3000,是",
             "C1,丁,,1980-01-01,配偶,0,是", "D1,戊,,1980-01-01,户主,100,")  # fmt: skip
    path = plain(tmp_path, "a.csv", *lines)
    options = ["--rules", RULES, *WITHOUT, "--lang", "en", "-q", "--by-size"]
    assert run(["compare", path, "-m", "2022-05", "--against-rules", str(draft), *options]) == 0
    printed = capsys.readouterr().out
    assert "Cost: +106.00 a month, +1,272.00 in twelve such months (CNY)" in printed
    assert (
        "gain or loss a month  households\n+0 to 50                       1\n+50 to 100                     1"
        in printed
    )
    assert (
        "size  households  people  before   after   change\n1              3       3  544.00  650.00  +106.00"
        in printed
    )
    assert "2              1       2    0.00    0.00        0" in printed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("001", "1", "differ in their leading zeros, such as 001 and 1"),
        ("A-7 b", "a7B", "differ in marks, blanks or capital letters, such as A-7 b and a7B"),
        ("2022-001", "001", "differ in what is put before or behind, such as 2022-001 and 001"),
        ("001", "001-岳阳", "differ in what is put before or behind, such as 001 and 001-岳阳"),
        ("东一", "X7", "are such as 东一 and X7"),
    ],
)
def test_ids_that_match_nowhere_are_told_with_the_reason(
    old: str, new: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = plain(tmp_path, "old.csv", f"{old},甲,,1980-01-01,户主,100,是")
    after = plain(tmp_path, "new.csv", f"{new},甲,,1980-01-01,户主,100,是")
    compared(tmp_path, after, "-m", "2022-05", "--against", before)
    assert capsys.readouterr().err == f"no household is in both: household ids {reason}\n"


@pytest.mark.slow
def test_few_ids_that_match_are_told_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ids = [f"{at:03}" for at in range(30)]
    before = plain(tmp_path, "old.csv", *(f"{id},甲,,1980-01-01,户主,100,是" for id in ids))
    after = plain(tmp_path, "new.csv", *(f"{int(id) or id},甲,,1980-01-01,户主,100,是" for id in ids))
    compared(tmp_path, after, "-m", "2022-05", "--against", before)
    assert "only 1 of 30 households are in both: household ids differ in their leading zeros" in capsys.readouterr().err


@pytest.mark.parametrize(
    "lines",
    [
        ("户编号,发放（万元）", "A1,0.05"),
        ("单位：万元,", "户编号,发放", "A1,0.05"),
        ("户编号,发放", ",万元", "A1,0.05"),
    ],
)
def test_payments_in_another_unit_stop(
    lines: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, paid = plain(tmp_path, "a.csv", "A1,甲,,1980-01-01,户主,100,是"), tmp_path / "paid.csv"
    paid.write_text("\n".join(lines) + "\n", encoding="utf-8")
    heading = "发放（万元）" if "万元" in lines[0] and "发放" in lines[0] else "发放"
    options = ["--paid", str(paid), "--map", f"{heading}=dibao", "--rules", RULES, *WITHOUT, "--lang", "en", "-q"]
    assert run(["compare", path, "-m", "2022-05", *options]) == 2
    assert "`发放（万元）` is not read, but looks like one that decides money" in capsys.readouterr().err


@pytest.mark.slow
def test_payments_that_are_very_small_are_asked_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, paid = plain(tmp_path, "a.csv", "A1,甲,,1980-01-01,户主,100,是"), tmp_path / "paid.csv"
    options = ["--paid", str(paid), "--map", "发放=dibao", "--rules", RULES, *WITHOUT, "--lang", "en", "-q"]
    for amount, is_asked in (("0.05", True), ("544", False), ("0.05万", False)):
        paid.write_text(f"单位：元,\n户编号,发放\nA1,{amount}\n", encoding="utf-8")
        assert run(["compare", path, "-m", "2022-05", *options]) == 0
        assert ("are they in 万元" in capsys.readouterr().err) == is_asked


@pytest.mark.slow
def test_a_list_of_payments_given_twice_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, paid, copy = plain(tmp_path, "a.csv", "A1,甲,,1980-01-01,户主,100,是"), tmp_path / "p.csv", tmp_path / "q.csv"
    for one in (paid, copy):
        # of a number that is mistyped in the same way the person is the same
        one.write_text("户编号,身份证号,发放,残补\nA1,990000198001010019,100,\n", encoding="utf-8")
    given = ["compare", path, "-m", "2022-05", "--map", "发放=dibao", "--map", "残补=disability_living"]
    options = [*given, "--rules", RULES, *WITHOUT, "--lang", "en", "-q"]
    assert run([*options, "--paid", str(paid), "--paid", f"{tmp_path}/./p.csv"]) == 2
    assert "p.csv is given twice" in capsys.readouterr().err
    assert run([*options, "--paid", str(paid), "--paid", str(copy)]) == 0
    assert f"the person in {paid}:2 (A1), {copy}:2 (A1)" in capsys.readouterr().err
    paid.write_text("户编号,身份证号,发放,残补\nA1,990000198001010019,,75\n", encoding="utf-8")
    assert run([*options, "--paid", str(paid), "--paid", str(copy)]) == 0  # for another benefit
    assert capsys.readouterr().err == ""


def test_a_file_that_is_read_is_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = plain(tmp_path, "a.csv", "A1,甲,,1980-01-01,户主,100,是")
    new = plain(tmp_path, "b.csv", "A1,甲,,1980-01-01,户主,200,是")
    before = Path(old).read_bytes()
    for outputs in (["-o", old], ["--html", new], ["-o", f"{tmp_path}/c", "--html", f"{tmp_path}/./c"]):
        options = ["--against", old, "--rules", RULES, *WITHOUT, "--lang", "en", "-q"]
        assert run(["compare", new, "-m", "2022-05", *options, *outputs]) == 2
        assert "is already used as an input or another output" in capsys.readouterr().err
    assert Path(old).read_bytes() == before


@pytest.mark.slow
def test_standard_input_is_one_ledger(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ["--against-month", "2022-04", "--rules", RULES, *WITHOUT, "--lang", "en", "-q"]
    assert run(["compare", "-", "-m", "2022-05", *options]) == 2
    assert "standard input can be read only once" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(12), 3))
def test_causes_add_up_to_the_fen_in_generated_pairs(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    before = ledger(80, seed, 0.05)
    old, new = (
        write(tmp_path / "old.csv", before),
        write(tmp_path / "new.csv", [*later(random, before), *newcomers(seed)]),
    )
    path = tmp_path / "changes.jsonl"
    months = (("2022-05", "2022-06"), ("2022-07", "2022-08"), ("2022-06", "2022-05"))[seed % 3]
    arguments = [new, "-m", months[1], "--against", old, "--against-month", months[0], "--rules", RULES, *WITHOUT]
    assert run(["compare", *arguments, "-o", str(path), "-q", "--lang", "zh"]) == 0
    changes = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    settled = 0
    for one in changes:
        for line in one["benefits"]:
            if line["needs"] or line["unset"]:
                continue
            settled += 1
            difference = fen(line["after"] or "") - fen(line["before"] or "")
            assert sum(fen(cause["amount"]) for cause in line["causes"]) == difference, one
            assert line["causes"], one
    assert settled > 5
    assert {one["change"] for one in changes} >= {"rejected", "unsettled"}
