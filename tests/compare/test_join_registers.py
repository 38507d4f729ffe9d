"""Registers joined to a list: the same as one ledger with everything in it; what contradicts is a group of its own."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from random import Random

import pytest

from bench.ledger import HEADINGS
from bench.screening import unsure
from calc.batch.job import BatchJob, ResultSink
from calc.batch.pipeline import open_ledger
from calc.batch.row_pipeline import scan
from calc.cli import run
from calc.compare.join_registers import read_registers
from calc.ledger.ledger import LedgerHousehold
from calc.record import replace
from calc.rules.plan import Plan
from tests.compare.test_screen import HOUSEHOLD, NAME, Rows, plan, screened, write
from tests.support.both_engines import RULES, WITHOUT
from tests.support.seeds import seeds

__all__ = ["plan"]
NUMBER = HEADINGS.index("身份证号")
FIRST = ("残疾证号", "需长期照护", "重病认定", "未达到的自理指标数")
SECOND = ("工资", "养老金", "货币财产", "家庭经济状况已核对", "重病认定")
"""Columns that the registers of the tests have, one of them in both."""


def divided(rows: Rows, random: Random) -> tuple[Rows, list[Rows]]:
    """A list without some cells, and two registers that have these, and some others beside or as not known."""
    left: Rows = [list(rows[0])]
    registers: list[Rows] = [[["姓名", "身份证号", *one]] for one in (FIRST, SECOND)]
    for row in rows[1:]:
        kept, given = [*row], [{}, {}]  # type: tuple[list[str], list[dict[str, str]]]
        for heading in {*FIRST, *SECOND}:
            at = HEADINGS.index(heading)
            cell, sources = (
                row[at],
                [one for one, names in zip(given, (FIRST, SECOND), strict=True) if heading in names],
            )
            if not cell:
                continue
            chosen = [one for one in sources if random.random() < 0.6]
            if chosen and random.random() < 0.7:
                kept[at] = "不详" if random.random() < 0.1 else ""
            elif random.random() < 0.1:
                chosen = []
            for one in sources:
                if any(one is each for each in chosen):
                    one[heading] = cell
                elif random.random() < 0.1:
                    one[heading] = "不详"
        left.append(kept)
        for one, names, found in zip(given, (FIRST, SECOND), registers, strict=True):
            if one:
                found.append([row[NAME], row[NUMBER], *(one.get(name, "") for name in names)])
    for found in registers:
        found[1:] = random.sample(found[1:], len(found) - 1)
    return left, registers


def in_shape(folder: Path, name: str, rows: Rows, shape: str) -> str:
    """Writes a register as CSV, as a workbook, as JSON Lines, or with a household number that means nothing here."""
    if shape == "jsonl":
        path = folder / f"{name}.jsonl"
        objects = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects), encoding="utf-8")
        return str(path)
    if shape == "xlsx":
        from xlsxwriter import Workbook

        book = Workbook(str(folder / f"{name}.xlsx"))
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        book.close()
        return str(folder / f"{name}.xlsx")
    if shape == "numbered":
        rows = [[*rows[0], "户编号"], *([*row, "R1"] for row in rows[1:])]
    return write(folder / f"{name}.csv", rows)


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["csv", "jsonl", "xlsx", "numbered"])
@pytest.mark.parametrize("seed", seeds(range(4), 1))
def test_registers_are_as_one_ledger_with_everything_in_it(tmp_path: Path, seed: int, shape: str) -> None:
    rows, random = unsure(150, seed, 0.15), Random(seed)
    expected = screened(tmp_path, write(tmp_path / "whole.csv", rows), "--pieces", "3")
    left, registers = divided(rows, random)
    path = write(tmp_path / "list.csv", left)
    first, second = (in_shape(tmp_path, f"register-{at}", one, shape) for at, one in enumerate(registers))
    assert screened(tmp_path, path, "--pieces", "3") != expected  # the registers say something
    for given in ((first, second), (second, first)):
        options = [word for one in given for word in ("--register", one)]
        assert screened(tmp_path, path, "--pieces", "3", *options) == expected


@pytest.mark.parametrize("seed", seeds(range(6), 2))
def test_the_facts_of_a_household_are_those_of_one_ledger(tmp_path: Path, plan: Plan, seed: int) -> None:
    rows, random = unsure(80, seed, 0.2), Random(seed)
    left, registers = divided(rows, random)
    paths = [write(tmp_path / f"{at}.csv", one) for at, one in enumerate((rows, left, *registers))]
    job = BatchJob((paths[1],), (plan,), without=("收入", "财产"))
    joined = read_registers([(one, None) for one in random.sample(paths[2:], 2)], job)
    expected = {one.id: (one.facts, one.members) for one in households_of(replace(job, ledgers=(paths[0],)))}
    found = {}
    for one in households_of(job):
        with_registers = joined.joined(one) or one
        found[one.id] = with_registers.facts, with_registers.members
    assert found == expected


def households_of(job: BatchJob) -> list[LedgerHousehold]:
    """The households of a ledger as they are read."""
    with open_ledger(job) as (ledger, _):
        scan(ledger, 1, ResultSink())
        return [one for key in ledger.order for one in ledger.households(*key) if isinstance(one, LedgerHousehold)]


@pytest.mark.slow
def test_how_a_personal_number_is_written_is_no_contradiction(tmp_path: Path) -> None:
    rows = unsure(60, 3, 0.0)
    at = HEADINGS.index("残疾证号")
    row = next(one for one in rows[1:] if one[at])
    path = write(tmp_path / "list.csv", rows)
    register = write(tmp_path / "register.csv", [["身份证号", "残疾证号"], [row[NUMBER], f"{row[at]}B1"]])
    assert screened(tmp_path, path, "--register", register) == screened(tmp_path, path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(4), 1))
def test_a_contradiction_is_a_line_of_its_own_and_nothing_else_changes(tmp_path: Path, seed: int) -> None:
    rows, random = unsure(60, seed, 0.1), Random(seed)
    path = write(tmp_path / "list.csv", rows)
    expected = screened(tmp_path, path)
    pension, checked = HEADINGS.index("养老金"), HEADINGS.index("家庭经济状况已核对")
    stated = [row for row in rows[1:] if row[pension].isdigit()]
    changed = random.sample(stated, 5)
    others = [[row[NUMBER], row[pension], row[checked]] for row in stated if row not in changed]
    wrong = [[row[NUMBER], str(int(row[pension]) + 1), row[checked]] for row in changed]
    register = write(tmp_path / "register.csv", [["身份证号", "养老金", "家庭经济状况已核对"], *others, *wrong])
    found = screened(tmp_path, path, "--register", register)
    ids = {row[HOUSEHOLD] for row in changed}
    assert [row for row in found if row["group"] != "contradicted"] == [
        row for row in expected if row["household"] not in ids
    ]
    contradicted = {row["household"]: row for row in found if row["group"] == "contradicted"}
    assert contradicted.keys() == ids
    for number, row in enumerate(changed, len(others) + 2):
        said = contradicted[row[HOUSEHOLD]]["next"]
        assert f"`养老金` of {row[NAME]} is {int(row[pension]) + 1} in {register}:{number}" in said
        assert f"but {row[pension]} in {path}:{rows.index(row) + 1}" in said
        assert row[NUMBER] not in said


@pytest.mark.slow
def test_two_rows_of_a_register_about_one_person(tmp_path: Path) -> None:
    rows = unsure(40, 3, 0.0)
    path = write(tmp_path / "list.csv", rows)
    row = next(one for one in rows[1:] if not one[HEADINGS.index("重病认定")])
    twice = [["身份证号", "重病认定", "需长期照护"], [row[NUMBER], "是", ""], [row[NUMBER], "", "否"]]
    first = screened(tmp_path, path, "--register", write(tmp_path / "twice.csv", twice))
    once = [twice[0], [row[NUMBER], "是", "否"]]
    assert screened(tmp_path, path, "--register", write(tmp_path / "once.csv", once)) == first
    twice[2][1] = "否"
    found = screened(tmp_path, path, "--register", write(tmp_path / "twice.csv", twice))
    assert [one["household"] for one in found if one["group"] == "contradicted"] == [row[HOUSEHOLD]]


@pytest.mark.slow
def test_a_check_that_fails_by_a_register_names_its_cell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = unsure(40, 3, 0.0)
    row = next(one for one in rows[1:] if one[HEADINGS.index("基础养老金")])
    row[HEADINGS.index("基础养老金")] = row[HEADINGS.index("养老金")] = ""
    left = [[*one] for one in rows]
    rules = tmp_path / "rules.toml"
    rules.write_text(
        f'[rules]\nextends = "{RULES}"\n\n[checks."小额"]\nen = "Little"\nformula = "养老金 <= 0 or 基础养老金 > 0"\n',
        encoding="utf-8",
    )
    path = write(tmp_path / "list.csv", left)
    register = write(tmp_path / "register.csv", [["身份证号", "养老金"], [row[NUMBER], "900"]])
    status = run(["screen", path, "--register", register, "--rules", str(rules), *WITHOUT, "-m", "2022-06",
                  "--lang", "en", "--debug"])  # fmt: skip
    printed = capsys.readouterr()
    assert status == 0, printed.err
    assert f"{register}:2: error[check-failed]" in printed.err


@pytest.mark.slow
def test_who_is_in_no_household_of_the_list_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = unsure(40, 3, 0.0)
    people = [row for row in rows[1:] if row[NUMBER]]
    gone = people[5]
    rejected = people[9]
    household = [row for row in rows[1:] if row[HOUSEHOLD] != gone[HOUSEHOLD]]
    rejected[HEADINGS.index("住房套数")] = "many"
    path = write(tmp_path / "list.csv", [rows[0], *household])
    table = [["身份证号", "养老金"], *([row[NUMBER], ""] for row in (people[0], rejected, gone)), ["", "7"]]
    register = write(tmp_path / "register.csv", table)
    run(["screen", path, "--register", register, "--rules", RULES, *WITHOUT, "-m", "2022-06", "--lang", "en"])
    said = capsys.readouterr().err
    assert f"{register}: 3 people, 2 of them in households of the list, 1 in none (line 4)" in said
    assert f"{register}: rows that could not be joined to anybody: 1; line 5: the row has no identity number" in said
    assert gone[NUMBER] not in said


@pytest.mark.slow
def test_a_register_has_columns_of_its_own(tmp_path: Path) -> None:
    """The map of one register says what its headings mean; those of the list stay what they are."""
    rows = unsure(30, 4, 0.0)
    path = write(tmp_path / "list.csv", rows)
    expected = screened(tmp_path, path)
    row = rows[1]
    register = write(tmp_path / "register.csv", [["身份证号", "与户主关系"], [row[NUMBER], "兄弟姐妹"]])
    found = screened(tmp_path, path, "--register", register)
    assert [one["household"] for one in found if one["group"] == "contradicted"] == [row[HOUSEHOLD]]
    own = tmp_path / "own.toml"
    own.write_text('[columns]\n"与户主关系" = "-"\n', encoding="utf-8")
    assert screened(tmp_path, path, "--register", f"{register}={own}") == expected


@pytest.mark.slow
def test_topics_that_only_a_register_has_are_no_missing_columns(tmp_path: Path) -> None:
    rows = unsure(10, 4, 0.0)
    at = [rows[0].index(one) for one in ("户编号", "姓名", "身份证号", "与户主关系")]
    path = write(tmp_path / "list.csv", [[row[one] for one in at] for row in rows])
    money = ("身份证号", "工资", "经营净收入", "养老金", "赡养抚养费收入", "货币财产", "住房套数")
    register = write(tmp_path / "money.csv", [[row[rows[0].index(one)] for one in money] for row in rows])
    common = ["screen", path, "--rules", RULES, "-m", "2022-06", "-q"]
    assert run(common) == 2
    assert run([*common, "--register", register]) == 0


def test_wrong_registers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = unsure(10, 4, 0.0)
    path = write(tmp_path / "list.csv", rows)
    register = write(tmp_path / "register.csv", [["身份证号", "养老金"]])
    common = ["screen", path, "--rules", RULES, *WITHOUT, "-m", "2022-06", "--lang", "en"]
    (tmp_path / "same.csv").symlink_to(register)
    for given, text in (
        ([path], "is given twice"),
        ([register, register], "is given twice"),
        ([register, str(tmp_path / "same.csv")], "is given twice"),
        ([str(tmp_path / "none.csv")], "cannot be read"),
        ([write(tmp_path / "nobody.csv", [["姓名", "养老金"], ["甲", "1"]])], "no column holds them"),
        ([write(tmp_path / "unclear.csv", [["身份证号", "养老金额"], ["", "1"]])], "养老金额"),
    ):
        assert run([*common, *(word for one in given for word in ("--register", one))]) == 2
        assert text in capsys.readouterr().err


def test_rules_without_identity_numbers_cannot_join(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "list.csv", [["household", "name"], ["A", "Ann"]])
    with (tmp_path / "register.csv").open("w") as file:
        csv.writer(file).writerow(["name"])
    smallville = str(Path(__file__).parents[1] / "smallville.toml")
    assert run(["screen", path, "--register", str(tmp_path / "register.csv"), "--rules", smallville, "-m", "2024-03",
                "--lang", "en"]) == 2  # fmt: skip
    assert "no fact with the identity number" in capsys.readouterr().err
