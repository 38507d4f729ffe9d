"""Exact numbers against the decimal module, which was written by others."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc.exact import (
    LONGEST_NUMBER,
    ROUNDINGS,
    decimals_of,
    divide,
    grid_of,
    lies_on,
    magnitude,
    plain,
    read_number,
    round_to,
    simplify,
)
from tests.support.seeds import few_or_all

MODES = {
    "round_up": decimal.ROUND_CEILING,
    "round_down": decimal.ROUND_FLOOR,
    "round_half_up": decimal.ROUND_HALF_UP,
    "round_half_even": decimal.ROUND_HALF_EVEN,
}
WIDE = decimal.Context(prec=200)
written = st.builds(lambda whole, places: Decimal(whole).scaleb(-places, WIDE), st.integers(-(10**15), 10**15),
                    st.integers(0, 9))  # fmt: skip


def test_every_rounding_is_compared() -> None:
    assert set(MODES) == set(ROUNDINGS)


@pytest.mark.slow
@settings(max_examples=few_or_all(200, 600))
@given(written, st.sampled_from(sorted(MODES)), st.integers(-3, 6))
def test_rounding_to_decimals_is_that_of_the_decimal_module(value: Decimal, mode: str, places: int) -> None:
    wanted = value.quantize(Decimal(1).scaleb(-places), MODES[mode], WIDE)
    assert round_to(mode, Fraction(value), Fraction(10) ** -places) == Fraction(wanted)


@pytest.mark.slow
@settings(max_examples=few_or_all(200, 600))
@given(written, st.sampled_from(sorted(MODES)), st.sampled_from(["0.05", "0.25", "7", "0.3", "12.5"]))
def test_rounding_to_any_step_rounds_the_ratio(value: Decimal, mode: str, step: str) -> None:
    got = Fraction(round_to(mode, Fraction(value), Fraction(step)))
    assert (got / Fraction(step)).denominator == 1
    away = abs(got - Fraction(value))
    if mode.startswith("round_half"):
        assert 2 * away <= Fraction(step)
    else:
        assert away < Fraction(step)
        assert (got >= value) if mode == "round_up" else (got <= value)


@pytest.mark.parametrize("mode", sorted(MODES))
@pytest.mark.parametrize("places", [-1, 0, 2])
def test_values_midway_between_two_steps(mode: str, places: int) -> None:
    step = Decimal(1).scaleb(-places)
    for halves in range(-25, 26):
        value = step * halves / 2
        assert round_to(mode, Fraction(value), Fraction(step)) == Fraction(value.quantize(step, MODES[mode], WIDE))


@pytest.mark.parametrize("numerator", range(-25, 26))
@pytest.mark.parametrize("denominator", [-4, -2, 1, 2, 3, 4, 10])
def test_quotients_of_whole_numbers_of_either_sign(numerator: int, denominator: int) -> None:
    for mode, function in ROUNDINGS.items():
        if denominator < 0 and not mode.startswith("round_half"):
            continue
        ratio = Fraction(numerator, denominator)
        assert function(numerator, denominator) == round_to(mode, ratio, 1), mode


@settings(max_examples=few_or_all(150, 400))
@given(written)
def test_numbers_as_written_keep_their_value_and_print_back(value: Decimal) -> None:
    text = format(value, "f")
    number = read_number(text)
    assert number == Fraction(value)
    assert isinstance(number, int) == (Fraction(value).denominator == 1)
    assert Fraction(plain(number)) == number
    places = decimals_of(number)
    assert places is not None and (places == 0 or "." in plain(number)) and not plain(number).endswith("." + "0" * 9)
    assert plain(number, 2) == format(value.quantize(Decimal("0.01"), decimal.ROUND_HALF_UP, WIDE) + 0, "f")


BAD = ["", "1e5", "1.", ".", "+-1", "--1", "0x1", "١", "１",
       "1 2", "abc", "1..2", "1.2.3", "∞", "nan", "1,5", "9" * (LONGEST_NUMBER + 1)]  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_plain_decimal_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_number(text)


fractions = st.fractions(min_value=-1000, max_value=1000, max_denominator=400)


@pytest.mark.slow
@given(st.lists(fractions, min_size=1, max_size=4))
def test_a_grid_holds_all_its_steps_and_is_the_coarsest(steps: list[Fraction]) -> None:
    grid = grid_of(*steps)
    if not any(steps):
        assert grid == 0
        return
    assert grid > 0 and all(lies_on(step, grid) for step in steps)
    for factor in range(2, 5):
        assert not all(lies_on(step, grid * factor) for step in steps)


@pytest.mark.slow
@given(fractions, fractions)
def test_small_things_are_exact(left: Fraction, right: Fraction) -> None:
    assert simplify(left) == left and (simplify(left).__class__ is int) == (left.denominator == 1)
    assert magnitude(left) == abs(left)
    if right:
        assert divide(left, right) == left / right
    places = decimals_of(left)
    assert (places is not None) == _only_twos_and_fives(left.denominator)
    assert places is None or (left * 10**places).denominator == 1


def _only_twos_and_fives(number: int) -> bool:
    for prime in (2, 5):
        while number % prime == 0:
            number //= prime
    return number == 1
