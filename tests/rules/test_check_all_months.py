"""Mistakes of all months: each once, with the months it concerns; and what is likely a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from calc.rules.check_all_months import check_all, months_to_check
from calc.rules.read_rulebook import read_rules
from calc.rules.rulebook import Rulebook
from tests.support.small import HEAD

FACTS = """
[facts.household]
x = { kind = "count", max = 100 }
m = { kind = "money/month", min = 0 }
n = { kind = "count", max = 9 }
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rules.toml"


def book(path: Path, text: str) -> Rulebook:
    path.write_text(HEAD + text, encoding="utf-8")
    return read_rules(str(path))


def benefit(amount: str, requires: str = "x > 5") -> str:
    return (f'[benefits.b]\nto = "household"\nper = "month"\nrequires = ["{requires}"]\n'
            f'amount = "{amount}"\ncite = "d 1"\n')  # fmt: skip


def parameter(since: str, more: str = "") -> str:
    return f'[parameters]\np = {{ kind = "money/month", cite = "d 1", from.{since} = 5{more} }}\n'


def test_a_mistake_of_every_month_is_reported_once(path: Path) -> None:
    changes = ", from.2024-03 = 6, from.2024-05 = 7"
    found, months = check_all(book(path, parameter("2024-01", changes) + FACTS + benefit("p + nothing")))
    assert months == 3 and [one.code for one in found] == ["unknown-name"]


@pytest.mark.parametrize(
    ("since", "more", "told"),
    [
        ("2024-03", "", "2024-01…2024-02"),
        ("2024-02", "", "2024-01"),
        ("2024-01", ', from.2024-05 = "ends"', "2024-05…"),
        ("2024-03", ', from.2024-05 = "ends", from.2024-09 = 8', "2024-01…2024-02, 2024-05…2024-08"),
    ],
)
def test_the_months_in_which_a_name_is_missing(path: Path, since: str, more: str, told: str) -> None:
    found, _ = check_all(book(path, parameter(since, more) + FACTS + benefit("p")))
    assert [(one.name, one.values["months"]) for one in found] == [("not-in-force", told)]


def test_rules_that_look_at_the_calendar_are_checked_for_a_year(path: Path) -> None:
    text = parameter("2024-01", ", from.2024-11 = 6") + FACTS
    assert months_to_check(book(path, text + benefit("p"))) == [202401, 202411]
    looking = '[definitions]\nd = { formula = "month_end > month_start", cite = "d 1" }\n'
    months = months_to_check(book(path, text + looking + benefit("p")))
    assert months == [202401, 202411, 202412, *range(202501, 202512)]


def test_a_parameter_that_only_an_earlier_version_names_is_used(path: Path) -> None:
    text = parameter("2024-01") + FACTS + benefit("p") + 'from.2024-06 = { amount = "m" }\n'
    assert [one.code for one in check_all(book(path, text))[0]] == []
    assert [one.code for one in check_all(book(path, parameter("2024-01") + FACTS + benefit("m")))[0]] == ["unused"]


@pytest.mark.parametrize(
    ("requires", "codes"),
    [
        ("n <= 9", ["always-true"]), ("n < 9", []), ("x > 100", ["always-false"]), ("x >= 100", []),
        ("n > 9 or x > 5", []), ("n > 9 and x > 5", ["always-false"]), ("not (n > 9)", ["always-true"]),
        ("m > p", []),
    ],
)  # fmt: skip
def test_conditions_that_bounds_alone_settle(path: Path, requires: str, codes: list[str]) -> None:
    text = (
        parameter("2024-01")
        + FACTS
        + f'[definitions]\nc = {{ formula = "{requires}", cite = "d 1" }}\n'
        + benefit("p", "c")
    )
    assert [one.code for one in check_all(book(path, text))[0]] == codes
