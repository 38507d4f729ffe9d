"""Excel workbooks in tests: by XlsxWriter, or with the XML of their sheet as given."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from html import escape
from typing import Any

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
PARTS = {
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
    "</workbook>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/worksheet" '
    f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{OFFICE}/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>',
}


def by_hand(rows: str | bytes, texts: str = "", **other: str) -> bytes:
    """A workbook of one sheet, its XML as given."""
    sheet = rows if isinstance(rows, bytes) else f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in {**PARTS, "xl/sharedStrings.xml": f"<sst {MAIN}>{texts}</sst>", **other}.items():
            file.writestr(name, text)
        file.writestr("xl/worksheets/sheet1.xml", sheet)
    return out.getvalue()


def written(fill: Callable[[Any, Any], None], **options: Any) -> bytes:
    """A workbook of one sheet by XlsxWriter."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, options)
    fill(book, book.add_worksheet("台账"))
    book.close()
    return out.getvalue()


def row_of(number: int, *cells: object) -> str:
    """A row as XML: texts, numbers, and cells that are XML already, in which `@` is the place of the cell."""
    texts = [_cell(f"{chr(65 + at)}{number}", one) for at, one in enumerate(cells)]
    return f'<row r="{number}">{"".join(texts)}</row>'


def _cell(place: str, given: object) -> str:
    if given is None:
        return f'<c r="{place}" s="0"/>'
    if isinstance(given, str) and given.startswith("<"):
        return given.replace("@", place)
    if isinstance(given, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(given)}</t></is></c>'
    return f'<c r="{place}"><v>{given}</v></c>'


def sheet_xml(rows: str, merged: str = "") -> bytes:
    """A sheet with its merged cells, such as `A2:A3 B2:B3`."""
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged.split())
    merges = f"<mergeCells>{ranges}</mergeCells>" if ranges else ""
    return f"<worksheet {MAIN}><sheetData>{rows}</sheetData>{merges}</worksheet>".encode()


_ODS = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
)
_CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
_MIME = "application/vnd.oasis.opendocument.spreadsheet"


def ods(tables: dict[str, str], manifest: str = "") -> bytes:
    """An OpenDocument spreadsheet, with the rows of each sheet as XML."""
    sheets = "".join(f'<table:table table:name="{name}">{rows}</table:table>' for name, rows in tables.items())
    body = f"<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", _MIME)
        file.writestr("content.xml", f"<office:document-content {_ODS} {_CALC}>{body}</office:document-content>")
        entry = f'<m:file-entry m:full-path="/" m:media-type="{_MIME}">{manifest}</m:file-entry>'
        space = 'xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
        file.writestr("META-INF/manifest.xml", f"<m:manifest {space}>{entry}</m:manifest>")
    return out.getvalue()


def ods_row(*cells: object, more: str = "") -> str:
    """A row of such a sheet: texts, numbers, and cells that are XML already."""
    return f"<table:table-row {more}>{''.join(map(_ods_cell, cells))}</table:table-row>"


def _ods_cell(given: object) -> str:
    if given is None:
        return "<table:table-cell/>"
    if isinstance(given, str) and given.startswith("<"):
        return given
    if isinstance(given, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(given)}</text:p></table:table-cell>'
    shown = f"<text:p>{given}</text:p>"
    return f'<table:table-cell office:value-type="float" office:value="{given}">{shown}</table:table-cell>'
