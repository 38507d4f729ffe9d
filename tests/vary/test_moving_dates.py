"""Counts of a date that moves contain every count of a single day, and rise or fall as they say."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest

from calc.language.primitives import MEANING
from calc.vary.moved_trace import _DATES as COUNTS
from calc.vary.moving_value import Moving
from tests.support.seeds import seeds


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("seed", seeds(range(60), 12))
def test_a_count_over_a_range_contains_that_of_every_day(name: str, seed: int) -> None:
    draw = random.Random(seed)
    first = draw.randrange(date(1899, 1, 1).toordinal(), date(2030, 1, 1).toordinal())
    several = [date.fromordinal(first + at) for at in range(draw.choice((2, 20, 70, 500, 5000)))]
    days = [one.year * 10000 + one.month * 100 + one.day for one in several]
    moving = Moving.over(Fraction(days[0]), Fraction(days[-1]))
    other = draw.choice((days[0], days[-1], 2022_05_31, 2022_05_01, 2004_02_29, 1999_12_31))
    order = draw.random() < 0.5

    def count(day: object, function: object) -> object:
        given = [day] if name in ("year", "month") else [day, other] if order else [other, day]
        return function(*given)  # type: ignore[operator]

    single = [count(day, MEANING[name]) for day in days]
    found = count(moving, COUNTS[name])
    if not isinstance(found, Moving):
        assert set(single) == {found}
        return
    assert (found.first, found.last) == (single[0], single[-1])
    low, high = found.ends()
    for day, value in zip(days, single, strict=True):
        assert low <= value <= high  # type: ignore[operator]
        assert found.down <= value - (found.slope * day + found.add) <= found.up  # type: ignore[operator]
    assert all((later - earlier) * found.direction >= 0 for earlier, later in pairwise(single))  # type: ignore[operator]
