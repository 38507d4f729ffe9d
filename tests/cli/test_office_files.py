"""Files for offices: workbooks in the words of the reader, CSV that Excel opens, and all of it read again."""

from __future__ import annotations

import csv
import io
import os
import threading
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from calc.cli import run
from calc.report import as_xlsx
from tests.cli.run import ROOT, RULES, Ran, doudi
from tests.support.seeds import spread

pytestmark = pytest.mark.slow

pytest.importorskip("xlsxwriter")
pytest.importorskip("python_calamine")
LEDGER = str(ROOT / "examples" / "ledger.csv")
MONTHS = ("--months", "2022-05..2022-06")
OPTIONS = ("--rules", RULES, "--map", "核对情况=means checked")
WHOLE = ("batch", LEDGER, *OPTIONS, "--allow-rejects", "--group-by", "乡镇", "-q")
ZH = "zh_CN.UTF-8"
MARK = b"\xef\xbb\xbf"


def must(*arguments: str, lang: str = "en_US.UTF-8", cwd: Path = ROOT) -> Ran:
    ran = doudi(*arguments, lang=lang, cwd=cwd)
    assert ran.status == 0, ran.err
    return ran


def sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(path)}


def totals_of(*files: Path, group: str = "乡镇") -> str:
    return must("totals", *map(str, files), "--rules", RULES, "--group-by", group, "--format", "csv").out


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results and rejects with ids, by household and by benefit, of two months."""
    folder = tmp_path_factory.mktemp("plain")
    for by in ("household", "benefit"):
        files = ("-o", str(folder / f"{by}.csv"), "--rejects", str(folder / "rejects.csv"))
        must(*WHOLE, *MONTHS, "--by", by, *files, "--totals", str(folder / "totals.csv"))
    return folder


def test_a_workbook_for_a_chinese_office(tmp_path: Path) -> None:
    path = tmp_path / "结果.xlsx"
    must(*WHOLE, "-m", "2022-06", "-o", str(path), lang=ZH)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["结果", "汇总", "退回", "先问"]
    results, totals, rejects, needs = book
    assert [results["A1"].value, results["E1"].value, results["X1"].value] == ["户编号", "本月应发合计", "乡镇"]
    first = next(results.iter_rows(min_row=2, values_only=True))
    assert first[:7] == ("D001", "2022-06", 3, "已确定", 1275.2, 1275.2, 225.2)
    assert first[19].startswith("最低生活保障金（3人）、困难残疾人生活补贴（1人）")
    assert [results["C2"].number_format, results["E2"].number_format] == ["0", "0.00"]
    assert [one.value for one in totals[1]] == ["月份", "分组", "待遇", "户数", "人次", "金额", "待定户数", "退回户数"]
    assert [one.value for one in totals[totals.max_row]] == ["2022-06", "合计", "合计", 5, None, 3357.2, 2, 11]
    assert [one.value for one in rejects[2]][2:6] == [9, "月工资（元）", "not-an-amount", "工资"]
    assert [[one.value for one in row] for row in needs] == [
        ["缺什么", "名称", "户次", "询问"],
        ["只缺这一项，问清就能确定", "家庭经济状况已核对", 1, "家庭收入和财产是否已经核对？（拒绝核对填“否”）"],
    ]
    for sheet in book:
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == sheet.dimensions
        assert sheet.column_dimensions["A"].width > 6


@pytest.mark.parametrize(("lang", "options"), [(ZH, ["--ids"]), ("en_US.UTF-8", [])])
def test_ids_are_the_same_in_every_language(tmp_path: Path, lang: str, options: list[str]) -> None:
    out, rejects, totals = tmp_path / "out.xlsx", tmp_path / "rejects.xlsx", tmp_path / "totals.xlsx"
    files = ("-o", str(out), "--rejects", str(rejects), "--totals", str(totals))
    must(*WHOLE, "-m", "2022-06", *files, *options, lang=lang)
    found = sheets(out)
    assert [*found] == ["Results", "Totals", "Rejects", "Ask first"]
    assert [rows[0][:3] for rows in found.values()] == [
        ("household", "month", "members"), ("month", "group", "benefit"), ("household", "file", "line"),
        ("kind", "name", "households"),
    ]  # fmt: skip
    assert found["Results"][1][19].startswith("dibao:3;")
    assert sheets(rejects) == {"Rejects": found["Rejects"]} and sheets(totals) == {"Totals": found["Totals"]}


FORMS = [
    ("a.xlsx", ZH, []),
    ("a.xlsx", ZH, ["--explain"]),
    ("a.xlsx", ZH, ["--ids"]),
    ("a.xlsx", "en_US.UTF-8", ["--labels"]),
    ("a.csv", ZH, []),
    ("a.csv", ZH, ["--labels"]),
    ("a.csv", "en_US.UTF-8", ["--labels", "--bom"]),
]


@pytest.mark.parametrize(
    ("by", "name", "lang", "options"), spread([(by, *form) for by in ("household", "benefit") for form in FORMS], 5)
)
def test_what_is_written_is_read_again(
    tmp_path: Path, plain: Path, by: str, name: str, lang: str, options: list[str]
) -> None:
    """Totals are those of the files with ids, and a comparison with the same ledger finds no change."""
    path, rejects = tmp_path / name, tmp_path / f"rejects-{name}"
    files = ("-o", str(path), "--rejects", str(rejects))
    must(*WHOLE, *MONTHS, "--by", by, *files, *options, lang=lang)
    expected = totals_of(plain / f"{by}.csv", plain / "rejects.csv")
    assert expected.splitlines()[-1] == (plain / "totals.csv").read_text().splitlines()[-1]
    assert totals_of(path, rejects) == expected
    if name == "a.xlsx":
        assert totals_of(path) == expected, "the sheet of rejects counts, once"
        assert totals_of(path, plain / "rejects.csv") == expected
    must(*WHOLE, "-m", "2022-06", "--by", by, *files, *options, lang=lang)
    compared = must("compare", LEDGER, *OPTIONS, "-m", "2022-06", "--against-results", str(path), "-q")
    kinds = [line.split()[0] for line in compared.out.splitlines() if line[:1].isalpha()]
    assert kinds[:3] == ["same", "unsettled", "rejected"], compared.out


def test_rejects_of_two_workbooks_count_in_their_own_months(tmp_path: Path, plain: Path) -> None:
    paths = []
    for month in ("2022-05", "2022-06"):
        paths.append(tmp_path / f"{month}.xlsx")
        must(*WHOLE, "-m", month, "-o", str(paths[-1]), lang=ZH)
    expected = totals_of(plain / "household.csv", plain / "rejects.csv")
    assert totals_of(*paths) == expected == totals_of(*paths, plain / "rejects.csv")


def test_only_csv_in_a_file_has_a_mark_and_only_in_chinese(tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("out.csv", "rejects.csv", "totals.csv", "totals.json")}

    def marks(lang: str, *options: str) -> list[bool]:
        out, rejects, totals, json = map(str, files.values())
        must(*WHOLE, "-m", "2022-06", "-o", out, "--rejects", rejects, "--totals", totals, *options, lang=lang)
        must("totals", out, "--rules", RULES, "-o", json, *options, lang=lang)
        return [path.read_bytes().startswith(MARK) for path in files.values()]

    assert marks(ZH) == [True, True, True, False]
    assert marks(ZH, "--no-bom") == marks("en_US.UTF-8") == [False] * 4
    assert marks("en_US.UTF-8", "--bom") == [True, True, True, False]
    chinese = must(*WHOLE, "-m", "2022-06", lang=ZH).out
    assert chinese == must(*WHOLE, "-m", "2022-06").out and not chinese.startswith("\ufeff")
    assert must(*WHOLE, "-m", "2022-06", "--format", "jsonl", "-o", str(tmp_path / "a.jsonl"), lang=ZH).out == ""
    assert not (tmp_path / "a.jsonl").read_bytes().startswith(MARK)


def test_the_duckdb_engine_writes_the_same_mark(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    found = []
    for engine in ("rows", "duckdb"):
        must(*WHOLE, "-m", "2022-06", "-o", str(tmp_path / "a.csv"), "--engine", engine, lang=ZH)
        found.append((tmp_path / "a.csv").read_bytes())
    assert found[0] == found[1] and found[0].startswith(MARK + b"household,")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_no_file_for_excel(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    must(*WHOLE, "-m", "2022-06", "-o", str(pipe), lang=ZH)
    reader.join(20)
    assert read[0].startswith(b"household,")


def test_templates_have_the_mark_too(tmp_path: Path) -> None:
    must("template", "ledger", "--rules", RULES, "-m", "2022-06", "-o", str(tmp_path / "a.csv"), lang=ZH)
    assert (tmp_path / "a.csv").read_bytes().startswith(MARK)
    assert must("template", "ledger", "--rules", RULES, "-m", "2022-06", lang=ZH).out.startswith("户编号,")
    must("template", "household", "--rules", RULES, "-m", "2022-06", "-o", str(tmp_path / "a.toml"), lang=ZH)
    assert not (tmp_path / "a.toml").read_bytes().startswith(MARK)


def test_changes_for_people(tmp_path: Path) -> None:
    compare = ("compare", LEDGER, *OPTIONS, "-m", "2022-06", "--against-month", "2022-05", "-q", "--group-by", "乡镇")
    must(*compare, "-o", str(tmp_path / "a.xlsx"), lang=ZH)
    must(*compare, "-o", str(tmp_path / "b.xlsx"), "--ids", lang=ZH)
    must(*compare, "-o", str(tmp_path / "b.csv"), lang=ZH)
    words, ids = sheets(tmp_path / "a.xlsx")["变动"], sheets(tmp_path / "b.xlsx")["Changes"]
    assert words[0] == ("户编号", "类别", "待遇", "成员", "原来", "现在", "变动", "原因类别", "原因", "还需要的事项",
                        "尚未公布的标准", "分组")  # fmt: skip
    assert ids[0][:3] == ("household", "change", "benefit") and len(ids) == len(words)
    raised = ("D001", "增发", "一次性生活补贴", "李春梅", None, 300, 300, "规则"), ("D001", "raised", "living_subsidy")
    assert raised[0] in [row[:8] for row in words] and raised[1] in [row[:3] for row in ids]
    lacks = next(row for row in words if row[2] == "特困人员照料护理")
    assert lacks[9:11] == ("未达到的自理指标数", "全自理照料护理标准、半护理照料护理标准、全护理照料护理标准")
    assert (tmp_path / "b.csv").read_bytes().startswith(MARK + b"household,change,")


def test_a_cell_that_begins_as_a_formula_is_a_text(tmp_path: Path) -> None:
    ledger = tmp_path / "l.csv"
    ledger.write_text("户编号,姓名,工资,说明\nA,甲,100,=1+1\nB,乙,x,@SUM(A1)\n", "utf-8")
    out = tmp_path / "o.xlsx"
    options = ("-m", "2022-06", "--without", "财产", "--keep", "说明", "--allow-rejects", "-q")
    must("batch", str(ledger), "--rules", RULES, *options, "-o", str(out), lang=ZH)
    book = openpyxl.load_workbook(out)
    cells = [[*book["结果"][2]][-1], [*book["退回"][2]][-1]]
    assert [(cell.value, cell.data_type) for cell in cells] == [("=1+1", "s"), ("@SUM(A1)", "s")]
    read = must("totals", str(out), "--rules", RULES, "--group-by", "说明", "--format", "csv").out
    assert ["2022-06", "'@SUM(A1)", "all", "0", "", "0.00", "0", "1"] in [*csv.reader(io.StringIO(read))]


def test_results_on_several_sheets_are_added_up(tmp_path: Path, plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_xlsx, "MOST_ROWS", 3)
    path = tmp_path / "a.xlsx"
    assert run([*WHOLE, *MONTHS, "-o", str(path), "--lang", "zh"]) == 0
    assert {"结果", "结果 2", "结果 5", "汇总 2", "退回 6"} <= {*sheets(path)}
    assert totals_of(path) == totals_of(plain / "household.csv", plain / "rejects.csv")


RULES_OF_TWO = """
[rules]
title = "规则"
currency = "CNY"
from = "2022-01"

