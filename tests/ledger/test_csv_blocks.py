"""Blocks end between records, wherever they are cut; a broken quotation mark keeps to its own line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc.ledger.csv_blocks import LONGEST_CELL, Block, cut, records, text_of
from calc.ledger.open_files import FileOptions, LedgerFile, opened
from tests.support.ledgers import SMALLVILLE, Run, plan_in


def file_of(tmp_path: Path, text: str, name: str = "l.csv") -> LedgerFile:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    with opened((str(path),), FileOptions()) as files:
        return files[0]


LINES = 'a,"b\nb",c\n"x ""y""\r\nz",1,2\r\n\nd,e,f\n"","",""\n汉,"字\n\n",\n'


def test_blocks_of_every_size_hold_the_same_records(tmp_path: Path) -> None:
    file = file_of(tmp_path, LINES)
    whole = [cells for _, cells in records(LINES, ",")]
    assert len(whole) == 6
    for size in range(1, file.size + 2):
        blocks = cut(file, 0, size)
        assert [one.start for one in blocks] == [0, *(one.end for one in blocks[:-1])]
        assert "".join(text_of(one) for one in blocks) == LINES
        found = [cells for one in blocks for _, cells in records(text_of(one), ",")]
        assert found == whole, size


def test_lines_are_those_of_the_file() -> None:
    assert [line for line, _ in records(LINES, ",", 10)] == [10, 12, 14, 15, 16, 17]
    assert [line for line, _ in records("a\rb\r\nc\nd", ",", 5)] == [5, 6, 7, 8]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('a,"b,c\nd,e,f\ng,h,i\n', [(1, ["a", '"b', "c"]), (2, ["d", "e", "f"]), (3, ["g", "h", "i"])]),
        ('a,b",c\nd,e,f\n', [(1, ["a", 'b"', "c"]), (2, ["d", "e", "f"])]),
        ('a,5" pipe,c\n"d",e,f\n', [(1, ["a", '5" pipe', "c"]), (2, ["d", "e", "f"])]),
        ('a,"b" x,c\nd,e,f\n', [(1, ["a", "b x", "c"]), (2, ["d", "e", "f"])]),
        ('a,b,"c\nd,"e",f\n', [(1, ["a", "b", '"c']), (2, ["d", "e", "f"])]),
        ('"a,b,c\n"d,e,f\n"g,h,i', [(1, ['"a', "b", "c"]), (2, ['"d', "e", "f"]), (3, ['"g', "h", "i"])]),
        ('a,"b\nb",c,d\ne,f,g\n', [(1, ["a", '"b']), (2, ['b"', "c", "d"]), (3, ["e", "f", "g"])]),
        ('a,b,c\n"', [(1, ["a", "b", "c"]), (2, ['"'])]),
    ],
)
def test_a_broken_quotation_mark_swallows_no_neighbour(text: str, wanted: list[tuple[int, list[str]]]) -> None:
    assert list(records(text, ",", 1, 3)) == wanted


def test_a_broken_household_is_rejected_and_its_neighbours_are_not(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text('household,rent,occupation\nh1,1,a\nh2,2,"b\nh3,3,c\nh4,4,"d\nd"\nh5,5,"e" x\nh6,6,f\n', "utf-8")
    run = Run([str(path)], plan_in(SMALLVILLE))
    assert run.summary.rows == 6 and run.summary.read == 6
    assert set(run.codes) <= {"h2"}
    assert [one.partition(",")[0] for one in run.out.splitlines()] == ["h1", "h2", "h3", "h4", "h5", "h6"]


@pytest.mark.slow
def test_a_cell_of_a_million_characters_is_told(tmp_path: Path) -> None:
    for cell in ("x" * (1 << 20), '"' + "x\n" * (1 << 19) + '"'):
        path = tmp_path / "l.csv"
        path.write_text(f"household,occupation\nh1,a\nh2,{cell}\nh3,c\n", encoding="utf-8")
        run = Run([str(path)], plan_in(SMALLVILLE))
        assert run.codes == {"h2": ["not-a-text/long"]} and run.summary.assessed == 2


def test_no_block_holds_a_longer_cell_than_is_read(tmp_path: Path) -> None:
    file = file_of(tmp_path, 'household,rent\nh1,"' + "x" * (9 << 20) + "\n" + "y\n" * (5 << 20))
    assert max(one.end - one.start for one in cut(file, 0)) < LONGEST_CELL


def test_bytes_that_are_no_text_and_zeros(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_bytes(b"a\xff,b\0\n")
    file = LedgerFile("l", str(path), "csv", "utf-8", ",", 0, 6)
    assert text_of(Block(file, 0, 6)) == "a\udcff,b\ufffd\n"


@given(st.text(st.sampled_from("ab,;\r\n\t \x0b\x1c\u2028\x85汉"), max_size=40))
def test_where_nothing_is_quoted_records_are_those_of_csv(text: str) -> None:
    whole = csv.reader(io.StringIO(text, newline=""), quoting=csv.QUOTE_NONE)
    assert list(records(text, ",", 7)) == list(enumerate(whole, 7))
