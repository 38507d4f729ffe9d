"""`doudi assess LEDGER --household ID` in the shell: what is printed where, statuses, options that do not fit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.run import Ran, doudi
from tests.ledger.fuzz import SMALL
from tests.support.ledgers import SMALLVILLE

pytestmark = pytest.mark.slow

LEDGER = SMALL + "h9,Fay,upper,x,,,,head,,,,\n"


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    path = tmp_path / "台账.csv"
    path.write_bytes(LEDGER.encode("gb18030"))
    return str(path)


def assess(*arguments: str, stdin: bytes = b"") -> Ran:
    return doudi("assess", *arguments, "--rules", SMALLVILLE, "--month", "2024-01", stdin=stdin)


def test_one_household_of_a_ledger(ledger: str) -> None:
    ran = assess(ledger, "--household", "h2", "--why", "basic_support")
    assert ran.status == 0 and "\nh2\n" in ran.out and "h1" not in ran.out and ran.err == ""
    values = assess(ledger, "--household", "h3", "--household", "h1", "-f", "json")
    assert [one["id"] for one in json.loads(values.out)["households"]] == ["h3", "h1"]
    piped = assess("-", "--household", "h2", "--why", "basic_support", stdin=LEDGER.encode())
    assert (piped.status, piped.out) == (0, ran.out)


def test_a_rejected_household_has_the_reasons_of_the_reject(ledger: str) -> None:
    ran = assess(ledger, "--household", "h9", "--lang", "zh")
    assert (ran.status, ran.out) == (1, "") and "台账.csv:9" in ran.err and "[rent]" in ran.err
    rejected = json.loads(assess(ledger, "--household", "h9", "-f", "json").out)["rejected"]
    assert [one["id"] for one in rejected] == ["h9"]


def test_a_household_that_is_not_there(ledger: str) -> None:
    ran = assess(ledger, "--household", "H02")
    assert (ran.status, ran.out) == (2, "") and ran.err == "Error: there is no household H02; similar: h2\n"
    both = assess(ledger, "--household", "x", "--household", "h2", "--value", "total")
    assert both.status == 2 and both.err.endswith("Error: there is no household x\n")


def test_options_of_reading(ledger: str, tmp_path: Path) -> None:
    mapped = tmp_path / "m.csv"
    mapped.write_text("户,name,rent\nA,Ann,1\n", encoding="utf-8")
    assert "\nA\n" in assess(str(mapped), "--map", "户=household", "--household", "A").out
    alone = assess(ledger)
    assert alone.status == 2 and "`doudi assess --household ID`" in alone.err
    for option in (("--map", "a=rent"), ("--duplicates", "warn"), ("--sheet", "x"), ("--fill-down",)):
        refused = assess(str(tmp_path / "home.toml"), *option)
        assert refused.status == 2 and f"{option[0]} is for ledgers" in refused.err
    assert "no household has such a member" in assess(ledger, "--household", "h2", "--set", "Nobody.wage=1").err


def test_one_household_of_a_household_file(tmp_path: Path) -> None:
    homes = tmp_path / "homes.json"
    homes.write_text('[{"id": "H1", "rent": 1, "members": [{}]}, {"id": "H2", "rent": 2, "members": [{}]}]', "utf-8")
    ran = assess(str(homes), "--household", "H2", "-f", "json")
    assert [one["id"] for one in json.loads(ran.out)["households"]] == ["H2"]
    absent = assess(str(homes), "--household", "H3")
    assert absent.status == 2 and absent.err == "Error: there is no household H3; similar: H1\n"
    lines = tmp_path / "lines.json"
    lines.write_text('{"household": "H1", "rent": 1}\n{"household": "H2", "rent": 2}\n', encoding="utf-8")
    assert "\nH2\n" in assess(str(lines), "--household", "H2").out
