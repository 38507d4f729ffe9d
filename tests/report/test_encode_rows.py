"""What is written comes back as it was, and a spreadsheet takes no cell for a formula."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc.report.encode_rows import csv_text, is_plain, json_text, safe, unsafe
from tests.support.seeds import few_or_all

MARKS = st.sampled_from("=+-@'\t\r\n,\"; a1甲＝＠")
CELLS = st.text(MARKS, max_size=3) | st.text(st.characters(exclude_categories=("Cs",)), max_size=5)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=2), max_size=3)
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def read(text: str) -> list[list[str]]:
    return [*csv.reader(io.StringIO(text, newline=""))]


@pytest.mark.slow
@given(ROWS)
def test_rows_come_back_with_one_sort_of_line_end(rows: list[list[str]]) -> None:
    text = csv_text(rows)
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    assert text == normal, "a bare return ends a row for some readers"
    expected = [[safe(cell.replace("\r\n", "\n").replace("\r", "\n")) for cell in row] for row in rows]
    assert read(text) == expected


@pytest.mark.slow
@settings(max_examples=few_or_all(300, 1000))
@given(ROWS)
def test_no_cell_begins_as_a_formula_does(rows: list[list[str]]) -> None:
    assert not [cell for row in read(csv_text(rows)) for cell in row if cell.startswith(FORMULAS)]


@given(CELLS)
def test_a_cell_is_marked_only_where_it_begins_a_formula(text: str) -> None:
    assert (safe(text) != text) == text.startswith(FORMULAS)
    assert unsafe(safe(text)) == text or (text[:1] == "'" and text[1:].startswith(FORMULAS))


@given(CELLS)
def test_a_plain_cell_is_itself_in_csv(text: str) -> None:
    if text and is_plain(text):
        assert csv_text([[text, "x"]]) == f"{text},x\n"


@pytest.mark.slow
@given(st.lists(st.dictionaries(CELLS, CELLS | st.integers() | st.none() | st.booleans(), max_size=3), max_size=3))
def test_objects_come_back_each_on_its_line(objects: list[dict[str, Any]]) -> None:
    text = json_text(objects)
    assert [json.loads(line) for line in text.split("\n")[:-1]] == objects
    assert text.count("\n") == len(objects)