[documents]
d = { title = "文件" }

[facts.household]
income = { label = "收入", en = "Income", kind = "money/month", min = 0 }

[benefits.a]
label = "补贴、甲"
en = "Aid; first"
to = "household"
per = "month"
amount = "2 * income"
cite = "d 1"

[benefits.b]
label = "补贴"
en = "Aid"
to = "household"
per = "month"
amount = "income"
cite = "d 2"

[benefits.c]
label = "同名"
en = "Same"
to = "household"
per = "month"
amount = "3 * income"
cite = "d 3"

[benefits.d]
label = "同名"
en = "Same"
to = "household"
per = "month"
amount = "4 * income"
cite = "d 4"

[benefits.e]
label = "状态"
en = "status"
to = "household"
per = "month"
amount = "5 * income"
cite = "d 5"
from.2022-07 = { label = "状况" }
"""


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("by", ["household", "benefit"])
def test_labels_that_are_easily_confused(tmp_path: Path, lang: str, by: str) -> None:
    """Labels with separators in them, one within another, two the same, and that of a column."""
    rules, ledger, out = tmp_path / "r.toml", tmp_path / "l.csv", tmp_path / "o.xlsx"
    rules.write_text(RULES_OF_TWO, "utf-8")
    ledger.write_text("户编号,收入,待遇\nA,30,x\nB,,y\n", "utf-8")
    options = ("--rules", str(rules), "--months", "2022-06..2022-07", "--by", by, "--keep", "待遇", "-q")
    must("batch", str(ledger), *options, "-o", str(out), "--labels", "--lang", lang)
    again = must("totals", str(out), "--rules", str(rules), "--format", "csv").out
    ids = must("batch", str(ledger), *options).out
    (tmp_path / "ids.csv").write_text(ids, "utf-8")
    assert must("totals", str(tmp_path / "ids.csv"), "--rules", str(rules), "--format", "csv").out == again


def test_a_table_of_other_rules_is_refused(tmp_path: Path) -> None:
    """Amounts under labels that the rules do not know are not taken for nothing."""
    path = tmp_path / "o.xlsx"
    must(*WHOLE, "-m", "2022-06", "-o", str(path), lang=ZH)
    (tmp_path / "r.toml").write_text(RULES_OF_TWO, "utf-8")
    ran = doudi("totals", str(path), "--rules", str(tmp_path / "r.toml"))
    assert ran.status == 2 and "o.xlsx[结果]:1" in ran.err and "error[not-a-result]" in ran.err, ran.err


def test_the_summary_names_the_sheet_of_rejects(tmp_path: Path) -> None:
    ran = must("batch", LEDGER, *OPTIONS, "-m", "2022-06", "--allow-rejects", "-o", "结果.xlsx", lang=ZH, cwd=tmp_path)
    assert "退回清单：结果.xlsx[退回]" in ran.err
