"""Cells of a workbook that are not empty and hold no value: their household is rejected, by both engines alike."""

from __future__ import annotations

import csv
import io
from itertools import product
from pathlib import Path

import pytest

from calc.ledger.xlsx import sheet_size
from calc.ledger.xlsx.faulty_cells import cell_name
from calc.ledger.xlsx.sheet_limits import row_and_column
from calc.ledger.xlsx.sheet_size import extents_of
from calc.ledger.xlsx.zip_archive import Archive
from tests.support.both_engines import must_be_alike
from tests.support.workbooks import MAIN, by_hand, row_of, sheet_xml

pytest.importorskip("python_calamine")
pytest.importorskip("duckdb")

HEADINGS = ("户编号", "姓名", "与户主关系", "出生日期", "家庭经济状况已核对", "养老金", "法定义务人情况")
ONE = ("户主", "1980-01-01", "是", 300, "有人有能力")
ANNA = ("A1", "甲", *ONE)
BEN = ("B1", "乙", *ONE)


def ledger(*rows: tuple[object, ...], merged: str = "") -> bytes:
    """A workbook of a ledger under its headings."""
    texts = [row_of(at, *row) for at, row in enumerate((HEADINGS, *rows), 1)]
    return by_hand(sheet_xml("".join(texts), merged))


def pension(cell: object, row: tuple[object, ...] = ANNA) -> tuple[object, ...]:
    """A row with another cell for its pension."""
    return (*row[:5], cell, row[6])


def households(pensions: list[str]) -> bytes:
    """A workbook with a household for each cell of a pension, A0 in row 2, and after them B1 without fault."""
    return ledger(*(pension(cell, (f"A{at}", f"甲{at}", *ONE)) for at, cell in enumerate(pensions)), BEN)


def run(tmp_path: Path, data: bytes, *options: str) -> tuple[dict[str, str], list[list[str]]]:
    """Both engines: what each household is paid, and the rejects as household, line, column, code and message."""
    path = tmp_path / "ledger.xlsx"
    path.write_bytes(data)
    found = must_be_alike(tmp_path, [str(path)], "--month", "2022-05", *options)
    paid = {one["household"]: one["total"] for one in csv.DictReader(io.StringIO(found["results.csv"].decode()))}
    rejects = csv.DictReader(io.StringIO(found["rejects.csv"].decode()))
    names = ("household", "line", "column", "code", "message")
    return paid, [[one[name].replace(f"{path}", "L") for name in names] for one in rejects]


def told(tmp_path: Path, data: bytes, *options: str) -> list[list[str]]:
    """The rejects without their messages; every other household is assessed."""
    return [one[:4] for one in run(tmp_path, data, *options)[1]]


NOT_COMPUTED = [["A1", "2", "养老金", "bad-cell"]]


# formulas that were never computed


@pytest.mark.slow
def test_a_formula_without_a_value_rejects_its_household(tmp_path: Path) -> None:
    formulas = ["<f>300*3</f>", '<f t="shared" si="0"/>', '<f t="array" ref="F2">300*3</f>']
    values, attributes = ["", "<v></v>", "<v/>", "<v ></v>"], ["", ' s="0"', ' t="n"']
    cells = [f'<c r="@"{one}>{formula}{value}</c>' for formula, value, one in product(formulas, values, attributes)]
    paid, rejects = run(tmp_path, households(cells))
    assert len(rejects) == len(cells) == 36 and paid == {"B1": "344.00"}
    for at, reject in enumerate(rejects):
        message = (f"`养老金`: the formula in F{at + 2} was never computed: open the workbook in a spreadsheet program "
                   "and save it")  # fmt: skip
        assert reject == [f"A{at}", f"{at + 2}", "养老金", "bad-cell", message], cells[at]


@pytest.mark.slow
@pytest.mark.parametrize(
    "cell",
    [
        "<c r='@'><f>300*3</f></c>",
        '<c s="0" r="@"><f>300*3</f></c>',
        '<c><f>300*3</f><v xml:space="preserve"> </v></c>',
        '<c r="@"><f><![CDATA[300*3]]></f></c>',
        '<x:c xmlns:x={0} r="@"><x:f>300*3</x:f></x:c>',
    ],
)
def test_a_formula_without_a_value_in_uncommon_markup(tmp_path: Path, cell: str) -> None:
    assert told(tmp_path, ledger(pension(cell.replace("{0}", MAIN[6:])), BEN)) == NOT_COMPUTED


