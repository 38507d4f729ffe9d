"""JSON Lines as records: what is copied as texts, what is left to the full reader, and that nobody can forge either."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from calc.diagnostics.diagnostic import Reject
from calc.ledger.header import LOOK_UP
from calc.ledger.household_runs import LedgerFileReader
from calc.ledger.json_records import DELIMITER, MARK
from calc.ledger.ledger import Ledger, LedgerHousehold
from calc.ledger.open_files import FileOptions, opened
from calc.ledger.read_options import ReadOptions
from tests.support.ledgers import PEOPLE, SMALLVILLE, Run, plan_in, read, resized


def records_of(tmp_path: Path, *lines: str, kept: tuple[str, ...] = (), size: int = 0) -> list[dict[str, Any]]:
    """The records of a ledger, each by its headings; no cell that is empty."""
    path = tmp_path / "l.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    with opened((str(path),), FileOptions()) as files:
        ledger = Ledger(files, plan_in(SMALLVILLE), ReadOptions(kept=kept))
        if size:
            resized(ledger, size)
        (part,) = ledger.parts
        rows = [row for place in range(len(part.blocks)) for _, row in part.rows(place)]
    headings = [one.heading for one in part.columns.all]
    named = [{name: cell for name, cell in zip(headings, row, strict=True) if cell} for row in rows]
    return [{**one, "line": int(one["line"])} for one in named]


def entries(tmp_path: Path, *lines: str, **asked: Any) -> list[LedgerHousehold | Reject]:
    path = tmp_path / "l.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return read([str(path)], plan_in(SMALLVILLE), ReadOptions(**asked))


def test_a_member_a_record(tmp_path: Path) -> None:
    assert records_of(
        tmp_path,
        '{"household": "a  b", "name": "x", "wage": 1200.50, "student": true, "birth_date": 20010203}',
        "",
        ' {"household": 3, "Wage": "1,000", "rent": null, "savings": " "}\r',
    ) == [
        {
            "households": "a b",
            "name": "x",
            "wage": "1200.50",
            "student": "true",
            "birth_date": "20010203",
            "line": 1,
        },
        {"households": "3", "wage": "1,000", "line": 3},
    ]


def test_a_household_with_its_members_gives_records_of_one_line(tmp_path: Path) -> None:
    line = '{"members": [{"name": "x", "wage": 1}, {"wage": "2"}], "id": "h", "rent": 5}'
    assert records_of(tmp_path, line, '{"household": "i"}') == [
        {"households": "h", "place": "0", "name": "x", "wage": "1", "rent": "5", "line": 1},
        {"households": "h", "place": "1", "wage": "2", "rent": "5", "line": 1},
        {"households": "i", "line": 2},
    ]


TOGETHER = (
    '"wage": 1, "wage": 1', '"wage": 1, "Wage": 2', '"wage": [1]', '"wage": NaN', '"wage": true', '"relation": 1.5',
    '"birth_date": 2022', '"student": -1', '"student": 1.0', '"name": "\\u0001"', '"name": "a\\"b"', '"name": "a\\nb"',
    '"name": "a\\u001fb"', '"name": "\\ud83d\\ude00"', '"members": []', '"members": [1]',
    '"members": [{}], "成员": [{}]', '"wage": 1, "members": [{"wage": 1}]', '"x": 1, "x": 2', '"rent": 1, "Rent": 2',
    f'"name": "{"x" * 1001}"',
)  # fmt: skip
"""What else a line says that is copied to no cell."""


@pytest.mark.parametrize("line", [f'{{"household": "h", {one}}}' for one in TOGETHER])
def test_what_no_text_means_is_looked_up(tmp_path: Path, line: str) -> None:
    assert records_of(tmp_path, line) == [{"households": "h", "place": LOOK_UP, "line": 1}]


@pytest.mark.parametrize("line", ["{", "[1]", "1", '{"wage": 1}', '{"household": null}', '{"household": [1]}'])
def test_a_line_that_names_no_household_is_looked_up(tmp_path: Path, line: str) -> None:
    assert records_of(tmp_path, line) == [{"place": LOOK_UP, "line": 1}]


@pytest.mark.slow
def test_keys_that_turn_up_late_widen_what_was_copied_before(tmp_path: Path) -> None:
    many = [f'{{"household": "h{at}"}}' for at in range(9000)]
    found = records_of(tmp_path, *many, '{"household": "i", "wage": 5}', '{"household": "j", "rent": 6}', *many)
    assert len(found) == 18_002 and found[9000] == {"households": "i", "wage": "5", "line": 9001}
    assert [one["line"] for one in found] == [*range(1, 18_003)]


@pytest.mark.slow
def test_a_block_never_ends_between_records_of_one_line(tmp_path: Path) -> None:
    lines = [json.dumps({"id": f"h{at}", "members": [{"wage": one} for one in range(at)]}) for at in range(1, 9)]
    whole = records_of(tmp_path, *lines)
    for size in range(1, 90):
        assert records_of(tmp_path, *lines, size=size) == whole
    one = '{"members": [{"idno": "430602199001011233"}, {"idno": "11010519491231002X"}]}'
    path = tmp_path / "n.jsonl"
    path.write_text(f"{one}\n{one}\n", encoding="utf-8")
    for size in range(1, 90):
        run = Run([str(path)], plan_in(PEOPLE), ReadOptions(mapped={"idno": "身份证号"}), size=size)
        assert (run.summary.rows, run.summary.rejected) == (2, 2)


def test_a_ledger_in_csv_cannot_say_what_only_a_copy_says(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text(f"household,line,place,name,wage\n{MARK}0,1,{LOOK_UP},a,5\nb,x,0,c,6\n", encoding="utf-8")
    first, second = read([str(path)], plan_in(SMALLVILLE))
    assert isinstance(first, Reject) and isinstance(second, LedgerHousehold)
    assert (second.line, second.ids) == (3, ["c"])


@pytest.mark.parametrize("id", [f"{MARK}0", f"a{DELIMITER}b", 'a"b', LOOK_UP, "x" * 1200, "\0", "a\u2028b"], ids=repr)
def test_ids_of_any_characters(tmp_path: Path, id: str) -> None:
    """Two lines of one household stay together, whatever its id is; another stays apart."""
    lines = [json.dumps({"household": one, "wage": 1}) for one in (id, id, "other")]
    first, other = entries(tmp_path, *lines)
    assert (first.id, first.line, other.id, other.line) == (" ".join(id.split()), 1, "other", 3)
    assert isinstance(first, Reject) == (not first.id.isprintable() or len(id) > 1000)


def test_what_goes_into_the_results(tmp_path: Path) -> None:
    long = "y" * 5000
    values = ["a b", " c ", 5, 2.5, True, None, [1, "x"], 'q"q', "\u0001", long, "d\ne"]
    lines = [json.dumps({"household": f"h{at}", "wage": 1, "note": value}) for at, value in enumerate(values)]
    found = [one.cells[0] for one in entries(tmp_path, *lines, kept=("note",))]
    assert found == ["a b", "c", "5", "5/2", "True", "", "[1, 'x']", 'q"q', "\u0001", long, "d\ne"]


def test_an_ignored_key_may_hold_anything(tmp_path: Path) -> None:
    notes = json.dumps("y" * 2000), "[1]", '"\\ufffd"'
    lines = [f'{{"household": "h", "wage": 1, "note": {one}}}' for one in notes]
    for line in lines:
        assert isinstance(entries(tmp_path, line, mapped={"note": "-"})[0], LedgerHousehold)


def test_a_line_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    path.write_text("".join(json.dumps({"household": f"h{at}", "wage": at}) + "\n\n" for at in range(9000)), "utf-8")
    with opened((str(path),), FileOptions()) as files:
        part: LedgerFileReader = Ledger(files, plan_in(SMALLVILLE), ReadOptions()).parts[0]
        assert part.json is not None
        for at in (0, 8999, 1, 4000, 3999):
            assert part.json.row(2 * at + 1) == {"household": f"h{at}", "wage": at}
            assert part.json.records(2 * at + 1)[0][0] == f"h{at}" and part.json.records(2 * at + 2) == []
