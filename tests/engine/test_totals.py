"""Totals are sums: in whatever parts and order summaries are counted, the numbers are the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc.engine.household_summary import HouseholdSummary
from calc.engine.totals import HOUSEHOLDS, MONEY, OPEN, PERSONS, UNCOUNTED, NeedNames, Totals
from tests.support.small import plan_of

NAMES = ["a", "b", "c"]
PLAN = plan_of("""
[facts.household]
f = { kind = "yes/no" }
g = { kind = "yes/no" }
[parameters]
p = { kind = "money/month", basis = "unset", note = "not published" }
""")
NEEDS = NeedNames(PLAN)
PLACES, AMOUNTS = st.integers(0, len(NAMES) - 1), st.integers(0, 10**6)
SUMMARIES: st.SearchStrategy[HouseholdSummary] = st.builds(
    lambda granted, opened, paid, needs: (granted, opened, paid, None if opened else paid, 0, needs),
    st.lists(st.tuples(PLACES, AMOUNTS, st.none() | st.integers(0, 9)), max_size=3, unique_by=lambda one: one[0]),
    st.lists(st.tuples(PLACES, st.integers(1, 3)), max_size=2),
    AMOUNTS,
    st.integers(0, 7),
)
COUNTED = st.lists(
    st.tuples(st.sampled_from((202401, 202402)), st.sampled_from(("", "东", "西")), st.none() | SUMMARIES)
)


def totals_of(counted: list[Any]) -> Totals:
    """The totals of households, rejected ones where there is no summary."""
    found = Totals()
    for month, name, summary in counted:
        if summary is None:
            found.rejected(month, name)
        else:
            found.assessed(month, name, summary, NAMES, NEEDS)
    return found


def numbers(found: Totals) -> dict[Any, Any]:
    return {key: group.__getstate__() for key, group in found.groups.items()}


@pytest.mark.slow
@given(COUNTED, st.integers(0, 20))
def test_parts_add_up_to_the_whole(counted: list[Any], at: int) -> None:
    whole, parts = totals_of(counted), totals_of(counted[:at])
    parts.add(totals_of(counted[at:]))
    assert numbers(parts) == numbers(whole) and [*parts.groups] == [*whole.groups]
    other = totals_of(counted[at:])
    other.add(totals_of(counted[:at]))
    assert numbers(other) == numbers(whole)


@pytest.mark.slow
@given(COUNTED)
def test_each_number_is_counted_from_the_summaries(counted: list[Any]) -> None:
    whole = totals_of(counted).whole()
    summaries = [one for *_, one in counted if one is not None]
    assert (whole.assessed, whole.rejected) == (len(summaries), len(counted) - len(summaries))
    assert whole.undetermined == sum(bool(opened) for _, opened, *_ in summaries)
    needs = [bits for _, opened, *_, bits in summaries if opened]
    assert whole.unset == sum(not bits & 0b011 for bits in needs)
    assert whole.alone == {name: needs.count(bit) for name, bit in (("f", 1), ("g", 2)) if bit in needs}
    assert whole.figures == ({"p": needs.count(4)} if 4 in needs else {})
    assert whole.money == sum(paid for _, _, paid, *_ in summaries)
    for at, name in enumerate(NAMES):
        granted = [one for found, *_ in summaries for one in found if one[0] == at]
        expected = [0] * 5
        expected[HOUSEHOLDS], expected[MONEY] = len(granted), sum(amount for _, amount, _ in granted)
        expected[PERSONS] = sum(people for *_, people in granted if people is not None)
        expected[UNCOUNTED] = sum(people is None for *_, people in granted)
        expected[OPEN] = sum(place == at for _, opened, *_ in summaries for place, _ in opened)
        assert whole.benefits.get(name, [0] * 5) == expected


@pytest.mark.slow
@given(COUNTED)
def test_months_come_in_order_and_add_up(counted: list[Any]) -> None:
    found = totals_of(counted)
    months = found.of_months()
    assert [*months] == sorted({month for month, *_ in counted})
    together = Totals()
    for month, group in months.items():
        together.group(month, "").add(group)
    assert together.whole().__getstate__() == found.whole().__getstate__()


def test_an_added_tally_is_not_changed_later() -> None:
    part, whole = totals_of([(202401, "", ([(0, 5, 1)], [], 5, 5, 0, 0))]), Totals()
    before = str(numbers(part))
    whole.add(part)
    whole.add(part)
    assert str(numbers(part)) == before
