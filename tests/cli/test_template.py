"""`doudi template`: every heading is understood again, files are accepted as written, and nothing is overwritten."""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tomli

from calc.assess_households import assess
from calc.batch.atomic_files import whole_file
from calc.diagnostics.diagnostic import InputErrors
from calc.households.cell_values import read_value
from calc.households.headings import HOUSEHOLDS, LEDGER_WORDS, NAME, Headings
from calc.language.types import HOUSEHOLD, MEMBER
from calc.ledger.xlsx.read_sheet import read_sheet
from calc.report.short_template import short_household
from calc.report.template import columns, household_heading, household_toml, in_order, ledger_csv
from calc.report.template_xlsx import write_ledger
from calc.rules.plan import FactPlan, Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from calc.text_forms import folded
from tests.cli.run import ROOT, RULES, Ran, doudi

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")

FILES = [ROOT / "rules.toml", ROOT / "tests" / "smallville.toml", *sorted((ROOT / "tests" / "systems").glob("*.toml"))]
MONTH = 202601
LANGUAGES = ("zh", "en")
HOMES = {"zh": "zh_CN.UTF-8", "en": "en_US.UTF-8"}


def plan_of(path: Path) -> Plan:
    return plan_for(read_rules(str(path)), MONTH)


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def plan(request: pytest.FixtureRequest) -> Plan:
    return plan_of(request.param)


def run(*arguments: str, language: str = "en", **other: Any) -> Ran:
    return doudi("template", *arguments, "--month", "2026-01", lang=HOMES[language], **other)


HEAD = '[rules]\ntitle = "T"\ncurrency = "EUR"\nfrom = "2022-01"\n[documents]\nd = { title = "D" }\n'


def rules_with(tmp_path: Path, facts: str) -> Plan:
    path = tmp_path / "rules.toml"
    path.write_text(HEAD + facts, "utf-8")
    return plan_of(path)


# headings


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_heading_of_a_ledger_means_exactly_its_fact(plan: Plan, language: str) -> None:
    found = Headings(plan)
    facts = set()
    for column in columns(plan, language):
        if column.fact is None:
            assert LEDGER_WORDS[folded(column.heading)] == (HOUSEHOLDS if column.level == HOUSEHOLD else NAME)
            continue
        facts.add(column.fact.name)
        assert found.find(column.heading, column.level) is column.fact
        assert folded(column.heading) not in LEDGER_WORDS
        other = HOUSEHOLD + MEMBER - column.level
        assert not isinstance(found.find(column.heading, other), FactPlan), "on one row both levels stand together"
    assert facts == set(plan.facts)


def test_whose_row_it_is_comes_first_then_the_household_then_what_has_no_default(plan: Plan) -> None:
    own = [column.level for column in columns(plan, "zh") if column.fact is None]
    assert own == [HOUSEHOLD, MEMBER][: 1 + plan.has_members]
    levels = [column.level for column in columns(plan, "zh") if column.fact is not None]
    assert levels == sorted(levels)
    order = list(plan.facts)
    for level in (HOUSEHOLD, MEMBER):
        facts = in_order(plan, level)
        keys = [(fact.default is not None, order.index(fact.name)) for fact in facts]
        assert keys == sorted(keys)


def test_the_first_headings_in_both_languages() -> None:
    plan = plan_of(ROOT / "rules.toml")
    assert ledger_csv(plan, "zh").startswith("户编号,姓名,家庭经济状况已核对,")
    assert ledger_csv(plan, "en").startswith("household,name,Means checked,")
    assert ledger_csv(plan, "zh").count("\n") == ledger_csv(plan, "en").count("\n") == 1


AMBIGUOUS = """
[facts.household]
one   = { label = "Rent", kind = "money/month", min = 0 }
two   = { label = "rent", kind = "money/month", min = 0 }
three = { label = "Income", kind = "money/month", min = 0 }
four  = { label = "Member ID", kind = "text" }
five  = { label = "Two\\nlines", kind = "text" }
six   = { label = "Of its own", kind = "text" }
[facts.member]
income = { label = "Earnings", kind = "money/month", min = 0 }
"""


