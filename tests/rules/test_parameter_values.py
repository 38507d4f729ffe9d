"""Tables against a plain search through their rows; what overlaps, does not fit or does not rise is refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calc.language.types import COUNT, LIMITS
from calc.rules.parameter_values import BadValue, band, cells_type, scalar, scale, table
from tests.support.seeds import few_or_all

ENDS = st.integers(0, 6)
KEYS = st.integers(0, 8) | st.builds(
    lambda low, more, is_open: f"{low}..{'<' if is_open else ''}{low + more}", ENDS, st.integers(0, 3), st.booleans()
)
SAMPLES = [Fraction(at, 2) for at in range(40)]


def holds(key: Any, value: Fraction) -> bool:
    """By the text of a key."""
    if isinstance(key, int):
        return value == key
    low, _, high = key.partition("..")
    return int(low) <= value < int(high[1:]) if high.startswith("<") else int(low) <= value <= int(high)


@pytest.mark.slow
@settings(max_examples=few_or_all(300, 1000))
@given(st.lists(KEYS, min_size=1, max_size=4), st.booleans())
def test_a_column_gives_the_cell_of_the_one_row_that_holds_the_key(keys: list[Any], has_rest: bool) -> None:
    assume(all(holds(key, Fraction(value)) for key in keys for value in [int(str(key).partition("..")[0])]))
    rows = [[key, at] for at, key in enumerate(keys)] + ([["*", 99]] if has_rest else [])
    meant = {value: [at for key, at in rows if key != "*" and holds(key, value)] for value in SAMPLES}
    if any(len(found) > 1 for found in meant.values()):
        with pytest.raises(BadValue) as refused:
            table(COUNT, (), 1, rows)
        assert refused.value.code == "table-overlap"
        return
    made = table(COUNT, (), 1, rows)
    for value, found in meant.items():
        expected = found[0] if found else 99 if has_rest else None
        assert made.has((value,)) == (expected is not None), value
        assert expected is None or made.cell((value,)) == expected


@given(st.lists(st.integers(0, 6), min_size=1, max_size=4, unique=True),
       st.lists(st.sampled_from("甲乙丙丁"), min_size=1, max_size=3, unique=True))  # fmt: skip
def test_a_table_of_two_axes_gives_the_cell_where_row_and_column_meet(down: list[int], across: list[str]) -> None:
    rows = [["n", *across], *([key, *(key * 10 + at for at in range(len(across)))] for key in down)]
    made = table(COUNT, (), 2, rows)
    for key in range(8):
        for word in "甲乙丙丁":
            is_there = key in down and word in across
            assert made.has((key, word)) == is_there
            assert not is_there or made.cell((key, word)) == key * 10 + across.index(word)


@pytest.mark.parametrize(
    ("keys", "code", "path"),
    [
        ((True, 1), "table-overlap", (2, 0)),
        ((1, 1), "table-overlap", (2,)),
        (("a", ["a"]), "wrong-value/table-key", (2, 0)),
        ((["a"], ["a"]), "wrong-value/table-key", (1, 0)),
        (({}, 2), "wrong-value/table-key", (1, 0)),
    ],
)  # fmt: skip
def test_keys_of_two_axes_that_are_none_or_the_same(keys: tuple[Any, ...], code: str, path: tuple[int, ...]) -> None:
    with pytest.raises(BadValue) as refused:
        table(COUNT, (), 2, [["", "a"], *([key, 1] for key in keys)])
    assert (refused.value.code, refused.value.path) == (code, path)


@given(st.integers(1, 6), st.integers(0, 50), st.integers(0, 20))
def test_each_more_goes_on_in_equal_steps(count: int, first: int, step: int) -> None:
    made = table(COUNT, (), 1, [*([at, first + at] for at in range(count)), ["each more", step]])
    cells = [made.cell((at,)) for at in range(count + 10)]
    assert cells[:count] == [first + at for at in range(count)]
    assert all(after == before + step for before, after in zip(cells[count - 1 :], cells[count:], strict=False))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), max_size=5))
def test_a_scale_rises(steps: list[tuple[int, int]]) -> None:
    thresholds = [threshold for threshold, _ in steps]
    if steps and thresholds == sorted(set(thresholds)):
        assert scale([list(step) for step in steps]).steps == tuple(steps)
    else:
        with pytest.raises(BadValue):
            scale([list(step) for step in steps])


@pytest.mark.parametrize("text", ["..", "a..b", "5..4", "1..2..3", "..<"])
def test_a_band_that_is_none(text: str) -> None:
    with pytest.raises(BadValue) as refused:
        band(text)
    assert refused.value.code == "wrong-value/band"


@given(st.sampled_from(sorted(LIMITS)), st.booleans() | st.integers() | st.text(max_size=2) | st.none())
def test_a_scalar_is_given_back_or_refused(kind: str, raw: Any) -> None:
    try:
        found = scalar(kind, raw, ())
    except BadValue as refused:
        assert refused.values == {"kind": kind}
        return
    assert found == raw and not isinstance(raw, (bool, str))
    covering = cells_type(kind, (), [raw])
    assert covering.low == covering.high == raw
    assert cells_type(kind, (), [raw, None]).low == LIMITS[kind][0]
