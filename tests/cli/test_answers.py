"""What a person does with an answer of `doudi assess`: names as spoken, months as typed, what-if, what to ask."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.run import EXAMPLE, ROOT, RULES, assess, doudi

ZH = "zh_CN.UTF-8"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dibao", "低保", "最低生活保障金", "Minimum living allowance", "DIBAO", " 低保 "])
def test_a_benefit_is_named_by_id_label_or_short_label(name: str) -> None:
    assert assess(EXAMPLE, "--value", name).out == "225.20\n"
    assert "644 × 3 − 1900 = 32" in assess(EXAMPLE, "--why", name).out


@pytest.mark.slow
def test_a_name_that_is_none_has_a_near_match_and_all_ids() -> None:
    ran = assess(EXAMPLE, "--value", "单人堡", lang=ZH)
    assert (ran.status, ran.out) == (2, "")
    assert "是否想写 `单人保`？" in ran.err and "dibao（低保）" in ran.err


def test_a_name_that_may_be_several_lists_them(tmp_path: Path) -> None:
    rules = (ROOT / "tests/smallville.toml").read_text("utf-8")
    path = tmp_path / "rules.toml"
    for name in ("winter_grant", "moving_grant"):
        rules = rules.replace(f"[benefits.{name}]", f'[benefits.{name}]\nshort = "help"', 1)
    path.write_text(rules, "utf-8")
    ran = doudi("assess", EXAMPLE, "--rules", str(path), "-m", "2024-03", "--value", "help")
    assert ran.status == 2
    assert "winter_grant" in ran.err and "moving_grant" in ran.err and "use the id" in ran.err


@pytest.mark.slow
@pytest.mark.parametrize("month", ["2022-05", "2022-5", "202205", "2022年5月", "2022/5", "２０２２年５月", "2022.05"])
def test_months_are_read_as_people_type_them(month: str) -> None:
    assert doudi("assess", EXAMPLE, "--rules", RULES, "-m", month, "--value", "dibao").out == "225.20\n"


@pytest.mark.slow
@pytest.mark.parametrize("month", ["2022", "20225", "2022-13", "2022年0月", "22-05", "2022-005", "月"])
def test_what_is_no_month_is_refused_in_both_languages(month: str) -> None:
    for lang in ("zh", "en"):
        ran = doudi("assess", EXAMPLE, "--rules", RULES, "-m", month, "--lang", lang)
        assert ran.status == 2 and month in ran.err and "2022-06" in ran.err


@pytest.mark.slow
def test_the_first_line_names_the_last_confirmed_month_where_the_month_is_later() -> None:
    first = assess(EXAMPLE, month="2024-01", lang=ZH).out.splitlines()[0]
    assert "2024-01" in first and "--month 2022-12" in first
    assert "--month" not in assess(EXAMPLE, month="2022-12", lang=ZH).out.splitlines()[0]


@pytest.mark.slow
def test_set_shows_before_and_after_and_the_nearest_threshold() -> None:
    out = assess(EXAMPLE, "--set", "张三.工资=2700", lang=ZH).out
    changed = out.partition("改设前后（张三.工资=2700）：")[2].splitlines()
    assert [line.split()[0] for line in changed if "→" in line] == [
        "最低生活保障金",
        "单人保（单独纳入的最低生活保障金）",
        "低保边缘家庭（身份，无现金）",
        "应发合计",
    ]
    assert any("375.20 元" in line and "794.00 元" in line for line in changed)
    assert "离界线最近的是最低生活保障金" in changed[-1] and "超出 168.00" in changed[-1]
    near = assess(EXAMPLE, "--set", "张三.工资=2531", "--why", "dibao").out
    assert "225.20 a month" in near and "194.20 a month" in near and "1.00 CNY apart" in near


@pytest.mark.slow
def test_set_that_changes_nothing_says_so() -> None:
    out = assess(EXAMPLE, "--set", "李四.性别=女", lang=ZH).out
    assert out.splitlines()[-1].strip() == "改设后没有变化（李四.性别=女）。"
    assert "改设" not in assess(EXAMPLE, lang=ZH).out


@pytest.mark.slow
def test_set_of_a_parameter_compares_with_the_rules() -> None:
    out = assess(EXAMPLE, "--set", "低保=600", lang=ZH)
    assert out.status == 2  # a benefit is no parameter
    out = assess(EXAMPLE, "--set", "Dibao standard=600", lang=ZH)
    assert "225.20 元/月" in out.out and "不符合" in out.out and "改设前后" in out.out


def household(tmp_path: Path, **facts: object) -> str:
    member = {"id": "A", "与户主关系": "户主", "出生日期": "1958-05-01", **facts}
    path = tmp_path / "household.json"
    path.write_text(
        json.dumps({"id": "H", "家庭经济状况已核对": True, "members": [member]}, ensure_ascii=False), "utf-8"
    )
    return str(path)


@pytest.mark.slow
def test_what_to_ask_comes_first_with_the_number_of_benefits(tmp_path: Path) -> None:
    path = household(tmp_path, 残疾证类别="肢体", 残疾证等级=1)
    out = assess(path, lang=ZH).out.partition("请先询问：\n")[2].splitlines()
    assert "法定义务人情况（A）；关系到" in out[0]
    assert any("需要长期照护（A）；关系到 1 项待遇" in line for line in out)
    (answer,) = json.loads(assess(path, "--format", "json").out)["households"]
    assert answer["ask_first"][0]["fact"] == "法定义务人情况"
    assert "dibao" in answer["ask_first"][0]["benefits"]


@pytest.mark.slow
def test_a_household_that_lacks_only_a_parameter_is_not_asked_anything(tmp_path: Path) -> None:
    path = household(tmp_path, 法定义务人情况="无义务人", 未达到的自理指标数=5)
    out = assess(path, lang=ZH).out
    assert "没有要问的，只差尚未公布的数字" in out and "请先询问" not in out
    assert "--set 全护理照料护理标准=" in out and "享受，金额待定" in out
    settled = assess(path, "--set", "全护理照料护理标准=500", lang=ZH).out
    assert "应发合计：1338.00 元" in settled
    (answer,) = json.loads(assess(path, "--format", "json").out)["households"]
    assert (answer["ask_first"], answer["unset"]) == ([], ["全护理照料护理标准"])
    care = next(one for one in answer["benefits"] if one["benefit"] == "tekun_care")
    assert (care["status"], care["entitled"], care["amount_at_least"]) == ("undetermined", True, "0.00")


@pytest.mark.slow
def test_what_is_certain_of_an_open_amount_is_said(tmp_path: Path) -> None:
    path = household(tmp_path, 重病认定="不详", 法定义务人情况="有人有能力")
    out = assess(path, lang=ZH).out
    assert "享受，金额待定  至少 644.00 元/月  还需要：重病认定（A）" in out


@pytest.mark.slow
def test_a_denial_on_silence_is_marked_in_text_and_json(tmp_path: Path) -> None:
    path = household(tmp_path, 出生日期="2012-05-01", 孤儿认定=False, 父亲情况="死亡", 法定义务人情况="有人有能力")
    assert "母亲情况：未申报（未填，按未申报）" in assess(path, "--why", "事实无人抚养", lang=ZH).out
    (answer,) = json.loads(assess(path, "--format", "json").out)["households"]
    child = next(one for one in answer["benefits"] if one["benefit"] == "unattended_child")
    assert {"fact": "母亲情况", "member": "A"} in child["silent"]
    assert "silent" not in next(one for one in answer["benefits"] if one["status"] == "granted")
    stated = household(tmp_path, 出生日期="2012-05-01", 孤儿认定=False, 父亲情况="死亡", 母亲情况="无")
    (answer,) = json.loads(assess(stated, "--format", "json").out)["households"]
    child = next(one for one in answer["benefits"] if one["benefit"] == "unattended_child")
    assert "母亲情况" not in [one["fact"] for one in child.get("silent", [])]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["assess"], "缺少参数 家庭文件"),
        (["assess", "x", "--format", "txt"], "只能是 text、json、csv"),
        (["assess", "x", "--explain=1"], "--explain 后面不能写值"),
        (["batch", "x", "--jobs", "900"], "1 至 64 的整数"),
        (["rules", "show", "a", "b"], "多了参数 b"),
        (["assess", "missing.toml"], "没有这个文件或文件夹"),
    ],
)
def test_mistakes_of_usage_are_told_in_chinese(arguments: list[str], words: str) -> None:
    ran = doudi(*arguments, "--lang", "zh")
    assert ran.status == 2
    assert words in ran.err and "Error" not in ran.err and "No such" not in ran.err


@pytest.mark.slow
def test_a_number_that_is_undetermined_is_named_by_its_label_in_chinese() -> None:
    for value, name in (("低保", "最低生活保障金"), ("total", "应发合计")):
        ran = assess(EXAMPLE, "--value", value, "--set", "家庭经济状况已核对=", lang=ZH)
        assert ran.status == 1 and f"示例一：{name}待定（还需要：家庭经济状况已核对）" in ran.err


@pytest.mark.slow
def test_a_title_that_has_its_marks_gets_no_second_ones(tmp_path: Path) -> None:
    rules = (ROOT / "tests/smallville.toml").read_text("utf-8")
    path = tmp_path / "rules.toml"
    path.write_text(rules.replace('title = "Smallville Welfare Code"', 'title = "《小镇条例》"'), "utf-8")
    (tmp_path / "home.toml").write_text('rent = 300\n[[members]]\nid = "A"\nrelation = "head"\nwage = 100\n', "utf-8")
    out = doudi("assess", "home.toml", "--rules", str(path), "-m", "2024-03", "--explain", lang=ZH, cwd=tmp_path).out
    assert "《小镇条例》" in out and "《《" not in out
