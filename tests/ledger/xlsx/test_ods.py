"""OpenDocument spreadsheets: the same care as for XLSX, where the library shows neither errors nor merged cells."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from calc.diagnostics.diagnostic import InputErrors
from calc.ledger.xlsx import ods_content
from calc.ledger.xlsx.read_sheet import read_sheet
from tests.ledger.xlsx.test_faulty_cells import ANNA, BEN, HEADINGS, pension, run
from tests.support.both_engines import must_be_alike
from tests.support.workbooks import ods, ods_row

pytest.importorskip("python_calamine")
pytest.importorskip("duckdb")


def ledger(*rows: tuple[object, ...]) -> bytes:
    """A spreadsheet of a ledger under its headings."""
    return ods({"台账": "".join(ods_row(*row) for row in (HEADINGS, *rows))})


def cell(attributes: str, text: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def rejects(tmp_path: Path, data: bytes) -> list[list[str]]:
    paid, found = run(tmp_path, data)
    assert paid == {"B1": "344.00"}
    return found


def code_of(data: bytes) -> str:
    with pytest.raises(InputErrors) as caught:
        list(read_sheet("l.ods", None, None, io.BytesIO(data)).rows)
    return caught.value.diagnostics[0].code


@pytest.mark.slow
def test_a_ledger(tmp_path: Path) -> None:
    day = cell('office:value-type="date" office:date-value="1980-01-01"', "80/1/1")
    amount = cell('office:value-type="currency" office:currency="CNY" office:value="300.3000000000001"', "300.30")
    data = ledger((*ANNA[:3], day, *ANNA[4:]), pension(amount, BEN))
    assert run(tmp_path, data) == ({"A1": "344.00", "B1": "344.00"}, [])


@pytest.mark.slow
def test_serial_numbers_count_from_the_day_that_the_spreadsheet_says(tmp_path: Path) -> None:
    null = '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    for serial, head in ((29221, ""), (27759, null)):
        rows = "".join(ods_row(*row) for row in (HEADINGS, (*ANNA[:3], serial, *ANNA[4:])))
        data = ods({"S": rows})
        if head:
            import zipfile

            old = zipfile.ZipFile(io.BytesIO(data))
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as new:
                for name in old.namelist():
                    part = old.read(name).replace(b"<office:spreadsheet>", b"<office:spreadsheet>" + head.encode())
                    new.writestr(name, part)
            data = out.getvalue()
        assert run(tmp_path, data, "--keep", "出生日期") == ({"A1": "344.00"}, [])
        assert "1980-01-01" in (tmp_path / "rows-results.csv").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        (
            'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"',
            "#DIV/0!",
        ),
        ('table:formula="of:=X" office:value-type="float" office:value="0" calcext:value-type="error"', "Err:502"),
        ('table:formula="of:=X" office:value-type="string"', "#N/A"),
        ('table:formula="of:=X" office:value-type="float" office:value="0"', "Err:508"),
    ],
)
def test_an_error_rejects_its_household(tmp_path: Path, attributes: str, text: str) -> None:
    (reject,) = rejects(tmp_path, ledger(pension(cell(attributes, text)), BEN))
    assert reject == ["A1", "2", "养老金", "bad-cell", f'`养老金`: F2 shows the error "{text}" instead of a value']


@pytest.mark.slow
def test_a_formula_without_a_value_rejects_its_household(tmp_path: Path) -> None:
    (reject,) = rejects(tmp_path, ledger(pension('<table:table-cell table:formula="of:=300*3"/>'), BEN))
    assert reject[3] == "bad-cell" and "the formula in F2 was never computed" in reject[4]


@pytest.mark.slow
def test_a_formula_with_a_value_is_read(tmp_path: Path) -> None:
    given = cell('table:formula="of:=300*1" office:value-type="float" office:value="300"', "300")
    assert run(tmp_path, ledger(pension(given))) == ({"A1": "344.00"}, [])


def merged(text: str, kind: str = 'office:value-type="string"') -> str:
    return cell(f'table:number-rows-spanned="2" table:number-columns-spanned="1" {kind}', text)


COVERED = "<table:covered-table-cell/>"


@pytest.mark.slow
def test_merged_cells(tmp_path: Path) -> None:
    first = (merged("A1"), *ANNA[1:4], merged("是"), *ANNA[5:])
    second = (COVERED, "母", "父母", "1960-01-01", COVERED, 600, "有人有能力")
    assert run(tmp_path, ledger(first, second, BEN)) == ({"A1": "388.00", "B1": "344.00"}, [])
    amount = merged("900", 'office:value-type="float" office:value="900"')
    (reject,) = rejects(tmp_path, ledger(pension(amount, first), pension(COVERED, second), BEN))
    assert reject[:4] == ["A1", "2", "养老金", "bad-cell"] and "F2:F3 is one merged cell" in reject[4]


@pytest.mark.slow
def test_rows_and_cells_that_are_repeated_and_several_sheets(tmp_path: Path) -> None:
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    far = ods_row(blank, more='table:number-rows-repeated="1048000"')
    rows = ods_row(*HEADINGS) + ods_row(more='table:number-rows-repeated="3"') + ods_row(*ANNA)
    error = '<table:table-cell table:formula="x" table:number-columns-repeated="2"/>'
    data = ods({"东": rows + far, "西": ods_row(*HEADINGS) + ods_row(*BEN[:5], error)})
    paid, found = run(tmp_path, data)
    assert paid == {"A1": "344.00"}
    assert [one[1:4] for one in found] == [["2", "养老金", "bad-cell"], ["2", "法定义务人情况", "bad-cell"]]


def test_spreadsheets_that_would_take_too_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    one = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{}"/>'
    many = ods_row(one.format(16000), more='table:number-rows-repeated="1000000"')
    gap = ods_row(1) + ods_row(None, more='table:number-rows-repeated="1000000"') + ods_row(one.format(100))
    for rows in (many, gap, ods_row(one.format(16385)), ods_row(1, more='table:number-rows-repeated="1048577"')):
        assert code_of(ods({"S": rows})) == "not-xlsx/cells"
    assert code_of(ods({f"S{at}": ods_row(one.format(16000), more='table:number-rows-repeated="1000"')
                        for at in range(3)})) == "not-xlsx/cells"  # fmt: skip
    monkeypatch.setattr(ods_content, "MOST_TEXT", 10_000)
    assert code_of(ods({"S": ods_row("x" * 200, more='table:number-rows-repeated="100"')})) == "not-xlsx/unpacked"


def test_spreadsheets_that_are_encrypted_damaged_or_empty() -> None:
    assert code_of(ods({"S": ods_row(1)}, '<m:encryption-data m:checksum="x"/>')) == "not-xlsx/encrypted"
    assert code_of(ods({"S": ods_row(1)[:-4]})) == "not-xlsx/damaged"
    assert code_of(ods({"S": ods_row(None)})) == "not-xlsx/empty"


def spanned(text: str, across: int = 1, down: int = 1) -> str:
    spans = f'table:number-columns-spanned="{across}" table:number-rows-spanned="{down}"'
    return cell(f'office:value-type="string" {spans}', text)


@pytest.mark.slow
def test_headings_in_two_rows_merged_or_not(tmp_path: Path) -> None:
    body = [("A", "甲", "户主", 100, 50, "是"), ("A", "乙", "配偶", "", 5, "否"), ("B", "丙", "户主", 0, 1, "是")]
    plain = ("户编号", "姓名", "与户主关系", "工资", "养老金", "在本市务工")
    upper = (*(spanned(one, down=2) for one in ("户编号", "姓名", "与户主\n关系")), spanned("家庭收入", 2), COVERED,
             spanned("在本市务工", down=2))  # fmt: skip
    titles = {
        "plain": [plain],
        "merged": [(spanned("台账", 6), *[COVERED] * 5), upper, (*[COVERED] * 3, "工资", "养老金", COVERED)],
        "split": [("台账",), (*plain[:3], "家庭收入", "", plain[5]), ("", "", "", "工资", "养老金", "")],
        "years": [(*plain[:3], "年收入", "", plain[5]), ("", "", "", "工资", "养老金", "")],
    }
    found = {}
    for name, heads in titles.items():
        path = tmp_path / f"{name}.ods"
        path.write_bytes(ods({"台账": "".join(ods_row(*row) for row in [*heads, *body])}))
        found[name] = must_be_alike(tmp_path, [str(path)], "--month", "2022-06", may_stop=name == "years")
    assert found["merged"]["results.csv"] == found["split"]["results.csv"] == found["plain"]["results.csv"]
    assert found["plain"]["results.csv"].count(b"\n") == 3 and found["years"] == {"status": b"2"}
