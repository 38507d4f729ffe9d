"""Tables of a bureau: figures are those of the results, whatever their form, and what should add up does."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest

from bench.ledger import HEADINGS, rows
from calc.cli import run
from tests.support.both_engines import ROOT, RULES, WITHOUT
from tests.support.seeds import seeds

TABLE = """
[units]
"元" = { decimals = 2 }
"万元" = { divide = 10_000, decimals = 1 }
[rows.households]
value = "households(dibao, single_dibao, tekun)"
[rows.persons]
value = "persons(dibao) + persons(single_dibao) + persons(tekun)"
[rows.town]
value = "households(dibao, single_dibao, tekun)"
where = "乡镇 in (郭镇乡, 康王乡)"
[rows.elsewhere]
value = "households(dibao, single_dibao, tekun)"
where = "not (乡镇 == 郭镇乡 or 乡镇 == 康王乡)"
[rows.all]
value = "households(dibao, single_dibao, tekun)"
adds = ["town", "elsewhere"]
[rows.dibao]
value = "dibao"
unit = "元"
[rows.year]
value = "cumulative(dibao)"
unit = "万元"
[rows.once]
value = "once(households(dibao))"
[rows.times]
value = "cumulative(households(dibao))"
[rows.level]
ratio = ["dibao", "households"]
unit = "元"
"""
MONTHS = ("2022-04", "2022-05")


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    path = tmp_path / "ledger.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *list(rows(150, 3, 0.05))[1:]])
    (tmp_path / "table.toml").write_text(TABLE, encoding="utf-8")
    return str(path)


def results(ledger: str, folder: Path, month: str, ending: str = "csv", by: str = "household") -> str:
    path = str(folder / f"{month}-{by}.{ending}")
    run(["batch", ledger, "-m", month, "--rules", RULES, *WITHOUT, "-o", path, "-q", "--allow-rejects", "--by", by,
         "--keep", "乡镇"])  # fmt: skip
    return path


def filled(folder: Path, *paths: str, more: tuple[str, ...] = (), status: int = 0) -> dict[str, dict[str, str]]:
    out = folder / "table.csv"
    options = ["--table", str(folder / "table.toml"), "--rules", RULES, "-o", str(out), "-q", *more]
    assert run(["totals", *paths, *options]) == status
    with out.open(encoding="utf-8", newline="") as file:
        return {row["row"]: row for row in csv.DictReader(file)}


@pytest.mark.slow
def test_figures_are_those_of_the_results(tmp_path: Path, ledger: str) -> None:
    paths = [results(ledger, tmp_path, month) for month in MONTHS]
    found = filled(tmp_path, *paths)
    tables = []
    for path in paths:
        with open(path, encoding="utf-8", newline="") as file:
            tables.append(list(csv.DictReader(file)))
    names = ("dibao", "single_dibao", "tekun")
    granted = [
        [{name: int(count) for name, _, count in (each.partition(":") for each in row["granted"].split(";") if each)}
         for row in table] for table in tables
    ]  # fmt: skip
    last = [(row, one) for row, one in zip(tables[1], granted[1], strict=True) if not one.keys().isdisjoint(names)]
    assert int(found["households"]["value"]) == len(last) > 20
    assert int(found["persons"]["value"]) == sum(one.get(name, 0) for _, one in last for name in names)
    towns = sum(row["乡镇"] in ("郭镇乡", "康王乡") for row, _ in last)
    assert (int(found["town"]["value"]), int(found["elsewhere"]["value"])) == (towns, len(last) - towns)
    money = [sum(Fraction(row["dibao"] or "0") for row in table) for table in tables]
    assert Fraction(found["dibao"]["value"]) == money[1]
    assert abs(Fraction(found["year"]["value"]) * 10_000 - sum(money)) <= 500
    ids = [{row["household"] for row, one in zip(*pair, strict=True) if "dibao" in one}
           for pair in zip(tables, granted, strict=True)]  # fmt: skip
    assert int(found["once"]["value"]) == len(ids[0] | ids[1])
    assert int(found["times"]["value"]) == len(ids[0]) + len(ids[1])
    assert abs(Fraction(found["level"]["value"]) - money[1] / len(last)) <= Fraction(1, 200)


@pytest.mark.slow
@pytest.mark.parametrize("form", [("jsonl", "household"), ("csv", "benefit"), ("xlsx", "household")])
def test_every_form_of_results_has_the_same_table(tmp_path: Path, ledger: str, form: tuple[str, str]) -> None:
    plain = [results(ledger, tmp_path, month) for month in MONTHS]
    others = [results(ledger, tmp_path, month, *form) for month in MONTHS]
    assert filled(tmp_path, *plain) == filled(tmp_path, *others)


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(range(3), 1))
def test_the_households_of_a_cell_add_up_to_it(tmp_path: Path, ledger: str, seed: int) -> None:
    del seed
    paths = [results(ledger, tmp_path, month) for month in MONTHS]
    found = filled(tmp_path, *paths)
    for name in ("households", "town", "dibao", "times", "once"):
        out = tmp_path / "cell.csv"
        options = ["--table", str(tmp_path / "table.toml"), "--rules", RULES, "--cell", name, "-o", str(out)]
        assert run(["totals", *paths, *options]) == 0
        with out.open(encoding="utf-8", newline="") as file:
            values = [Fraction(row["value"]) for row in csv.DictReader(file)]
        assert sum(values) == Fraction(found[name]["value"])


@pytest.mark.slow
def test_last_months_figures_and_the_change(tmp_path: Path, ledger: str) -> None:
    april, may = (results(ledger, tmp_path, month) for month in MONTHS)
    before = filled(tmp_path, april)
    (tmp_path / "table.csv").rename(tmp_path / "april.csv")
    found = filled(tmp_path, april, may, more=("--previous", str(tmp_path / "april.csv")))
    assert {name: row["previous"] for name, row in found.items()} == {
        name: row["value"] for name, row in before.items()
    }
    old, new = Fraction(before["dibao"]["value"]), Fraction(found["dibao"]["value"])
    assert abs(Fraction(found["dibao"]["change"]) - (new - old) / old * 100) <= Fraction(1, 200)
    assert found["times"]["change"] not in ("", "0.00")


@pytest.mark.slow
def test_what_does_not_add_up_is_told_and_rounding_too(
    tmp_path: Path, ledger: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = results(ledger, tmp_path, "2022-05")
    definition = '[rows.whole]\nvalue = "{whole}"\nunit = "u"\nadds = ["a", "b"]\n[units]\nu = {{ divide = 1000 }}\n'
    definition += '[rows.a]\nvalue = "dibao"\nunit = "u"\n[rows.b]\nvalue = "tekun"\nunit = "u"\n'
    capsys.readouterr()
    for whole, status in (("dibao", 1), ("dibao + tekun", 0)):
        (tmp_path / "table.toml").write_text(definition.format(whole=whole), encoding="utf-8")
        options = ["--table", str(tmp_path / "table.toml"), "--rules", RULES, "--lang", "en", "--format", "json"]
        assert run(["totals", path, *options]) == status
        printed = capsys.readouterr()
        assert ("row `whole`" in printed.err and "add up" in printed.err) == bool(status)
        rows_of = {row["row"]: int(row["value"]) for row in json.loads(printed.out)}
        if not status:
            differs = rows_of["whole"] != rows_of["a"] + rows_of["b"]
            assert ("by rounding" in printed.err) == differs


def test_people_nobody_knows_leave_the_row_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "table.toml").write_text('[rows.a]\nvalue = "persons(dibao)"\n', encoding="utf-8")
    path = tmp_path / "r.csv"
    path.write_text(
        "household,month,status,dibao,granted\nA,2022-05,determined,5.00,dibao:?\n", encoding="utf-8"
    )  # fmt: skip
    assert filled(tmp_path, str(path))["a"]["value"] == ""
    assert "a" in capsys.readouterr().err


@pytest.mark.slow
def test_the_shipped_table_is_read(tmp_path: Path, ledger: str) -> None:
    (tmp_path / "table.toml").write_text((ROOT / "examples/report.toml").read_text("utf-8"), encoding="utf-8")
    found = filled(tmp_path, results(ledger, tmp_path, "2022-05"))
    assert all(row["value"] for row in found.values())
