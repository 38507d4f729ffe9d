"""`doudi next LEDGER`: the changes of a ledger are those between the results of its months."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bench.ledger import rows
from calc.cli import run
from tests.support.both_engines import RULES, WITHOUT
from tests.support.seeds import seeds

pytestmark = pytest.mark.slow

MONTHS = ("2022-01", "2022-02", "2022-03", "2022-04", "2022-05")


def amounts(ledger: str, folder: Path, month: str) -> dict[tuple[str, str, str], str]:
    """The amounts that are granted in a month, by household, benefit and member."""
    path = folder / f"{month}.csv"
    run(["batch", ledger, "-m", month, "--by", "benefit", "-o", str(path), "-q", "--allow-rejects", *WITHOUT,
         "--rules", RULES])  # fmt: skip
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["household"], row["benefit"], row["member"]): row["amount"] for row in csv.DictReader(file)
                if row["status"] == "granted"}  # fmt: skip


@pytest.mark.parametrize("seed", seeds(range(4), 1))
def test_changes_are_those_between_the_results_of_the_months(tmp_path: Path, seed: int) -> None:
    ledger = str(tmp_path / "ledger.csv")
    with open(ledger, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows(150, seed, 0.03))
    out = tmp_path / "next.csv"
    run(["next", ledger, "-m", MONTHS[0], "--months", str(len(MONTHS) - 1), "-o", str(out), *WITHOUT, "--rules", RULES,
         "-q"])  # fmt: skip
    with out.open(encoding="utf-8", newline="") as file:
        found = {(row["month"], row["household"], row["benefit"], row["member"]): row for row in csv.DictReader(file)}
    results = [amounts(ledger, tmp_path, month) for month in MONTHS]
    wanted = {
        (month, *key) for month, old, new in zip(MONTHS[1:], results, results[1:], strict=False)
        for key in old.keys() | new.keys() if old.get(key) != new.get(key)
    }  # fmt: skip
    assert wanted
    assert wanted <= found.keys()
    for key, row in found.items():
        if row["status"] == row["status_before"] == "granted":
            assert key in wanted
        assert row["causes"]


def test_a_birthday_and_a_rejected_household(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ledger.csv"
    head = "户编号,姓名,出生日期,与户主关系,家庭经济状况已核对,法定义务人情况"
    lines = ("A,甲,1980-01-01,户主,是,有人有能力", "A,乙,2005-04-09,子女,是,有人有能力", "B,丙,一月,户主,是,有人有能力")
    path.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    options = ["-m", "2022-03", "--months", "2", "--rules", RULES, *WITHOUT, "--lang", "en"]
    assert run(["next", str(path), *options]) == 1
    printed = capsys.readouterr()
    assert "2022-05           1  −64.40" in printed.out
    assert "Age (乙) 16 → 17" in printed.out
    assert "household B" in printed.err
    assert run(["next", str(path), *options, "-o", str(tmp_path / "due.xlsx")]) == 1
    assert (tmp_path / "due.xlsx").exists()
