"""Rows of a household across block boundaries, scattered, filled down, without an id, short and long."""

from __future__ import annotations

from pathlib import Path

import pytest

from calc.batch.job import ResultSink, ResultSpec
from calc.batch.row_pipeline import scan
from calc.diagnostics.diagnostic import Reject
from calc.ledger.ledger import Ledger
from calc.ledger.open_files import FileOptions, opened
from calc.ledger.read_options import ReadOptions
from tests.ledger.fuzz import BENCH, JSONL, PERSONS, SMALL, require_each_row_once
from tests.support.ledgers import DISTRICT, PEOPLE, SMALLVILLE, Run, plan_in, read, resized, told

HEAD = "household,name,rent,relation\n"
BLANKS = " , ,,\n,,,\n\n" * 8
LEDGERS = {
    "small": (SMALLVILLE, SMALL, ReadOptions()),
    "people": (PEOPLE, PERSONS, ReadOptions()),
    "jsonl": (SMALLVILLE, JSONL, ReadOptions()),
    "scattered": (
        SMALLVILLE,
        HEAD + "a,1,5,head\nb,2,6,head\na,3,5,child\nc,4,,\nb,5,,child\na,6,,child\n",
        ReadOptions(),
    ),
    "fill-down": (
        SMALLVILLE,
        HEAD + ",0,,\na,1,5,head\n,2,,child\n,3,,child\nb,4,,\n,5,,\na,6,,\n,7,,\n",
        ReadOptions(fill_down=True),
    ),
    "blanks": (
        SMALLVILLE,
        HEAD + f"a,1,5,head\n{BLANKS}a,2,5,child\n{BLANKS}b,3,,\n{BLANKS}{BLANKS}b,4,,\n",
        ReadOptions(),
    ),
    "no-id": (SMALLVILLE, HEAD + "a,1,,\n,2,,\n,3,,\nb,4,,\n,5,,\n  ,6,,\nb,7,,\n", ReadOptions()),
    "first-row": (SMALLVILLE, HEAD + ",0,,\na,1,5,head\n,2,,\n,3,,\nb,4,,\n  ,5,,\nc,6,,\n", ReadOptions()),
    "short": (SMALLVILLE, "name,rent,household\n1,,a\n2\n3,,a\n4,,b,,\n5,,b,x\n6,,c\n", ReadOptions()),
    "damaged": (SMALLVILLE, HEAD + 'a,"1,,\nb,2,,\na,3,,\nc,"4"4,,\nd,",,\n', ReadOptions()),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", LEDGERS)
def test_the_size_of_blocks_and_the_number_of_processes_change_nothing(tmp_path: Path, name: str) -> None:
    rules, text, asked = LEDGERS[name]
    path = tmp_path / f"l.{'jsonl' if name == 'jsonl' else 'csv'}"
    path.write_text(text, encoding="utf-8")
    plan = plan_in(rules)
    whole = told(read([str(path)], plan, asked))
    for size in range(1, min(len(text.encode()), 500), 1 if name != "blanks" else 7):
        assert told(read([str(path)], plan, asked, size)) == whole, size
    wanted = ResultSpec("benefit", "jsonl", (), None, False, "en", False)
    one = Run([str(path)], plan, asked, wanted=wanted)
    for size, jobs in ((20, 2), (60, 3), (1 << 18, 2)):
        assert Run([str(path)], plan, asked, size=size, jobs=jobs, wanted=wanted).everything == one.everything


@pytest.mark.slow
def test_behind_a_broken_mark_a_cell_of_several_lines_costs_its_own_household_only(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text(HEAD + 'a,"1,,\nb,2,,\na,3,,\nc,"4\n4",,\nd,5,,\n', encoding="utf-8")
    for size in range(1, 60):
        run = Run([str(path)], plan_in(SMALLVILLE), size=size)
        assert {"a", "b", "d"} <= {one.partition(",")[0] for one in run.out.splitlines()}
        assert run.summary.rows in (5, 6) and run.summary.assessed in (3, 4)


@pytest.mark.slow
def test_a_real_ledger_in_blocks_and_processes(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text(BENCH, encoding="utf-8")
    one = Run([str(path)], plan_in(DISTRICT))
    assert one.summary.assessed > 4 and one.summary.rejected > 0
    for size, jobs in ((50, 1), (700, 2)):
        assert Run([str(path)], plan_in(DISTRICT), size=size, jobs=jobs).everything == one.everything


@pytest.mark.parametrize("name", LEDGERS)
def test_every_row_belongs_to_one_household(tmp_path: Path, name: str) -> None:
    rules, text, asked = LEDGERS[name]
    path = tmp_path / f"l.{'jsonl' if name == 'jsonl' else 'csv'}"
    path.write_text(text, encoding="utf-8")
    with opened((str(path),), FileOptions()) as files:
        for size in (1, 30, 100, 1 << 18):
            ledger = Ledger(files, plan_in(rules), asked)
            resized(ledger, size)
            scan(ledger, 1, ResultSink())
            require_each_row_once(ledger)


def found(tmp_path: Path, name: str) -> list[tuple[str, int, list[str]]]:
    rules, text, asked = LEDGERS[name]
    path = tmp_path / "l.csv"
    path.write_text(text, encoding="utf-8")
    households = read([str(path)], plan_in(rules), asked)
    ends = [[f.code for f in one.mistakes] if isinstance(one, Reject) else one.ids for one in households]
    return [(one.id.replace(str(path), "l"), one.line, end) for one, end in zip(households, ends, strict=True)]


def test_scattered_rows_are_brought_together_where_the_first_stands(tmp_path: Path) -> None:
    assert found(tmp_path, "scattered") == [("a", 2, ["1", "3", "6"]), ("b", 3, ["2", "5"]), ("c", 5, ["4"])]


def test_filling_down(tmp_path: Path) -> None:
    assert found(tmp_path, "fill-down") == [
        ("l:2", 2, ["no-household"]), ("a", 3, ["1", "2", "3", "6", "7"]), ("b", 6, ["4", "5"]),
    ]  # fmt: skip


def test_rows_that_name_no_household_are_of_the_one_above_or_reject_it(tmp_path: Path) -> None:
    """`b` is named on two rows, so that the file does not name each household only once."""
    below = "no-household/below"
    assert found(tmp_path, "no-id") == [("a", 2, [below, below]), ("b", 5, [below, below])]
    assert found(tmp_path, "first-row") == [
        ("l:2", 2, ["no-household"]), ("a", 3, ["1", "2", "3"]), ("b", 6, ["4", "5"]), ("c", 8, ["6"]),
    ]  # fmt: skip


def test_a_short_row_takes_no_row_of_its_neighbours(tmp_path: Path) -> None:
    assert found(tmp_path, "short") == [
        ("a", 2, ["no-household/below", "wrong-cell-count"]),
        ("b", 5, ["wrong-cell-count"]),
        ("c", 7, ["6"]),
    ]


def test_empty_rows_are_no_rows(tmp_path: Path) -> None:
    assert [one[:1] + one[2:] for one in found(tmp_path, "blanks")] == [("a", ["1", "2"]), ("b", ["3", "4"])]


def test_rows_of_blanks_are_not_counted_however_many_there_are(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text(
        HEAD + "a,1,,\n" + "\u3000,\u3000,,\n" * 3 + " ,,,\n \t,1,,\n" + " ,,,\n" * 2 + "b,1,,\n", encoding="utf-8"
    )
    assert Run([str(path)], plan_in(SMALLVILLE)).summary.rows == 3


def test_blanks_around_an_id_do_not_make_another(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text(HEAD + "a  1,1,,\n a 1,2,,\na 1\u3000,3,,\n", encoding="utf-8")
    (one,) = read([str(path)], plan_in(SMALLVILLE))
    assert (one.id, one.line) == ("a 1", 2)


def test_a_household_of_two_thousand_rows_is_one_household(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text(HEAD + "a,,5,\n" * 2000 + "b,1,5,\n" + "a,,5,\n" * 100, encoding="utf-8")
    for size in (1 << 18, 500):
        run = Run([str(path)], plan_in(SMALLVILLE), size=size)
        assert list(run.codes) == ["a"] and "too-many-members" in run.codes["a"]
        assert (run.summary.rows, run.summary.read, run.summary.assessed) == (2101, 2, 1)