def test_a_label_that_is_not_one_facts_own_gives_way_to_the_name(tmp_path: Path) -> None:
    plan = rules_with(tmp_path, AMBIGUOUS)
    headings = [column.heading for column in columns(plan, "en")]
    assert headings == ["household", "name", "one", "two", "three", "four", "five", "Of its own", "Earnings"]
    keys = [line.partition(" = ")[0] for line in household_toml(plan, "en").splitlines() if '= ""' in line]
    assert keys == ["id", "one", "two", "income", "member_id", "five", "of_its_own", "name", "earnings"]


# a household file


def filled(text: str, id: str, name: str) -> str:
    text = re.sub(r'(?m)^("编号"|id) = ""', lambda match: f'{match[1]} = "{id}"', text, count=1)
    return re.sub(r'(?m)^("姓名"|name) = ""', lambda match: f'{match[1]} = "{name}"', text, count=1)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rules", FILES, ids=lambda path: path.stem)
def test_a_household_file_is_accepted_once_it_has_an_id_and_a_name(rules: Path, language: str, tmp_path: Path) -> None:
    path = tmp_path / "household.toml"
    ran = run("household", "--rules", str(rules), "-o", str(path), language=language)
    assert ran == (0, "", "")
    path.write_text(filled(path.read_text("utf-8"), "H1", "A"), "utf-8")
    again = doudi("assess", str(path), "--rules", str(rules), "--month", "2026-01", "--format", "json")
    assert again.status == 0 and not again.err
    (household,) = json.loads(again.out)["households"]
    assert household["id"] == "H1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_stands_there_and_may_be_stated_by_removing_the_sign(plan: Plan, language: str) -> None:
    """The values shown as defaults are read as what they are."""
    text = household_toml(plan, language)
    lines = [line.removeprefix("# ") for line in text.splitlines() if " = " in line]
    document = tomli.loads("\n".join(["[[members]]" if line.startswith("[[") else line for line in lines]))
    found = Headings(plan)
    told = {}
    for key, value in document.items():
        for level in (HOUSEHOLD, MEMBER):
            fact = found.facts[level].get(folded(key))
            if fact is not None:
                told[fact.name] = read_value(fact, value)
    assert set(told) == set(plan.facts)
    for name, value in told.items():
        fact = plan.facts[name]
        assert value is None or (fact.default is not None and not hasattr(value, "code")), (name, value)


def test_what_has_no_default_waits_and_the_rest_is_a_remark(plan: Plan) -> None:
    text = household_toml(plan, "zh")
    facts = [line for line in text.splitlines() if re.match(r'(# )?("[^"]+"|[\w-]+) = ', line)]
    waiting = [line for line in facts if not line.startswith("#")]
    without = [fact for fact in plan.facts.values() if fact.default is None]
    assert len(waiting) == len(without) + 1 + plan.has_members
    assert all(' = ""' in line for line in waiting)


def test_the_remarks_of_a_line() -> None:
    text = {language: household_toml(plan_of(ROOT / "rules.toml"), language) for language in LANGUAGES}
    assert '"性别" = ""  # 男 | 女；性别？\n' in text["zh"]
    assert 'sex = ""  # male | female; Male or female?\n' in text["en"]
    assert '# "工资" = 0  # 金额 ≥ 0；元/月；默认：0（核对无此项）\n' in text["zh"]
    assert (
        "# wage = 0  # amount ≥ 0; CNY a month; default: 0 (Nothing found when the means were checked)\n" in text["en"]
    )
    assert '# "就读阶段" = "无"  # 无 | 义务教育' in text["zh"] and '# studies = "none"  # none | ' in text["en"]
    assert '"残疾证等级" = ""  # 整数 1–4；' in text["zh"]
    assert '"减发比例" = ""  # 比例，如 30% 或 0.3（0–1）；' in text["zh"]


