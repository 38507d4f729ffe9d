"""Totals of income in ledgers: each heading that offices use is the income, and may not contradict what is beside it.

`A1` is one person; 644.00 would be money paid although there is an income.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parity.test_intake import HEAD, ROW, mistakes, totals_of, with_heading
from tests.support.both_engines import written

pytestmark = pytest.mark.slow

TOTALS = [
    ("本人月收入", "600", "44.00"),
    ("月收入", "600", "44.00"),
    ("月收入（元）", "600", "44.00"),
    ("个人月收入", "600", "44.00"),
    ("Own monthly income", "600", "44.00"),
    ("年收入", "7200", "44.00"),
    ("个人年收入（元/年）", "7200", "44.00"),
    ("家庭月收入", "600", "44.00"),
    ("家庭月总收入", "600", "44.00"),
    ("家庭年收入", "7200", "44.00"),
    ("月人均收入", "600", "44.00"),
    ("家庭月人均收入", "600", "44.00"),
    ("年人均收入", "7200", "44.00"),
    ("人均纯收入", "7200", "44.00"),
    ("人均纯收入", "7213", "43.00"),
]


@pytest.mark.parametrize(("heading", "amount", "total"), TOTALS)
def test_a_total_is_the_income(tmp_path: Path, heading: str, amount: str, total: str) -> None:
    head, row = with_heading(heading)
    assert totals_of(tmp_path, [head, [*row[:5], amount, *row[6:]]]) == {"A1": total}


LEDGER = ["本人月收入", "年收入", "家庭月收入", "家庭年收入", "月人均收入", "人均纯收入"]


def test_a_total_of_nothing_is_stated(tmp_path: Path) -> None:
    """0 is no income, empty leaves the components, and neither 0 nor less than the components may be beside them."""
    amounts = {"zero": ("0", ""), "empty": ("", "600"), "zero-against": ("0", "900"), "less": ("800", "900")}
    rows, wanted = [[*HEAD, *LEDGER]], {}
    for at, heading in enumerate(LEDGER):
        for name, (total, pension) in amounts.items():
            id = f"{heading}-{name}"
            yearly = "年收入" in heading or heading == "人均纯收入"
            given = ["" for _ in LEDGER]
            given[at] = str(int(total) * 12) if yearly and total else total
            rows.append([id, *ROW[1:5], pension, ROW[6], *given])
            if name in ("zero", "empty"):
                wanted[id] = "644.00" if name == "zero" else "44.00"
    assert totals_of(tmp_path, rows) == wanted
    rejected = {line.split(",")[0] for line in mistakes(tmp_path).splitlines()[1:] if "check-failed" in line}
    assert rejected == {f"{heading}-{name}" for heading in LEDGER for name in ("zero-against", "less")}


def test_a_total_below_zero_is_no_missing_total(tmp_path: Path) -> None:
    head, row = with_heading("本人月收入")
    assert totals_of(tmp_path, [head, [*row[:5], "-1", *row[6:]]]) == {}
    assert "out-of-range" in mistakes(tmp_path)


def test_a_total_of_the_household_stands_on_any_row(tmp_path: Path) -> None:
    rows = [
        [*HEAD, "家庭月收入"],
        [*ROW[:5], "", ROW[6], "600"],
        ["A1", "乙", "配偶", "1981-01-01", "", "", ROW[6], ""],
    ]
    assert totals_of(tmp_path, rows) == {"A1": "688.00"}
    rows[2][-1] = "700"
    assert totals_of(tmp_path, rows) == {}
    assert "disagreement" in mistakes(tmp_path)


def test_a_file_of_households_has_the_totals(tmp_path: Path) -> None:
    own = written(tmp_path / "own.csv", [["户编号", "人均纯收入"], ["A1", "7200"]])
    rows = [HEAD, [*ROW[:5], "", ROW[6]]]
    assert totals_of(tmp_path, rows, "--households", own) == {"A1": "44.00"}


def test_totals_that_contradict_each_other_reject(tmp_path: Path) -> None:
    head = [*HEAD, "年收入", "家庭月收入", "人均纯收入"]
    for amounts in (["8400", "600", ""], ["", "600", "9600"], ["8400", "", "9600"]):
        assert totals_of(tmp_path, [head, [*ROW[:5], "", ROW[6], *amounts]]) == {}
    agreeing = [head, [*ROW[:5], "100", ROW[6], "7200", "600", "7200"]]
    assert totals_of(tmp_path, agreeing) == {"A1": "44.00"}


def test_who_has_what_is_not_known_of_a_household_total(tmp_path: Path) -> None:
    rows = [[*HEAD, "家庭月收入"]] + [
        ["A1", name, relation, "1950-01-01", "是", "", "无义务人", "900"]
        for name, relation in (("甲", "户主"), ("乙", "配偶"))
    ]
    assert totals_of(tmp_path, rows) == {"A1": ""}
    rows = [[*rows[0], "月收入"], [*rows[1], "450"], [*rows[2], "450"]]
    assert totals_of(tmp_path, rows) == {"A1": ""}  # tekun is granted; its care is unset
