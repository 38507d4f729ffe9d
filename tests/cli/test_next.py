"""`doudi next`: what changes by itself, with its month, its causes and its money."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from calc import assess, plan_for, read_rules
from calc.cli import run

ROOT = Path(__file__).parents[2]
HOUSEHOLD = str(ROOT / "examples" / "household.toml")
RULES = ["--rules", str(ROOT / "rules.toml")]
FAMILY = """
"家庭经济状况已核对" = true
"成员" = [
  {{ id = "甲", "与户主关系" = "户主", "出生日期" = 1978-03-01, {more} }},
  {{ id = "丙", "与户主关系" = "子女", "出生日期" = 2005-11-30 }},
]
{own}
"""
GRACE = """
"渐退决定" = true
"渐退首月" = 2022-05-01
"因成员就业增收" = true
"原低保金额" = 500.50
"""


def looked_ahead(path: object, *options: str, month: str = "2022-05") -> int:
    return run(["next", str(path), *RULES, "-m", month, "--debug", *options])


def family(tmp_path: Path, more: str = '"工资" = 0', own: str = "") -> Path:
    path = tmp_path / "family.toml"
    path.write_text(own + FAMILY.format(more=more, own=""), encoding="utf-8")
    return path


@pytest.mark.slow
def test_a_birthday_lowers_dibao(capsys: pytest.CaptureFixture[str]) -> None:
    assert looked_ahead(HOUSEHOLD, "--lang", "en", month="2023-02") == 0
    printed = capsys.readouterr().out
    assert printed.endswith(
        "2023-10  Age (张小) 16 → 17\n"
        "    Minimum living allowance (dibao)  225.20 → 160.80  −64.40\n"
        "    Payable in all                    375.20 → 310.80  −64.40\n\n"
        "Nothing else changes by itself until 2025-02.\n"
    )


@pytest.mark.slow
def test_rows_are_the_differences_of_assessments(capsys: pytest.CaptureFixture[str]) -> None:
    assert looked_ahead(HOUSEHOLD, "-f", "csv", "--lang", "en", "--months", "30") == 0
    found = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["month"] for row in found} >= {"2022-06", "2022-07", "2022-09", "2022-10", "2023-01", "2023-10"}
    book = read_rules(str(ROOT / "rules.toml"))
    for row in found:
        year, month = (int(part) for part in row["month"].split("-"))
        now = year * 100 + month
        for at, side in ((now - 1 if month > 1 else now - 89, "_before"), (now, "")):
            (trace,) = assess(plan_for(book, at), HOUSEHOLD).traces
            ids = [one.id for one in trace.household.members]
            (outcome,) = (
                one for one in trace.result.outcomes
                if one.benefit == row["benefit"] and (one.member is None or ids[one.member] == row["member"])
            )  # fmt: skip
            assert outcome.status_name == row["status" + side]
            assert row["amount" + side] == ("" if outcome.amount is None else f"{float(outcome.amount):.2f}")


@pytest.mark.slow
def test_a_term_of_months_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = family(tmp_path, '"工资" = 2532, "在本市务工" = true', GRACE)
    assert looked_ahead(path, "--lang", "zh") == 0
    printed = capsys.readouterr().out
    assert "低保渐退（保留原低保金）  500.50 → 不符合  −500.50\n      不在渐退期内\n" in printed
    assert re.search(r"^2022-11  自“渐退首月”起计的月数$", printed, re.MULTILINE)


@pytest.mark.slow
def test_what_time_and_the_rules_do_in_one_month_is_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = tmp_path / "draft.toml"
    text = f'[rules]\nextends = "{ROOT / "rules.toml"}"\n[parameters."低保标准"]\nfrom.2022-12 = 700\n'
    draft.write_text(text, encoding="utf-8")
    path = family(tmp_path)
    assert run(["next", str(path), "--rules", str(draft), "-m", "2022-10", "--months", "3", "--lang", "en"]) == 0
    printed = capsys.readouterr().out
    assert "2022-12  Dibao standard 644 → 700 (+117.60); Age (丙) 16 → 17 (−70.00)\n" in printed
    assert "Minimum living allowance (dibao)  1,352.40 → 1,400.00  +47.60\n" in printed


@pytest.mark.slow
def test_a_stated_age_does_not_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = family(tmp_path, '"年龄" = 44')
    assert looked_ahead(path, "--lang", "en") == 0
    printed = capsys.readouterr().out
    assert "Age (甲) is stated itself, so it stays as it is" in printed
    assert "2023-03" not in printed.partition("can no longer")[0].rpartition("\n2023-04")[0]
    assert "2023-04" not in printed or "Age (甲) 44 → 45" in printed
    assert "can no longer be assessed as it is: Age and birth date agree" in printed
    assert "Nothing else" not in printed


@pytest.mark.slow
def test_json_goes_into_a_file(tmp_path: Path) -> None:
    target = tmp_path / "changes.json"
    assert looked_ahead(HOUSEHOLD, "-o", str(target), "--months", "6") == 0
    found = json.loads(target.read_text(encoding="utf-8"))
    (household,) = found["households"]
    assert (found["from"], found["to"]) == ("2022-05", "2022-11")
    assert [one["month"] for one in household["changes"]] == ["2022-06", "2022-07", "2022-09", "2022-10"]
    assert household["changes"][0]["total"] == "1275.20"
    assert household["changes"][2]["total"] is None


def test_nothing_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert looked_ahead(family(tmp_path), "--months", "3", "--lang", "zh", month="2023-05") == 0
    assert "到 2023-08 为止，没有自行发生的变动。" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--months", "0"], "0 is not in the range"),
        (["-o", "changes.xlsx"], "use .txt .json .csv"),
        (["-o", "changes.csv", "-f", "json"], "use .json"),
        (["-m", "2021-12"], "these rules begin in 2022-01"),
    ],
)
def test_refusals(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert looked_ahead(HOUSEHOLD, *options, "--lang", "en") == 2
    assert said in capsys.readouterr().err


def test_a_rejected_household_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert looked_ahead(family(tmp_path, '"工资" = -5'), "--lang", "en") == 1
    assert "-5" in capsys.readouterr().err
