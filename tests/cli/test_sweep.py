"""`doudi sweep`: thresholds to the last decimal, what is kept between them, and refusals in plain words."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from calc.cli import run

ROOT = Path(__file__).parents[2]
HOUSEHOLD = str(ROOT / "examples" / "household.toml")
RULES = ["--rules", str(ROOT / "rules.toml"), "-m", "2022-05"]


def swept(*options: str) -> int:
    return run(["sweep", HOUSEHOLD, *RULES, "--debug", *options])


def test_a_wage_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert swept("--over", "张三.wage", "--to", "6000", "--lang", "en") == 0
    printed = capsys.readouterr().out
    assert "  ▲ 2,532.00 +449.80  Minimum living allowance (dibao) ends" in printed
    assert "  ▼ 3,498.00 −719.00  " in printed
    assert "    worse off than before the drop until 4,216.99\n" in printed
    assert re.search(r"^600\.01 +2,531\.99 +2,275\.20 → 344\.20 +0\.00$", printed, re.MULTILINE)


def test_a_wage_as_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert swept("--over", "张三.工资", "--from", "2000", "--to", "5000", "--format", "csv", "--lang", "zh") == 0
    found = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["from"], row["to"], row["total_from"], row["total_to"], row["change_before"]) for row in found] == [
        ("2000.00", "2531.99", "875.20", "344.20", ""),
        ("2532.00", "3497.99", "794.00", "794.00", "449.80"),
        ("3498.00", "5000.00", "75.00", "75.00", "-719.00"),
    ]
    assert found[2]["made_up_at"] == "4216.99"


def test_the_curve_says_its_numbers_as_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "curve.svg"
    assert swept("--over", "张三.工资", "--to", "6000", "--svg", str(path), "--lang", "en") == 0
    text = path.read_text(encoding="utf-8")
    assert "2,532.00–3,497.99: 794.00" in text
    assert ">3,498.00: −719.00</text>" in text
    assert text.count('class="curve"') == 4


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--over", "王五.工资"], "no household has such a member"),
        (["--over", "张三.工姿"], "工资"),
        (["--over", "张三.与户主关系"], "is no number"),
        (["--over", "张三.工资", "--from", "many"], "`many` is not a value"),
        (["--over", "张三.工资", "--from", "5", "--to", "3"], "larger than the last one"),
        (["--over", "张三.工资", "--benefit", "diboa"], "no benefit"),
    ],
)
def test_what_cannot_be_moved_is_told(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert swept(*options, "--lang", "en") == 2
    assert said in capsys.readouterr().err
