"""Rows of a printed query, an outcome each, read back as the row engine's bare outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from calc.engine.facts import Household
from calc.engine.sql.compile_plan import Program
from calc.engine.sql.needs_bits import WORD_BITS
from calc.language.types import MEMBER


def raws_of_long(lowered: Program, households: list[Household], rows: Iterable[dict[str, Any]]) -> list[Any]:
    """Each household's failed checks, outcomes and persons, None for unknown; fails for a missing or doubled row."""
    found: dict[tuple[int, int | None, str], dict[str, Any]] = {}
    for row in rows:
        key = (row["household"], row["place"], row["benefit"])
        assert key not in found, f"{key} is there twice"
        found[key] = row
    raws = []
    for ordinal, household in enumerate(households):
        outcomes: list[Any] = []
        failed: set[int] = set()
        persons: list[int | None] = []

        def outcome(place: int | None, name: str, at: int = ordinal, seen: set[int] = failed) -> tuple[Any, ...]:
            row = found.pop((at, place, name))
            checks = [row[f"failed_checks_{word}"] for word in range(_words(row, "failed_checks"))]
            seen.add(sum(bits << (WORD_BITS * word) for word, bits in enumerate(checks)))
            needs = {word: row[f"needs_{word}"] for word in range(_words(row, "needs"))}
            return row["status"], row["amount"], row["failed"], lowered.words.plan_bits(needs)

        for name, benefit in lowered.simple.plan.benefits.items():
            row = found.get((ordinal, None, name))
            persons.append(None if row is None or row["persons"] is None else int(row["persons"]))
            if benefit.type.level == MEMBER:
                outcomes.append([outcome(place, name) for place in range(len(household.members))])
            else:
                outcomes.append(outcome(None, name))
        assert len(failed) <= 1, "a check failed for some rows of a household only"
        raws.append((failed.pop() if failed else None, tuple(outcomes), tuple(persons)))
    assert not found, f"rows of nobody: {list(found)[:3]}"
    return raws


def _words(row: dict[str, Any], name: str) -> int:
    return sum(1 for key in row if key.startswith(f"{name}_"))


def must_be_equal(wanted: list[Any], found: list[Any], about: str) -> None:
    """Fails with the first household that differs; one without any row has no checks to compare."""
    for at, (one, other) in enumerate(zip(wanted, found, strict=True)):
        if other[0] is None:
            other = (one[0], *other[1:])
        known = tuple(counted if isinstance(counted, int) else None for counted in one[2])
        assert (*one[:2], known) == other, f"{about}, household {at}"