@pytest.mark.slow
@pytest.mark.parametrize("value", ["<v></v>", "<v/>"])
def test_a_formula_whose_text_is_empty_is_an_empty_cell(tmp_path: Path, value: str) -> None:
    paid, rejects = run(tmp_path, ledger(pension(f'<c r="@" t="str"><f>""</f>{value}</c>')))
    assert not rejects and paid == {"A1": "644.00"}


@pytest.mark.slow
@pytest.mark.parametrize("cell", ['<c r="@"><f>300*1</f><v>300</v></c>', '<c r="@" t="str"><f>"300"</f><v>300</v></c>'])
def test_a_formula_with_a_value_is_read(tmp_path: Path, cell: str) -> None:
    assert run(tmp_path, ledger(pension(cell))) == ({"A1": "344.00"}, [])


@pytest.mark.slow
def test_the_cells_of_an_array_formula_that_was_never_computed(tmp_path: Path) -> None:
    first = '<c r="@"><f t="array" ref="F2:F4">H2:H4</f></c>'
    rows = pension(first), pension(None, BEN), pension(300, ("C1", "丙", *ONE)), ("D1", "丁", *ONE)
    paid, rejects = run(tmp_path, ledger(*rows))
    assert [one[:4] for one in rejects] == [*NOT_COMPUTED, ["B1", "3", "养老金", "bad-cell"]]
    assert "formula in F3" in rejects[1][4] and paid == {"C1": "344.00", "D1": "344.00"}


@pytest.mark.slow
def test_a_row_of_nothing_but_formulas_below_the_others_is_no_row_left_out(tmp_path: Path) -> None:
    cells = ['<c r="@"><f>1</f></c>'] * 3
    rejects = told(tmp_path, ledger(ANNA, cells, cells))  # type: ignore[arg-type]
    columns = HEADINGS[:3]
    assert rejects == [[f"L:{row}", str(row), column, "bad-cell"] for row in (3, 4) for column in columns]


@pytest.mark.slow
def test_a_column_that_is_not_read_needs_no_values(tmp_path: Path) -> None:
    formula = '<c r="@"><f>1</f></c>'
    texts = row_of(1, *HEADINGS, "备用"), row_of(2, *ANNA, formula), row_of(3, *[None] * 7, formula)
    data = by_hand(sheet_xml("".join(texts)))
    assert run(tmp_path, data, "--keep", "备用") == ({"A1": "344.00"}, [])
    assert (tmp_path / "rows-results.csv").read_text("utf-8").splitlines()[1].endswith('"#N/A"')


@pytest.mark.slow
@pytest.mark.parametrize("at", [0, 1, 2, 3, 4, 5, 6])
def test_every_column_that_is_read(tmp_path: Path, at: int) -> None:
    row = [*ANNA]
    row[at] = '<c r="@"><f>1</f></c>'
    (reject,) = told(tmp_path, ledger(tuple(row), BEN))
    assert reject == ["A1" if at else "L:2", "2", HEADINGS[at], "bad-cell"]


# errors


ERRORS = ["#N/A", "#DIV/0!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!",
          "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!"]  # fmt: skip


@pytest.mark.slow
def test_an_error_rejects_its_household_and_no_other(tmp_path: Path) -> None:
    shown = [*product(ERRORS, ["", "<f>X</f>"])]
    cells = [f'<c r="@" t="e">{formula}<v>{error}</v></c>' for error, formula in shown]
    paid, rejects = run(tmp_path, households(cells))
    for at, (error, _) in enumerate(shown):
        told = f'`养老金`: F{at + 2} shows the error "{error}" instead of a value'
        assert rejects[at] == [f"A{at}", f"{at + 2}", "养老金", "bad-cell", told]
    assert len(rejects) == len(shown) and paid == {"B1": "344.00"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "cell",
    ["<c r='@' t='e'><v>#SPILL!</v></c>", '<c t="e" r="@"><v>#SPILL!</v></c>', '<c r="@" t="e"><v >#SPILL!</v></c>'],
)
def test_an_error_in_uncommon_markup(tmp_path: Path, cell: str) -> None:
    assert told(tmp_path, ledger(pension(cell), BEN)) == NOT_COMPUTED


