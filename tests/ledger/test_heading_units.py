"""Units above or below the headings: what is not in yuan a month is never read as that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from calc.cli import run
from calc.ledger.heading_units import is_row_of_units, unit_above
from tests.support.both_engines import RULES, must_be_alike, written

HEAD = ["户编号", "姓名", "与户主关系", "出生日期", "工资", "货币财产", "家庭经济状况已核对", "在本市务工"]
BODY = [["A1", "甲", "户主", "1970-01-01", "1200", "0", "是", "否"],
        ["A1", "乙", "配偶", "1972-01-01", "", "0", "", "否"]]  # fmt: skip
BLANK = [""] * len(HEAD)


def line(text: str, at: int = 0) -> list[str]:
    return [*BLANK[:at], text, *BLANK[at + 1 :]]


@pytest.mark.parametrize("above", [
    [line("单位：万元")], [line("低保花名册"), line("单位: 万元", 7)], [line("2022年6月 （单位：千元/月）", 3)],
    [line("金额单位：元/年")], [line("计量单位：人、万元")], [line("Unit: thousand yuan")],
])  # fmt: skip
def test_an_other_unit_above_stops_the_run(tmp_path: Path, above: list[list[str]], capsys: Any) -> None:
    ledger = written(tmp_path / "a.csv", [*above, HEAD, *BODY])
    assert run(["batch", ledger, "--rules", RULES, "-m", "2022-06", "--lang", "zh", "-o", "/dev/null"]) == 2
    err = capsys.readouterr().err
    assert "unclear-column" in err and "`工资（" in err


@pytest.mark.slow
@pytest.mark.parametrize("above", [
    [line("单位：元")], [line("填报单位：XX区民政局")], [line("单位：元/月", 5)],
    [line("审核单位：某某村"), line("人民币单位：元")],
])  # fmt: skip
def test_the_own_unit_and_offices_change_nothing(tmp_path: Path, above: list[list[str]]) -> None:
    plain = must_be_alike(tmp_path, [written(tmp_path / "a.csv", [HEAD, *BODY])], "--month", "2022-06")
    other = must_be_alike(tmp_path, [written(tmp_path / "b.csv", [*above, HEAD, *BODY])], "--month", "2022-06")
    assert other["results.csv"] == plain["results.csv"]


@pytest.mark.slow
def test_a_row_of_units_below(tmp_path: Path, capsys: Any) -> None:
    plain = must_be_alike(tmp_path, [written(tmp_path / "a.csv", [HEAD, *BODY])], "--month", "2022-06")
    units = ["", "", "", "", "元", "（元）", "是/否", ""]
    other = must_be_alike(tmp_path, [written(tmp_path / "b.csv", [HEAD, units, *BODY])], "--month", "2022-06")
    assert other["results.csv"] == plain["results.csv"]
    ledger = written(tmp_path / "c.csv", [HEAD, ["", "", "", "", "万元", "元", "", ""], *BODY])
    assert run(["batch", ledger, "--rules", RULES, "-m", "2022-06", "--lang", "zh", "-o", "/dev/null"]) == 2
    assert "`工资（万元）`" in capsys.readouterr().err


UNITS = ["（万元）", "(千元)", "（万）", "（元/年）", "（元/季度）", "_百万元", "（元/天）"]


@pytest.mark.parametrize("heading", [*(f"工资{one}" for one in UNITS), "年工资", "季度工资", "周薪", "annual wage"])
def test_no_mapping_reads_another_unit_as_yuan_a_month(tmp_path: Path, heading: str, capsys: Any) -> None:
    head = [heading if one == "工资" else one for one in HEAD]
    ledger = written(tmp_path / "a.csv", [head, *BODY])
    options = ["--rules", RULES, "-m", "2022-06", "--lang", "en", "-o", "/dev/null"]
    assert run(["batch", ledger, *options]) == 2
    assert f"--map '{heading}=工资'" not in capsys.readouterr().err
    assert run(["batch", ledger, *options, "--map", f"{heading}=工资"]) == 2
    assert "bad-setting" in capsys.readouterr().err
    columns = tmp_path / "map.toml"
    columns.write_text(f'[columns]\n"{heading}" = "工资"\n', encoding="utf-8")
    assert run(["batch", ledger, *options, "--columns", str(columns)]) == 2
    assert "map.toml:2:" in capsys.readouterr().err


@pytest.mark.slow
def test_a_heading_without_another_unit_may_be_mapped(tmp_path: Path) -> None:
    found = []
    for heading in ("工资", "老年补贴", "企业年金", "2022年6月工资", "月工资（元／月）", "本年月均工资"):
        ledger = written(tmp_path / "b.csv", [[heading if one == "工资" else one for one in HEAD], *BODY])
        options = ["--rules", RULES, "-m", "2022-06", "--lang", "en", "-o", str(tmp_path / "out.csv")]
        assert run(["batch", ledger, *options, "--map", f"{heading}=工资"]) == 0
        found.append((tmp_path / "out.csv").read_bytes())
    assert len(set(found)) == 1


def test_a_mapped_heading_under_another_unit_stops_the_run(tmp_path: Path, capsys: Any) -> None:
    options = ["--rules", RULES, "-m", "2022-06", "--lang", "en", "-o", "/dev/null", "--map", "工钱=工资"]
    head = ["工钱" if one == "工资" else one for one in HEAD]
    for above, status in (("单位：万元", 2), ("单位：元", 0)):
        ledger = written(tmp_path / "a.csv", [line(above), head, *BODY])
        assert run(["batch", ledger, *options]) == status
    ledger = written(tmp_path / "a.csv", [head, ["", "", "", "", "千元", "元", "", ""], *BODY])
    assert run(["batch", ledger, *options]) == 2


def test_the_file_of_a_first_look_proposes_no_other_unit(tmp_path: Path) -> None:
    ledger = written(tmp_path / "a.csv", [["工资（万元）" if one == "工资" else one for one in HEAD], *BODY])
    columns = tmp_path / "map.toml"
    assert run(["map", ledger, "--rules", RULES, "-m", "2022-06", "--lang", "en", "-o", str(columns)]) == 1
    line_of = next(one for one in columns.read_text("utf-8").splitlines() if "工资" in one)
    assert line_of.startswith('# "工资（万元）" = "…"')


@pytest.mark.parametrize(("text", "unit"), [
    ("单位：万元", "万元"), ("单位：元", "元"), ("（单位：千元/月）", "千元/月"), ("单位：人、元", "元"),
    ("单位：XX局", None), ("填报单位：XX局 金额单位：万元", "万元"),
    ("单位名称：万元", None), ("工资", None),
])  # fmt: skip
def test_units_in_a_line(text: str, unit: str | None) -> None:
    assert unit_above([["花名册", text]]) == unit


@pytest.mark.parametrize(("cells", "is_units"), [
    (["", "元", "人"], True), (["", "", ""], False), (["A1", "元", ""], False), (["(万元)"], True), (["元元"], False),
])  # fmt: skip
def test_rows_of_units(cells: list[str], is_units: bool) -> None:
    assert is_row_of_units(cells) == is_units
