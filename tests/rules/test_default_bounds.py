"""The bounds of a fact hold for what is stated, in every way of stating it, and for its default."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from calc.cli import run
from tests.support.both_engines import must_be_alike
from tests.support.small import HEAD, codes_of

FACTS = """
[facts.household]
b = { kind = "date" }
w = { kind = "money/month", min = 0 }
"""
FACT = 'f = {{ kind = "{kind}", note = "n", {bounds}, default = "{default}" }}\n'


@pytest.mark.parametrize(
    ("kind", "bounds", "default", "codes"),
    [
        ("count", "min = 1, max = 2", "3", ["default-outside/high"]),
        ("count", "min = 1, max = 2", "0", ["default-outside/low"]),
        ("count", "min = 1, max = 2", "2", []),
        ("count", "max = 120", "full_years(b, month_start)", ["default-outside/high"]),
        ("count", "min = 0", "full_years(b, month_start)", ["default-outside/low"]),
        ("count", "min = 0", "full_years(b, month_start) if b <= month_start else unknown", []),
        ("count", "min = 0, max = 120", "clamp(full_years(b, month_start), 0, 120)", []),
        ("count", "decimals = 0", "2.5", ["default-outside/whole"]),
        ("number", "min = 0, max = 1", "0.5", []),
        ("share", "max = 1", "w / w if w > 0 else 0", ["stray-quotient"]),
        ("share", "max = 1", "round_down(w / w, to=0.01) if w > 0 else 0", ["default-outside/high"]),
        ("money/month", "min = 0", "w - w", ["default-outside/low"]),
        ("money/month", "decimals = 2", "w + w - w", []),
        ("date", "min = 2000-01-01", "date(1999, 12, 31)", ["default-outside/low"]),
        ("date", "max = 2024-06-29", "month_end", ["default-outside/high"]),
        ("date", "max = 2024-06-29", "month_start", []),
    ],
)
def test_a_default_that_can_leave_the_bounds_is_a_mistake(
    kind: str, bounds: str, default: str, codes: list[str]
) -> None:
    assert codes_of(FACTS + FACT.format(kind=kind, bounds=bounds, default=default)) == codes


RULES = (
    HEAD
    + """
[facts.household]
a = { kind = "count", min = 1, max = 3, default = "2", note = "n" }
m = { kind = "money/month", min = -0.001, max = 2.5, default = "mark", note = "n" }
[facts.member]
c = { kind = "count", min = 1, max = 3, default = "a", note = "n" }
[parameters]
mark = { kind = "money/month", cite = "d 1", from.2024-01 = -0.001 }
p = { kind = "money/month", cite = "d 1", from.2024-01 = 10 }
[benefits.b]
to = "household"
per = "month"
cite = "d 1"
requires = ["m >= 0 or m == mark"]
amount = "p * (a + sum(c))"
"""
)
STATED = [("a", "0", False), ("a", "1", True), ("a", "3", True), ("a", "4", False), ("c", "0", False), ("c", "3", True),
          ("c", "4", False), ("m", "0", True), ("m", "-0.01", False), ("m", "2.50", True), ("m", "2.51", False),
          ("m", "-0.001", False)]  # fmt: skip


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(RULES, "utf-8")
    return path


@pytest.mark.slow
def test_bounds_hold_in_a_ledger_by_both_engines(rules: Path, tmp_path: Path) -> None:
    headings = ["household", "name", "a", "m", "c"]
    ledger = tmp_path / "ledger.csv"
    with ledger.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings)
        writer.writeheader()
        for at, (fact, text, _) in enumerate(STATED):
            writer.writerow({"household": at, "name": "x", fact: text})
    found = must_be_alike(tmp_path, [str(ledger)], "--rules", str(rules), "-m", "2024-06")
    assessed = {row["household"] for row in csv.DictReader(found["results.csv"].decode().splitlines())}
    assert assessed == {str(at) for at, (_, _, fits) in enumerate(STATED) if fits}


@pytest.mark.parametrize(("fact", "text", "fits"), STATED)
def test_bounds_hold_in_a_household_a_setting_and_a_case(
    rules: Path, tmp_path: Path, fact: str, text: str, fits: bool
) -> None:
    def status(facts: str, *options: str) -> int:
        household = tmp_path / "h.json"
        household.write_text(facts, "utf-8")
        return run(["assess", str(household), "--rules", str(rules), "-m", "2024-06", "--lang", "en", *options])

    stated, plain = f'"{fact}": {text}', '{"members": [{"id": "x"}]}'
    own = f'{{"members": [{{"id": "x", {stated}}}]}}' if fact == "c" else f'{{{stated}, "members": [{{"id": "x"}}]}}'
    assert status(own) == (0 if fits else 1)
    assert (status(plain, "--set", f"{'x.' if fact == 'c' else ''}{fact}={text}") == 0) == fits
    of_member = f", {fact} = {text}" if fact == "c" else ""
    of_household = f"{fact} = {text}\n" if fact != "c" else ""
    expect = "" if fits else 'rejected = ["out-of-range"]'
    case = f'[[cases]]\ntitle = "t"\nmonth = "2024-06"\nexpect = {{ {expect} }}\n[cases.household]\n'
    rules.write_text(f'{RULES}{case}{of_household}members = [{{ id = "x"{of_member} }}]\n', "utf-8")
    assert run(["rules", "test", "--rules", str(rules)]) == 0