# a workbook


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_is_read_again_as_the_headings(plan: Plan, language: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.xlsx"
    write_ledger(str(path), plan, language)
    sheet = read_sheet(str(path), None, None, io.BytesIO(path.read_bytes()))
    assert sheet.name == ("台账" if language == "zh" else "ledger")
    assert list(sheet.rows) == [(1, [column.heading for column in columns(plan, language)])]


def test_the_same_workbook_each_time(tmp_path: Path) -> None:
    plan = plan_of(ROOT / "rules.toml")
    for name in ("a", "b"):
        write_ledger(str(tmp_path / name), plan, "zh")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


SORTS = """
[facts.household]
checked = { label = "Checked", kind = "yes/no", question = "Was it checked?" }
[facts.member]
long    = { label = "Long", kind = "choice", options = [MANY] }
comma   = { label = "Comma", kind = "choice", options = ["a, b", "c"] }
short   = { label = "Short", kind = "choice", options = ["x", "y"], default = "y", note = "Mostly" }
born    = { label = "Born", kind = "date" }
since   = { label = "Since", kind = "date", min = 2000-01-01, max = 2030-12-31 }
wage    = { label = "Wage", kind = "money/month", min = 0 }
rooms   = { label = "Rooms", kind = "count", min = 1, max = 9 }
degree  = { label = "Degree", kind = "share", min = 0, max = 1 }
number  = { label = "Number", kind = "text", format = "identity-number" }
""".replace("MANY", ", ".join(f'"option number {at}"' for at in range(30)))


def test_what_may_be_typed_is_offered_and_tested(tmp_path: Path) -> None:
    plan = rules_with(tmp_path, SORTS)
    path = tmp_path / "ledger.xlsx"
    write_ledger(str(path), plan, "en")
    book = openpyxl.load_workbook(path)
    sheet = book["ledger"]
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    rules = {str(one.sqref).partition("2")[0]: one for one in sheet.data_validations.dataValidation}
    told = {
        heading: (rule.type, rule.formula1, rule.formula2)
        for heading, letter in letters.items()
        if (rule := rules.get(letter))
    }
    days = [
        (day - datetime.date(1899, 12, 30)).days for day in (datetime.date(2000, 1, 1), datetime.date(2030, 12, 31))
    ]
    assert told == {
        "Checked": ("list", '"yes,no"', None),
        "Long": ("list", "'lists'!$D$1:$D$30", None),
        "Comma": ("list", "'lists'!$E$1:$E$2", None),
        "Short": ("list", '"x,y"', None),
        "Born": ("date", "1", "109939"),
        "Since": ("date", str(days[0]), str(days[1])),
        "Wage": ("decimal", "0", "999999999999"),
        "Rooms": ("whole", "1", "9"),
        "Degree": ("decimal", "0", "1"),
    }
    assert str(rules[letters["Wage"]].sqref) == f"{letters['Wage']}2:{letters['Wage']}1048576"
    assert [cell.value for cell in book["lists"]["D"]] == [f"option number {at}" for at in range(30)]
    assert book["lists"].sheet_state == "hidden"
    texts = {heading for heading, letter in letters.items() if sheet.column_dimensions[letter].number_format == "@"}
    assert texts == {"household", "name", "Number"}
    assert sheet["C1"].comment.text == "Was it checked?" and sheet["D1"].comment is None
    assert sheet.freeze_panes == "C2"
    rows = [[cell.value or "" for cell in row] for row in book["columns"]]
    assert rows[0] == ["heading", "level", "what to enter", "unit", "if left empty", "note", "question", "cite"]
    assert rows[3] == ["Checked", "household", "yes | no", "", "", "", "Was it checked?", ""]
    assert ["Short", "member", "x | y", "", "y", "Mostly", "", ""] in rows
    assert ["Wage", "member", "amount ≥ 0", "EUR a month", "", "", "", ""] in rows
    assert [row[0] for row in rows[1:]] == list(letters)


@pytest.mark.slow
def test_a_workbook_in_chinese(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    assert run("ledger", "--rules", RULES, "-o", str(path), language="zh") == (0, "", "")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["台账", "填写说明", "选项"]
    sheet = book["台账"]
    column = next(cell.column_letter for cell in sheet[1] if cell.value == "家庭经济状况已核对")
    rule = next(one for one in sheet.data_validations.dataValidation if str(one.sqref).startswith(f"{column}2"))
    assert rule.formula1 == '"是,否"'
    rows = {row[0].value: [cell.value for cell in row] for row in book["填写说明"]}
    assert rows["工资"][1:6] == ["成员", "金额 ≥ 0", "元/月", "0", "核对无此项"]
    assert rows["核定务工成本"][7] == "report-2022 一（一）2"


# the command


@pytest.mark.slow
def test_the_format_is_that_of_the_ending_else_csv_and_toml(tmp_path: Path) -> None:
    for name, start in (("a.csv", b"household,"), ("a.XLSX", b"PK"), ("a", b"household,")):
        assert run("ledger", "-o", str(tmp_path / name)).status == 0
        assert (tmp_path / name).read_bytes().startswith(start)
    assert run("ledger").out.startswith("household,name,")
    assert run("ledger", "-o", "-").out.startswith("household,name,")
    assert tomli.loads(run("household").out)["members"]
    assert run("ledger", "--format", "csv", "-o", str(tmp_path / "b.dat")).status == 0


@pytest.mark.parametrize(("arguments", "said"), [
    (("household", "-o", "x.json"), "a household is TOML, not JSON"),
    (("household", "-o", "x.csv"), "a household is TOML, not CSV"),
    (("household", "-o", "x.parquet"), "a household is TOML, not PARQUET"),
    (("ledger", "-o", "x.json"), "a ledger is CSV or XLSX, not JSON"),
    (("ledger", "-o", "x.txt"), "use .csv .xlsx"),
    (("ledger", "-o", "x.ods"), "a ledger is CSV or XLSX, not ODS"),
    (("ledger", "--format", "csv", "-o", "x.xlsx"), "use .csv"),
    (("household", "--format", "toml", "-o", "x.json"), "use .toml"),
])  # fmt: skip
def test_an_ending_of_another_format_is_refused(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = run(*arguments[:-1], str(tmp_path / arguments[-1]))
    assert ran.status == 2 and said in ran.err and not os.listdir(tmp_path)


@pytest.mark.slow
def test_a_csv_has_a_mark_for_excel_only_when_asked(tmp_path: Path) -> None:
    assert run("ledger", "--bom", language="zh").out.startswith("\ufeff户编号,")
    assert run("ledger", language="zh").out.startswith("户编号,")
    path = tmp_path / "a.csv"
    assert run("ledger", "--bom", "-o", str(path), language="zh").status == 0
    assert next(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))[1] == "姓名"


@pytest.mark.slow
def test_a_workbook_goes_into_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    shell = f"'{sys.executable}' -m calc template ledger --format xlsx --month 2026-01 | cat > '{path}'"
    assert os.system(f"cd '{ROOT}' && PYTHONPATH='{ROOT}' {shell}") == 0
    assert openpyxl.load_workbook(path).sheetnames[0]


@pytest.mark.parametrize(
    ("arguments", "en", "zh"),
    [
        (["ledger", "--format", "toml"], "a ledger is CSV or XLSX, not TOML", "台账为 CSV 或 XLSX，不能是 TOML"),
        (["household", "-o", "h.xlsx"], "a household is TOML, not XLSX", "家庭文件为 TOML，不能是 XLSX"),
        (["household", "--format", "csv"], "a household is TOML, not CSV", "家庭文件为 TOML，不能是 CSV"),
        (["household", "--bom"], "--bom is only for CSV", "--bom 只用于 CSV"),
        (["ledger", "--format", "xlsx", "--bom"], "--bom is only for CSV", "--bom 只用于 CSV"),
        ([], "Missing argument", "缺少参数"),
        (["letter"], "'letter' is not one of", "只能是 ledger、household"),
    ],
)
def test_wrong_usage(arguments: list[str], en: str, zh: str, tmp_path: Path) -> None:
    for language, sentence in (("en", en), ("zh", zh)):
        ran = run(*arguments, language=language, cwd=tmp_path)
        assert (ran.status, ran.out) == (2, "") and sentence in ran.err
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_months_before_the_rules_and_rules_with_mistakes(tmp_path: Path) -> None:
    assert "begin in" in doudi("template", "ledger", "--month", "1999-01").err
    (tmp_path / "bad.toml").write_text("[rules]\n", "utf-8")
    ran = run("household", "--rules", str(tmp_path / "bad.toml"), "-o", str(tmp_path / "h.toml"))
    assert ran.status == 2 and "missing-key" in ran.err
    assert not (tmp_path / "h.toml").exists()


# files whole or not at all


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_text("filled in all day", "utf-8")
    ran = run("ledger", "-o", str(path))
    assert ran.status == 2 and "[cannot-write]" in ran.err
    assert path.read_text("utf-8") == "filled in all day"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such pipes")
def test_a_pipe_with_a_name_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """And so is `/dev/null`, with which this is not tried: a mistake would take it away from everybody."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run("ledger", "-o", str(pipe)) == (0, "", "")
        assert os.read(reader, 1 << 16).startswith(b"household,name,")
    finally:
        os.close(reader)
    assert pipe.is_fifo() and [one.name for one in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_where_there_is_no_room_one_line_says_so_and_nothing_is_left(name: str, tmp_path: Path) -> None:
    shell = f"ulimit -f 1; '{sys.executable}' -m calc template ledger --month 2026-01 --lang en -o '{tmp_path / name}'"
    facts = "".join(f'f{at} = {{ kind = "text" }}\n' for at in range(500))
    (tmp_path / "rules.toml").write_text(f"{HEAD}[facts.household]\n{facts}", "utf-8")
    command = ["bash", "-c", f"{shell} --rules '{tmp_path}/rules.toml'"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error[cannot-write]: the file cannot be written: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["rules.toml"]


def test_a_whole_file_takes_the_place_of_the_old_one_and_of_its_rights(tmp_path: Path) -> None:
    path, link = tmp_path / "old.csv", tmp_path / "link.csv"
    path.write_text("old", "utf-8")
    path.chmod(0o640)
    link.symlink_to(path)
    with whole_file(str(link)) as beside:
        Path(beside).write_text("new", "utf-8")
        assert path.read_text("utf-8") == "old" and Path(beside).parent == tmp_path
    assert path.read_text("utf-8") == "new" and link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link.csv", "old.csv"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, OSError(28, "No space left on device")])
def test_a_file_half_written_is_removed_and_the_old_one_stays(tmp_path: Path, error: Any) -> None:
    path = tmp_path / "old.csv"
    path.write_text("old", "utf-8")
    with pytest.raises((KeyboardInterrupt, ValueError, InputErrors)), whole_file(str(path)) as beside:
        Path(beside).write_text("ha", "utf-8")
        raise error
    assert [(one.name, one.read_text("utf-8")) for one in tmp_path.iterdir()] == [("old.csv", "old")]


# a page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_household_file_is_one_page_without_formulas_and_names_what_else_there_is(language: str) -> None:
    plan = plan_of(ROOT / "rules.toml")
    text = short_household(plan, language)
    lines = text.splitlines()
    assert len(lines) < 40
    assert not re.search(r"\d{8,}|若|否则|round_|unknown if", text)
    assert len(tomli.loads(text)) == 3
    for topic in plan.topics.values():
        asked = [plan.facts[one] for one in topic.asked()]
        assert topic.people or any(line.startswith(f"# {topic.label_in(language)}") for line in lines)
        assert all(household_heading(one, Headings(plan), language) in text for one in asked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_of_the_page_may_be_written_on_a_line_of_its_own(language: str, tmp_path: Path) -> None:
    plan = plan_of(ROOT / "rules.toml")
    path = tmp_path / "family.toml"
    wage = household_heading(plan.facts["工资"], Headings(plan), language)
    path.write_text(f"{short_household(plan, language)}{wage} = 2500\n", "utf-8")
    (trace,) = assess(plan, str(path)).traces
    assert trace.household.members[0].facts == {"工资": 250000}


def test_rules_without_topics_have_a_line_for_every_fact() -> None:
    plan = plan_of(ROOT / "tests" / "smallville.toml")
    assert short_household(plan, "en") == household_toml(plan, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_default_that_follows_from_other_facts_is_said_in_words(language: str) -> None:
    text = household_toml(plan_of(ROOT / "rules.toml"), language)
    assert not re.search(r"若.*否则|\d{8,}|clamp|round_half_up", text)
