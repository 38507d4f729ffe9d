"""Who stands in a ledger twice, and which households stand in several files."""

from __future__ import annotations

from array import array
from pathlib import Path

from calc.ledger.prescan import repeated
from calc.ledger.read_options import ReadOptions
from tests.households.conftest import number
from tests.support.ledgers import DISTRICT, PEOPLE, SMALLVILLE, Run, plan_in

ANNA, BEN, CYD = number("43060219900101123"), number("11010519491231002"), number("11010119800229004")
HEAD = "户编号,姓名,身份证号,残疾证号\n"
LINES = "identity-number-twice/lines"


def run_of(tmp_path: Path, *texts: str, **asked: bool) -> Run:
    paths = []
    for at, text in enumerate(texts):
        paths.append(str(tmp_path / f"{at}.csv"))
        Path(paths[-1]).write_text(HEAD + text, encoding="utf-8")
    return Run(paths, plan_in(PEOPLE), ReadOptions(**asked))  # type: ignore[arg-type]


def test_a_person_in_two_households_is_reported_for_both(tmp_path: Path) -> None:
    run = run_of(tmp_path, f"一,甲,{ANNA},\n二,乙,{BEN},\n三,丙,{ANNA},\n")
    assert run.codes == {"一": [LINES], "三": [LINES]}
    first, third = (one.mistakes[0] for one in run.rejected)
    assert (first.line, first.place.heading, third.line) == (2, "身份证号", 4)
    assert (first.values["line"], first.values["other"]) == (4, "三")
    assert (third.values["line"], third.values["path"]) == (2, str(tmp_path / "0.csv"))
    for language in ("en", "zh"):
        assert ANNA not in first.message(language) and "430602********" in first.message(language)


def test_the_same_in_whatever_form_the_number_is_written(tmp_path: Path) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) for one in ANNA)
    for other in (wide, f" {ANNA}", f"'{ANNA}", ANNA.lower()):
        run = run_of(tmp_path, f"一,甲,{ANNA},\n二,乙,{other},\n")
        assert run.codes == {"一": [LINES], "二": [LINES]}, other
    assert run_of(tmp_path, f"一,甲,{ANNA},\n二,乙,,{ANNA}43\n").codes == {"一": [LINES], "二": [LINES]}
    old = number("11010519491231002")
    fifteen = old[:6] + old[8:17]
    assert run_of(tmp_path, f"一,甲,{old},\n二,乙,{fifteen},\n").codes == {"一": [LINES], "二": [LINES]}


def test_across_files_and_twice_in_one_household(tmp_path: Path) -> None:
    run = run_of(tmp_path, f"一,甲,{ANNA},\n", f"二,乙,{ANNA},\n", f"三,丙,{CYD},\n三,丁,{CYD},\n")
    assert run.codes == {"一": [LINES], "二": [LINES], "三": ["identity-number-twice"]}
    assert run.rejected[0].mistakes[0].values["path"].endswith("1.csv")
    assert "1.csv:2" in run.rejected[0].mistakes[0].message("zh")


def test_twins_are_only_warned_of_where_that_is_asked(tmp_path: Path) -> None:
    run = run_of(tmp_path, f"一,甲,{ANNA},\n二,乙,{ANNA},\n三,丙,{CYD},\n三,丁,{CYD},\n", reject_duplicates=False)
    assert run.codes == {} and run.summary.assessed == 3
    assert [(id, [one.code for one in findings]) for id, findings in run.warned] == [
        ("一", [LINES]), ("二", [LINES]), ("三", ["identity-number-twice"]),
    ]  # fmt: skip
    run = run_of(tmp_path, f"一,甲,{ANNA},\n二,乙,{ANNA},x\n", reject_duplicates=False)
    assert run.summary.assessed == 1 and "bad-disability-certificate" in run.codes["二"]


def test_twins_where_most_rows_are_read_quickly(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text(HEAD + f"一,甲,{ANNA},\n二,乙,{BEN},\n三,丙,,{ANNA}43\n", encoding="utf-8")
    assert Run([str(path)], plan_in(DISTRICT)).codes == {"一": [LINES], "三": [LINES]}


def test_a_row_without_household_may_hold_a_twin_too(tmp_path: Path) -> None:
    run = run_of(tmp_path, f",丙,{ANNA},\n一,甲,{ANNA},\n,乙,{ANNA},\n")
    assert sorted(map(len, run.codes.values())) == [3, 3]


def test_a_household_in_several_files_is_rejected_in_each(tmp_path: Path) -> None:
    run = run_of(tmp_path, "一,甲,,\n二,乙,,\n", "二,丙,,\n三,丁,,\n")
    assert [(one.id, one.path[-5:], [f.code for f in one.mistakes]) for one in run.rejected] == [
        ("二", "0.csv", ["household-twice/files"]), ("二", "1.csv", ["household-twice/files"]),
    ]  # fmt: skip
    assert (run.summary.assessed, run.summary.rejected, run.summary.rows) == (2, 2, 4)


def test_scattered_and_in_several_files_at_once(tmp_path: Path) -> None:
    run = run_of(tmp_path, "一,甲,,\n二,乙,,\n一,丙,,\n", "一,丁,,\n二,戊,,\n")
    assert [one.id for one in run.rejected] == ["一", "二", "一", "二"] and run.summary.rows == 5


def test_repeated_numbers() -> None:
    assert repeated([array("q", [1, 2, -3]), array("q", [2, -3, 5]), array("q")]) == {2, -3}


def test_empty_files_and_files_with_headings_only(tmp_path: Path) -> None:
    run = run_of(tmp_path, "", "一,甲,,\n", "\n\n")
    assert (run.summary.read, run.summary.rows) == (1, 1)
    path = tmp_path / "e.jsonl"
    path.write_bytes(b"")
    assert Run([str(path)], plan_in(SMALLVILLE)).summary.read == 0
