"""Plans and files for the tests of intake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calc.diagnostics.diagnostic import Diagnostic, render
from calc.households.read_households import Intake, format_of, read_households
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from calc.rules.toml_document import read_text

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def smallville() -> Plan:
    return plan_for(read_rules(str(HERE.parent / "smallville.toml")), 202401)


@pytest.fixture(scope="session")
def people() -> Plan:
    return plan_for(read_rules(str(HERE / "people.toml")), 202206)


Take = Callable[..., Intake]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Write a text to a file of a name, and read the households in it."""

    def take(plan: Plan, name: str, text: str, **more: Any) -> Intake:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        source = read_text(str(path))
        return read_households(source, plan, format_of(name, source.text), **more)

    return take


def number(seventeen: str) -> str:
    """An identity number of 17 digits and its check digit, by the formula of ISO 7064 rather than GB's table."""
    for value in range(11):
        if (value + sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(seventeen))) % 11 == 1:
            return seventeen + ("X" if value == 10 else str(value))
    raise AssertionError


def spots(diagnostics: Any) -> list[tuple[str, int, int]]:
    """Code, line and column of each, and each can be rendered in both languages."""
    found = []
    for one in diagnostics:
        assert isinstance(one, Diagnostic)
        for language in ("en", "zh"):
            assert f"[{one.name}]" in render(one, language)
        line, column = one.place.source.position(one.place.offsets()[0])
        found.append((one.code, line, column))
    return found
