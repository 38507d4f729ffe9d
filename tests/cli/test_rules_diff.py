"""`doudi rules diff`: what is in force in one file and month and not in the other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calc.cli import run

SMALLVILLE = str(Path(__file__).parents[1] / "smallville.toml")


def test_a_new_year_is_told_key_by_key(capsys: pytest.CaptureFixture[str]) -> None:
    months = ["-m", "2025-01", "--against-month", "2024-12"]
    assert run(["rules", "diff", SMALLVILLE, SMALLVILLE, *months, "--lang", "en"]) == 1
    printed = capsys.readouterr().out
    assert "~ [parameters] care_rate  Care allowance, full rate\n    cite: code 30 → rates-2025 3\n" in printed
    assert "    value: 400 → 425.5\n" in printed
    assert run(["rules", "diff", SMALLVILLE, SMALLVILLE, *months, "--format", "json"]) == 1
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert list(found) == ["disregard_cap", "care_rate", "need_line", "child_rate"]
    assert found["disregard_cap"]["keys"] == {"value": {"before": 150, "after": 160}}


def test_a_file_and_itself_are_alike(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "diff", SMALLVILLE, SMALLVILLE, "-m", "2025-01", "--lang", "zh"]) == 0
    assert capsys.readouterr().err == "生效内容相同\n"


def test_entries_that_come_and_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    child = tmp_path / "child.toml"
    child.write_text(
        f'''
[rules]
extends = "{SMALLVILLE}"
title = "Child"
currency = "EUR"
[documents]
d = {{ title = "A document" }}
[parameters]
bonus = {{ label = "Bonus", kind = "money/month", value = 5, cite = "d 1" }}
[definitions]
savings_ok = {{ formula = "savings <= savings_limit" }}
''',
        encoding="utf-8",
    )
    assert run(["rules", "diff", SMALLVILLE, str(child), "-m", "2025-01", "--lang", "en"]) == 1
    printed = capsys.readouterr().out
    assert "+ [parameters] bonus  Bonus\n" in printed
    assert "~ [definitions] savings_ok" in printed
    assert run(["rules", "diff", str(child), SMALLVILLE, "-m", "2025-01", "--lang", "en"]) == 1
    assert "- [parameters] bonus  Bonus\n" in capsys.readouterr().out
