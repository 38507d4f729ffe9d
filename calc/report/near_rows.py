"""Writes the changes that `doudi near` finds for programs: as rows of a table, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from calc.exact import plain
from calc.language.types import DATE, REFERENCE
from calc.report.format_values import as_plain, by_id
from calc.report.near_text import Lack, NearWords, remedy_of
from calc.vary.nearest import NearChange

SCHEMA = "doudi.near/1"
HEADINGS = (
    "household", "month", "benefit", "member", "failed", "remedy", "fact", "of_member", "present", "value", "change",
    "amount", "gives",
)  # fmt: skip
PAIR_HEADINGS = ("and_remedy", "and_fact", "and_of_member", "and_present", "and_value", "and_change")
"""Columns of `--two`: the second fact of a pair."""
AMOUNTS = (8, 9, 10, 11, 12, 16, 17, 18)
"""Columns of numbers."""


def headings(with_pairs: bool) -> tuple[str, ...]:
    """Returns the headings of the rows."""
    return (*HEADINGS, *PAIR_HEADINGS) if with_pairs else HEADINGS


def rows_of(words: NearWords, month: str, *, with_pairs: bool) -> Iterator[list[str]]:
    """Yields a row for each change, and one for a denied benefit that no single change gives.

    `gives` is what the benefit then brings. A pair is a row too.
    The change that brings the most of one that is granted is a row of its own.
    """
    for lack in words.found:
        outcome = lack.outcome
        head = [words.household.id, month, outcome.benefit, words.member(outcome.member), ";".join(outcome.failed)]
        now = "" if lack.is_denied else _money(words, outcome.amount)
        none = [""] * len(PAIR_HEADINGS)
        rest = none if with_pairs else []
        for one in (each for change in lack.changes for each in (change, change.most) if each is not None):
            yield [*head, *_cells(words, one), now, _money(words, one.amount), *rest]
        for pair in lack.pairs or ():
            gives = _money(words, pair.second.amount)
            yield [*head, *_cells(words, pair.first), now, gives, *_cells(words, pair.second)]
        if not lack.changes and not lack.pairs:
            yield [*head, *none, now, "", *rest]


def _cells(words: NearWords, change: NearChange) -> list[str]:
    values = [_plain(words, change, one) for one in (change.present, change.value)]
    who = words.member(change.member)
    return [remedy_of(words.plan.facts[change.fact]), change.fact, who, *values, _difference(words, change)]


def object_of(words: NearWords) -> dict[str, Any]:
    """Makes what a household lacks as values for JSON."""
    return {
        "id": words.household.id,
        "denied": [
            {
                **_head(words, one),
                "failed": [*one.outcome.failed],
                "ways": [[words.leaf(leaf) for leaf in way] for way in one.ways],
                "changes": [_change(words, change) for change in one.changes],
                **_pairs(words, one),
            }
            for one in words.found if one.is_denied
        ],
        "could_be_more": [
            {
                **_head(words, one),
                "amount": _money(words, one.outcome.amount),
                "changes": [
                    {**_change(words, change), "most": None if change.most is None else _change(words, change.most)}
                    for change in one.changes
                ],
            }
            for one in words.found if not one.is_denied
        ],
        "given_up": [{"fact": fact, "member": words.member(at) or None} for fact, at in words.nearest.given_up],
    }  # fmt: skip


def _head(words: NearWords, lack: Lack) -> dict[str, Any]:
    return {"benefit": lack.outcome.benefit, "member": words.member(lack.outcome.member) or None}


def _pairs(words: NearWords, lack: Lack) -> dict[str, Any]:
    """Makes the pairs of a benefit as values for JSON; nothing where none were searched."""
    if lack.pairs is None:
        return {}
    listed = [[_change(words, change) for change in (pair.first, pair.second)] for pair in lack.pairs]
    return {"pairs": listed, "pairs_cut": lack.is_cut}


def _change(words: NearWords, change: NearChange) -> dict[str, Any]:
    return {
        "fact": change.fact,
        "member": words.member(change.member) or None,
        "remedy": remedy_of(words.plan.facts[change.fact]),
        "present": _plain(words, change, change.present) or None,
        "value": _plain(words, change, change.value),
        "change": _difference(words, change) or None,
        "gives": _money(words, change.amount),
    }


def _money(words: NearWords, amount: Any) -> str:
    return plain(amount or 0, words.plan.decimals)


def _difference(words: NearWords, change: NearChange) -> str:
    """Writes by how much a value changes, of a date in days."""
    if change.distance is None:
        return ""
    is_date = words.plan.facts[change.fact].type.kind == DATE
    return str(change.distance) if is_date else _plain(words, change, change.distance)


def _plain(words: NearWords, change: NearChange, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    fact = words.plan.facts[change.fact]
    if fact.type.kind in (DATE, REFERENCE):
        return str(as_plain(by_id(value, fact.type.kind, words.household), fact.type.kind, 0))
    return value if isinstance(value, str) else plain(words.exact(change, value), fact.decimals)
