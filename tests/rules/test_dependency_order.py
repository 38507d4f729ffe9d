"""Orders of generated graphs: each name after all it needs; circles are real, and nothing else is left out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc.rules.dependency_order import ordered, reachable

NAMES = st.sampled_from("abcdefgh")
GRAPHS = st.dictionaries(NAMES, st.lists(NAMES | st.just("given"), max_size=4))


@given(GRAPHS)
def test_each_name_comes_once_and_after_what_it_needs(needs: dict[str, list[str]]) -> None:
    order, circles = ordered(needs)
    place = {name: at for at, name in enumerate(order)}
    assert len(place) == len(order)
    broken = {name for circle in circles for name in circle}
    for name in order:
        assert all(place[other] < place[name] for other in needs[name] if other in needs and other not in broken)
    assert set(order) | broken == set(needs) and not set(order) & broken


@given(GRAPHS)
def test_a_circle_leads_back_to_its_beginning_and_is_found_where_there_is_one(needs: dict[str, list[str]]) -> None:
    _, circles = ordered(needs)
    for circle in circles:
        assert circle[0] == circle[-1] and len(circle) > 1
        assert all(after in needs[before] for before, after in pairwise(circle))
    in_circles = {name for name in needs if name in reachable(needs[name], needs)}
    assert bool(circles) == bool(in_circles) and {name for one in circles for name in one} <= in_circles


@given(st.lists(NAMES, max_size=3), GRAPHS)
def test_what_is_reachable_is_closed_and_no_more(roots: list[str], needs: dict[str, list[str]]) -> None:
    found = reachable(roots, needs)
    assert set(roots) <= found
    assert all(set(needs.get(name, ())) <= found for name in found)
    others = found - set(roots)
    assert all(any(name in needs.get(other, ()) for other in found) for name in others)


@pytest.mark.slow
def test_a_chain_of_many_names_is_ordered() -> None:
    needs = {str(at): [str(at + 1)] for at in range(20_000)}
    order, circles = ordered(needs)
    assert order[0] == "19999" and order[-1] == "0" and not circles
