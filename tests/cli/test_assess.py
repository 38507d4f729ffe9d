"""`doudi assess`: formats, questions, what-if, exit statuses."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.run import EXAMPLE, ROOT, RULES, assess, doudi


def test_json_is_the_contract_for_scripts() -> None:
    ran = assess(EXAMPLE, "--format", "json")
    assert (ran.status, ran.err) == (0, "")
    answer = json.loads(ran.out)
    assert answer["schema"] == "doudi.result/1"
    assert (answer["month"], answer["currency"], answer["confirmed"]) == ("2022-05", "CNY", True)
    assert set(answer["rules"]) == {"title", "version", "sha256"}
    (household,) = answer["households"]
    assert (household["id"], household["total"], household["status"]) == ("示例一", "375.20", "determined")
    by_name = {(one["benefit"], one["member"]): one for one in household["benefits"]}
    dibao = by_name["dibao", None]
    assert (dibao["status"], dibao["amount"], dibao["per"]) == ("granted", "225.20", "month")
    assert "重病上浮率" in dibao["assumptions"]
    assert by_name["dibao_edge", None]["failed"] == ["不符合低保条件"]
    assert by_name["price_subsidy", "张三"]["status"] == "not_applicable"
    assert answer["rejected"] == []


def test_explain_adds_every_definition_to_json() -> None:
    (household,) = json.loads(assess(EXAMPLE, "--format", "json", "--explain").out)["households"]
    assert household["definitions"]["家庭收入"] == "1900.00"
    assert household["members"]["李四"]["计入成员"] is True


@pytest.mark.slow
def test_both_languages_of_a_household_file_give_the_same() -> None:
    chinese = json.loads(assess(EXAMPLE, "--format", "json").out)["households"][0]
    english = json.loads(assess(str(ROOT / "examples" / "household.en.toml"), "--format", "json").out)["households"][0]
    assert chinese["total"] == english["total"]
    assert [one["amount"] for one in chinese["benefits"]] == [one["amount"] for one in english["benefits"]]


def test_csv_has_a_row_for_each_benefit_of_each_member() -> None:
    rows = list(csv.DictReader(io.StringIO(assess(EXAMPLE, "--format", "csv").out)))
    dibao = next(row for row in rows if row["benefit"] == "dibao")
    assert (dibao["household"], dibao["status"], dibao["amount"]) == ("示例一", "granted", "225.20")
    assert sum(row["benefit"] == "tekun" for row in rows) == 3


@pytest.mark.slow
def test_text_on_a_pipe_is_plain_in_both_languages() -> None:
    for lang, word in (("zh_CN.UTF-8", "应发合计：375.20 元"), ("en_US.UTF-8", "Payable for 2022-05: 375.20 CNY")):
        ran = assess(EXAMPLE, lang=lang)
        assert ran.status == 0
        assert word in ran.out
        assert "\x1b" not in ran.out
    assert "不适用" not in assess(EXAMPLE, lang="zh_CN.UTF-8").out


@pytest.mark.slow
def test_the_explanation_of_a_full_household_fits_in_forty_lines() -> None:
    for lang in ("zh_CN.UTF-8", "en_US.UTF-8"):
        out = assess(EXAMPLE, "--explain", lang=lang).out
        assert len(out.splitlines()) <= 45  # forty, the heading and the total
        title = "《最低生活保障审核确认办法》" if lang.startswith("zh") else "Measures for confirming the minimum"
        assert title in out and "dibao-2021" not in out


def test_each_number_is_told_once() -> None:
    lines = assess(EXAMPLE, "--explain", lang="zh_CN.UTF-8").out.splitlines()
    told = [line.partition(" = ")[0].strip() for line in lines if " = " in line and line.startswith("      ")]
    assert len(told) == len(set(told))


@pytest.mark.slow
def test_why_tells_a_denial_by_the_condition_that_failed_and_by_how_much(tmp_path: Path) -> None:
    out = assess(EXAMPLE, "--why", "dibao", "--set", "张三.工资=2700", lang="zh_CN.UTF-8").out
    assert "家庭收入人均 700.00 ≥ 644.00（3人共 2100.00 ≥ 1932.00，超出 168.00）" in out
    assert "✗" in out
    granted = assess(EXAMPLE, "--why", "dibao").out
    assert "✓ " in granted and "✗" not in granted


@pytest.mark.slow
def test_set_changes_a_fact_or_a_parameter_of_the_month() -> None:
    assert assess(EXAMPLE, "--value", "dibao").out == "225.20\n"
    assert assess(EXAMPLE, "--value", "dibao", "--set", "张三.工资=2400").out == "325.20\n"
    assert assess(EXAMPLE, "--value", "dibao", "--set", "低保标准=700").out != "225.20\n"
    assert assess(EXAMPLE, "--value", "dibao", "--set", "家庭经济状况已核对=").status == 1


@pytest.mark.slow
def test_value_prints_one_bare_number_for_each_household() -> None:
    assert assess(EXAMPLE, "--value", "total").out == "375.20\n"
    english = str(ROOT / "examples" / "household.en.toml")
    ran = assess(EXAMPLE, english, "--value", "total")
    assert (ran.status, ran.out) == (0, "示例一\t375.20\nexample-1\t375.20\n")
    assert assess(EXAMPLE, "--value", "total", "--format", "json").status == 2
    open_ = assess(EXAMPLE, "--value", "total", "--set", "家庭经济状况已核对=unknown")
    assert (open_.status, open_.out) == (1, "")
    assert "Means checked" in open_.err


@pytest.mark.slow
def test_an_unknown_benefit_or_month_is_wrong_usage() -> None:
    for arguments in (("--why", "dibaoo"), ("--value", "nothing")):
        ran = assess(EXAMPLE, *arguments)
        assert ran.status == 2
        assert "dibao" in ran.err
    assert doudi("assess", EXAMPLE, "--month", "2022-13").status == 2
    assert doudi("assess", EXAMPLE, "--rules", RULES, "--month", "2021-12").status == 2
    assert doudi("asess").status == 2
    assert "assess" in doudi("asess").err


@pytest.mark.slow
def test_standard_input_is_a_file_too() -> None:
    member = {"name": "A", "relation to head": "head", "birth date": "1980-01-01"}
    household = {"id": "J", "家庭经济状况已核对": True, "members": [member]}
    ran = assess("-", "--value", "dibao", stdin=json.dumps(household).encode())
    assert (ran.status, ran.out) == (0, "644.00\n")
    assert assess("-", "-", stdin=b"{}").status == 2


@pytest.mark.slow
def test_months_after_the_last_published_standards_say_so() -> None:
    assert "last published for 2022-12" in assess(EXAMPLE, month="2023-06").out
    assert json.loads(assess(EXAMPLE, "--format", "json", month="2023-06").out)["confirmed"] is False


@pytest.mark.slow
def test_help_opens_with_examples_in_two_languages() -> None:
    english, chinese = doudi("assess", "--help"), doudi("assess", "--help", "--lang", "zh")
    assert english.status == chinese.status == 0
    assert "Examples:" in english.out and "Usage:" in english.out
    assert "示例：" in chinese.out and "用法：" in chinese.out and "Options:" not in chinese.out


def test_a_reader_that_stops_early_is_success() -> None:
    command = f"{sys.executable} -m calc assess {EXAMPLE} --rules {RULES} --month 2022-05 --explain | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, cwd=ROOT, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.slow
def test_control_c_gives_130() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "calc", "assess", "-", "--rules", RULES],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err


@pytest.mark.slow
def test_rules_come_from_the_option_the_environment_or_the_package(tmp_path: Path) -> None:
    small = str(ROOT / "tests" / "smallville.toml")
    environment = {**os.environ, "DOUDI_RULES": small, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "calc", "rules", "show", "--lang", "en", "--month", "2024-06"]
    shown = subprocess.run(command, capture_output=True, env=environment, cwd=tmp_path, text=True, timeout=60)
    assert "Smallville" in shown.stdout
    packaged = doudi("rules", "show", "--month", "2022-06", cwd=tmp_path)
    assert "XX Lou" in packaged.out
