"""`doudi compare --results`: two runs compared by what they wrote, which says what comparing their ledgers says."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path
from random import Random

import pytest

from bench.ledger import HEADINGS, rows
from calc.cli import run
from tests.support.both_engines import RULES, WITHOUT
from tests.support.ledger_pairs import Rows, later, newcomers
from tests.support.seeds import seeds

FORMS = (("household", ".csv"), ("benefit", ".csv"), ("household", ".jsonl"), ("benefit", ".jsonl"),
         ("household", ".xlsx"), ("benefit", ".parquet"), ("household", ".parquet"))  # fmt: skip
BEFORE, AFTER = "2022-07", "2022-08"


def write(path: Path, made: Rows) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *made])
    return str(path)


def pair(folder: Path, seed: int) -> tuple[str, str]:
    random = Random(seed)
    before = list(rows(60, seed, 0.05))[1:]
    return write(folder / "old.csv", before), write(
        folder / "new.csv", [*later(random, before), *newcomers(seed)]
    )  # fmt: skip


def results(ledger: str, month: str, by: str, ending: str) -> list[str]:
    """The results of a ledger and its rejects, which a workbook has too."""
    path, rejects = (Path(ledger).with_suffix(f".{month}.{by}{name}") for name in (ending, ".rejects.csv"))
    assert run(["batch", ledger, "-m", month, "--rules", RULES, *WITHOUT, "--by", by, "-o", str(path), "--keep", "乡镇",
                "--rejects", str(rejects), "--allow-rejects", "-q", "--lang", "en", "--ids"]) == 0  # fmt: skip
    return [str(path)] if ending == ".xlsx" else [str(path), str(rejects)]


def compared(folder: Path, given: list[str], name: str = "changes.csv") -> list[dict[str, str]]:
    path = folder / name
    assert run(["compare", *given, "--rules", RULES, "-o", str(path), "--lang", "en", "--debug", "-q"]) == 0
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sides(old: list[str], new: list[str]) -> list[str]:
    against = [one for path in old for one in ("--against-results", path)]
    return [*(one for path in new for one in ("--results", path)), *against]


def fen(text: str) -> int:
    return round(float(text or "0") * 100)


def differences(changes: list[dict[str, str]]) -> dict[tuple[str, str], int]:
    """What each household gains of each benefit that is settled for all of its members."""
    found: defaultdict[tuple[str, str], int] = defaultdict(int)
    unsettled = {(row["household"], row["benefit"]) for row in changes if row["needs"] or row["unset"]}
    for row in changes:
        key = row["household"], row["benefit"]
        if row["benefit"] and key not in unsettled:
            found[key] += fen(row["difference"])
    return {key: amount for key, amount in found.items() if amount}


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(12), 2))
def test_results_say_what_their_ledgers_say(tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = pair(tmp_path, seed)
    options = ["-m", AFTER, "--against", old, "--against-month", BEFORE, *WITHOUT, "--group-by", "乡镇"]
    ledgers = compared(tmp_path, [new, *options])
    printed = capsys.readouterr().out.splitlines()
    by, ending = FORMS[seed % len(FORMS)]
    found = compared(
        tmp_path, [*sides(results(old, BEFORE, by, ending), results(new, AFTER, by, ending)), "--group-by", "乡镇"]
    )
    assert differences(found) == differences(ledgers)
    kinds, expected = ({row["household"]: row["change"] for row in rows} for rows in (found, ledgers))
    assert kinds == {id: kind for id, kind in expected.items() if id in kinds}
    assert {kind for id, kind in expected.items() if id not in kinds} <= {"moved"}  # to another member
    assert {row["household"]: row["group"] for row in found} == {
        row["household"]: row["group"] for row in ledgers if row["household"] in kinds
    }
    assert not any(row["causes"] for row in found if row["difference"] and row["change"] != "rejected")
    told = capsys.readouterr().out
    assert "Results hold no facts" in told
    whole = next(line for line in printed if line.startswith("in all"))
    assert whole.split() == next(line for line in told.splitlines() if line.startswith("in all")).split()


@pytest.mark.slow
def test_every_form_of_results_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = pair(tmp_path, 5)
    told: dict[bool, set[tuple[bytes, str]]] = {True: set(), False: set()}
    capsys.readouterr()
    for by, ending in FORMS:
        given = sides(results(old, BEFORE, by, ending), results(new, AFTER, by, ending))
        capsys.readouterr()
        compared(tmp_path, [*given, "--group-by", "乡镇"])
        has_own_needs = by == "benefit" or ending == ".jsonl"
        told[has_own_needs].add(((tmp_path / "changes.csv").read_bytes(), capsys.readouterr().out))
    assert {key: len(found) for key, found in told.items()} == {True: 1, False: 1}


@pytest.mark.slow
def test_swapped_sides_negate_every_amount(tmp_path: Path) -> None:
    old, new = pair(tmp_path, 7)
    before, after = results(old, BEFORE, "household", ".csv"), results(new, AFTER, "household", ".csv")
    forth, back = (compared(tmp_path, sides(*given)) for given in ((before, after), (after, before)))
    assert differences(forth)
    assert differences(forth) == {key: -amount for key, amount in differences(back).items()}


@pytest.mark.slow
def test_the_same_results_differ_in_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, _ = pair(tmp_path, 8)
    found = results(old, BEFORE, "household", ".csv")
    copy = [str(tmp_path / f"copy-{at}.csv") for at in range(2)]
    for path, other in zip(found, copy, strict=True):
        Path(other).write_bytes(Path(path).read_bytes())
    changes = compared(tmp_path, sides(found, copy))
    assert {row["change"] for row in changes} <= {"unsettled", "rejected"}
    assert not differences(changes)
    capsys.readouterr()
    assert run(["compare", *sides(found, found[::-1]), "--rules", RULES, "--lang", "en"]) == 2
    assert "the same results of the same month" in capsys.readouterr().err


@pytest.mark.slow
def test_one_file_of_two_months_is_both_sides(tmp_path: Path) -> None:
    old, _ = pair(tmp_path, 9)
    path = tmp_path / "year.csv"
    assert run(["batch", old, "--months", "2022-05..2022-06", "--rules", RULES, *WITHOUT, "-o", str(path), "-q",
                "--allow-rejects", "--lang", "en"]) == 0  # fmt: skip
    given = ["--results", str(path), "-m", "2022-06", "--against-results", str(path), "--against-month", "2022-05"]
    by_year = compared(tmp_path, given)
    may, june = (results(old, month, "household", ".csv")[:1] for month in ("2022-05", "2022-06"))
    assert by_year == compared(tmp_path, sides(may, june))
    assert {row["change"] for row in by_year} > {"unsettled"}


@pytest.mark.slow
def test_a_ledger_against_results_of_its_month_among_others(tmp_path: Path) -> None:
    old, _ = pair(tmp_path, 9)
    path = tmp_path / "year.csv"
    assert run(["batch", old, "--months", f"{BEFORE}..{AFTER}", "--rules", RULES, *WITHOUT, "-o", str(path), "-q",
                "--allow-rejects", "--lang", "en"]) == 0  # fmt: skip
    given = [old, "-m", AFTER, "--against-results", str(path), "--against-month", AFTER, *WITHOUT]
    assert {row["change"] for row in compared(tmp_path, given)} <= {"unsettled", "rejected"}


HEAD = "household,month,members,status,total,total_at_least,dibao,granted,undetermined,needs,unset"


def small(path: Path, *lines: str, head: str = HEAD) -> str:
    path.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    return str(path)


def test_each_kind_of_change(tmp_path: Path) -> None:
    old = small(
        tmp_path / "old.csv", "A,2022-05,1,determined,10.00,10.00,10.00,dibao:1,,,",
        "B,2022-05,2,determined,10.00,10.00,10.00,dibao:2,,,", "C,2022-05,1,determined,0.00,0.00,,,,,",
        "D,2022-05,1,determined,7.00,7.00,7.00,dibao:1,,,", "E,2022-05,1,determined,7.00,7.00,7.00,dibao:1,,,",
        "F,2022-05,1,determined,7.00,7.00,7.00,dibao:1,,,", "G,2022-05,1,determined,7.00,7.00,7.00,dibao:1,,,",
    )  # fmt: skip
    new = small(
        tmp_path / "new.csv", "A,2022-06,1,determined,10.00,10.00,10.00,dibao:1,,,",
        "B,2022-06,2,determined,12.50,12.50,12.50,dibao:2,,,", "C,2022-06,1,determined,1.00,1.00,1.00,dibao:1,,,",
        "D,2022-06,1,determined,0.00,0.00,,,,,", "E,2022-06,1,undetermined,,0.00,,,dibao:1,家庭经济状况已核对,",
        "N,2022-06,3,determined,5.00,5.00,5.00,dibao:3,,,",
    )  # fmt: skip
    rejects = small(
        tmp_path / "rejects.csv", "G,x.csv,2,,bad-cell,,no", head="household,file,line,column,code,fact,message"
    )
    found = compared(tmp_path, sides([old], [new, rejects]))
    cells = ("household", "change", "before", "after", "difference", "causes")
    assert [tuple(row[one] for one in cells) for row in found] == [
        ("B", "raised", "10.00", "12.50", "2.50", ""), ("C", "entered", "", "1.00", "1.00", ""),
        ("D", "left", "7.00", "", "-7.00", ""), ("E", "unsettled", "7.00", "", "", "needs: Means checked"),
        ("N", "new", "", "5.00", "5.00", ""), ("G", "rejected", "7.00", "", "-7.00", "rejected"),
        ("F", "gone", "7.00", "", "-7.00", ""),
    ]  # fmt: skip


@pytest.mark.slow
def test_what_is_for_ledgers_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = small(tmp_path / "old.csv", "A,2022-05,1,determined,0.00,0.00,,,,,")
    other = small(tmp_path / "new.csv", "A,2022-06,1,determined,0.00,0.00,,,,,")
    both = sides([path], [other])
    for given, message in (
        (["--results", path], "needs --against-results"),
        ([path, *both], "takes the place of LEDGER"),
        ([*both, "--match", "person"], "--match is for ledgers"),
        ([*both, "--map", "a=b"], "--map is for ledgers"),
        ([*both, "--paid", path], "give one of them"),
        ([*both, "-o", path], "is already used as an input"),
        ([*both, "--results", other], "is given twice"),
        ([], "Missing argument 'LEDGER...'"),
    ):
        assert run(["compare", *given, "--rules", RULES, "--lang", "en"]) == 2
        assert message in capsys.readouterr().err


def test_people_that_nobody_stated_are_not_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = "household,month,benefit,member,status,amount,per,failed,needs,unset,persons"
    old, new = (small(tmp_path / f"{month}.csv", f"A,2022-0{month},dibao,,granted,{month}.00,month,,,,1", head=head)
                for month in (5, 6))  # fmt: skip
    compared(tmp_path, sides([old], [new]))
    assert "do not say how many people a household has" in capsys.readouterr().err


def test_objects_and_a_page(tmp_path: Path) -> None:
    old = small(tmp_path / "old.csv", "A,2022-05,1,determined,10.00,10.00,10.00,dibao:1,,,")
    new = small(tmp_path / "new.csv", "A,2022-06,1,determined,12.00,12.00,12.00,dibao:1,,,")
    changes, page = tmp_path / "changes.jsonl", tmp_path / "page.html"
    assert run(["compare", *sides([old], [new]), "--rules", RULES, "-o", str(changes), "--html", str(page),
                "--lang", "zh", "-q"]) == 0  # fmt: skip
    assert json.loads(changes.read_text(encoding="utf-8"))["benefits"] == [
        {
            "benefit": "dibao",
            "member": None,
            "before": "10.00",
            "after": "12.00",
            "causes": [],
            "needs": [],
            "unset": [],
        }
    ]
    assert "结果文件中没有家庭的事项" in page.read_text(encoding="utf-8")