@pytest.mark.slow
def test_an_error_in_a_text_or_as_the_household_is_neither(tmp_path: Path) -> None:
    error = '<c r="@" t="e"><v>#N/A</v></c>'
    rows = (error, *ANNA[1:]), (error, *BEN[1:]), ("C1", error, *ONE)
    assert told(tmp_path, ledger(*rows)) == [
        ["L:2", "2", "户编号", "bad-cell"],
        ["L:3", "3", "户编号", "bad-cell"],
        ["C1", "4", "姓名", "bad-cell"],
    ]


@pytest.mark.slow
def test_newer_errors_wherever_the_parts_of_a_sheet_are_cut(tmp_path: Path) -> None:
    rows = [pension('<c r="@" t="e"><v>#SPILL!</v></c>', (f"A{at}", "甲", *ONE)) for at in range(3000)]
    rejects = told(tmp_path, ledger(*rows, BEN))
    assert len(rejects) == 3000 and {one[3] for one in rejects} == {"bad-cell"}


# merged cells


def family(merged: str, *pensions: object) -> bytes:
    """A household of two, some of whose cells are merged, and another."""
    first, second = pensions or (300, 600)
    member = (None, "母", "父母", "1960-01-01", None, second, "有人有能力")
    return ledger(pension(first), member, BEN, merged=merged)


@pytest.mark.slow
def test_cells_of_the_household_merged_over_its_members_are_those_of_each(tmp_path: Path) -> None:
    assert run(tmp_path, family("A2:A3 E2:E3")) == ({"A1": "388.00", "B1": "344.00"}, [])


@pytest.mark.slow
@pytest.mark.parametrize(("cells", "column"), [("F2:F3", "养老金"), ("G2:G3", "法定义务人情况"), ("B2:B3", "姓名"),
                                               ("D2:D3", "出生日期"), ("F2:G3", "养老金")])  # fmt: skip
def test_a_cell_of_a_member_merged_over_several_counts_for_none(tmp_path: Path, cells: str, column: str) -> None:
    paid, rejects = run(tmp_path, family(f"A2:A3 E2:E3 {cells}", 900, None))
    assert [one[:4] for one in rejects] == [["A1", "2", column, "bad-cell"]]
    assert f"{cells} is one merged cell for several rows" in rejects[0][4] and paid == {"B1": "344.00"}


@pytest.mark.slow
def test_a_cell_merged_over_two_households_rejects_both(tmp_path: Path) -> None:
    assert told(tmp_path, ledger(pension(900), pension(None, BEN), ("C1", "丙", *ONE), merged="F2:F3")) == [
        ["A1", "2", "养老金", "bad-cell"],
        ["B1", "3", "养老金", "bad-cell"],
    ]


@pytest.mark.slow
def test_an_empty_cell_merged_over_members_says_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, family("A2:A3 E2:E3 F2:F3", None, None)) == ({"A1": "1288.00", "B1": "344.00"}, [])


@pytest.mark.slow
def test_a_person_whose_cells_are_all_merged_over_two_rows_is_one(tmp_path: Path) -> None:
    cells = " ".join(f"{letter}2:{letter}3" for letter in "ABCDEFG")
    assert run(tmp_path, ledger(ANNA, (None,) * 7, BEN, merged=cells)) == ({"A1": "344.00", "B1": "344.00"}, [])


@pytest.mark.slow
def test_headings_merged_over_two_rows_are_not_filled_below(tmp_path: Path) -> None:
    upper = (*HEADINGS[:5], "收入", HEADINGS[6])
    lower = (*(None,) * 5, "养老金", None)
    rows = [row_of(1, *upper), row_of(2, *lower), row_of(3, *ANNA)]
    cells = " ".join(f"{letter}1:{letter}2" for letter in "ABCDEG")
    assert run(tmp_path, by_hand(sheet_xml("".join(rows), cells))) == ({"A1": "344.00"}, [])


@pytest.mark.slow
def test_a_household_merged_over_more_rows_than_are_held(tmp_path: Path) -> None:
    rows = [pension(None if at else 900, ("A1" if not at else None, f"n{at}", *ONE)) for at in range(2500)]  # type: ignore[arg-type]
    rejects = told(tmp_path, ledger(*rows, BEN, merged="A2:A2501 F2:F2501"))
    assert {one[0] for one in rejects} == {"A1"} and ["A1", "2", "养老金", "bad-cell"] in rejects


# numbers of too many digits


