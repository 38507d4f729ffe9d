"""Any cell is the same text whether Python writes it or DuckDB: in CSV, in JSON Lines, as a row of cells."""

from __future__ import annotations

import tempfile
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

pytest.importorskip("duckdb")

from calc.batch.duckdb.write_results import ResultWriter
from calc.batch.job import Collected, ResultSpec
from calc.engine.sql.duckdb_session import connect
from calc.report.encode_rows import csv_text, json_text
from calc.report.result_rows import table
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.both_engines import RULES

pytestmark = pytest.mark.slow

CONNECTION = connect("200MB")
PLAN = plan_for(read_rules(RULES), 202206)
MARKS = ",;|\"'\\#\r\n\t\v\f\0\x01\x1c\x7f\x85 　\u2028\ufeff=+-@＝＋－＠NULnul01é汉\U0001f600\U00010000\ud800\udfff"
CELLS = st.text(st.sampled_from(MARKS), max_size=5) | st.text(max_size=8) | st.sampled_from(["NULL", '""', "\\N", "''"])
TEXTS = 9
"""Columns of text of a row a benefit, without the amount."""
ROWS = st.lists(st.lists(CELLS, min_size=TEXTS + 1, max_size=TEXTS + 1), max_size=20)
some = settings(max_examples=40, deadline=None)


def given_back(format: str, rows: list[list[str]], by: str = "benefit") -> list[Any]:
    """Results that a sink gets of one household of the row path with these rows."""
    spec, sink = ResultSpec(by, format, ("kept",), None, False, "en", False), Collected()
    headings = table(by, PLAN, spec.kept, False).headings
    objects = [{key: cell or None for key, cell in zip(headings, row, strict=False)} for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        writer = ResultWriter(CONNECTION, spec, [PLAN], sink, folder)
        writer.end_range([(7, (rows, objects))])
        writer.end()
    return sink.results


def as_row(cells: list[str]) -> list[str]:
    """Cells as a row a benefit: ten of text, two more, and an amount."""
    return [*cells[:5], "12.50", *cells[5:10], cells[0]]


def as_utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@some
@given(ROWS)
@example([["#", "a#", "#b", " #", "# ", "\r", "\r\n", "=\r", "", "'"]])
def test_cells_in_csv(cells: list[list[str]]) -> None:
    rows = [*map(as_row, cells)]
    assert "".join(given_back("csv", rows)) == as_utf8(csv_text(rows))


@some
@given(ROWS)
def test_cells_in_json_lines(cells: list[list[str]]) -> None:
    rows = [*map(as_row, cells)]
    headings = table("benefit", PLAN, ("kept",), False).headings
    objects = [{key: cell or None for key, cell in zip(headings, row, strict=True)} for row in rows]
    assert "".join(given_back("jsonl", rows)) == as_utf8(json_text(objects))
    assert "".join(given_back("jsonl", rows, "household")).count("\n") == len(rows)


@some
@given(ROWS)
def test_cells_as_rows(cells: list[list[str]]) -> None:
    rows = [*map(as_row, cells)]
    assert given_back("rows", rows) == [[*map(as_utf8, row)] for row in rows]
