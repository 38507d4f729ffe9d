"""`doudi compare` through both engines: the changes, the page and the sums have to be the same bytes."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

import calc.batch.duckdb.ledger_ranges as ledger_ranges
from bench.ledger import HEADINGS, rows
from calc.cli import run
from calc.households.identity_numbers import check_digit
from tests.compare.test_compare import DRAFT
from tests.support.both_engines import RULES, WITHOUT, taken_by_sql
from tests.support.ledger_pairs import Rows, later, newcomers
from tests.support.seeds import seeds
from tests.support.workbooks import written

pytestmark = pytest.mark.slow

pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")


def write(path: Path, made: Rows, headings: tuple[str, ...] = HEADINGS) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *made])
    return str(path)


def ended(folder: Path, engine: str, given: list[str], ending: str, capsys: pytest.CaptureFixture[str]) -> list[object]:
    """What a comparison writes and prints."""
    changes, page = folder / f"{engine}{ending}", folder / f"{engine}.html"
    status = run(["compare", *given, *WITHOUT, "--engine", engine, "-o", str(changes), "--html", str(page), "--debug"])
    assert status == 0
    printed = capsys.readouterr()
    remarks = [one for one in printed.err.splitlines() if not one.startswith(("engine: ", "引擎："))]
    return [changes.read_bytes(), page.read_bytes(), printed.out, remarks]


def must_be_alike(
    folder: Path, given: list[str], capsys: pytest.CaptureFixture[str], ending: str = ".csv"
) -> list[dict[str, str]]:
    """Compare through both engines; gives the changes."""
    one, other = (ended(folder, engine, given, ending, capsys) for engine in ("rows", "duckdb"))
    for first, second in zip(one, other, strict=True):
        assert first == second
    if ending != ".csv":
        return []
    with (folder / "duckdb.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


MONTHS = (("2022-07", "2022-08"), ("2022-05", "2022-06"), ("2022-08", "2022-07"), ("2022-05", "2022-05"))


@pytest.mark.parametrize("seed", seeds(range(24), 4))
def test_generated_pairs_of_ledgers(seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    random = Random(seed)
    before = list(rows(120, seed, 0.05))[1:]
    after = [*later(random, before), *newcomers(seed)]
    if random.random() < 0.3:
        random.shuffle(after)  # rows of households are not adjacent
    paths = write(tmp_path / "before.csv", before), write(tmp_path / "after.csv", after)
    months = MONTHS[seed % len(MONTHS)]
    given = [paths[1], "-m", months[1], "--against", paths[0], "--against-month", months[0], "--rules", RULES]
    given += ["--group-by", "乡镇"] if random.random() < 0.6 else []
    given += ["--hole", "100", "--lang", random.choice(("zh", "en"))]
    with taken_by_sql() as taken:
        must_be_alike(tmp_path, given, capsys, random.choice((".csv", ".csv", ".jsonl")))
    assert len(taken) == 2 and all(taken)


HEAD = "户编号,姓名,身份证号,与户主关系,残疾证号,养老金,家庭经济状况已核对,乡镇,需长期照护"


def number(digits: str) -> str:
    return digits + check_digit(digits)


FATHER, MOTHER, CHILD = (number(one) for one in ("99000019800101001", "99000019820303002", "99000020120202002"))


def small(path: Path, *lines: str) -> str:
    path.write_text("\n".join((HEAD, *(f"{one},否" for one in lines))) + "\n", encoding="utf-8")
    return str(path)


def alike_in_may(
    tmp_path: Path, old: str, new: str, capsys: pytest.CaptureFixture[str], *options: str
) -> list[dict[str, str]]:
    given = [new, "-m", "2022-05", "--against", old, "--rules", RULES, "--lang", "en", *options]
    return must_be_alike(tmp_path, given, capsys)


def test_a_benefit_that_went_to_another_person_of_the_same_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    disabled = f"{FATHER}11"
    old = small(tmp_path / "old.csv", f"A,甲,{FATHER},户主,{disabled},100,是,东", f"A,乙,{MOTHER},配偶,,,是,东")
    disabled = f"{MOTHER}11"
    new = small(tmp_path / "new.csv", f"A,甲,{MOTHER},户主,{disabled},100,是,东", f"A,乙,{FATHER},配偶,,,是,东")
    found = alike_in_may(tmp_path, old, new, capsys)
    assert {row["change"] for row in found} == {"moved"}


def test_somebody_who_moved_between_households_that_get_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rich, child = f"A,甲,{FATHER},户主,,9000,是,东", f"乙,{CHILD},子女,,,是,东"
    poor = f"B,丙,{MOTHER},户主,,10,是,西"
    old = small(tmp_path / "old.csv", rich, f"A,{child}", poor)
    new = small(tmp_path / "new.csv", rich, poor, f"B,{child}")
    found = alike_in_may(tmp_path, old, new, capsys)
    assert [(row["household"], row["causes"]) for row in found if row["benefit"] == "dibao"] == [
        ("B", "乙 came from household A (+708.40)")
    ]
    found = alike_in_may(tmp_path, new, old, capsys)
    assert [(row["household"], row["causes"]) for row in found if row["benefit"] == "dibao"] == [
        ("B", "乙 moved to household A (−708.40)")
    ]


def test_groups_are_in_the_order_of_the_later_ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"{id},甲,,户主,,{wage},是,{town}" for id, wage, town in
             (("A", 1, "东"), ("B", 2, "西"), ("C", 3, "南"), ("D", "?", "北"), ("E", 5, ""))]  # fmt: skip
    old = small(tmp_path / "old.csv", *lines)
    new = small(
        tmp_path / "new.csv", lines[2], lines[1].replace(",2,", ",9,"), lines[0], "F,甲,,户主,,1,是,中", lines[4]
    )
    given = [new, "-m", "2022-05", "--against", old, "--rules", RULES, "--lang", "en", "--group-by", "乡镇"]
    must_be_alike(tmp_path, given, capsys)


def workbook(made: Rows) -> bytes:
    def fill(_: Any, sheet: Any) -> None:
        for at, row in enumerate([HEADINGS, *made]):
            sheet.write_row(at, 0, row)

    return written(fill)


@pytest.mark.parametrize("form", [".jsonl", ".parquet", ".xlsx", "two files", "ranges"])
def test_forms_of_ledgers(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(form)
    before = list(rows(80, 3, 0.05))[1:]
    after = later(random, before)
    sides: list[list[str]] = []
    for name, made in (("before", before), ("after", after)):
        path = tmp_path / f"{name}{form if form.startswith('.') else '.csv'}"
        if form == ".jsonl":
            lines = [json.dumps(dict(zip(HEADINGS, row, strict=True)), ensure_ascii=False) for row in made]
            path.write_text("\n".join(lines), encoding="utf-8")
        elif form == ".parquet":
            import duckdb

            text = write(tmp_path / f"{name}.csv", made)
            duckdb.execute(f"COPY (SELECT * FROM read_csv('{text}', all_varchar = true)) TO '{path}'")
        elif form == ".xlsx":
            path.write_bytes(workbook(made))
        elif form == "two files":
            write(path, made[: len(made) // 2])
            sides.append([str(path), write(tmp_path / f"{name}-2.csv", made[len(made) // 2 :])])
            continue
        else:
            monkeypatch.setattr(ledger_ranges, "at_a_time", lambda connection, each: 20)
            write(path, made)
        sides.append([str(path)])
    against = [one for path in sides[0] for one in ("--against", path)]
    given = [*sides[1], "-m", "2022-08", *against, "--against-month", "2022-07", "--rules", RULES, "--group-by", "乡镇"]
    must_be_alike(tmp_path, [*given, "--lang", "en"], capsys)


def test_drafts_of_rules_on_both_engines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text(DRAFT.format(rules=RULES), encoding="utf-8")
    path = write(tmp_path / "a.csv", list(rows(80, 4, 0.05))[1:])
    given = [path, "-m", "2022-08", "--against-rules", str(draft), "--rules", RULES, "--lang", "zh", "--hole", "10"]
    must_be_alike(tmp_path, given, capsys)


def test_small_ledgers_and_people_are_for_the_row_engine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = small(tmp_path / "old.csv", f"A,甲,{FATHER},户主,,100,是,东")
    new = small(tmp_path / "new.csv", f"B,甲,{FATHER},户主,,100,是,东")
    given = ["compare", new, "-m", "2022-05", "--against", old, "--rules", RULES, *WITHOUT, "--lang", "en"]
    assert run([*given, "--engine", "auto"]) == 0
    assert "engine: rows (the ledger has less than 4 MB)" in capsys.readouterr().err
    assert run([*given, "--engine", "duckdb", "--match", "person"]) == 0
    printed = capsys.readouterr()
    assert "engine: rows (the engine duckdb matches households by id, not by people)" in printed.err
    assert "same" in printed.out
