"""Writes the rules file of the made-up assistance: `python -m bench.large_tables.rules` prints it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from bench.large_tables import tables
from bench.large_tables.tables import GRADES, PLACES, SIZES

HEAD = """
[rules]
title    = "An assistance with large tables"
currency = "JPY"
from     = "2024-01"
note     = "Made up, for a comparison of times."

[documents]
sketch = { title = "Made up for this comparison" }
"""
ENTRIES = """
[definitions.size]
formula = "max(1, count())"
cite    = "sketch 1"

[definitions.first_class]
formula = "sum(first_class_rate[age, grade]) * reduction[size, grade]"
cite    = "sketch 2"

[definitions.additions]
formula = "sum(child_rate[age, grade] + disability_rate[disability, grade])"
cite    = "sketch 3"

[definitions.limit]
formula = '''housing_limit[prefecture, town, place, size]
             if (prefecture, town, place, size) in housing_limit else 0'''
cite    = "sketch 4"

[definitions.countable_earnings]
formula = "max(0, earnings - deduction[earnings])"
cite    = "sketch 5"

[definitions.need]
formula = "round_up(first_class, to=10) + second_class_rate[size, grade] + additions + min(rent, limit)"
cite    = "sketch 6"

[definitions.income]
formula = "sum(countable_earnings + pension)"
cite    = "sketch 7"

[definitions.in_need]
formula = "income < need"
cite    = "sketch 7"

[benefits.assistance]
to       = "household"
per      = "month"
requires = ["in_need"]
amount   = "max(0, need - income)"
cite     = "sketch 8"

[benefits.child_allowance]
to         = "member"
per        = "month"
applies_to = "age < 18"
requires   = ["in_need"]
amount     = "child_rate[age, grade]"
cite       = "sketch 9"
"""


def text() -> str:
    """The rules file."""
    grades, places = (
        {(*town, what): values[at] for town, values in tables.TOWN_PLACES.items()}
        for at, what in enumerate(("grade", "place"))
    )
    bands = {(f"{low}..{high}", grade): value for ((low, high), grade), value in tables.FIRST_CLASS.items()}
    children = {(f"{low}..{high}", grade): value for ((low, high), grade), value in tables.CHILD_ADDITION.items()}
    sizes = {(_size(size), grade): share / 100 for (size, grade), share in tables.REDUCTION.items()}
    second = {(_size(size), grade): value for (size, grade), value in tables.SECOND_CLASS.items()}
    limits = {(*key[:3], _size(key[3])): value for key, value in tables.HOUSING.items()}
    steps = [[f"{at * tables.STEP}..<{(at + 1) * tables.STEP}", value] for at, value in enumerate(tables.DEDUCTION)]
    steps[-1][0] = f"{(tables.STEPS - 1) * tables.STEP}.."
    parts = [
        HEAD,
        _table("grade_of_town", "choice", ("prefecture", "town", "what"), grades, GRADES),
        _table("place_of_town", "choice", ("prefecture", "town", "what"), places, PLACES),
        _table("first_class_rate", "money/month", ("age", "grade"), bands),
        _table("reduction", "share", ("size", "grade"), sizes),
        _table("second_class_rate", "money/month", ("size", "grade"), second),
        _table("child_rate", "money/month", ("age", "grade"), children),
        _table("disability_rate", "money/month", ("disability", "grade"), tables.DISABILITY_ADDITION),
        _table("housing_limit", "money/month", ("prefecture", "town", "place", "size"), limits),
        f'[parameters.deduction]\nkind = "money/month"\naxes = ["earnings"]\ncite = "sketch"\n'
        f"from.2024-01 = {json.dumps(steps)}\n",
        "[facts.household]",
        _choice("prefecture", tables.PREFECTURES),
        _choice("town", tables.TOWN_NAMES),
        'rent = { kind = "money/month", min = 0 }',
        _of_town("grade", GRADES),
        _of_town("place", PLACES),
        "[facts.member]",
        'age = { kind = "count", min = 0, max = 120 }',
        'earnings = { kind = "money/month", min = 0, max = 10000000 }',
        'pension = { kind = "money/month", min = 0, max = 10000000 }',
        _choice("disability", tables.DISABILITIES),
        ENTRIES,
    ]
    return "\n".join(parts)


def _size(size: int) -> Any:
    return f"{size}.." if size == SIZES[-1] else size


def _table(name: str, kind: str, axes: tuple[str, ...], cells: Mapping[Any, Any], options: Iterable[str] = ()) -> str:
    """A table of several axes: the last runs across, and only rows that have cells are written."""
    across = [*dict.fromkeys(key[-1] for key in cells)]
    rows: dict[Any, list[Any]] = {}
    for key, value in cells.items():
        rows.setdefault(key[:-1], []).append(value)
    lines = [[*[""] * (len(axes) - 1), *across], *([*key, *row] for key, row in rows.items())]
    written = ",\n  ".join(json.dumps(line) for line in lines)
    more = f"options = {json.dumps([*options])}\n" if options else ""
    return (f'[parameters.{name}]\nkind = "{kind}"\n{more}axes = {json.dumps(axes)}\ncite = "sketch"\n'
            f"from.2024-01 = [\n  {written},\n]\n")  # fmt: skip


def _choice(name: str, words: Iterable[str], more: str = "") -> str:
    return f'{name} = {{ kind = "choice", options = {json.dumps([*words])}{more} }}'


def _of_town(name: str, words: tuple[str, ...]) -> str:
    """A fact that is that of the town where it is not stated, and the last word outside of the towns."""
    keys = f"prefecture, town, '{name}'"
    default = f"{name}_of_town[{keys}] if ({keys}) in {name}_of_town else '{words[-1]}'"
    return _choice(name, words, f', default = "{default}", note = "made up"')


if __name__ == "__main__":
    print(text())
