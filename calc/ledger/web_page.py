"""Reads the tables of a web page as rows of texts: many systems of offices export one under the name of a workbook.

A spreadsheet program shows such a page as one sheet, and so it is read: its tables one below the other, a text between
them in a row of its own, since it may be the unit of the amounts. Cells that span rows are merged cells.
"""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from typing import BinaryIO

from calc.ledger.header import Naming
from calc.ledger.xlsx.merged_cells import Area, MergedCells
from calc.ledger.xlsx.sheet_columns import HEAD, sheet_columns
from calc.ledger.xlsx.sheet_limits import MOST_CELLS
from calc.ledger.xlsx.zip_archive import BadWorkbook

LARGEST = 64 << 20
"""Bytes of a page: its cells are held in memory."""
_BEGINS = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|body|style|table|div)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML_WORKBOOK = re.compile(r"\s*<\?xml.{0,2000}urn:schemas-microsoft-com:office:spreadsheet", re.DOTALL)
_UNSEEN = frozenset(["script", "style", "title"])
_ENDS_TEXT = frozenset(["p", "div", "h1", "h2", "h3", "h4", "center", "body", "caption", "ul", "li"])


def is_page(text: str) -> bool:
    """Says whether a text begins as a web page. Raises BadWorkbook for a workbook in XML, which is not read."""
    if _XML_WORKBOOK.match(text):
        raise BadWorkbook("old")
    return _BEGINS.match(text) is not None


def copy_page(source: BinaryIO, encoding: str, copied: str, naming: Naming | None) -> None:
    """Copies the tables of a page, which is read from where it begins, to a CSV file.

    Raises BadWorkbook for a page that has none, or is too large.
    """
    data = source.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BadWorkbook("large", most=f"{LARGEST >> 20} MB")
    page = _Page()
    page.feed(data.decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace"))
    page.close()
    page.end_row()
    if not page.has_table:
        raise BadWorkbook("page")
    columns = None if naming is None else sheet_columns(page.rows[:HEAD], naming)
    with open(copied, "w", encoding="utf-8", errors="surrogateescape", newline="") as copy:
        write = csv.writer(copy, lineterminator="\n").writerow
        for _, cells in MergedCells(page.areas, columns).filled(enumerate(page.rows, 1)):
            write(cells)


class _Page(HTMLParser):
    """Gathers the rows of a page: `rows`, and the `areas` of cells that span several of them, counted from 0."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.areas: list[Area] = []
        self.has_table = False
        self._row: list[str] = []
        self._text: list[str] = []
        self._spans: dict[int, int] = {}
        self._unseen = self._cells = 0
        self._cell = (1, 1)
        self._in_cell = self._in_row = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            self.end_row()
            self._spans.clear()
            self.has_table = True
        elif tag == "tr":
            self.end_row()
            self._in_row = True
        elif tag in ("td", "th"):
            self._end_cell()
            given = dict(attrs)
            self._cell = _span(given.get("rowspan")), _span(given.get("colspan"))
            self._in_cell = self._in_row = True
        elif tag == "br":
            self._text.append(" ")
        elif tag in _ENDS_TEXT and not self._in_cell:
            self.end_row()

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table") or (tag in _ENDS_TEXT and not self._in_cell):
            self.end_row()
            if tag == "table":
                self._spans.clear()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._text.append(data)

    def end_row(self) -> None:
        """Ends a row of a table, or a text that is in none."""
        if self._in_cell or not self._in_row:
            self._end_cell()
        if self._in_row or any(self._row):
            self._row += [""] * (1 + max(self._spans, default=-1) - len(self._row))
            self._spans = {column: rows - 1 for column, rows in self._spans.items() if rows > 1}
            self.rows.append(self._row)
        self._row, self._in_row = [], False

    def _end_cell(self) -> None:
        """Ends a cell; a text outside of cells is one too, where there is any."""
        text = " ".join("".join(self._text).split())
        self._text.clear()
        is_cell, self._in_cell = self._in_cell, False
        if not is_cell and not text:
            return
        rows, columns = self._cell if is_cell else (1, 1)
        while self._spans.get(len(self._row), 0) > 0:
            self._row.append("")
        at, row = len(self._row), len(self.rows)
        self._cells += columns
        if self._cells > MOST_CELLS:
            raise BadWorkbook("cells", most=MOST_CELLS)
        self._row += [text, *[""] * (columns - 1)]
        if rows > 1:
            self.areas.append(((row, at), (row + rows - 1, at + columns - 1)))
            for column in range(at, at + columns):
                self._spans[column] = rows


def _span(text: str | None) -> int:
    number = (text or "").strip()
    return max(1, min(int(number), 1000)) if number.isdigit() and number.isascii() and len(number) < 6 else 1
