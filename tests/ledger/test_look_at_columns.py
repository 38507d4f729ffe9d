"""Columns of a ledger that nobody assesses yet: what they are taken for, and the cells that a run would not read."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bench.ledger import rows as district_rows
from calc.ledger import unread_cells
from calc.ledger.look_at_columns import GIVEN, NOT_READ, OPEN, SURE, ColumnLook, LedgerLook, look_at
from calc.ledger.open_files import FileOptions, opened
from calc.ledger.read_options import ReadOptions
from calc.rules.plan import FactPlan
from tests.support.both_engines import written
from tests.support.cells import Ledgers
from tests.support.ledgers import DISTRICT, SMALLVILLE, Run, plan_in

CELL_CODES = {
    "not-an-amount", "not-a-number", "out-of-range", "too-many-decimals", "not-yes-no", "not-a-date", "not-a-word",
    "bad-identity-number", "bad-disability-certificate", "not-a-text",
}  # fmt: skip


def looked_at(*paths: str, rules: str = DISTRICT, asked: ReadOptions | None = None) -> LedgerLook:
    with opened(paths, FileOptions()) as files:
        return look_at(files, plan_in(rules), asked or ReadOptions(), None, set(), lambda stage, done, whole: None)


def columns(found: LedgerLook) -> dict[str, ColumnLook]:
    (table,) = found.tables
    return {one.headings[0]: one for one in table.columns}


def file(path: Path, text: str) -> str:
    path.write_text(text, "utf-8", errors="surrogateescape")
    return str(path)


def test_headings_are_sure_given_open_or_not_read(tmp_path: Path) -> None:
    text = "户编号,姓名,工资（元）,核定收入,备注,核对,养老,\nA,张三,100,1,有事,是,9,7\nA,李四,,,,否,,\n"
    path = file(tmp_path / "l.csv", text)
    found = columns(looked_at(path, asked=ReadOptions({"养老": "养老金"})))
    assert {heading: one.surety for heading, one in found.items()} == {
        "户编号": SURE, "姓名": SURE, "工资（元）": SURE, "核定收入": OPEN, "备注": NOT_READ, "核对": OPEN,
        "养老": GIVEN, "column 8": OPEN,
    }  # fmt: skip
    wage = found["工资（元）"].meaning
    assert isinstance(wage, FactPlan) and wage.name == "工资"
    assert [found[one].cells.filled for one in ("户编号", "工资（元）", "备注", "column 8")] == [2, 1, 1, 1]
    assert [*found["备注"].cells.samples] == ['"有事"']


@pytest.mark.parametrize(
    ("cells", "surety"),
    [("是,否", OPEN), ("1,0", OPEN), ("1,1", NOT_READ), ("无,无", NOT_READ), ("是,不清楚", NOT_READ)],
)
def test_a_column_of_yes_and_no_is_to_be_decided(tmp_path: Path, cells: str, surety: str) -> None:
    first, second = cells.split(",")
    path = file(tmp_path / "l.csv", f"户编号,姓名,某某\nA,张三,{first}\nB,李四,{second}\n")
    assert columns(looked_at(path))["某某"].surety == surety


def test_two_columns_of_one_fact_are_both_open_and_nothing_is_clear(tmp_path: Path) -> None:
    found = looked_at(file(tmp_path / "l.csv", "户编号,姓名,工资,Wage\nA,张三,100,100\n"))
    assert {heading for heading, one in columns(found).items() if one.surety == OPEN} == {"工资", "Wage"}
    assert [one.code for one in found.tables[0].mistakes] == ["column-twice"] and not found.is_clear


def test_texts_that_would_not_be_read_have_counts_lines_and_a_near_word(tmp_path: Path) -> None:
    rows = "".join(f"H{at},人{at},{'户主' if at % 3 else '户住'},{'约一千' if at % 2 else at}\n" for at in range(3000))
    found = columns(looked_at(file(tmp_path / "l.csv", f"户编号,姓名,与户主关系,工资\n{rows}")))
    (word,), (amount,) = found["与户主关系"].unread, found["工资"].unread
    assert (word.count, word.line, word.raw, word.mistake.code) == (1000, 2, "户住", "not-a-word")
    assert word.mistake.help == ("did-you-mean", {"name": "户主"})
    assert (amount.count, amount.line, amount.mistake.code) == (1500, 3, "not-an-amount")


def test_texts_beyond_the_cap_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread_cells, "MOST_TEXTS", 5)
    rows = "".join(f"H{at},约{at}\n" for at in range(40))
    found = columns(looked_at(file(tmp_path / "l.csv", f"户编号,工资\n{rows}")))["工资"]
    assert (len(found.unread), found.cells.more, found.unread_count) == (5, 35, 40)


def test_personal_numbers_are_masked_unless_asked_for(tmp_path: Path) -> None:
    path = file(
        tmp_path / "l.csv",
        "户编号,身份证号,与户主关系,联系\nA,990000195001010011,990000195001010011,990000195001010011\n",
    )
    shown = repr([(one.mistake.values, one.raw, [*column.cells.samples])
                  for column in columns(looked_at(path)).values() for one in column.unread])  # fmt: skip
    assert "19500101" not in shown and "990000****" in shown
    assert "19500101" not in repr([*columns(looked_at(path))["联系"].cells.samples])
    (word,) = columns(looked_at(path, asked=ReadOptions(show_ids=True)))["与户主关系"].unread
    assert word.raw == "990000195001010011"


def test_rows_are_counted_by_sort(tmp_path: Path) -> None:
    text = "户编号,姓名,工资\nA,张三,1\nA,李四,2\n,王五,3\n小计,,6\nB,赵六\nC,钱七,4,5\n制表人：某,,\n"
    (table,) = looked_at(file(tmp_path / "l.csv", text)).tables
    assert (table.rows, table.set_aside, table.loose, table.rejects_loose, table.misshapen) == (7, 2, 1, True, 2)
    (filled,) = looked_at(str(tmp_path / "l.csv"), asked=ReadOptions(fill_down=True)).tables
    assert (filled.loose, filled.rejects_loose) == (1, False)


def test_files_with_the_same_headings_are_one_table(tmp_path: Path) -> None:
    one, two = (file(tmp_path / name, f"户编号,工资\n{name},{wage}\n") for name, wage in (("a", "1"), ("b", "x")))
    other = file(tmp_path / "c", "户编号,养老金\nc,1\n")
    tables = looked_at(one, other, two).tables
    assert [table.paths for table in tables] == [[one, two], [other]]
    (text,) = tables[0].columns[1].unread
    assert (text.path, text.line, tables[0].rows) == (two, 2, 2)


def test_without_a_household_column_nothing_starts(tmp_path: Path) -> None:
    found = looked_at(file(tmp_path / "l.csv", "姓名,工资\n张三,1\n"))
    assert [one.code for one in found.tables[0].mistakes] == ["missing-column"] and not found.is_clear


def test_keys_of_json_lines_are_columns_also_of_lines_that_are_no_texts(tmp_path: Path) -> None:
    lines = [{"户编号": "A", "姓名": "张三", "工资": "x"}, {"户编号": "B", "Wage": [1], "核定收入": 2, "备注": "a"},
             {"户编号": "C", "members": [{"name": "李四", "wage": 1}, {"name": "王五", "wage": "y"}]}]  # fmt: skip
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines) + '{"户编号": \n'
    found = looked_at(file(tmp_path / "l.jsonl", text))
    (table,) = found.tables
    assert table.nameless == 0 and ("members",) not in [one.headings for one in table.columns]
    by_heading = {one.headings: one for one in table.columns}
    wage = by_heading["工资", "Wage", "wage"]
    assert (wage.cells.filled, sorted(str(one.mistake.values["read"]) for one in wage.unread)) == (
        4, ['"x"', '"y"', "('a list', '一个列表')"],
    )  # fmt: skip
    assert (by_heading[("核定收入",)].surety, by_heading[("备注",)].surety, table.broken) == (OPEN, NOT_READ, 1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rules", [DISTRICT, SMALLVILLE])
def test_unread_texts_are_those_that_a_run_rejects(tmp_path: Path, rules: str, seed: int) -> None:
    path = tmp_path / "l.csv"
    if seed:
        path.write_text(Ledgers(plan_in(rules), seed).text(60, 0.3), "utf-8")
    elif rules == DISTRICT:
        written(path, [*district_rows(300, 5, 0.5)])
    else:
        pytest.skip("the district's generator is for the district's rules")
    found = looked_at(str(path), rules=rules)
    if found.tables[0].mistakes:
        pytest.skip("a run stops at the headings")
    looked = {
        (one.headings[0], text.mistake.code.partition("/")[0], str(text.mistake.values["read"]))
        for one in found.tables[0].columns
        if isinstance(one.meaning, FactPlan)
        for text in one.unread
    }
    run = Run([str(path)], plan_in(rules))
    rejected = {
        (one.place.heading, one.name, str(one.values["read"]))
        for reject in run.rejected
        for one in reject.mistakes
        if one.name in CELL_CODES and one.values.get("fact") in plan_in(rules).facts
    }
    assert rejected <= looked and looked
    assert found.tables[0].rows == run.summary.rows


def test_a_plain_ledger_is_clear(tmp_path: Path) -> None:
    rows = [*district_rows(200, 3)]
    found = looked_at(written(tmp_path / "l.csv", [[*one[:1], *one[2:]] for one in rows]))
    assert found.is_clear and all(one.surety == SURE for one in found.tables[0].columns)
    wage = rows[0].index("工资")
    assert columns(found)["工资"].cells.filled == sum(1 for one in rows[1:] if one[wage])


def test_blocks_give_the_same_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "l.csv", [*district_rows(300, 5, 0.5)])
    from calc.ledger import csv_blocks, household_runs

    def all_of(found: LedgerLook) -> object:
        (table,) = found.tables
        texts = [(one.headings, one.cells.filled, Counter({str(text.mistake): text.count for text in one.unread}),
                  [text.line for text in one.unread]) for one in table.columns]  # fmt: skip
        return table.rows, table.set_aside, table.misshapen, texts

    whole = all_of(looked_at(path))
    monkeypatch.setattr(household_runs, "cut", lambda given, begin: csv_blocks.cut(given, begin, 700))
    assert all_of(looked_at(path)) == whole
