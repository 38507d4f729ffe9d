"""`doudi near`: facts that could be shown, one line a distance, and nothing that teaches to earn less."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from calc import read_rules
from calc.cli import run
from calc.diagnostics.diagnostic import InputErrors
from tests.support.small import HEAD, codes_of

ROOT = Path(__file__).parents[2]
RULES = ["--rules", str(ROOT / "rules.toml"), "-m", "2022-05", "--debug"]


def example_with(folder: Path, line: str, other: str) -> str:
    """The example family with another line."""
    text = (ROOT / "examples" / "household.toml").read_text(encoding="utf-8")
    path = folder / "family.toml"
    path.write_text(text.replace(line, other), encoding="utf-8")
    return str(path)


@pytest.fixture
def family(tmp_path: Path) -> str:
    return example_with(tmp_path, '"工资" = 2500', '"工资" = 3600')


def near(path: str, *options: str) -> int:
    return run(["near", path, *RULES, *options])


def test_outlay_that_could_be_shown(family: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert near(family, "--benefit", "dibao", "--lang", "zh") == 0
    assert capsys.readouterr().out == (
        "示例一\n"
        "  最低生活保障金：不符合\n"
        "    ✗ 家庭人均收入不低于低保标准 — 家庭收入人均 1000.00 ≥ 644.00（3人共 3000.00 ≥ 1932.00，超出 1068.00）\n"
        "    如有以下情况并能证明，即可享受：\n"
        "      任一项 +1,068.01：缴纳税费和社保（任一成员）、大额医疗支出（任一成员）、"
        "大额教育支出（任一成员）、大额康复支出（任一成员）\n"
    )


@pytest.mark.slow
def test_no_lower_wage_unless_asked(family: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert near(family, "--lang", "en") == 0
    assert "Wage" not in capsys.readouterr().out
    assert near(family, "--lang", "en", "--all", "--benefit", "dibao") == 0
    printed = capsys.readouterr().out
    assert "      Wage (张三) 3,600.00 → 2,531.99 (−1,068.01)\n" in printed
    assert "(no advice):\n      +1,068.01 in any one of: Support paid (any member)\n" in printed


@pytest.mark.slow
def test_each_change_gives_the_benefit_and_a_fen_less_does_not(family: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert near(family, "--all", "-f", "csv", "--benefit", "dibao") == 0
    found = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(found) == 16
    for row in found:
        value, step = float(row["value"]), -0.01 if row["change"].startswith("-") else 0.01
        for tried, granted in ((value, True), (value - step, False)):
            setting = f"{row['of_member']}.{row['fact']}={tried:.2f}"
            run(["assess", family, *RULES, "--set", setting, "--value", "dibao"])
            assert (float(capsys.readouterr().out) > 0) is granted, setting


@pytest.mark.slow
def test_what_decides_under_or(family: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert near(family, "--benefit", "disability_living", "--lang", "en") == 0
    printed = capsys.readouterr().out
    assert "    Any one of these would do:\n      receives Minimum living allowance (dibao)\n" in printed


def test_json(family: str, tmp_path: Path) -> None:
    target = tmp_path / "near.json"
    assert near(family, "-o", str(target), "--benefit", "tekun") == 0
    (household,) = json.loads(target.read_text(encoding="utf-8"))["households"]
    one = household["denied"][0]
    assert (one["benefit"], one["member"]) == ("tekun", "李四")
    assert {(each["fact"], each["value"]) for each in one["changes"]} == {
        ("法定义务人情况", "无义务人"), ("法定义务人情况", "均无能力")}  # fmt: skip
    assert {each["remedy"] for each in one["changes"]} == {"evidence"}


EXAMPLE = str(ROOT / "examples" / "household.toml")


def test_nothing_is_denied(capsys: pytest.CaptureFixture[str]) -> None:
    assert near(EXAMPLE, "--benefit", "disability_nursing", "--lang", "zh") == 0
    assert "没有不符合的待遇；单凭一项可以证明的情况，都不能增加金额。" in capsys.readouterr().out


@pytest.mark.slow
def test_what_would_raise_a_benefit_that_is_granted(capsys: pytest.CaptureFixture[str]) -> None:
    assert near(EXAMPLE, "--benefit", "dibao", "--lang", "en") == 0
    printed = capsys.readouterr().out
    assert "(dibao): 225.20\n    It would be more if this is so and can be shown:\n" in printed
    assert "      Serious illness recognised (张小) no → yes (354.00)\n" in printed
    assert (
        "      +0.01 gives 226.20; +1,249.01 gives the most, 1,475.20, in any one of: Large medical outlay (any"
        in printed
    )
    assert "Wage" not in printed


@pytest.mark.slow
def test_each_change_gives_as_much_as_it_says_and_a_fen_less_gives_less(capsys: pytest.CaptureFixture[str]) -> None:
    assert near(EXAMPLE, "--all", "-f", "csv", "--benefit", "dibao") == 0
    found = [one for one in csv.DictReader(io.StringIO(capsys.readouterr().out)) if one["change"]]
    assert {one["fact"] for one in found} >= {"工资", "大额医疗支出"} and {one["amount"] for one in found} == {"225.20"}
    for row in found[::3]:
        value, step = float(row["value"]), -0.01 if row["change"].startswith("-") else 0.01
        for tried in (value, value - step):
            setting = f"{row['of_member']}.{row['fact']}={tried:.2f}"
            run(["assess", EXAMPLE, *RULES, "--set", setting, "--value", "dibao"])
            assert (capsys.readouterr().out.strip() == row["gives"]) is (tried == value), setting


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--benefit", "diboa"], "no benefit"),
        (["-o", "near.xlsx"], "use .txt .json .csv"),
        (["-f", "xml"], "is not one of"),
    ],
)
def test_refusals(options: list[str], said: str, family: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert near(family, *options, "--lang", "en") == 2
    assert said in capsys.readouterr().err


def test_a_rejected_household_is_told(family: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = Path(family).read_text(encoding="utf-8").replace("3600", '"多"')
    Path(family).write_text(text, encoding="utf-8")
    assert near(family, "--lang", "en") == 1
    assert "多" in capsys.readouterr().err


def test_a_remedy_is_one_of_three_words(tmp_path: Path) -> None:
    fact = '[facts.household."x"]\nkind = "yes/no"\nremedy = "{}"\n'
    assert codes_of(HEAD + fact.format("act"), head="") == []
    path = tmp_path / "rules.toml"
    path.write_text(HEAD + fact.format("advice"), encoding="utf-8")
    with pytest.raises(InputErrors) as wrong:
        read_rules(str(path))
    assert wrong.value.diagnostics[0].values["wanted"] == ("evidence, act or none", "evidence、act 或 none")


@pytest.fixture
def at_level_3(tmp_path: Path) -> str:
    return example_with(tmp_path, '"残疾证等级" = 2', '"残疾证等级" = 3')


@pytest.mark.slow
def test_two_facts_where_no_single_one_does(at_level_3: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert near(at_level_3, "--benefit", "tekun", "--lang", "zh") == 0
    alone = capsys.readouterr().out
    assert near(at_level_3, "--benefit", "tekun", "--lang", "zh", "--two") == 0
    printed = capsys.readouterr().out
    assert (
        "    以下两项同时属实并能证明，即可享受：\n"
        "      残疾证类别（李四） 肢体 → 智力 / 精神，并且 法定义务人情况（李四） 有人有能力 → 无义务人 / 均无能力\n"
    ) in printed
    assert [one for one in printed.splitlines() if "并且 法定义务人" not in one or "无义务人 /" not in one][:8] == (
        alone.splitlines()[:8]
    )
    assert "出生日期" not in printed


@pytest.mark.slow
def test_both_of_a_pair_give_it_and_one_of_them_does_not(at_level_3: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert near(at_level_3, "--benefit", "tekun", "--two", "-f", "csv") == 0
    found = [one for one in csv.DictReader(io.StringIO(capsys.readouterr().out)) if one["and_fact"]]
    assert len(found) == 8
    assert near(at_level_3, "--benefit", "tekun", "--two", "-f", "json") == 0
    (one, *_) = json.loads(capsys.readouterr().out)["households"][0]["denied"]
    assert [[each["fact"] for each in pair] for pair in one["pairs"]] == [
        [row["fact"], row["and_fact"]] for row in found
    ]
    assert one["pairs_cut"] is False
    for row in (found[0], found[-1]):
        first, second = (f"{row[who]}.{row[fact]}={row[value]}" for who, fact, value in (
            ("of_member", "fact", "value"), ("and_of_member", "and_fact", "and_value")))  # fmt: skip
        for settings, granted in (([first, second], True), ([first], False), ([second], False)):
            run(["assess", at_level_3, *RULES, *(part for one in settings for part in ("--set", one)), "-f", "csv"])
            rows = csv.DictReader(io.StringIO(capsys.readouterr().out))
            (tekun,) = [one for one in rows if (one["benefit"], one["member"]) == ("tekun", "李四")]
            assert (tekun["status"] == "granted") is granted, settings