@pytest.mark.slow
def test_amounts_are_read_to_the_digits_that_are_shown(tmp_path: Path) -> None:
    rows = pension("<c r='@'><f>3*100.1</f><v>300.30000000000001</v></c>"), pension(300.3000000000001, BEN)
    assert run(tmp_path, ledger(*rows), "--keep", "养老金") == ({"A1": "344.00", "B1": "344.00"}, [])
    results = (tmp_path / "rows-results.csv").read_text("utf-8")
    assert [one["养老金"] for one in csv.DictReader(io.StringIO(results))] == ["300.3", "300.3"]


@pytest.mark.slow
@pytest.mark.parametrize("given", [300.005, "300.3000000000001"])
def test_amounts_of_too_many_decimals_are_refused(tmp_path: Path, given: object) -> None:
    assert told(tmp_path, ledger(pension(given), BEN)) == [["A1", "2", "养老金", "too-many-decimals"]]


@pytest.mark.slow
@pytest.mark.parametrize("number", [1234567890123456, 430602194912310000, 9007199254740993])
def test_a_household_whose_number_is_cut_is_rejected(tmp_path: Path, number: int) -> None:
    rows = (number, *ANNA[1:]), (number + 1, *BEN[1:]), ("C1", "丙", *ONE)
    paid, rejects = run(tmp_path, ledger(*rows))
    assert {one[1] for one in rejects} == {"2", "3"} and {one[2] for one in rejects} == {"户编号"}
    assert "a spreadsheet has cut its digits" in rejects[0][4] and paid == {"C1": "344.00"}


@pytest.mark.slow
def test_a_household_whose_number_has_15_digits_is_read(tmp_path: Path) -> None:
    rows = (123456789012345, *ANNA[1:]), ("430602194912310001", *BEN[1:])
    assert run(tmp_path, ledger(*rows))[0] == {"123456789012345": "344.00", "430602194912310001": "344.00"}


@pytest.mark.slow
@pytest.mark.parametrize("number", [430602194912310000, 1234567890123456])
def test_an_identity_number_held_as_a_number_is_cut(tmp_path: Path, number: int) -> None:
    texts = row_of(1, *HEADINGS, "身份证号"), row_of(2, *ANNA, number)
    paid, (reject,) = run(tmp_path, by_hand(sheet_xml("".join(texts))))
    assert reject[:4] == ["A1", "2", "身份证号", "bad-identity-number"] and not paid
    assert "a spreadsheet has cut its digits" in reject[4]


# households in a file of their own, and the scan


@pytest.mark.slow
def test_faults_of_a_file_of_households(tmp_path: Path) -> None:
    own = tmp_path / "own.xlsx"
    rows = row_of(1, "户编号", "家庭经济状况已核对"), row_of(2, "A1", '<c r="@"><f>1</f></c>'), row_of(3, "B1", "是")
    own.write_bytes(by_hand(sheet_xml("".join(rows))))
    members = [(*row[:4], None, *row[5:]) for row in (ANNA, BEN)]
    paid, rejects = run(tmp_path, ledger(*members), "--households", str(own))
    assert [one[:4] for one in rejects] == [["A1", "2", "家庭经济状况已核对", "bad-cell"]] and paid == {"B1": "344.00"}


@pytest.mark.slow
def test_faults_are_the_same_by_either_way_of_scanning(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = ['<c r="@"><f t="array" ref="F2:F9">1</f></c>', '<c r="@" t="e"><f>1</f><v>#CALC!</v></c>',
             '<c r="@" t="str"><f>1</f><v></v></c>', '<c r="@"><f>1</f><v>2</v></c>']  # fmt: skip
    data = ledger(*(pension(cells[at % 4], (f"A{at}", "甲", *ONE)) for at in range(2000)))

    def scanned() -> sheet_size.Extent:
        return next(iter(extents_of(Archive(io.BytesIO(data)), ["sheet1.xml"]).values()))

    quick = scanned()
    monkeypatch.setattr(sheet_size, "_COLUMN", sheet_size._EMPTY_CELL)
    assert scanned().faults == quick.faults
    assert [one[2] for one in quick.faults.all()] == ["", "#CALC!"] * 500 and len(quick.faults.areas) == 500


@pytest.mark.parametrize("name", ["A1", "Z9", "AA10", "XFD1048576", "ZZ3"])
def test_names_of_cells(name: str) -> None:
    assert cell_name(*row_and_column(name)) == name
