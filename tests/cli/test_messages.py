"""Sentences that keep a person from overlooking something: rejects though quiet, endings, files made for people."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.run import EXAMPLE, RULES, doudi
from tests.ledger.fuzz import SMALL
from tests.support.ledgers import SMALLVILLE

DIRTY = SMALL + "h9,Fay,upper,x,,,,head,,,,\n"
COMMON = ("--rules", SMALLVILLE, "--month", "2024-01")


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    path = tmp_path / "l.csv"
    path.write_text(DIRTY, encoding="utf-8")
    return str(path)


@pytest.mark.slow
def test_rejects_are_reported_though_quiet(ledger: str, tmp_path: Path) -> None:
    nowhere = doudi("batch", ledger, *COMMON, "-q")
    assert nowhere.err == "1 of 5 households rejected and not paid: --rejects FILE lists every mistake\n"
    rejects = str(tmp_path / "r.csv")
    listed = doudi("batch", ledger, *COMMON, "-q", "--rejects", rejects, "--lang", "zh")
    assert listed.err == f"5 户中退回 1 户，不予发放：{rejects}\n"
    clean = tmp_path / "clean.csv"
    clean.write_text(SMALL, encoding="utf-8")
    assert doudi("batch", str(clean), *COMMON, "-q").err == ""


@pytest.mark.parametrize(
    ("arguments", "known"),
    [
        (("batch", "LEDGER", "-o", "r.cvs"), ".csv .jsonl .ndjson .json .xlsx .parquet"),
        (("batch", "LEDGER", "-o", "r.csv", "--rejects", "r.out"), ".csv .jsonl .ndjson .json .xlsx .parquet"),
        (("batch", "LEDGER", "-o", "r.csv", "--totals", "t.dat"), ".csv .json .xlsx .parquet"),
        (("compare", "LEDGER", "--against-month", "2024-02", "-o", "c.cvs"), ".csv .jsonl"),
        (("compare", "LEDGER", "--against-month", "2024-02", "--html", "c.pages"), ".html .htm"),
        (("screen", "LEDGER", "-o", "s.cvs"), ".csv .jsonl"),
        (("map", "LEDGER", "-o", "m.tml"), ".toml"),
        (("totals", "LEDGER", "-o", "t.cvs"), ".csv .json"),
        (("template", "ledger", "-o", "t.cvs"), ".csv .xlsx"),
        (("template", "household", "-o", "t.tml"), ".toml"),
        (("next", EXAMPLE, "-o", "n.cvs"), ".txt .json .csv"),
        (("sweep", EXAMPLE, "--over", "x", "--svg", "c.png"), ".svg"),
    ],
)
def test_unknown_endings_are_refused_with_the_known_ones(
    ledger: str, tmp_path: Path, arguments: tuple[str, ...], known: str
) -> None:
    ran = doudi(*(ledger if one == "LEDGER" else one for one in arguments), "--rules", SMALLVILLE, cwd=tmp_path)
    assert ran.status == 2 and f"the ending is not known: use {known}" in ran.err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["l.csv"]


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_totals_name_the_option_that_made_a_file_for_people(ledger: str, tmp_path: Path, lang: str) -> None:
    path = str(tmp_path / "labels.csv")
    doudi("batch", ledger, *COMMON, "-q", "-o", path, "--labels", "--lang", lang)
    ran = doudi("totals", path, "--rules", RULES)
    assert ran.status == 2 and "labels.csv:1:1: error[not-a-result]" in ran.err and "without `--labels`" in ran.err


@pytest.mark.slow
def test_missing_columns_are_reported_at_the_row_of_headings(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    headings = ["name", "relation", "wage", *(f"x{at}" for at in range(12))]
    path.write_text(f"A title\n{','.join(headings)}\n{'Ann,head,1' + ',' * 12}\n", encoding="utf-8")
    ran = doudi("batch", str(path), *COMMON)
    assert "l.csv:2:1: error[missing-column]" in ran.err and "x8, and 3 more" in ran.err
    keep = doudi("batch", str(path), *COMMON, "--map", "x1=household", "--keep", "zz", "--lang", "zh")
    assert "没有 `zz` 列" in keep.err and keep.err.strip().endswith("x8，另有 3 列")
    heads = doudi("batch", str(path), "--household-by", "head", "--rules", RULES, "--month", "2022-06")
    assert "l.csv:2:1: error[missing-column]: no column says how" in heads.err
    path.write_text("A title\nhousehold,name\nA,Ann\n", encoding="utf-8")
    topics = doudi("batch", str(path), "--rules", RULES, "--month", "2022-06")
    assert "l.csv:2:1: error[missing-topic]" in topics.err


def test_a_relation_that_cannot_be_read_begins_no_household(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("name,relation to head,wage,money assets\n甲,户主,1,0\n乙,户主的舅舅,1,\n", encoding="utf-8")
    ran = doudi("batch", str(path), "--household-by", "head", "--rules", RULES, "--month", "2022-06")
    assert ran.status == 1 and "error[not-a-word]" in ran.err
