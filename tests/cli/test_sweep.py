"""`doudi sweep`: thresholds to the last decimal, what is kept between them, and refusals in plain words."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from calc.cli import run

ROOT = Path(__file__).parents[2]
HOUSEHOLD = str(ROOT / "examples" / "household.toml")
RULES = ["--rules", str(ROOT / "rules.toml"), "-m", "2022-05"]


def swept(*options: str) -> int:
    return run(["sweep", HOUSEHOLD, *RULES, "--debug", *options])


@pytest.mark.slow
def test_a_wage_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert swept("--over", "张三.wage", "--to", "6000", "--lang", "en") == 0
    printed = capsys.readouterr().out
    assert "  ▲ 2,532.00 +449.80  Minimum living allowance (dibao) ends" in printed
    assert "  ▼ 3,498.00 −719.00  " in printed
    assert "    worse off than before the drop until 4,216.99\n" in printed
    assert re.search(r"^600\.01 +2,531\.99 +2,275\.20 → 344\.20 +0\.00$", printed, re.MULTILINE)


def test_a_wage_as_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert swept("--over", "张三.工资", "--from", "2000", "--to", "5000", "--format", "csv", "--lang", "zh") == 0
    found = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["from"], row["to"], row["total_from"], row["total_to"], row["change_before"]) for row in found] == [
        ("2000.00", "2531.99", "875.20", "344.20", ""),
        ("2532.00", "3497.99", "794.00", "794.00", "449.80"),
        ("3498.00", "5000.00", "75.00", "75.00", "-719.00"),
    ]
    assert found[2]["made_up_at"] == "4216.99"


@pytest.mark.slow
def test_the_curve_says_its_numbers_as_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "curve.svg"
    assert swept("--over", "张三.工资", "--to", "6000", "--svg", str(path), "--lang", "en") == 0
    text = path.read_text(encoding="utf-8")
    assert "2,532.00–3,497.99: 794.00" in text
    assert ">3,498.00: −719.00</text>" in text
    assert text.count('class="curve"') == 4


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--over", "王五.工资"], "no household has such a member"),
        (["--over", "王五.工资"], "one of 张三, 李四, 张小"),
        (["--over", "张三.工姿"], "did you mean `张三.工资`?"),
        (["--over", "工资"], "did you mean `张三.工资`?"),
        (["--over", "低保标准"], "--over:1:1: error[bad-setting]: `低保标准` is neither"),
        (["--over", "张三.出生日期", "--from", "1880-13-01"], "`1880-13-01` is not a value of this fact: "),
        (["--over", "张三.出生日期", "--from", "1800-01-01"], "`1800-01-01` is not a value of this fact: "),
        (["--over", "张三.出生日期", "--from", "2000-01-01", "--to", "1999-12-31"], "larger than the last one"),
        (["--over", "张三.出生日期", "--html", "page.pdf"], "use .html"),
        (["--over", "张三.与户主关系", "--to", "5"], "--to is for numbers"),
        (["--over", "张三.与户主关系", "--svg", "curve.svg"], "--svg is for numbers"),
        (["--over", "张三.工资", "-o", "sweep.xlsx"], "use .txt .json .csv"),
        (["--over", "张三.工资", "--from", "many"], "`many` is not a value"),
        (["--over", "张三.工资", "--from", "5", "--to", "3"], "larger than the last one"),
        (["--over", "张三.工资", "--benefit", "diboa"], "no benefit"),
    ],
)
def test_what_cannot_be_moved_is_told(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert swept(*options, "--lang", "en") == 2
    assert said in capsys.readouterr().err


def assessed(capsys: pytest.CaptureFixture[str], setting: str, *options: str) -> str:
    run(["assess", HOUSEHOLD, "--rules", str(ROOT / "rules.toml"), "-m", "2022-05", "--set", setting, *options])
    return capsys.readouterr().out


@pytest.mark.parametrize("fact", ["李四.残疾证类别", "李四.需长期照护", "张小.就读阶段", "家庭经济状况已核对"])
def test_each_word_is_what_an_assessment_says(fact: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert swept("--over", fact, "-f", "csv", "--lang", "en") == 0
    found = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    (present,) = (row for row in found if row["is_present"] == "yes")
    for row in found:
        document = json.loads(assessed(capsys, f"{fact}={row['value']}", "-f", "json"))
        assert (row["rejected"] == "yes") is bool(document["rejected"])
        if document["rejected"]:
            assert row["total"] == ""
            continue
        (household,) = document["households"]
        assert (row["undetermined"] == "yes") is (household["status"] == "undetermined")
        assert row["total"] == household["total_at_least"]
        if "yes" not in (row["undetermined"], present["undetermined"]) and row["total"] != present["total"]:
            assert float(row["change"]) == pytest.approx(float(row["total"]) - float(present["total"]))


def test_words_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert swept("--over", "李四.需长期照护", "--lang", "zh") == 0
    assert capsys.readouterr().out == (
        "每月应得待遇随需要长期照护（李四）的变化\n\n取值        合计\n是（现）  375.20\n否        300.20  −75.00\n"
        "    重度残疾人护理补贴（李四）终止（不再满足：需要长期照护）\n"
    )


def test_a_level_is_a_count(capsys: pytest.CaptureFixture[str]) -> None:
    assert swept("--over", "李四.残疾证等级", "-f", "csv") == 0
    found = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["from"], row["to"], row["total_from"]) for row in found] == [
        ("1", "2", "375.20"), ("3", "4", "171.40")]  # fmt: skip
    for value, total in (("2", "375.20"), ("3", "171.40")):
        assert assessed(capsys, f"李四.残疾证等级={value}", "--value", "total") == f"{total}\n"


@pytest.mark.slow
def test_two_rules_are_two_curves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft, picture = tmp_path / "draft.toml", tmp_path / "curves.svg"
    text = f'[rules]\nextends = "{ROOT / "rules.toml"}"\n[parameters."低保标准"]\nfrom.2022-05 = 700\n'
    draft.write_text(text, encoding="utf-8")
    options = ["--over", "张三.工资", "--to", "6000", "--against-rules", str(draft), "--svg", str(picture)]
    assert swept(*options, "-f", "csv", "--lang", "en") == 0
    found = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    ends = {(row["rules"], row["to"]): row["total_to"] for row in found}
    assert ends[str(draft), "2699.99"] == "361.00"
    assert ends[str(ROOT / "rules.toml"), "2531.99"] == "344.20"
    drawn = picture.read_text(encoding="utf-8")
    assert drawn.count('class="curve other"') == 5  # four pieces and the legend
    assert drawn.count(str(draft)) >= 4  # in the description; in the legend as far as it has room
    assert swept(*options, "--lang", "zh") == 0
    assert f"按 {draft} 的规则：" in capsys.readouterr().out


def test_a_sweep_as_json(tmp_path: Path) -> None:
    target = tmp_path / "sweep.json"
    assert swept("--over", "张三.工资", "--to", "6000", "-o", str(target)) == 0
    found = json.loads(target.read_text(encoding="utf-8"))
    assert (found["fact"], found["member"], found["month"]) == ("工资", "张三", "2022-05")
    assert [one["to"] for one in found["pieces"]] == ["600.00", "2531.99", "3497.99", "6000.00"]


@pytest.mark.slow
@pytest.mark.parametrize("fact", ["张小.出生日期", "李四.单人保确认日期"])
def test_each_piece_of_a_date_is_what_an_assessment_says(fact: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert swept("--over", fact, "-f", "csv", "--lang", "en") == 0
    found = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert (found[0]["from"], found[-1]["to"]) == ("1902-05-01", "2023-12-31") and len(found) > 1
    for row in found:
        for day in (row["from"], row["to"]):
            document = json.loads(assessed(capsys, f"{fact}={day}", "-f", "json"))
            assert (row["rejected"] == "yes") is bool(document["rejected"])
            assert row["total_from"] == row["total_to"]
            if not document["rejected"]:
                (household,) = document["households"]
                assert (row["undetermined"] == "yes") is (household["status"] == "undetermined")
                assert row["total_from"] == household["total_at_least"]


@pytest.mark.slow
def test_a_page_of_a_number_and_of_words(tmp_path: Path) -> None:
    for fact, is_curve in (("张三.工资", True), ("李四.需长期照护", False)):
        target = tmp_path / "page.html"
        assert swept("--over", fact, "--html", str(target), "--lang", "zh") == 0
        text = target.read_text(encoding="utf-8")
        assert text.startswith("<!doctype html>") and ('<svg class="curves' in text) is is_curve and "合计" in text


def test_a_number_that_a_check_refuses_is_rejected_there(capsys: pytest.CaptureFixture[str]) -> None:
    """A total of income that is stated contradicts every wage but one."""
    totals = ["--over", "张三.本人月收入", "--from", "2400", "--to", "2600", "-f", "csv", "--lang", "en"]
    assert swept(*totals) == 0
    found = [(row["from"], row["to"], row["rejected"]) for row in csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert {rejected for _, _, rejected in found} == {"yes", "no"}, found
    for low, high, rejected in found:
        for value in (low, high):
            document = json.loads(assessed(capsys, f"张三.本人月收入={value}", "-f", "json"))
            assert bool(document["rejected"]) is (rejected == "yes"), value
