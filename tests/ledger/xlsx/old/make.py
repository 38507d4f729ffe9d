"""Makes the older workbooks of the tests beside it, by xlwt 1.3.0, which the tests do not need: `python make.py`."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import xlwt  # type: ignore[import-not-found,unused-ignore]

HERE = Path(__file__).parent
HEAD = ["户编号", "姓名", "与户主关系", "出生日期", "工资", "享受年月"]
DAY = xlwt.easyxf(num_format_str="yyyy-mm-dd")


def fill(sheet: Any, rows: list[list[object]], top: int = 0) -> None:
    for at, row in enumerate(rows, top):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime.date):
                sheet.write(at, column, cell, DAY)
            elif cell != "":
                sheet.write(at, column, cell)


book = xlwt.Workbook(encoding="utf-8")
east = book.add_sheet("东乡")
east.write_merge(0, 0, 0, 5, "东乡花名册")
fill(east, [HEAD], 1)
people: list[list[object]] = [
    ["甲", "户主", datetime.date(1960, 1, 1), 900.1 + 0.2, 202206],
    ["乙", "配偶", datetime.date(1961, 1, 1), "", ""],
]
fill(east, [["", *one] for one in people], 2)
east.write_merge(2, 3, 0, 0, "A")
west = book.add_sheet("西乡")
fill(west, [HEAD, ["B", "丙", "户主", datetime.date(1950, 1, 1), "", ""]])
west.row(1).set_cell_error(4, "#DIV/0!")
west.write(2, 0, "C")
west.write(2, 1, "丁" * 20)
west.write(2, 2, "户主")
west.write(2, 3, "1950-01-01")
west.write(2, 4, 5)
book.add_sheet("说明").write(0, 0, "本表由民政办填写")
hidden = book.add_sheet("旧")
hidden.visibility = 1
hidden.write(0, 0, "旧")
book.save(str(HERE / "ledger.xls"))

large = xlwt.Workbook()
for number in range(6):
    sheet = large.add_sheet(f"s{number}")
    sheet.write(0, 0, "户编号")
    sheet.write(65535, 255, "x")
large.save(str(HERE / "large.xls"))

units = xlwt.Workbook(encoding="utf-8")
sheet = units.add_sheet("台账")
fill(sheet, [[*HEAD[:5], "养老金"], *([one, "甲", "户主", "1960-01-01"] for one in "ABCDE")])
for row, (value, format) in enumerate(
    [(0.05, '0.00"万元"'), (500, '0.0,"千元"'), (7, '0"元/年"'), (500.25, '0.00"元"'), ("500", '0.00"万元"')], 1
):
    sheet.write(row, 4, value, xlwt.easyxf(num_format_str=format))
sheet.write(5, 5, 0)
sheet.write(2, 5, 0, xlwt.easyxf(num_format_str='0"百元"'))
sheet.write(3, 5, 0, xlwt.easyxf(num_format_str="0"))
units.save(str(HERE / "units.xls"))
